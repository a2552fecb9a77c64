# ruff: noqa: S608  (the parts of these statements are written here; what people send is a parameter)
"""The floors of the dashboards: a learner's progress, the overview, the heat map, a caseload, a mentor's people."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from apprenticeships.models import KsbState
from core import clock
from tests.load.floor.overviews import pace_sql, rag_of
from tests.load.floor.rows import (
    IS_SQLITE,
    KINDS,
    LABELS,
    STATES,
    Row,
    day_of,
    id_of,
    key_of,
    memberships_of,
    one_of,
    page_of,
    require_sight,
    rows_of,
)


def _month(column: str) -> str:
    return f"strftime('%%Y-%%m', {column})" if IS_SQLITE else f"to_char({column}, 'YYYY-MM')"


def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "apprentice provider name title reference version started ends expected actual",
            "SELECT a.apprentice_id, a.provider_id, u.name, v.title, s.reference, v.id, a.started_on, a.planned_end_on,"
            f" {pace_sql()} FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " JOIN occupations_standard s ON s.id = v.standard_id WHERE a.id = %s",
            [clock.today(), pk],
        )
        require_sight(request, places, head["provider"], head["apprentice"])
        ksbs = rows_of(
            cursor,
            "code type state statement signed",
            "SELECT k.code, k.type, r.state, k.statement, r.signed_off_at FROM apprenticeships_ksbprogress r"
            " JOIN occupations_ksb k ON k.id = r.ksb_id WHERE r.apprenticeship_id = %s ORDER BY k.position",
            [pk],
        )
        months = rows_of(
            cursor,
            "what month number",
            f"SELECT 'sent', {_month('submitted_at')}, count(*) FROM assessments_submission"
            " WHERE apprenticeship_id = %s AND withdrawn_at IS NULL GROUP BY 2"
            f" UNION ALL SELECT 'decided', {_month('d.at')}, count(*) FROM assessments_decision d"
            " JOIN assessments_submittedclaim c ON c.id = d.claim_id WHERE c.apprenticeship_id = %s GROUP BY 2",
            [pk, pk],
        )
        duties = rows_of(
            cursor,
            "number text code",
            "SELECT d.number, d.text, k.code FROM occupations_duty d JOIN occupations_duty_ksbs x ON x.duty_id = d.id"
            " JOIN occupations_ksb k ON k.id = x.ksb_id WHERE d.version_id = %s ORDER BY d.number, k.position",
            [head["version"]],
        )
    state_of = {row["code"]: row["state"] for row in ksbs}
    by_type: dict[str, Counter[str]] = {}
    for row in ksbs:
        by_type.setdefault(row["type"], Counter())[row["state"]] += 1
    by_duty: dict[int, Row] = {}
    for row in duties:
        duty = by_duty.setdefault(row["number"], {"number": row["number"], "text": row["text"], "states": Counter()})
        duty["states"][state_of.get(row["code"], "")] += 1
    layers = [{"label": LABELS[state], "count": sum(row["state"] == state for row in ksbs)} for state in STATES]
    for row in by_duty.values():
        row["cells"] = [row["states"][state] for state in STATES]
    types = [{"label": KINDS[type_], "cells": [counts[state] for state in STATES]} for type_, counts in by_type.items()]
    head["started"], head["ends"] = day_of(head["started"]), day_of(head["ends"])
    return page_of(
        request,
        "progress",
        places,
        head=head,
        key=str(key),
        layers=layers,
        types=types,
        duties=list(by_duty.values()),
        months=months,
        steps=[row for row in ksbs if row["state"] in ("needs_work", "not_started")][:5],
        ksbs=ksbs,
    )


def overview(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        provider = places[0]["organisation"]
        learners = rows_of(
            cursor,
            "id name status title assessor ends active expected actual",
            "SELECT a.id, u.name, a.status, v.title, x.name, a.planned_end_on, a.last_activity_at,"
            f" {pace_sql()} FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " LEFT JOIN apprenticeships_assignment t ON t.apprenticeship_id = a.id AND t.role = 'assessor'"
            " AND t.ended_on IS NULL LEFT JOIN accounts_user x ON x.id = t.person_id WHERE a.provider_id = %s",
            [today, provider],
        )
        months = rows_of(
            cursor,
            "what month number",
            f"SELECT 'sent', {_month('submitted_at')}, count(*) FROM assessments_submission"
            " WHERE provider_id = %s AND withdrawn_at IS NULL GROUP BY 2"
            f" UNION ALL SELECT 'answered', {_month('finished_at')}, count(*) FROM assessments_submission"
            " WHERE provider_id = %s AND finished_at IS NOT NULL GROUP BY 2"
            f" UNION ALL SELECT 'signed', {_month('at')}, count(*) FROM assessments_signoff WHERE provider_id = %s"
            " GROUP BY 2",
            [provider, provider, provider],
        )
    board: Counter[str] = Counter()
    groups: dict[Any, Counter[str]] = {}
    for row in learners:
        row["gap"] = None if row["actual"] is None else row["actual"] - row["expected"]
        row["rag"], row["label"] = rag_of(row["gap"])
        board[row["label"]] += 1
        groups.setdefault(row["assessor"], Counter())[row["label"]] += 1
    worries = sorted(learners, key=lambda row: row["gap"] or 0)[:5]
    for row in worries:
        row["id"], row["ends"] = id_of(row["id"]), day_of(row["ends"])
    names = ("Ahead", "On track", "At risk", "Behind")
    return page_of(
        request,
        "overview",
        places,
        board=[{"label": name, "count": board[name]} for name in names],
        worries=worries,
        months=months,
        groups=[{"name": name, "cells": [counts[one] for one in names]} for name, counts in groups.items()],
    )


def heat_map(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        provider = places[0]["organisation"]
        versions = rows_of(
            cursor,
            "id title learners",
            "SELECT v.id, v.title, count(*) FROM apprenticeships_apprenticeship a"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id WHERE a.provider_id = %s"
            " GROUP BY v.id, v.title ORDER BY 3 DESC",
            [provider],
        )
        chosen = versions[0]["id"]
        cells = rows_of(
            cursor,
            "ksb month every some",
            f"SELECT r.ksb_id, {_month('a.started_on')}, count(*),"
            f" count(CASE WHEN r.state = '{KsbState.SIGNED_OFF.value}' THEN 1 END) FROM apprenticeships_ksbprogress r"
            " JOIN apprenticeships_apprenticeship a ON a.id = r.apprenticeship_id WHERE a.provider_id = %s"
            " AND a.standard_version_id = %s AND a.status IN ('on_programme', 'gateway') GROUP BY 1, 2",
            [provider, chosen],
        )
        ksbs = rows_of(
            cursor,
            "id code statement",
            "SELECT id, code, statement FROM occupations_ksb WHERE version_id = %s ORDER BY position",
            [chosen],
        )
    shares = {(row["ksb"], row["month"]): f"{row['some'] * 100 // row['every']}%" for row in cells}
    months = sorted({row["month"] for row in cells})[-12:]
    rows = [{**row, "cells": [shares.get((row["id"], month), "–") for month in months]} for row in ksbs]
    for row in rows:
        row["id"] = id_of(row["id"])
    for row in versions:
        row["id"] = id_of(row["id"])
    return page_of(request, "heat_map", places, versions=versions, months=months, rows=rows)


_MINE = " JOIN apprenticeships_assignment t ON t.apprenticeship_id = a.id AND t.ended_on IS NULL AND t.person_id = %s"


def caseload(request: HttpRequest) -> HttpResponse:
    today, person = clock.today(), key_of(request.user.pk)
    states = " ".join(KsbState.handed_in())
    counters = ", ".join(f"a.{state.counter}" for state in KsbState.handed_in())
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        rows = rows_of(
            cursor,
            f"id name status reference version title {states} expected actual active ends",
            f"SELECT a.id, u.name, a.status, s.reference, v.version, v.title, {counters}, {pace_sql()},"
            f" a.last_activity_at, a.planned_end_on FROM apprenticeships_apprenticeship a{_MINE}"
            " JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " JOIN occupations_standard s ON s.id = v.standard_id"
            " ORDER BY a.submitted_count DESC, a.met_count DESC, a.id LIMIT 50",
            [today, person],
        )
        waiting = one_of(
            cursor,
            "reviews since",
            "SELECT count(*), min(x.submitted_at) FROM assessments_submission x"
            f" JOIN apprenticeships_apprenticeship a ON a.id = x.apprenticeship_id{_MINE}"
            " WHERE x.finished_at IS NULL AND x.withdrawn_at IS NULL",
            [person],
        )
        to_sign = one_of(
            cursor,
            "count",
            "SELECT count(DISTINCT a.id) FROM apprenticeships_ksbprogress x"
            f" JOIN apprenticeships_apprenticeship a ON a.id = x.apprenticeship_id{_MINE} WHERE x.state = 'met'",
            [person],
        )
    for row in rows:
        gap = None if row["actual"] is None else row["actual"] - row["expected"]
        row["rag"], row["label"] = rag_of(gap)
        row["counts"] = [(state, LABELS[state], row[state]) for state in states.split()]
        row["gap"] = "" if gap is None else f"{gap:+.0f}"
        row["expected"], row["actual"] = f"{row['expected']:.0f}", f"{row['actual'] or 0:.0f}"
        row["id"], row["active"], row["ends"] = id_of(row["id"]), day_of(row["active"]), day_of(row["ends"])
        row["assessor"] = request.user.name
    return page_of(
        request, "caseload", places, rows=rows, learners=len(rows), waiting=waiting["reviews"], to_sign=to_sign["count"]
    )


def my_people(request: HttpRequest) -> HttpResponse:
    today, person = clock.today(), key_of(request.user.pk)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        count = one_of(cursor, "count", f"SELECT count(*) FROM apprenticeships_apprenticeship a{_MINE}", [person])[
            "count"
        ]
        rows = rows_of(
            cursor,
            "id name status title assessor expected actual active ends",
            f"SELECT a.id, u.name, a.status, v.title, x.name, {pace_sql()}, a.last_activity_at, a.planned_end_on"
            f" FROM apprenticeships_apprenticeship a{_MINE} JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " LEFT JOIN apprenticeships_assignment y ON y.apprenticeship_id = a.id AND y.role = 'assessor'"
            " AND y.ended_on IS NULL LEFT JOIN accounts_user x ON x.id = y.person_id"
            " ORDER BY a.submitted_count DESC, a.met_count DESC, a.id LIMIT 50",
            [today, person],
        )
        asked = rows_of(
            cursor,
            "purpose at expires name",
            "SELECT purpose, asked_at, expires_at, name FROM signing_link"
            " WHERE email = %s AND signed_at IS NULL AND revoked_at IS NULL AND expires_at > %s",
            [request.user.email, clock.now()],
        )
        to_sign = rows_of(
            cursor,
            "id at kind name",
            "SELECT v.id, v.at, v.kind, u.name FROM programme_signedversion v"
            f" JOIN apprenticeships_apprenticeship a ON a.id = v.apprenticeship_id{_MINE}"
            " JOIN accounts_user u ON u.id = a.apprentice_id"
            " WHERE NOT EXISTS (SELECT 1 FROM programme_signedversion w"
            " WHERE w.about = v.about AND w.kind = v.kind AND w.number > v.number)"
            " AND NOT EXISTS (SELECT 1 FROM programme_partysignature s"
            " WHERE s.version_id = v.id AND s.party = 'employer') ORDER BY v.at",
            [person],
        )
    for row in rows:
        row["rag"], row["label"] = rag_of(None if row["actual"] is None else row["actual"] - row["expected"])
        row["expected"], row["actual"] = f"{row['expected']:.0f}", f"{row['actual'] or 0:.0f}"
        row["id"], row["active"], row["ends"] = id_of(row["id"]), day_of(row["active"]), day_of(row["ends"])
    return page_of(request, "my_people", places, rows=rows, count=count, asked=asked, to_sign=to_sign)
