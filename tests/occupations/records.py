"""Made-up records of the public API for tests: small, of the real shape, each changed by a test where it matters."""

import json
from io import BytesIO
from typing import Any

from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.formats import ifate_json
from tests.occupations.pages import SHARED

API = SHARED / "ifate-api-json"


def statements(kind: str, *texts: str) -> list[dict[str, str]]:
    """A list of KSBs whose ids are k1, k2 and so on."""
    names = {"K": "knowledgeId", "S": "skillId", "B": "behaviourId"}
    return [{names.get(kind, "id"): f"{kind.lower()}{n}", "detail": text} for n, text in enumerate(texts, start=1)]


def duty(number: int, text: str, *ids: str, core: int = 1, options: list[str] | None = None) -> dict[str, Any]:
    """A duty that maps the KSBs with these ids, as k1 or s2."""
    return {
        "dutyID": f"d{number}",
        "dutyDetail": text,
        "isThisACoreDuty": core,
        "mappedBehaviour": [id_ for id_ in ids if id_[0] == "b"] or None,
        "mappedKnowledge": [id_ for id_ in ids if id_[0] == "k"],
        "mappedOptions": options,
        "mappedSkills": [id_ for id_ in ids if id_[0] not in "bk"],
        "criteriaForMeasuringPerformance": "",
    }


def record(**changes: Any) -> dict[str, Any]:
    """A baker's standard. A change to None leaves the value null; `...` takes the key away."""
    whole: dict[str, Any] = {
        "templateType": "Structured Apprenticeship Standard",
        "larsCode": 57,
        "referenceNumber": "ST0123",
        "title": "Baker",
        "status": "Approved for delivery",
        "versionNumber": "1.0",
        "change": "Approved for delivery",
        "earliestStartDate": "2017-12-20T00:00:00",
        "latestStartDate": None,
        "latestEndDate": None,
        "overviewOfRole": "Baking bread and cakes.",
        "level": 2,
        "typicalDuration": 12,
        "maxFunding": 5000,
        "route": "Catering and hospitality",
        "keywords": ["bread", "oven"],
        "jobRoles": ["Baker"],
        "entryRequirements": "",
        "assessmentPlanUrl": "https://www.example.org/plan.pdf",
        "version": "1.0",
        "standardInformation": "&lt;p&gt;The body of the old template.&lt;/p&gt;",
        "occupationalSummary": "&lt;p&gt;Bakes the town&#39;s bread.&lt;/p&gt;\r\n&lt;p&gt;Early.&lt;/p&gt;\r\n",
        "knowledges": statements("K", "Flours and their uses", "How yeast works", "Allergens in what is sold"),
        "behaviours": statements("B", "Rise early and gladly"),
        "skills": statements("S", "Knead dough by hand", "Judge when a loaf is done"),
        "options": [],
        "optionsUnstructuredTemplate": [],
        "eQAProvider": {"providerName": "Ofqual", "contactName": "Removed"},
        "approvedForDelivery": "2014-11-12T00:00:00 +00:00",
        "integratedDegree": "",
        "involvedEmployers": "Crust, Loaf and Sons (London, Leeds), Crumb Ltd",
        "regulated": False,
        "regulatedBody": "",
        "coreAndOptions": False,
        "typicalJobTitles": ["Baker", "Night baker"],
        "greenJobTitles": [],
        "englishAndMathsQualifications": "<p>Level 1 English.</p>",
        "standardPageUrl": "https://www.example.org/baker-v1-0",
        "qualifications": [],
        "professionalRecognition": [],
        "duties": [
            duty(1, "Bake for everybody", "k1", "k2", "s1", "b1"),
            duty(2, "Serve what was baked", "k3", "s2"),
        ],
        "optionsUnstructuredKsbMapping": [],
        "careerStarter": True,
    } | changes
    return {key: value for key, value in whole.items() if value is not ...}


def readings(content: Any, name: str = "api.json") -> list[StandardDraft | Refused]:
    """What comes of a file that holds `content`, as JSON of the API's layout unless it is bytes already."""
    raw = content if isinstance(content, bytes) else json.dumps(content, indent=4, ensure_ascii=False).encode()
    return list(ifate_json.read(BytesIO(raw), name))


def read(**changes: Any) -> StandardDraft:
    """The draft of a record with these changes."""
    (draft,) = readings(record(**changes))
    assert isinstance(draft, StandardDraft), draft
    return draft


def refusal(**changes: Any) -> list[str]:
    """The reasons why a record with these changes is refused, each with its line."""
    (refused,) = readings(record(**changes))
    assert isinstance(refused, Refused)
    assert all(problem.file == "api.json" and problem.line for problem in refused.problems)
    return [problem.reason for problem in refused.problems]


def warnings(draft: StandardDraft) -> list[str]:
    """What is noted about a draft, apart from its codes' being places, which is said of all."""
    assert all(problem.line for problem in draft.warnings)
    return [problem.reason for problem in draft.warnings if "has no codes" not in problem.reason]


def real(name: str) -> StandardDraft:
    """What is read from a published record, of those that `needs_shared_data` asks for."""
    (draft,) = readings((API / name).read_bytes(), name)
    assert isinstance(draft, StandardDraft), draft
    return draft
