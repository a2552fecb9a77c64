# ruff: noqa: S608  (the parts of these statements are written here; what people send is a parameter)
"""The floors of a piece, its review, the queue and quality assurance."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from tests.load.floor.rows import (
    LABELS,
    Row,
    day_of,
    id_of,
    json_of,
    key_of,
    memberships_of,
    one_of,
    page_of,
    require_sight,
    rows_of,
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
        claim["label"], claim["decided"] = LABELS.get(claim["outcome"], "Waiting"), day_of(claim["decided"])
    for file in files:
        file["id"] = id_of(file["id"])


def piece(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "title state narrative happened apprentice provider apprenticeship name round at by content",
            "SELECT e.title, e.state, e.narrative, e.happened_on, a.apprentice_id, a.provider_id, a.id, u.name,"
            " s.round, s.submitted_at, b.name,"
            " n.content FROM portfolios_evidence e JOIN apprenticeships_apprenticeship a ON a.id = e.apprenticeship_id"
            " JOIN accounts_user u ON u.id = a.apprentice_id JOIN assessments_submission s ON s.evidence_id = e.id"
            " JOIN accounts_user b ON b.id = s.submitted_by_id JOIN assessments_snapshot n ON n.submission_id = s.id"
            " WHERE e.id = %s AND s.withdrawn_at IS NULL ORDER BY s.round DESC",
            [pk],
        )
        require_sight(request, places, head["provider"], head["apprentice"])
        claims = rows_of(
            cursor,
            _CLAIM_NAMES,
            f"{_CLAIMS} JOIN assessments_submission s ON s.id = c.submission_id WHERE s.evidence_id = %s"
            " ORDER BY k.position",
            [pk],
        )
        files = rows_of(
            cursor,
            "id name size words",
            f"{_FILES} JOIN assessments_submission s ON s.id = x.submission_id WHERE s.evidence_id = %s"
            " ORDER BY f.added_at, f.id",
            [pk],
        )
        own = rows_of(
            cursor,
            "code statement why is_met",
            "SELECT k.code, k.statement, c.justification, c.is_met FROM portfolios_claim c"
            " JOIN occupations_ksb k ON k.id = c.ksb_id WHERE c.evidence_id = %s ORDER BY k.position",
            [pk],
        )
    _told(claims, files)
    head["content"], head["at"], head["label"] = json_of(head["content"]), day_of(head["at"]), LABELS[head["state"]]
    head["happened"], is_editable = day_of(head["happened"]), head["state"] == "referred"
    return page_of(
        request,
        "piece",
        places,
        head=head,
        key=str(key),
        learner=id_of(head["apprenticeship"]),
        claims=claims,
        files=files,
        own=own if is_editable else [],
        own_files=files if is_editable else [],
    )


def review(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "apprentice provider apprenticeship name round at content",
            "SELECT a.apprentice_id, a.provider_id, a.id, u.name, s.round, s.submitted_at, n.content"
            " FROM assessments_submission s JOIN portfolios_evidence e ON e.id = s.evidence_id"
            " JOIN apprenticeships_apprenticeship a ON a.id = e.apprenticeship_id"
            " JOIN accounts_user u ON u.id = a.apprentice_id JOIN assessments_snapshot n ON n.submission_id = s.id"
            " WHERE s.id = %s",
            [pk],
        )
        require_sight(request, places, head["provider"], head["apprentice"])
        claims = rows_of(cursor, _CLAIM_NAMES, f"{_CLAIMS} WHERE c.submission_id = %s ORDER BY k.position", [pk])
        files = rows_of(
            cursor, "id name size words", f"{_FILES} WHERE x.submission_id = %s ORDER BY f.added_at, f.id", [pk]
        )
        waiting = one_of(
            cursor,
            "count",
            "SELECT count(*) FROM assessments_submission s JOIN portfolios_evidence e ON e.id = s.evidence_id"
            " JOIN apprenticeships_assignment t ON t.apprenticeship_id = e.apprenticeship_id"
            " WHERE t.person_id = %s AND t.role = 'assessor' AND t.ended_on IS NULL"
            " AND s.finished_at IS NULL AND s.withdrawn_at IS NULL",
            [key_of(request.user.pk)],
        )
    _told(claims, files)
    head["content"], head["at"] = json_of(head["content"]), day_of(head["at"])
    return page_of(
        request,
        "review",
        places,
        head=head,
        key=str(key),
        learner=id_of(head["apprenticeship"]),
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
    person = key_of(request.user.pk)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        count = one_of(cursor, "count", f"SELECT count(*){_QUEUE}", [person])["count"]
        rows = rows_of(
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
        claims = rows_of(
            cursor,
            "id code",
            "SELECT c.submission_id, k.code FROM assessments_submittedclaim c JOIN occupations_ksb k ON k.id = c.ksb_id"
            f" WHERE c.submission_id IN ({', '.join(['%s'] * len(ids)) or 'NULL'}) ORDER BY k.position",
            ids,
        )
        to_confirm = rows_of(
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
        row["id"], row["learner"], row["at"] = id_of(row["id"]), id_of(row["learner"]), day_of(row["at"])
        row["title"] = json_of(row["title"])["title"]
    return page_of(request, "queue", places, rows=rows, count=count, to_confirm=to_confirm)


_TO_CHECK = (
    " FROM assessments_sample x LEFT JOIN assessments_planwithdrawal w ON w.plan_id = x.plan_id"
    " LEFT JOIN assessments_finding f ON f.sample_id = x.id"
    " WHERE x.provider_id = %s AND w.id IS NULL AND f.id IS NULL AND x.assessor_id <> %s"
)
_NEWEST_NOTE = (
    "(SELECT n.kind FROM assessments_findingnote n WHERE n.finding_id = f.id AND n.kind <> 'answer'"
    " ORDER BY n.number DESC LIMIT 1)"
)


def quality(request: HttpRequest) -> HttpResponse:
    person = key_of(request.user.pk)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        provider = places[0]["organisation"]
        counts = one_of(
            cursor,
            "waiting actions found appeals",
            f"SELECT (SELECT count(*){_TO_CHECK}),"
            " (SELECT count(*) FROM assessments_finding f WHERE f.provider_id = %s AND f.result = 'action'"
            f" AND coalesce({_NEWEST_NOTE}, 'opened') = 'opened'),"
            " (SELECT count(*) FROM assessments_finding f WHERE f.provider_id = %s),"
            " (SELECT count(*) FROM assessments_appeal p LEFT JOIN assessments_appealanswer q ON q.appeal_id = p.id"
            " WHERE p.provider_id = %s AND q.id IS NULL)",
            [provider, person, provider, provider, provider],
        )
        rows = rows_of(
            cursor,
            "id code apprentice assessor outcome at",
            "SELECT x.id, k.code, u.name, b.name, d.outcome, d.at"
            + _TO_CHECK.replace(
                " WHERE",
                " JOIN assessments_decision d ON d.id = x.decision_id JOIN accounts_user b ON b.id = d.by_id"
                " JOIN assessments_submittedclaim c ON c.id = d.claim_id JOIN occupations_ksb k ON k.id = c.ksb_id"
                " JOIN apprenticeships_apprenticeship a ON a.id = x.apprenticeship_id"
                " JOIN accounts_user u ON u.id = a.apprentice_id WHERE",
            )
            + " ORDER BY x.at, x.id LIMIT 50",
            [provider, person],
        )
    for row in rows:
        row["id"], row["label"], row["at"] = id_of(row["id"]), LABELS[row["outcome"]], day_of(row["at"])
    return page_of(request, "quality", places, rows=rows, counts=counts)
