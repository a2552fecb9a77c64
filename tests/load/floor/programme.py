# ruff: noqa: S608  (the parts of these statements are written here; what people send is a parameter)
"""The floors of hours, sessions, progress reviews, observations and a file of learners."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest, HttpResponse

from core import clock
from tests.load.floor.rows import (
    IS_SQLITE,
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


def _learner(cursor: CursorWrapper, request: HttpRequest, places: list[Row], pk: Any) -> Row:
    head = one_of(
        cursor,
        "name apprentice provider version started ends planned minutes waiting away",
        "SELECT u.name, a.apprentice_id, a.provider_id, a.standard_version_id, a.started_on, a.planned_end_on,"
        " a.planned_hours, a.off_the_job_minutes, a.off_the_job_waiting_minutes, a.break_days"
        " FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id WHERE a.id = %s",
        [pk],
    )
    require_sight(request, places, head["provider"], head["apprentice"])
    head["started"], head["ends"] = day_of(head["started"]), day_of(head["ends"])
    return head


def hours(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = _learner(cursor, request, places, pk)
        count = one_of(
            cursor, "count", "SELECT count(*) FROM programme_offthejobentry WHERE apprenticeship_id = %s", [pk]
        )["count"]
        rows = rows_of(
            cursor,
            "id day minutes kind counts note deliverer deliverer_name ksbs by confirmed",
            "SELECT e.id, e.happened_on, e.minutes, e.kind, e.counts, e.note, e.deliverer, d.name, e.ksbs, b.name,"
            " c.name FROM programme_offthejobentry e JOIN accounts_user b ON b.id = e.by_id"
            " LEFT JOIN accounts_user d ON d.id = e.delivered_by_id"
            " LEFT JOIN programme_hoursconfirmation h ON h.entry_id = e.id LEFT JOIN accounts_user c ON c.id = h.by_id"
            " WHERE e.apprenticeship_id = %s AND NOT e.is_removal"
            " AND NOT EXISTS (SELECT 1 FROM programme_offthejobentry r WHERE r.replaces_id = e.id)"
            " ORDER BY e.happened_on DESC, e.id LIMIT 50",
            [pk],
        )
        ksbs = rows_of(
            cursor,
            "id code statement",
            "SELECT id, code, statement FROM occupations_ksb WHERE version_id = %s ORDER BY position",
            [head["version"]],
        )
    codes = {id_of(row["id"]): row["code"] for row in ksbs}
    for row in rows:
        row["id"], row["day"] = id_of(row["id"]), day_of(row["day"])
        row["time"] = f"{row['minutes'] // 60} h {row['minutes'] % 60:02d}"
        row["codes"] = [codes[one] for one in json_of(row["ksbs"])]
    return page_of(request, "hours", places, head=head, key=str(key), count=count, rows=rows, ksbs=ksbs)


def sessions(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        provider = places[0]["organisation"]
        count = one_of(
            cursor, "count", "SELECT count(*) FROM programme_trainingsession WHERE provider_id = %s", [provider]
        )["count"]
        rows = rows_of(
            cursor,
            "id day title minutes trainer",
            "SELECT s.id, s.happened_on, s.title, s.minutes, u.name FROM programme_trainingsession s"
            " JOIN accounts_user u ON u.id = s.trainer_id WHERE s.provider_id = %s"
            " ORDER BY s.happened_on DESC, s.id LIMIT 50",
            [provider],
        )
    for row in rows:
        row["id"], row["day"] = id_of(row["id"]), day_of(row["day"])
        row["time"] = f"{row['minutes'] // 60} h {row['minutes'] % 60:02d}"
    return page_of(request, "sessions", places, count=count, rows=rows)


def session(request: HttpRequest, key: UUID) -> HttpResponse:
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "title day minutes trainer",
            "SELECT s.title, s.happened_on, s.minutes, u.name FROM programme_trainingsession s"
            " JOIN accounts_user u ON u.id = s.trainer_id WHERE s.id = %s AND s.provider_id = %s",
            [key_of(key), places[0]["organisation"]],
        )
        rows = rows_of(
            cursor,
            "learner name present reason by",
            "SELECT t.apprenticeship_id, u.name, t.is_present, t.reason, b.name FROM programme_attendance t"
            " JOIN apprenticeships_apprenticeship a ON a.id = t.apprenticeship_id"
            " JOIN accounts_user u ON u.id = a.apprentice_id JOIN accounts_user b ON b.id = t.by_id"
            " WHERE t.session_id = %s"
            " AND NOT EXISTS (SELECT 1 FROM programme_attendance r WHERE r.replaces_id = t.id) ORDER BY u.name",
            [key_of(key)],
        )
    head["day"] = day_of(head["day"])
    for row in rows:
        row["learner"] = id_of(row["learner"])
    there = sum(bool(row["present"]) for row in rows)
    return page_of(request, "session", places, head=head, key=str(key), rows=rows, present=there)


def reviews(request: HttpRequest) -> HttpResponse:
    due = "date(coalesce(h.held_on, a.started_on), '+3 months')"
    if not IS_SQLITE:
        due = "(coalesce(h.held_on, a.started_on) + interval '3 months')::date"
    whose = (
        " FROM apprenticeships_apprenticeship a LEFT JOIN (SELECT apprenticeship_id, max(held_on) AS held_on"
        "  FROM programme_progressreview WHERE cancelled_at IS NULL GROUP BY apprenticeship_id) h"
        "  ON h.apprenticeship_id = a.id"
        " LEFT JOIN programme_progressreview p ON p.apprenticeship_id = a.id AND p.issued_at IS NULL"
        "  AND p.cancelled_at IS NULL"
        " WHERE a.provider_id = %s AND a.status IN ('on_programme', 'break')"
    )
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        provider, today = places[0]["organisation"], clock.today()
        counts = one_of(
            cursor,
            "every overdue planned",
            f"SELECT count(*), count(CASE WHEN {due} < %s THEN 1 END), count(p.id){whose}",
            [today, provider],
        )
        rows = rows_of(
            cursor,
            "id name due last planned planned_on held",
            f"SELECT a.id, u.name, {due}, h.held_on, p.id, p.planned_on, p.held_on"
            + whose.replace(" WHERE a.", " JOIN accounts_user u ON u.id = a.apprentice_id WHERE a.")
            + " ORDER BY 3, u.name LIMIT 50",
            [provider],
        )
        crowded = rows_of(
            cursor,
            "day title count",
            "SELECT r.held_on, v.title, count(*) FROM programme_progressreview r"
            " JOIN apprenticeships_apprenticeship a ON a.id = r.apprenticeship_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id WHERE r.provider_id = %s"
            " AND r.held_on > %s AND r.cancelled_at IS NULL GROUP BY r.held_on, v.title HAVING count(*) > 6",
            [provider, today.replace(year=today.year - 1)],
        )
    for row in rows:
        row["id"], row["planned"] = id_of(row["id"]), id_of(row["planned"]) if row["planned"] else ""
        for name in ("due", "last", "planned_on"):
            row[name] = day_of(row[name])
    return page_of(request, "reviews", places, counts=counts, rows=rows, crowded=crowded)


_REVIEWS = (
    "SELECT r.id, r.planned_on, r.held_on, r.issued_at, r.cancelled_at, r.cancel_reason, count(s.id)"
    " FROM programme_progressreview r LEFT JOIN programme_signedversion v ON v.about = r.id"
    " AND NOT EXISTS (SELECT 1 FROM programme_signedversion w WHERE w.about = r.id AND w.number > v.number)"
    " LEFT JOIN programme_partysignature s ON s.version_id = v.id WHERE r.apprenticeship_id = %s"
    " GROUP BY r.id, r.planned_on, r.held_on, r.issued_at, r.cancelled_at, r.cancel_reason, r.planned_at"
    " ORDER BY r.planned_at DESC"
)


def learner_reviews(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = _learner(cursor, request, places, pk)
        rows = rows_of(cursor, "id planned held issued cancelled reason signatures", _REVIEWS, [pk])
        rhythms = rows_of(
            cursor,
            "months reason",
            "SELECT months, reason FROM programme_reviewrhythm WHERE apprenticeship_id = %s ORDER BY at DESC LIMIT 1",
            [pk],
        )
    for row in rows:
        row["id"], row["day"] = id_of(row["id"]), day_of(row["held"] or row["planned"])
        row["state"] = "Planned" if not row["held"] else "Signed by all three" if row["signatures"] > 2 else "Waiting"
    return page_of(request, "learner_reviews", places, head=head, key=str(key), rows=rows, rhythms=rhythms)


def _review(cursor: CursorWrapper, request: HttpRequest, places: list[Row], pk: Any) -> Row:
    head = one_of(
        cursor,
        "learner apprentice provider name planned held issued due since started",
        "SELECT r.apprenticeship_id, a.apprentice_id, a.provider_id, u.name, r.planned_on, r.held_on, r.issued_at,"
        " r.due_on, (SELECT max(o.held_on) FROM programme_progressreview o WHERE o.id <> r.id"
        "  AND o.apprenticeship_id = r.apprenticeship_id AND o.cancelled_at IS NULL), a.started_on"
        " FROM programme_progressreview r JOIN apprenticeships_apprenticeship a ON a.id = r.apprenticeship_id"
        " JOIN accounts_user u ON u.id = a.apprentice_id WHERE r.id = %s",
        [pk],
    )
    require_sight(request, places, head["provider"], head["apprentice"])
    head["day"] = day_of(head["held"] or head["planned"])
    return head


def review(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = _review(cursor, request, places, pk)
        versions = rows_of(
            cursor,
            "number content at by",
            "SELECT v.number, v.content, v.at, u.name FROM programme_signedversion v"
            " JOIN accounts_user u ON u.id = v.by_id WHERE v.about = %s ORDER BY v.number",
            [pk],
        )
        signatures = rows_of(
            cursor,
            "party name statement at",
            "SELECT s.party, s.name, s.statement, s.at FROM programme_partysignature s"
            " JOIN programme_signedversion v ON v.id = s.version_id WHERE v.about = %s ORDER BY s.at",
            [pk],
        )
    content = json_of(versions[-1]["content"])
    for row in signatures:
        row["at"] = day_of(row["at"])
    return page_of(
        request,
        "review_signed",
        places,
        head=head,
        key=str(key),
        learner=id_of(head["learner"]),
        shared=content["shared"],
        hidden=content["hidden"],
        signatures=signatures,
    )


def review_write(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = _review(cursor, request, places, pk)
        notes = rows_of(cursor, "words", "SELECT words FROM programme_reviewnotes WHERE review_id = %s", [pk])
        ksbs = rows_of(
            cursor,
            "code state signed decided",
            "SELECT k.code, r.state, r.signed_off_at, r.newest_decided_at FROM apprenticeships_ksbprogress r"
            " JOIN occupations_ksb k ON k.id = r.ksb_id WHERE r.apprenticeship_id = %s ORDER BY k.position",
            [head["learner"]],
        )
        before = rows_of(
            cursor,
            "content",
            "SELECT v.content FROM programme_signedversion v JOIN programme_progressreview r ON r.id = v.about"
            " WHERE v.apprenticeship_id = %s AND r.id <> %s ORDER BY r.held_on DESC, v.number DESC LIMIT 1",
            [head["learner"], pk],
        )
    shared = json_of(before[0]["content"])["shared"] if before else {"actions": [], "sections": []}
    by_state: dict[str, list[str]] = {}
    for row in ksbs:
        by_state.setdefault(row["state"], []).append(row["code"])
    states = [{"state": state, "codes": ", ".join(codes)} for state, codes in by_state.items()]
    return page_of(
        request,
        "review_write",
        places,
        head=head,
        key=str(key),
        learner=id_of(head["learner"]),
        words=json_of(notes[0]["words"]) if notes else {},
        states=states,
        actions=shared["actions"],
        sections=shared["sections"],
    )


def learners_import(request: HttpRequest, key: UUID) -> HttpResponse:
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "name found",
            "SELECT file_name, found FROM apprenticeships_learnerimport WHERE id = %s AND uploaded_by_id = %s",
            [key_of(key), key_of(request.user.pk)],
        )
    found = json_of(head["found"])
    return page_of(request, "learners_import", places, head=head, key=str(key), found=found, rows=found["new"])


def observation(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "title narrative happened revision apprentice provider version name",
            "SELECT e.title, e.narrative, e.happened_on, e.revision, a.apprentice_id, a.provider_id,"
            " a.standard_version_id, u.name FROM portfolios_evidence e"
            " JOIN apprenticeships_apprenticeship a ON a.id = e.apprenticeship_id"
            " JOIN accounts_user u ON u.id = a.apprentice_id WHERE e.id = %s",
            [pk],
        )
        require_sight(request, places, head["provider"], head["apprentice"])
        ksbs = rows_of(
            cursor,
            "id code statement claimed",
            "SELECT k.id, k.code, k.statement, c.id IS NOT NULL FROM occupations_ksb k"
            " LEFT JOIN portfolios_claim c ON c.ksb_id = k.id AND c.evidence_id = %s WHERE k.version_id = %s"
            " ORDER BY k.position",
            [pk, head["version"]],
        )
        files = rows_of(
            cursor,
            "id name size",
            "SELECT id, name, size_bytes FROM portfolios_evidencefile WHERE evidence_id = %s AND removed_at IS NULL",
            [pk],
        )
        markers = rows_of(
            cursor,
            "code file start",
            "SELECT k.code, f.name, m.starts_ms FROM portfolios_marker m JOIN occupations_ksb k ON k.id = m.ksb_id"
            " JOIN portfolios_evidencefile f ON f.id = m.file_id WHERE f.evidence_id = %s",
            [pk],
        )
    for row in ksbs:
        row["id"] = id_of(row["id"])
    head["happened"] = str(head["happened"] or "")
    return page_of(request, "observation", places, head=head, key=str(key), ksbs=ksbs, files=files, markers=markers)
