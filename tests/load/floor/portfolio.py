# ruff: noqa: S608  (the parts of these statements are written here; what people send is a parameter)
"""The floors of what one learner has: their page, a KSB, their evidence, the form of a piece."""

from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from apprenticeships.models import KsbState
from core import clock
from tests.load.floor.rows import (
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


def learner(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "apprentice name provider provider_name employer started ends signed all active reference title version",
            "SELECT a.apprentice_id, u.name, a.provider_id, p.name, e.name, a.started_on, a.planned_end_on,"
            f" a.{KsbState.SIGNED_OFF.counter}, a.ksb_count, a.last_activity_at, s.reference, v.title, v.version"
            " FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN accounts_organisation p ON p.id = a.provider_id"
            " LEFT JOIN accounts_organisation e ON e.id = a.employer_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id"
            " JOIN occupations_standard s ON s.id = v.standard_id WHERE a.id = %s",
            [pk],
        )
        require_sight(request, places, head["provider"], head["apprentice"])
        tiles = rows_of(
            cursor,
            "state type code statement",
            "SELECT r.state, k.type, k.code, k.statement FROM apprenticeships_ksbprogress r"
            " JOIN occupations_ksb k ON k.id = r.ksb_id WHERE r.apprenticeship_id = %s ORDER BY k.position",
            [pk],
        )
        people = rows_of(
            cursor,
            "role name",
            "SELECT t.role, u.name FROM apprenticeships_assignment t JOIN accounts_user u ON u.id = t.person_id"
            " WHERE t.apprenticeship_id = %s AND t.ended_on IS NULL",
            [pk],
        )
        pieces = rows_of(
            cursor,
            "id title state changed",
            "SELECT id, title, state, changed_at FROM portfolios_evidence"
            " WHERE apprenticeship_id = %s AND discarded_at IS NULL ORDER BY changed_at DESC, id LIMIT 30",
            [pk],
        )
    started, ends = head["started"], head["ends"]
    head["expected"] = min(100, max(0, 100 * (clock.today() - started).days // (ends - started).days))
    head["actual"] = 100 * head["signed"] // head["all"]
    head["started"], head["ends"], head["active"] = (
        day_of(head["started"]),
        day_of(head["ends"]),
        day_of(head["active"]),
    )
    totals = dict.fromkeys(STATES, 0)
    groups: dict[str, list[Row]] = {}
    for tile in tiles:
        totals[tile["state"]] += 1
        tile["label"], tile["start"] = LABELS[tile["state"]], tile["statement"][:90]
        groups.setdefault(tile["type"], []).append(tile)
    for piece in pieces:
        piece["id"], piece["label"], piece["changed"] = (
            id_of(piece["id"]),
            LABELS[piece["state"]],
            day_of(piece["changed"]),
        )
    return page_of(
        request,
        "learner",
        places,
        head=head,
        key=str(key),
        people=people,
        totals=[{"state": state, "label": LABELS[state], "count": count} for state, count in totals.items()],
        groups=[
            {"label": KINDS[type_], "tiles": tiles, "done": sum(tile["state"] == KsbState.SIGNED_OFF for tile in tiles)}
            for type_, tiles in groups.items()
        ],
        referred=[piece for piece in pieces if piece["state"] == "referred"][:5],
        drafts=[piece for piece in pieces if piece["state"] == "draft"][:5],
        recent=[piece for piece in pieces if piece["state"] != "draft"][:8],
    )


def ksb(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "ksb apprentice provider name code type statement state",
            "SELECT k.id, a.apprentice_id, a.provider_id, u.name, k.code, k.type, k.statement, r.state"
            " FROM apprenticeships_apprenticeship a JOIN accounts_user u ON u.id = a.apprentice_id"
            " JOIN occupations_ksb k ON k.version_id = a.standard_version_id AND k.code = %s"
            " JOIN apprenticeships_ksbprogress r ON r.ksb_id = k.id AND r.apprenticeship_id = a.id WHERE a.id = %s",
            [code, key_of(key)],
        )
        require_sight(request, places, head["provider"], head["apprentice"])
        claims = rows_of(
            cursor,
            "why piece title round at by outcome feedback decided decider",
            "SELECT c.justification, e.id, e.title, s.round, s.submitted_at, u.name, d.outcome, d.feedback, d.at,"
            " du.name FROM assessments_submittedclaim c JOIN assessments_submission s ON s.id = c.submission_id"
            " JOIN portfolios_evidence e ON e.id = s.evidence_id JOIN accounts_user u ON u.id = s.submitted_by_id"
            " LEFT JOIN assessments_decision d ON d.claim_id = c.id LEFT JOIN accounts_user du ON du.id = d.by_id"
            " WHERE c.apprenticeship_id = %s AND c.ksb_id = %s AND s.withdrawn_at IS NULL ORDER BY s.submitted_at DESC",
            [key_of(key), head["ksb"]],
        )
        sign_offs = rows_of(
            cursor,
            "at by withdrawn reason",
            "SELECT f.at, u.name, w.at, w.reason FROM assessments_signoff f JOIN accounts_user u ON u.id = f.by_id"
            " LEFT JOIN assessments_signoffwithdrawal w ON w.sign_off_id = f.id"
            " WHERE f.apprenticeship_id = %s AND f.ksb_id = %s ORDER BY f.at DESC",
            [key_of(key), head["ksb"]],
        )
        drafts = rows_of(
            cursor,
            "why piece title state",
            "SELECT c.justification, e.id, e.title, e.state FROM portfolios_claim c"
            " JOIN portfolios_evidence e ON e.id = c.evidence_id WHERE e.apprenticeship_id = %s AND c.ksb_id = %s"
            " AND e.state IN ('draft', 'referred') AND e.discarded_at IS NULL AND NOT c.is_met",
            [key_of(key), head["ksb"]],
        )
    head["label"], head["kind"] = LABELS[head["state"]], KINDS[head["type"]]
    history = []
    for row in claims:
        row["piece"], row["label"] = id_of(row["piece"]), LABELS.get(row["outcome"], "Waiting")
        history.append({"at": row["at"], "words": f"{row['by']} submitted “{row['title']}”, round {row['round']}."})
        if row["outcome"]:
            words = f"{row['decider']} decided: {row['label']}, on “{row['title']}”."
            history.append({"at": row["decided"], "words": words})
    history += [{"at": row["at"], "words": f"{row['by']} signed it off."} for row in sign_offs]
    history.sort(key=lambda line: line["at"], reverse=True)
    for line in history:
        line["at"] = day_of(line["at"])
    for row in drafts:
        row["piece"], row["label"] = id_of(row["piece"]), LABELS[row["state"]]
    for row in sign_offs:
        row["at"] = day_of(row["at"])
    return page_of(
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
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "apprentice provider version_id title version",
            "SELECT a.apprentice_id, a.provider_id, v.id, v.title, v.version FROM apprenticeships_apprenticeship a"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id WHERE a.id = %s",
            [pk],
        )
        require_sight(request, places, head["provider"], head["apprentice"])
        pieces = rows_of(
            cursor,
            "id title kind state changed discarded claims files",
            "SELECT e.id, e.title, e.kind, e.state, e.changed_at, e.discarded_at,"
            " (SELECT count(*) FROM portfolios_claim c WHERE c.evidence_id = e.id),"
            " (SELECT count(*) FROM portfolios_evidencefile f WHERE f.evidence_id = e.id AND f.removed_at IS NULL)"
            " FROM portfolios_evidence e WHERE e.apprenticeship_id = %s"
            " ORDER BY e.is_showcase DESC, e.changed_at DESC, e.id LIMIT 50",
            [pk],
        )
        ksbs = rows_of(
            cursor,
            "code statement",
            "SELECT code, statement FROM occupations_ksb WHERE version_id = %s ORDER BY position",
            [head["version_id"]],
        )
    for piece in pieces:
        piece["id"], piece["label"], piece["changed"] = (
            id_of(piece["id"]),
            LABELS[piece["state"]],
            day_of(piece["changed"]),
        )
    return page_of(request, "evidence_list", places, head=head, key=str(key), pieces=pieces, ksbs=ksbs)


def evidence_form(request: HttpRequest, key: UUID) -> HttpResponse:
    pk = key_of(key)
    with connection.cursor() as cursor:
        places = memberships_of(cursor, request)
        head = one_of(
            cursor,
            "id title kind narrative answers happened state revision showcase apprentice provider apprenticeship"
            " version standard",
            "SELECT e.id, e.title, e.kind, e.narrative, e.answers, e.happened_on, e.state, e.revision, e.is_showcase,"
            " a.apprentice_id, a.provider_id, a.id, v.id, v.title FROM portfolios_evidence e"
            " JOIN apprenticeships_apprenticeship a ON a.id = e.apprenticeship_id"
            " JOIN occupations_standardversion v ON v.id = a.standard_version_id WHERE e.id = %s",
            [pk],
        )
        require_sight(request, places, None, head["apprentice"])
        ksbs = rows_of(
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
        files = rows_of(
            cursor,
            "id name size sha added",
            "SELECT id, name, size_bytes, sha256, added_at FROM portfolios_evidencefile"
            " WHERE evidence_id = %s AND removed_at IS NULL ORDER BY added_at, id",
            [pk],
        )
        duties = rows_of(
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
        file["id"], file["added"], file["short"] = id_of(file["id"]), day_of(file["added"]), file["sha"][:8]
    head["happened"] = str(head["happened"] or "")
    return page_of(
        request,
        "evidence_form",
        places,
        head=head,
        key=str(key),
        learner=id_of(head["apprenticeship"]),
        groups=[{"label": KINDS[type_], "rows": rows} for type_, rows in groups.items()],
        files=files,
        duties=list(by_duty.values()),
    )
