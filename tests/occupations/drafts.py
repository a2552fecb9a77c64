"""Made-up drafts of standards for the tests of pages: whole ones, of any size."""

from typing import Any

from occupations.importing.draft import AssessmentDraft, DutyDraft, KsbDraft, OptionDraft, ProductDraft, StandardDraft


def baker(**told: Any) -> StandardDraft:
    """A small standard that says something of everything, or what else is told."""
    whole = {
        "source_name": "baker.json",
        "source_sha256": "1" * 64,
        "reference": "ST0123",
        "version": "1.0",
        "title": "Baker",
        "status": "Approved for delivery",
        "route": "Catering and hospitality",
        "level": 2,
        "overview": "Baking bread and cakes.",
        "summary": "Bakes the town’s bread.",
        "entry_requirements": "Clean hands.",
        "typical_duration_months": 12,
        "maximum_funding_pounds": 5000,
        "median_salary_pounds": 22_843,
        "soc_code": "5432",
        "soc_title": "Bakers and flour confectioners",
        "soc_groups": [("5432/01", "Bakers")],
        "employers": ["Crust Ltd"],
        "job_titles": ["Night baker"],
        "green_job_titles": ["Low-energy baker"],
        "keywords": ["sourdough"],
        "green": "mid",
        "is_career_starter": True,
        "has_core_and_options": True,
        "regulated_by": "The Guild of Ovens",
        "integrated_degree": "non-integrated degree",
        "qualifications": [{"title": "Food safety", "level": "2", "note": "Before the gateway."}],
        "professional_recognition": [{"body": "Bakers’ Society", "level": "Associate", "note": ""}],
        "english_and_maths": "Level 1 English.",
        "quality_assured_by": "Ofqual",
        "page_url": "https://www.example.org/baker",
        "assessment_plan_url": "https://www.example.org/plan.pdf",
        "change": "First published",
        "notice": "This standard is in revision.",
        "version_log": [
            {"version": "1.1", "change": "New oven rules", "earliest_start_on": "2030-01-02", "latest_start_on": ""},
            {"version": "1.0", "change": "First", "earliest_start_on": "2020-01-02", "latest_start_on": None},
        ],
        "products": [ProductDraft("ST0123", "Baker", 2, "Approved for delivery", 1, "Apprenticeship")],
        "options": [OptionDraft("Bread"), OptionDraft("Cakes")],
        "ksbs": [
            KsbDraft("K", 1, "Flours and their uses", 3),
            KsbDraft("K", 2, "How yeast works", 4, options=("Bread",)),
            KsbDraft("S", 1, "Ice a cake", 5, options=("Cakes",)),
            KsbDraft("B", 1, "Rise early", 6, source_code="B7"),
        ],
        "duties": [
            DutyDraft(1, "Serve customers politely", ("K1", "B1"), (), "Nobody complains."),
            DutyDraft(2, "Prove the dough", ("K1", "K2"), ("Bread",)),
        ],
        "assessments": [AssessmentDraft("outcome", "Bakes a loaf", ("K1", "K2"), "AO1", "Core")],
    }
    return StandardDraft(**(whole | told))


def large(reference: str, statements: int, **told: Any) -> StandardDraft:
    """A standard of this many statements and half as many duties, with two options."""
    return baker(
        reference=reference,
        ksbs=[
            KsbDraft("K", number, f"Rule {number} of the trade", 1, options=("Bread",) if number % 3 else ())
            for number in range(1, statements + 1)
        ],
        duties=[
            DutyDraft(number, f"Task {number}", (f"K{number}", f"K{number * 2}"), ("Cakes",) if number % 2 else ())
            for number in range(1, statements // 2 + 1)
        ],
        assessments=[AssessmentDraft("method", "A test", tuple(f"K{n}" for n in range(1, statements + 1)))],
        **told,
    )
