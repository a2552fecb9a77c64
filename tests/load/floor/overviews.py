# ruff: noqa: S608  (the parts of these statements are written here; what people send is a parameter)
"""The floors of the cohort, the catalogue, the record, notices and what is waiting."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from apprenticeships.models import KsbState
from core import clock
from tests.load.floor.rows import (
    IS_SQLITE,
    KINDS,
    LABELS,
    MONTHS,
    Row,
    day_of,
    id_of,
    json_of,
    key_of,
    memberships_of,
    one_of,
    page_of,
    rows_of,
)


def pace_sql() -> str:
    """SQL for how far a learner should be, and is, in per cent."""
    if IS_SQLITE:
        days = "(julianday(coalesce(a.stopped_on, %s)) - julianday(a.started_on) - a.break_days)"
        planned = "(julianday(a.planned_end_on) - julianday(a.started_on) - a.break_days)"
        least, most, hundred = "min", "max", "100.0"
    else:
        days = "(coalesce(a.stopped_on, %s::date) - a.started_on - a.break_days)"
        planned = "(a.planned_end_on - a.started_on - a.break_days)"
        least, most, hundred = "least", "greatest", "100.0::float"
    expected = f"{least}({hundred}, {most}(0.0, {days} * {hundred} / {most}(1, {planned})))"
    return f"{expected}, a.{KsbState.SIGNED_OFF.counter} * {hundred} / nullif(a.ksb_count, 0)"


def rag_of(gap: float | None) -> tuple[str, str]:
    if gap is None:
        return "", "Not known"
    if gap > 10:
        return "ahead", "Ahead"
    if gap >= -5:
        return "green", "On track"
    return ("amber", "At risk") if gap >= -15 else ("red", "Behind")


def cohort(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    states = " ".join(KsbState.handed_in())
    counters = ", ".join(f"a.{state.counter}" for state in KsbState.handed_in())
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        provider = places[0]["organisation"]
        everybody = rows_of(
            cursor,
            f"expected actual {states}",
            f"SELECT {pace_sql()}, {counters} FROM apprenticeships_apprenticeship a WHERE a.provider_id = %s",
            [today, provider],
        )
        rows = rows_of(
            cursor,
            f"id name status reference version title assessor {states} expected actual active ends",
            f"SELECT a.id, u.name, a.status, s.reference, v.version, v.title, x.name, {counters}, {pace_sql()},"
            " a.last_activity_at, a.planned_end_on"
            " FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " JOIN occupations_standard s ON s.id = v.standard_id"
            " LEFT JOIN apprenticeships_assignment t ON t.apprenticeship_id = a.id AND t.role = 'assessor'"
            " AND t.ended_on IS NULL LEFT JOIN accounts_user x ON x.id = t.person_id"
            " WHERE a.provider_id = %s ORDER BY lower(u.name), a.id LIMIT 50",
            [today, provider],
        )
        offered = rows_of(
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
    totals = dict.fromkeys(states.split(), 0)
    for row in everybody:
        paces[rag_of(None if row["actual"] is None else row["actual"] - row["expected"])[1]] += 1
        for name in totals:
            totals[name] += row[name]
    for row in rows:
        gap = None if row["actual"] is None else row["actual"] - row["expected"]
        row["rag"], row["label"] = rag_of(gap)
        row["counts"] = [(state, LABELS[state], row[state]) for state in totals]
        row["gap"] = "" if gap is None else f"{gap:+.0f}"
        row["expected"], row["actual"] = f"{row['expected']:.0f}", f"{row['actual'] or 0:.0f}"
        row["id"], row["active"], row["ends"] = id_of(row["id"]), day_of(row["active"]), day_of(row["ends"])
    assessors = {row["assessor"]: row["assessor_name"] for row in offered}
    employers = {row["employer"]: row["employer_name"] for row in offered}
    standards = {row["version"]: row["title"] for row in offered}
    months = {str(row["started"])[:7] for row in offered}
    return page_of(
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
        places = memberships_of(cursor, request)
        names = "id reference title version correction level route status months funding overview imported source sha"
        head = one_of(
            cursor,
            f"{names} titles keywords employers",
            "SELECT v.id, s.reference, v.title, v.version, v.correction, v.level, v.route, v.status,"
            " v.typical_duration_months, v.maximum_funding_pounds, v.overview, v.imported_at, v.source_name,"
            " v.source_sha256, v.job_titles, v.keywords, v.employers FROM occupations_standardversion v"
            " JOIN occupations_standard s ON s.id = v.standard_id WHERE s.reference = %s AND v.version = %s"
            " ORDER BY v.correction DESC LIMIT 1",
            [reference, version],
        )
        ksbs = rows_of(
            cursor,
            "code type statement source",
            "SELECT code, type, statement, source_code FROM occupations_ksb WHERE version_id = %s ORDER BY position",
            [head["id"]],
        )
        duties = rows_of(
            cursor,
            "number text criteria code",
            "SELECT d.number, d.text, d.criteria, k.code FROM occupations_duty d"
            " LEFT JOIN occupations_duty_ksbs x ON x.duty_id = d.id LEFT JOIN occupations_ksb k ON k.id = x.ksb_id"
            " WHERE d.version_id = %s ORDER BY d.number, k.position",
            [head["id"]],
        )
        versions = rows_of(
            cursor,
            "version change earliest favourite",
            "SELECT v.version, v.change, v.earliest_start_on, f.id IS NOT NULL FROM occupations_standardversion v"
            " JOIN occupations_standard s ON s.id = v.standard_id"
            " LEFT JOIN occupations_favourite f ON f.standard_id = s.id AND f.user_id = %s WHERE s.reference = %s",
            [key_of(request.user.pk), reference],
        )
    head["imported"] = day_of(head["imported"])
    for name in ("titles", "keywords", "employers"):
        head[name] = ", ".join(map(str, json_of(head[name])))
    by_duty: dict[int, Row] = {}
    needed: dict[str, list[int]] = {}
    for row in duties:
        by_duty.setdefault(row["number"], {**row, "codes": []})["codes"].append(row["code"])
        needed.setdefault(row["code"], []).append(row["number"])
    groups: dict[str, list[Row]] = {}
    for row in ksbs:
        row["duties"] = needed.get(row["code"], [])
        groups.setdefault(row["type"], []).append(row)
    return page_of(
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
        places = memberships_of(cursor, request)
        rows = rows_of(
            cursor,
            "standard reference title version status route level green ksbs favourite",
            "SELECT s.id, s.reference, v.title, v.version, v.status, v.route, v.level, v.green,"
            " (SELECT count(*) FROM occupations_ksb k WHERE k.version_id = v.id), f.id IS NOT NULL"
            " FROM occupations_searchentry n JOIN occupations_standardversion v ON v.id = n.version_id"
            " JOIN occupations_standard s ON s.id = v.standard_id"
            " LEFT JOIN occupations_favourite f ON f.standard_id = s.id AND f.user_id = %s"
            " ORDER BY lower(v.title), s.reference LIMIT 20",
            [key_of(request.user.pk)],
        )
        count = one_of(cursor, "count", "SELECT count(*) FROM occupations_searchentry", [])["count"]
        choices = rows_of(
            cursor,
            "route level status",
            "SELECT DISTINCT v.route, v.level, v.status FROM occupations_searchentry n"
            " JOIN occupations_standardversion v ON v.id = n.version_id",
            [],
        )
        ids = [row["standard"] for row in rows]
        others = rows_of(
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
    return page_of(
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
        places = memberships_of(cursor, request)
        entries = rows_of(
            cursor,
            "sequence at action who type subject data",
            "SELECT n.sequence, n.at, n.action, u.name, n.subject_type, n.subject, n.data FROM audit_entry n"
            " LEFT JOIN accounts_user u ON u.id = n.actor_person WHERE n.chain_id = %s"
            " ORDER BY n.sequence DESC LIMIT 50",
            [places[0]["organisation"]],
        )
        count = one_of(
            cursor,
            "count",
            "SELECT count(*) FROM audit_entry WHERE chain_id = %s",
            [places[0]["organisation"]],
        )["count"]
        subjects = {row["subject"].replace("-", "") if IS_SQLITE else UUID(row["subject"]) for row in entries}
        marks, ids = ", ".join(["%s"] * len(subjects)) or "NULL", list(subjects)
        learner = "JOIN apprenticeships_apprenticeship a ON a.id = {} JOIN accounts_user u ON u.id = a.apprentice_id"
        about = rows_of(
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
        head = one_of(
            cursor,
            "sequence hash",
            "SELECT sequence, hash FROM audit_chain WHERE id = %s",
            [places[0]["organisation"]],
        )
    names = {id_of(row["id"]): f"{row['name']}: {row['what']}" for row in about}
    for entry in entries:
        at = entry["at"]
        entry["at"] = f"{at.day} {MONTHS[at.month]} {at.year} at {at:%H:%M}"
        entry["about"] = names.get(entry["subject"], "–")
        entry["did"] = entry["action"].replace("_", " ").replace(".", " ")
        entry["more"] = json_of(entry["data"]).get("outcome", "")
    return page_of(request, "record", places, entries=entries, count=count, head=head)


def notices(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        person = key_of(request.user.pk)
        count = one_of(cursor, "count", "SELECT count(*) FROM notifications_notice WHERE person_id = %s", [person])
        rows = rows_of(
            cursor,
            "id news about at read name title",
            "SELECT n.id, n.news, n.about, n.at, n.read_at, u.name, t.content FROM notifications_notice n"
            " JOIN apprenticeships_apprenticeship a ON a.id = n.apprenticeship_id"
            " JOIN accounts_user u ON u.id = a.apprentice_id"
            " LEFT JOIN assessments_snapshot t ON t.submission_id = n.subject"
            " WHERE n.person_id = %s ORDER BY n.at DESC, n.id DESC LIMIT 25",
            [person],
        )
    for row in rows:
        row["id"], row["about"], row["at"] = id_of(row["id"]), id_of(row["about"]), day_of(row["at"])
        row["title"] = json_of(row["title"])["title"] if row["title"] else ""
        row["said"] = f"{row['name']} sent you evidence to review."
    return page_of(request, "notices", places, rows=rows, count=count["count"])


_OF_MINE = (
    " JOIN apprenticeships_apprenticeship a ON a.id = x.apprenticeship_id JOIN apprenticeships_assignment t"
    " ON t.apprenticeship_id = a.id WHERE t.person_id = %s AND t.role = 'assessor' AND t.ended_on IS NULL"
    " AND a.status IN ('on_programme', 'past_gateway')"
)


def waiting(request: HttpRequest) -> HttpResponse:
    person = key_of(request.user.pk)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        counts = one_of(
            cursor,
            "review sign_off rework confirmation",
            f"SELECT (SELECT count(*) FROM assessments_submission x{_OF_MINE}"
            " AND x.finished_at IS NULL AND x.withdrawn_at IS NULL),"
            f" (SELECT count(DISTINCT a.id) FROM apprenticeships_ksbprogress x{_OF_MINE} AND x.state = 'met'),"
            f" (SELECT count(*) FROM portfolios_evidence x{_OF_MINE} AND x.state = 'referred'),"
            f" (SELECT count(*) FROM signing_link x{_OF_MINE} AND x.expires_at > %s)",
            [person, person, person, person, clock.now()],
        )
        rows = rows_of(
            cursor,
            "id at begun learner name title",
            "SELECT x.id, x.submitted_at, x.review_started_at, a.id, u.name, n.content FROM assessments_submission x"
            + _OF_MINE.replace(
                " WHERE",
                " JOIN accounts_user u ON u.id = a.apprentice_id JOIN assessments_snapshot n ON n.submission_id = x.id"
                " WHERE",
            )
            + " AND x.finished_at IS NULL AND x.withdrawn_at IS NULL ORDER BY x.submitted_at, x.id LIMIT 50",
            [person],
        )
        ids = list({row["learner"] for row in rows})
        assessors = rows_of(
            cursor,
            "learner name",
            "SELECT t.apprenticeship_id, u.name FROM apprenticeships_assignment t"
            " JOIN accounts_user u ON u.id = t.person_id WHERE t.role = 'assessor' AND t.ended_on IS NULL"
            f" AND t.apprenticeship_id IN ({', '.join(['%s'] * len(ids)) or 'NULL'})",
            ids,
        )
    whose = {row["learner"]: row["name"] for row in assessors}
    today = clock.today()
    for row in rows:
        row["by"], row["days"] = whose.get(row["learner"], "Nobody"), (today - row["at"].date()).days
        row["id"], row["learner"], row["at"] = id_of(row["id"]), id_of(row["learner"]), day_of(row["at"])
        row["title"] = json_of(row["title"])["title"]
    return page_of(request, "waiting", places, rows=rows, counts=counts)
