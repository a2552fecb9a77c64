# ruff: noqa: S608  (the parts of these statements are written here; what people send is a parameter)
"""The floors: the rows of each page by hand-written SQL, and one flat template for them.

People see what their memberships give them; the statements are plain conditions on indexed ids.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Engine

from core import clock

_templates = Engine(dirs=[Path(__file__).parent / "templates"])
_is_sqlite = connection.vendor == "sqlite"
_filling: dict[str, str] = {}
STATES = ("signed_off", "met", "needs_work", "submitted", "in_progress", "not_started")
LABELS = {
    "signed_off": "Signed off",
    "met": "Met",
    "needs_work": "Needs work",
    "submitted": "Submitted",
    "in_progress": "In progress",
    "not_started": "Not started",
    "draft": "Draft",
    "accepted": "Accepted",
    "referred": "Needs work",
    "not_yet": "Not yet",
}
KINDS = {"K": "Knowledge", "S": "Skills", "B": "Behaviours"}
MONTHS = ("", "January", "February", "March", "April", "May", "June", "July") + (
    "August",
    "September",
    "October",
    "November",
    "December",
)
Row = dict[str, Any]


def _key(value: UUID) -> Any:
    """An id as the database takes it."""
    return value.hex if _is_sqlite else value


def _id(value: Any) -> str:
    """An id from the database, for an address."""
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}" if _is_sqlite else str(value)


def _day(value: Any) -> str:
    """A day or a moment from the database, as it is read."""
    if value is None:
        return ""
    return f"{value.day} {MONTHS[value.month]} {value.year}"


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _rows(cursor: CursorWrapper, names: str, sql: str, parameters: Sequence[Any]) -> list[Row]:
    """The rows of a statement by the names of their columns."""
    cursor.execute(sql, parameters)
    keys = names.split()
    return [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]


def _one(cursor: CursorWrapper, names: str, sql: str, parameters: Sequence[Any]) -> Row:
    rows = _rows(cursor, names, sql, parameters)
    if not rows:
        raise Http404
    return rows[0]


def _memberships(cursor: CursorWrapper, request: HttpRequest) -> list[Row]:
    """The live memberships of the person. The first statement of every floor."""
    return _rows(
        cursor,
        "role organisation name",
        "SELECT m.role, o.id, o.name FROM accounts_membership m"
        " JOIN accounts_organisation o ON o.id = m.organisation_id"
        " WHERE m.user_id = %s AND m.started_on <= %s AND (m.ended_on IS NULL OR m.ended_on > %s)",
        [_key(request.user.pk), clock.today(), clock.today()],
    )


def _filler(name: str, missing: int) -> str:
    """Bytes of the page itself, as many as the floor lacks, so that they are sent and compressed like the page's."""
    if name not in _filling:
        file = Path(os.environ["FLOOR_FILLING"]) / f"{name}.html"
        _filling[name] = file.read_text() if file.exists() else ""
    text = _filling[name]
    return text[-missing:] if missing else ""


def _page(request: HttpRequest, name: str, memberships: list[Row], **context: Any) -> HttpResponse:
    context["person"] = request.user.name
    context["organisation"] = memberships[0]["name"] if memberships else ""
    context["filler"] = _filler(request.GET.get("as", ""), int(request.GET.get("missing", 0)))
    return HttpResponse(_templates.get_template(f"{name}.html").render(Context(context)))


def _see(request: HttpRequest, memberships: list[Row], provider: Any, apprentice: Any) -> None:
    own = _key(request.user.pk) == apprentice
    if not own and provider not in {row["organisation"] for row in memberships}:
        raise Http404


def learner(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = _key(key)
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        head = _one(
            cursor,
            "apprentice name provider provider_name employer started ends signed all active reference title version",
            "SELECT a.apprentice_id, u.name, a.provider_id, p.name, e.name, a.started_on, a.planned_end_on,"
            " a.signed_off_count, a.ksb_count, a.last_activity_at, s.reference, v.title, v.version"
            " FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN accounts_organisation p ON p.id = a.provider_id"
            " LEFT JOIN accounts_organisation e ON e.id = a.employer_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " JOIN occupations_standard s ON s.id = v.standard_id WHERE a.id = %s",
            [pk],
        )
        _see(request, places, head["provider"], head["apprentice"])
        tiles = _rows(
            cursor,
            "state type code statement",
            "SELECT r.state, k.type, k.code, k.statement FROM apprenticeships_ksbprogress r"
            " JOIN occupations_ksb k ON k.id = r.ksb_id WHERE r.apprenticeship_id = %s ORDER BY k.position",
            [pk],
        )
        people = _rows(
            cursor,
            "role name",
            "SELECT t.role, u.name FROM apprenticeships_assignment t JOIN accounts_user u ON u.id = t.person_id"
            " WHERE t.apprenticeship_id = %s AND t.ended_on IS NULL",
            [pk],
        )
        pieces = _rows(
            cursor,
            "id title state changed",
            "SELECT id, title, state, changed_at FROM portfolios_evidence"
            " WHERE apprenticeship_id = %s AND discarded_at IS NULL ORDER BY changed_at DESC, id LIMIT 30",
            [pk],
        )
    started, ends = head["started"], head["ends"]
    head["expected"] = min(100, max(0, 100 * (clock.today() - started).days // (ends - started).days))
    head["actual"] = 100 * head["signed"] // head["all"]
    head["started"], head["ends"], head["active"] = _day(head["started"]), _day(head["ends"]), _day(head["active"])
    totals = dict.fromkeys(STATES, 0)
    groups: dict[str, list[Row]] = {}
    for tile in tiles:
        totals[tile["state"]] += 1
        tile["label"], tile["start"] = LABELS[tile["state"]], tile["statement"][:90]
        groups.setdefault(tile["type"], []).append(tile)
    for piece in pieces:
        piece["id"], piece["label"], piece["changed"] = _id(piece["id"]), LABELS[piece["state"]], _day(piece["changed"])
    return _page(
        request,
        "learner",
        places,
        head=head,
        key=str(key),
        people=people,
        totals=[{"state": state, "label": LABELS[state], "count": count} for state, count in totals.items()],
        groups=[
            {"label": KINDS[type_], "tiles": tiles, "done": sum(tile["state"] == "signed_off" for tile in tiles)}
            for type_, tiles in groups.items()
        ],
        referred=[piece for piece in pieces if piece["state"] == "referred"][:5],
        drafts=[piece for piece in pieces if piece["state"] == "draft"][:5],
        recent=[piece for piece in pieces if piece["state"] != "draft"][:8],
    )


def ksb(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        head = _one(
            cursor,
            "ksb apprentice provider name code type statement state",
            "SELECT k.id, a.apprentice_id, a.provider_id, u.name, k.code, k.type, k.statement, r.state"
            " FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN occupations_ksb k ON k.version_id = a.standard_version_id AND k.code = %s"
            " JOIN apprenticeships_ksbprogress r ON r.ksb_id = k.id AND r.apprenticeship_id = a.id WHERE a.id = %s",
            [code, _key(key)],
        )
        _see(request, places, head["provider"], head["apprentice"])
        claims = _rows(
            cursor,
            "why piece title round at by outcome feedback decided decider",
            "SELECT c.justification, e.id, e.title, s.round, s.submitted_at, u.name, d.outcome, d.feedback, d.at,"
            " du.name FROM assessments_submittedclaim c JOIN assessments_submission s ON s.id = c.submission_id"
            " JOIN portfolios_evidence e ON e.id = s.evidence_id JOIN accounts_user u ON u.id = s.submitted_by_id"
            " LEFT JOIN assessments_decision d ON d.claim_id = c.id LEFT JOIN accounts_user du ON du.id = d.by_id"
            " WHERE c.apprenticeship_id = %s AND c.ksb_id = %s AND s.withdrawn_at IS NULL ORDER BY s.submitted_at DESC",
            [_key(key), head["ksb"]],
        )
        sign_offs = _rows(
            cursor,
            "at by withdrawn reason",
            "SELECT f.at, u.name, w.at, w.reason FROM assessments_signoff f JOIN accounts_user u ON u.id = f.by_id"
            " LEFT JOIN assessments_signoffwithdrawal w ON w.sign_off_id = f.id"
            " WHERE f.apprenticeship_id = %s AND f.ksb_id = %s ORDER BY f.at DESC",
            [_key(key), head["ksb"]],
        )
        drafts = _rows(
            cursor,
            "why piece title state",
            "SELECT c.justification, e.id, e.title, e.state FROM portfolios_claim c"
            " JOIN portfolios_evidence e ON e.id = c.evidence_id WHERE e.apprenticeship_id = %s AND c.ksb_id = %s"
            " AND e.state IN ('draft', 'referred') AND e.discarded_at IS NULL AND NOT c.is_met",
            [_key(key), head["ksb"]],
        )
    head["label"], head["kind"] = LABELS[head["state"]], KINDS[head["type"]]
    history = []
    for row in claims:
        row["piece"], row["label"] = _id(row["piece"]), LABELS.get(row["outcome"], "Waiting")
        history.append({"at": row["at"], "words": f"{row['by']} submitted “{row['title']}”, round {row['round']}."})
        if row["outcome"]:
            words = f"{row['decider']} decided: {row['label']}, on “{row['title']}”."
            history.append({"at": row["decided"], "words": words})
    history += [{"at": row["at"], "words": f"{row['by']} signed it off."} for row in sign_offs]
    history.sort(key=lambda line: line["at"], reverse=True)
    for line in history:
        line["at"] = _day(line["at"])
    for row in drafts:
        row["piece"], row["label"] = _id(row["piece"]), LABELS[row["state"]]
    for row in sign_offs:
        row["at"] = _day(row["at"])
    return _page(
        request,
        "ksb",
        places,
        head=head,
        key=str(key),
        claims=claims,
        drafts=drafts,
        history=history,
        sign_offs=[row for row in sign_offs if not row["withdrawn"]],
    )


def evidence_list(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = _key(key)
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        head = _one(
            cursor,
            "apprentice provider version_id title version",
            "SELECT a.apprentice_id, a.provider_id, v.id, v.title, v.version FROM apprenticeships_apprenticeship a"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id WHERE a.id = %s",
            [pk],
        )
        _see(request, places, head["provider"], head["apprentice"])
        pieces = _rows(
            cursor,
            "id title kind state changed discarded claims files",
            "SELECT e.id, e.title, e.kind, e.state, e.changed_at, e.discarded_at,"
            " (SELECT count(*) FROM portfolios_claim c WHERE c.evidence_id = e.id),"
            " (SELECT count(*) FROM portfolios_evidencefile f WHERE f.evidence_id = e.id AND f.removed_at IS NULL)"
            " FROM portfolios_evidence e WHERE e.apprenticeship_id = %s"
            " ORDER BY e.is_showcase DESC, e.changed_at DESC, e.id LIMIT 50",
            [pk],
        )
        ksbs = _rows(
            cursor,
            "code statement",
            "SELECT code, statement FROM occupations_ksb WHERE version_id = %s ORDER BY position",
            [head["version_id"]],
        )
    for piece in pieces:
        piece["id"], piece["label"], piece["changed"] = _id(piece["id"]), LABELS[piece["state"]], _day(piece["changed"])
    return _page(request, "evidence_list", places, head=head, key=str(key), pieces=pieces, ksbs=ksbs)


def evidence_form(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = _key(key)
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        head = _one(
            cursor,
            "id title kind narrative answers happened state revision showcase apprentice provider apprenticeship"
            " version standard",
            "SELECT e.id, e.title, e.kind, e.narrative, e.answers, e.happened_on, e.state, e.revision, e.is_showcase,"
            " a.apprentice_id, a.provider_id, a.id, v.id, v.title FROM portfolios_evidence e"
            " JOIN apprenticeships_apprenticeship a ON a.id = e.apprenticeship_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id WHERE e.id = %s",
            [pk],
        )
        _see(request, places, None, head["apprentice"])
        ksbs = _rows(
            cursor,
            "id code type statement state claimed why others",
            "SELECT k.id, k.code, k.type, k.statement, r.state, c.id IS NOT NULL, c.justification,"
            " (SELECT count(*) FROM portfolios_claim o JOIN portfolios_evidence e ON e.id = o.evidence_id"
            "  WHERE o.ksb_id = k.id AND e.apprenticeship_id = r.apprenticeship_id AND e.id <> %s)"
            " FROM apprenticeships_ksbprogress r JOIN occupations_ksb k ON k.id = r.ksb_id"
            " LEFT JOIN portfolios_claim c ON c.ksb_id = k.id AND c.evidence_id = %s"
            " WHERE r.apprenticeship_id = %s ORDER BY k.position",
            [pk, pk, head["apprenticeship"]],
        )
        files = _rows(
            cursor,
            "id name size sha added",
            "SELECT id, name, size_bytes, sha256, added_at FROM portfolios_evidencefile"
            " WHERE evidence_id = %s AND removed_at IS NULL ORDER BY added_at, id",
            [pk],
        )
        duties = _rows(
            cursor,
            "number text code",
            "SELECT d.number, d.text, k.code FROM occupations_duty d JOIN occupations_duty_ksbs x ON x.duty_id = d.id"
            " JOIN occupations_ksb k ON k.id = x.ksb_id WHERE d.version_id = %s ORDER BY d.number, k.position",
            [head["version"]],
        )
    groups: dict[str, list[Row]] = {}
    for row in ksbs:
        row["label"] = LABELS[row["state"]]
        groups.setdefault(row["type"], []).append(row)
    by_duty: dict[int, Row] = {}
    for row in duties:
        by_duty.setdefault(row["number"], {"number": row["number"], "text": row["text"], "codes": []})
        by_duty[row["number"]]["codes"].append(row["code"])
    for file in files:
        file["id"], file["added"], file["short"] = _id(file["id"]), _day(file["added"]), file["sha"][:8]
    head["happened"] = str(head["happened"] or "")
    return _page(
        request,
        "evidence_form",
        places,
        head=head,
        key=str(key),
        learner=_id(head["apprenticeship"]),
        groups=[{"label": KINDS[type_], "rows": rows} for type_, rows in groups.items()],
        files=files,
        duties=list(by_duty.values()),
    )


_CLAIMS = (
    "SELECT c.submission_id, k.code, k.statement, c.justification, d.outcome, d.feedback, d.at, u.name, r.state"
    " FROM assessments_submittedclaim c JOIN occupations_ksb k ON k.id = c.ksb_id"
    " LEFT JOIN apprenticeships_ksbprogress r ON r.ksb_id = c.ksb_id AND r.apprenticeship_id = c.apprenticeship_id"
    " LEFT JOIN assessments_decision d ON d.claim_id = c.id LEFT JOIN accounts_user u ON u.id = d.by_id"
)
_CLAIM_NAMES = "submission code statement why outcome feedback decided decider state"
_FILES = (
    "SELECT f.id, f.name, f.size_bytes, substr(t.words, 1, 8000) FROM portfolios_evidencefile f"
    " JOIN assessments_submittedfile x ON x.file_id = f.id LEFT JOIN portfolios_filetext t ON t.file_id = f.id"
)


def _told(claims: list[Row], files: list[Row]) -> None:
    for claim in claims:
        claim["label"], claim["decided"] = LABELS.get(claim["outcome"], "Waiting"), _day(claim["decided"])
    for file in files:
        file["id"] = _id(file["id"])


def piece(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = _key(key)
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        head = _one(
            cursor,
            "title state apprentice provider apprenticeship name round at by content",
            "SELECT e.title, e.state, a.apprentice_id, a.provider_id, a.id, u.name, s.round, s.submitted_at, b.name,"
            " n.content FROM portfolios_evidence e JOIN apprenticeships_apprenticeship a ON a.id = e.apprenticeship_id"
            " JOIN accounts_user u ON u.id = a.apprentice_id JOIN assessments_submission s ON s.evidence_id = e.id"
            " JOIN accounts_user b ON b.id = s.submitted_by_id JOIN assessments_snapshot n ON n.submission_id = s.id"
            " WHERE e.id = %s AND s.withdrawn_at IS NULL ORDER BY s.round DESC",
            [pk],
        )
        _see(request, places, head["provider"], head["apprentice"])
        claims = _rows(
            cursor,
            _CLAIM_NAMES,
            f"{_CLAIMS} JOIN assessments_submission s ON s.id = c.submission_id WHERE s.evidence_id = %s"
            " ORDER BY k.position",
            [pk],
        )
        files = _rows(
            cursor,
            "id name size words",
            f"{_FILES} JOIN assessments_submission s ON s.id = x.submission_id WHERE s.evidence_id = %s"
            " ORDER BY f.added_at, f.id",
            [pk],
        )
    _told(claims, files)
    head["content"], head["at"], head["label"] = _json(head["content"]), _day(head["at"]), LABELS[head["state"]]
    return _page(
        request,
        "piece",
        places,
        head=head,
        key=str(key),
        learner=_id(head["apprenticeship"]),
        claims=claims,
        files=files,
    )


def review(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = _key(key)
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        head = _one(
            cursor,
            "apprentice provider apprenticeship name round at content",
            "SELECT a.apprentice_id, a.provider_id, a.id, u.name, s.round, s.submitted_at, n.content"
            " FROM assessments_submission s JOIN portfolios_evidence e ON e.id = s.evidence_id"
            " JOIN apprenticeships_apprenticeship a ON a.id = e.apprenticeship_id"
            " JOIN accounts_user u ON u.id = a.apprentice_id JOIN assessments_snapshot n ON n.submission_id = s.id"
            " WHERE s.id = %s",
            [pk],
        )
        _see(request, places, head["provider"], head["apprentice"])
        claims = _rows(cursor, _CLAIM_NAMES, f"{_CLAIMS} WHERE c.submission_id = %s ORDER BY k.position", [pk])
        files = _rows(
            cursor, "id name size words", f"{_FILES} WHERE x.submission_id = %s ORDER BY f.added_at, f.id", [pk]
        )
        waiting = _one(
            cursor,
            "count",
            "SELECT count(*) FROM assessments_submission s JOIN portfolios_evidence e ON e.id = s.evidence_id"
            " JOIN apprenticeships_assignment t ON t.apprenticeship_id = e.apprenticeship_id"
            " WHERE t.person_id = %s AND t.role = 'assessor' AND t.ended_on IS NULL"
            " AND s.finished_at IS NULL AND s.withdrawn_at IS NULL",
            [_key(request.user.pk)],
        )
    _told(claims, files)
    head["content"], head["at"] = _json(head["content"]), _day(head["at"])
    return _page(
        request,
        "review",
        places,
        head=head,
        key=str(key),
        learner=_id(head["apprenticeship"]),
        claims=claims,
        files=files,
        waiting=waiting["count"],
    )


_QUEUE = (
    " FROM assessments_submission s JOIN portfolios_evidence e ON e.id = s.evidence_id"
    " JOIN apprenticeships_assignment t ON t.apprenticeship_id = e.apprenticeship_id"
    " WHERE t.person_id = %s AND t.role = 'assessor' AND t.ended_on IS NULL"
    " AND s.finished_at IS NULL AND s.withdrawn_at IS NULL"
)


def queue(request: HttpRequest) -> HttpResponse:
    person = _key(request.user.pk)
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        count = _one(cursor, "count", f"SELECT count(*){_QUEUE}", [person])["count"]
        rows = _rows(
            cursor,
            "id round at begun learner name title",
            "SELECT s.id, s.round, s.submitted_at, s.review_started_at, a.id, u.name, n.content"
            + _QUEUE.replace(
                " WHERE",
                " JOIN apprenticeships_apprenticeship a ON a.id = e.apprenticeship_id"
                " JOIN accounts_user u ON u.id = a.apprentice_id JOIN assessments_snapshot n ON n.submission_id = s.id"
                " WHERE",
            )
            + " ORDER BY s.submitted_at, s.id LIMIT 50",
            [person],
        )
        ids = [row["id"] for row in rows]
        claims = _rows(
            cursor,
            "id code",
            "SELECT c.submission_id, k.code FROM assessments_submittedclaim c JOIN occupations_ksb k ON k.id = c.ksb_id"
            f" WHERE c.submission_id IN ({', '.join(['%s'] * len(ids)) or 'NULL'}) ORDER BY k.position",
            ids,
        )
        to_confirm = _rows(
            cursor,
            "learner name code",
            "SELECT a.id, u.name, k.code FROM apprenticeships_ksbprogress r JOIN occupations_ksb k ON k.id = r.ksb_id"
            " JOIN apprenticeships_apprenticeship a ON a.id = r.apprenticeship_id JOIN accounts_user u"
            " ON u.id = a.apprentice_id JOIN apprenticeships_assignment t ON t.apprenticeship_id = a.id"
            " WHERE r.is_to_confirm AND t.person_id = %s AND t.role = 'assessor' AND t.ended_on IS NULL"
            " ORDER BY u.name, a.id, k.position LIMIT 100",
            [person],
        )
    codes: dict[Any, list[str]] = {}
    for claim in claims:
        codes.setdefault(claim["id"], []).append(claim["code"])
    for row in rows:
        row["codes"] = ", ".join(codes.get(row["id"], []))
        row["id"], row["learner"], row["at"] = _id(row["id"]), _id(row["learner"]), _day(row["at"])
        row["title"] = _json(row["title"])["title"]
    return _page(request, "queue", places, rows=rows, count=count, to_confirm=to_confirm)


def _paces() -> str:
    """SQL for how far a learner should be, and is, in per cent."""
    if _is_sqlite:
        days = "(julianday(%s) - julianday(a.started_on))"
        planned = "(julianday(a.planned_end_on) - julianday(a.started_on))"
        least, most, hundred = "min", "max", "100.0"
    else:
        days, planned = "(%s::date - a.started_on)", "(a.planned_end_on - a.started_on)"
        least, most, hundred = "least", "greatest", "100.0::float"
    expected = f"{least}({hundred}, {most}(0.0, {days} * {hundred} / {planned}))"
    return f"{expected}, a.signed_off_count * {hundred} / nullif(a.ksb_count, 0)"


def _rag(gap: float | None) -> tuple[str, str]:
    if gap is None:
        return "", "Not known"
    if gap > 10:
        return "ahead", "Ahead"
    if gap >= -5:
        return "green", "On track"
    return ("amber", "At risk") if gap >= -15 else ("red", "Behind")


def cohort(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        provider = places[0]["organisation"]
        everybody = _rows(
            cursor,
            "expected actual submitted needs_work met signed_off",
            f"SELECT {_paces()}, a.submitted_count, a.needs_work_count, a.met_count, a.signed_off_count"
            " FROM apprenticeships_apprenticeship a WHERE a.provider_id = %s",
            [today, provider],
        )
        rows = _rows(
            cursor,
            "id name status reference version title assessor signed_off met submitted needs_work expected actual active"
            " ends",
            "SELECT a.id, u.name, a.status, s.reference, v.version, v.title, x.name, a.signed_off_count, a.met_count,"
            f" a.submitted_count, a.needs_work_count, {_paces()}, a.last_activity_at, a.planned_end_on"
            " FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " JOIN occupations_standard s ON s.id = v.standard_id"
            " LEFT JOIN apprenticeships_assignment t ON t.apprenticeship_id = a.id AND t.role = 'assessor'"
            " AND t.ended_on IS NULL LEFT JOIN accounts_user x ON x.id = t.person_id"
            " WHERE a.provider_id = %s ORDER BY lower(u.name), a.id LIMIT 50",
            [today, provider],
        )
        offered = _rows(
            cursor,
            "assessor assessor_name employer employer_name version title started",
            "SELECT DISTINCT x.id, x.name, e.id, e.name, v.id, v.title, a.started_on"
            " FROM apprenticeships_apprenticeship a JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " LEFT JOIN accounts_organisation e ON e.id = a.employer_id"
            " LEFT JOIN apprenticeships_assignment t ON t.apprenticeship_id = a.id AND t.role = 'assessor'"
            " AND t.ended_on IS NULL LEFT JOIN accounts_user x ON x.id = t.person_id WHERE a.provider_id = %s",
            [provider],
        )
    paces = {"Ahead": 0, "On track": 0, "At risk": 0, "Behind": 0, "Not known": 0}
    totals = {"submitted": 0, "needs_work": 0, "met": 0, "signed_off": 0}
    for row in everybody:
        paces[_rag(None if row["actual"] is None else row["actual"] - row["expected"])[1]] += 1
        for name in totals:
            totals[name] += row[name]
    for row in rows:
        gap = None if row["actual"] is None else row["actual"] - row["expected"]
        row["rag"], row["label"] = _rag(gap)
        row["gap"] = "" if gap is None else f"{gap:+.0f}"
        row["expected"], row["actual"] = f"{row['expected']:.0f}", f"{row['actual'] or 0:.0f}"
        row["id"], row["active"], row["ends"] = _id(row["id"]), _day(row["active"]), _day(row["ends"])
    assessors = {row["assessor"]: row["assessor_name"] for row in offered}
    employers = {row["employer"]: row["employer_name"] for row in offered}
    standards = {row["version"]: row["title"] for row in offered}
    months = {str(row["started"])[:7] for row in offered}
    return _page(
        request,
        "cohort",
        places,
        rows=rows,
        learners=len(everybody),
        paces=[{"label": label, "count": count} for label, count in paces.items()],
        totals=[{"name": name, "label": LABELS[name], "count": count} for name, count in totals.items()],
        choices=[
            {"name": "assessor", "options": [{"id": i, "name": n} for i, n in assessors.items()]},
            {"name": "employer", "options": [{"id": i, "name": n} for i, n in employers.items()]},
            {"name": "standard", "options": [{"id": i, "name": n} for i, n in standards.items()]},
            {"name": "start", "options": [{"id": month, "name": month} for month in sorted(months)]},
        ],
    )


def standard(request: HttpRequest, reference: str, version: str) -> HttpResponse:
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        names = "id reference title version correction level route status months funding overview imported source sha"
        head = _one(
            cursor,
            f"{names} titles keywords employers",
            "SELECT v.id, s.reference, v.title, v.version, v.correction, v.level, v.route, v.status,"
            " v.typical_duration_months, v.maximum_funding_pounds, v.overview, v.imported_at, v.source_name,"
            " v.source_sha256, v.job_titles, v.keywords, v.employers FROM occupations_standardversion v"
            " JOIN occupations_standard s ON s.id = v.standard_id WHERE s.reference = %s AND v.version = %s"
            " ORDER BY v.correction DESC LIMIT 1",
            [reference, version],
        )
        ksbs = _rows(
            cursor,
            "code type statement source",
            "SELECT code, type, statement, source_code FROM occupations_ksb WHERE version_id = %s ORDER BY position",
            [head["id"]],
        )
        duties = _rows(
            cursor,
            "number text criteria code",
            "SELECT d.number, d.text, d.criteria, k.code FROM occupations_duty d"
            " LEFT JOIN occupations_duty_ksbs x ON x.duty_id = d.id LEFT JOIN occupations_ksb k ON k.id = x.ksb_id"
            " WHERE d.version_id = %s ORDER BY d.number, k.position",
            [head["id"]],
        )
        versions = _rows(
            cursor,
            "version change earliest favourite",
            "SELECT v.version, v.change, v.earliest_start_on, f.id IS NOT NULL FROM occupations_standardversion v"
            " JOIN occupations_standard s ON s.id = v.standard_id"
            " LEFT JOIN occupations_favourite f ON f.standard_id = s.id AND f.user_id = %s WHERE s.reference = %s",
            [_key(request.user.pk), reference],
        )
    head["imported"] = _day(head["imported"])
    for name in ("titles", "keywords", "employers"):
        head[name] = ", ".join(map(str, _json(head[name])))
    by_duty: dict[int, Row] = {}
    needed: dict[str, list[int]] = {}
    for row in duties:
        by_duty.setdefault(row["number"], {**row, "codes": []})["codes"].append(row["code"])
        needed.setdefault(row["code"], []).append(row["number"])
    groups: dict[str, list[Row]] = {}
    for row in ksbs:
        row["duties"] = needed.get(row["code"], [])
        groups.setdefault(row["type"], []).append(row)
    return _page(
        request,
        "standard",
        places,
        head=head,
        groups=[{"type": type_, "label": KINDS[type_], "rows": rows} for type_, rows in groups.items()],
        duties=list(by_duty.values()),
        versions=versions,
    )


def standards(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        rows = _rows(
            cursor,
            "standard reference title version status route level green ksbs favourite",
            "SELECT s.id, s.reference, v.title, v.version, v.status, v.route, v.level, v.green,"
            " (SELECT count(*) FROM occupations_ksb k WHERE k.version_id = v.id), f.id IS NOT NULL"
            " FROM occupations_searchentry n JOIN occupations_standardversion v ON v.id = n.version_id"
            " JOIN occupations_standard s ON s.id = v.standard_id"
            " LEFT JOIN occupations_favourite f ON f.standard_id = s.id AND f.user_id = %s"
            " ORDER BY lower(v.title), s.reference LIMIT 20",
            [_key(request.user.pk)],
        )
        count = _one(cursor, "count", "SELECT count(*) FROM occupations_searchentry", [])["count"]
        choices = _rows(
            cursor,
            "route level status",
            "SELECT DISTINCT v.route, v.level, v.status FROM occupations_searchentry n"
            " JOIN occupations_standardversion v ON v.id = n.version_id",
            [],
        )
        ids = [row["standard"] for row in rows]
        others = _rows(
            cursor,
            "standard version",
            "SELECT standard_id, version FROM occupations_standardversion"
            f" WHERE standard_id IN ({', '.join(['%s'] * len(ids)) or 'NULL'})",
            ids,
        )
    versions: dict[Any, list[str]] = {}
    for other in others:
        versions.setdefault(other["standard"], []).append(other["version"])
    for row in rows:
        row["others"] = [number for number in versions[row["standard"]] if number != row["version"]]
    return _page(
        request,
        "standards",
        places,
        rows=rows,
        count=count,
        routes=sorted({row["route"] for row in choices}),
        levels=sorted({row["level"] for row in choices if row["level"]}),
        statuses=sorted({row["status"] for row in choices}),
    )


def record(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        places = _memberships(cursor, request)
        entries = _rows(
            cursor,
            "sequence at action who type subject data",
            "SELECT n.sequence, n.at, n.action, u.name, n.subject_type, n.subject, n.data FROM audit_entry n"
            " LEFT JOIN accounts_user u ON u.id = n.actor WHERE n.organisation = %s ORDER BY n.sequence DESC LIMIT 50",
            [places[0]["organisation"]],
        )
        count = _one(
            cursor,
            "count",
            "SELECT count(*) FROM audit_entry WHERE organisation = %s",
            [places[0]["organisation"]],
        )["count"]
        subjects = {row["subject"].replace("-", "") if _is_sqlite else UUID(row["subject"]) for row in entries}
        marks, ids = ", ".join(["%s"] * len(subjects)) or "NULL", list(subjects)
        learner = "JOIN apprenticeships_apprenticeship a ON a.id = {} JOIN accounts_user u ON u.id = a.apprentice_id"
        about = _rows(
            cursor,
            "id name what",
            f"SELECT a.id, u.name, '' FROM apprenticeships_apprenticeship a"
            f" JOIN accounts_user u ON u.id = a.apprentice_id WHERE a.id IN ({marks})"
            f" UNION ALL SELECT e.id, u.name, e.title FROM portfolios_evidence e"
            f" {learner.format('e.apprenticeship_id')} WHERE e.id IN ({marks})"
            f" UNION ALL SELECT f.id, u.name, f.name FROM portfolios_evidencefile f"
            f" JOIN portfolios_evidence e ON e.id = f.evidence_id {learner.format('e.apprenticeship_id')}"
            f" WHERE f.id IN ({marks})"
            f" UNION ALL SELECT s.id, u.name, e.title FROM assessments_submission s"
            f" JOIN portfolios_evidence e ON e.id = s.evidence_id {learner.format('e.apprenticeship_id')}"
            f" WHERE s.id IN ({marks})"
            f" UNION ALL SELECT d.id, u.name, k.code FROM assessments_decision d"
            f" JOIN assessments_submittedclaim c ON c.id = d.claim_id JOIN occupations_ksb k ON k.id = c.ksb_id"
            f" {learner.format('c.apprenticeship_id')} WHERE d.id IN ({marks})"
            f" UNION ALL SELECT f.id, u.name, k.code FROM assessments_signoff f"
            f" JOIN occupations_ksb k ON k.id = f.ksb_id {learner.format('f.apprenticeship_id')}"
            f" WHERE f.id IN ({marks})"
            f" UNION ALL SELECT i.id, i.name, '' FROM accounts_invitation i WHERE i.id IN ({marks})",
            ids * 7,
        )
        head = _one(cursor, "sequence hash", "SELECT sequence, hash FROM audit_head", [])
    names = {_id(row["id"]): f"{row['name']}: {row['what']}" for row in about}
    for entry in entries:
        at = entry["at"]
        entry["at"] = f"{at.day} {MONTHS[at.month]} {at.year} at {at:%H:%M}"
        entry["about"] = names.get(entry["subject"], "–")
        entry["did"] = entry["action"].replace("_", " ").replace(".", " ")
        entry["more"] = _json(entry["data"]).get("outcome", "")
    return _page(request, "record", places, entries=entries, count=count, head=head)
