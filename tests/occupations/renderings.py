"""One standard written out as each source that people copy from would show it, for holding what is read against it."""

import csv
import html
from io import StringIO

from occupations.importing.draft import DutyDraft, KsbDraft, StandardDraft

KINDS = {
    "K": "Knowledge",
    "S": "Skills",
    "B": "Behaviours",
    "TK": "Technical knowledge",
    "TS": "Technical skills",
    "ESB": "Employability skills and behaviours",
}


def by_kind(draft: StandardDraft) -> dict[str, list[KsbDraft]]:
    """The KSBs of a draft by type, in order."""
    return {kind: ksbs for kind in KINDS if (ksbs := [ksb for ksb in draft.ksbs or [] if ksb.type == kind])}


def codes_by_kind(duty: DutyDraft) -> list[str]:
    """The codes of a duty, those of each type together."""
    rows: dict[str, list[str]] = {}
    for code in duty.ksb_codes:
        rows.setdefault(code.rstrip("0123456789"), []).append(code)
    return [" ".join(codes) for codes in rows.values()]


def flat(text: str) -> str:
    """A statement on one line, as a page shows it."""
    return " ".join(text.split())


def saved_page(draft: StandardDraft, line_end: str = "\n") -> str:
    """The standard's page as a browser saves it: with the site around it, scripts, and a link behind each KSB."""
    escaped = html.escape
    duties = "".join(
        f"<tr><td><p><strong>Duty {duty.number}</strong> {escaped(flat(duty.text))}</p></td><td>"
        + "".join(
            f"<p>{' '.join(f'<a href=#{code}>{code}</a>' for code in row.split())}</p>" for row in codes_by_kind(duty)
        )
        + "</td></tr>\n"
        for duty in draft.duties or []
    )
    ksbs = "".join(
        f"<h4>{KINDS[kind]}</h4>\n"
        + "".join(
            f'<p id="{ksb.code}"><strong>{ksb.code}</strong>: {escaped(flat(ksb.statement))} '
            f'<a href="#">Back to Duty</a></p>\n'
            for ksb in ksbs
        )
        for kind, ksbs in by_kind(draft).items()
    )
    jobs = "".join(f"<li>{escaped(title)}</li>" for title in draft.job_titles or [])
    address = f"https://skillsengland.education.gov.uk/apprenticeships/{draft.reference}-v{draft.version}"
    page = f"""<!DOCTYPE html>
<!-- saved from url=(0070){address.lower().replace("-v1.", "-v1-")} -->
<html lang="en"><head><meta charset="utf-8"><title>{escaped(draft.title or "")} / Skills England</title>
<style>p > a {{ color: red }}</style>
<script>if (1 < 2 && "<h1>K1: not a heading</h1>") {{ document.write("<p>S99: no</p>") }}</script></head>
<body><nav><ul><li>Home</li><li>Knowledge</li><li>Level 9</li></ul></nav>
<header><p>Cookies on this site</p><button>Accept</button></header>
<main><h1>{escaped(draft.title or "")}</h1>
<h2>Key information</h2><ol>
<li><strong>Status:</strong> Approved for delivery (available for starts)</li>
<li><strong>Reference:</strong> {draft.reference}</li><li><strong>Version:</strong> {draft.version}</li>
<li><strong>Level:</strong> {draft.level}</li>
<li><strong>Typical duration to gateway:</strong> {draft.typical_duration_months or 12} months</li>
<li>Maximum funding: £{draft.maximum_funding_pounds or 5000:,}</li><li>Route: {escaped(draft.route or "Digital")}</li>
<li>Integration: None</li><li>Date updated: 01/02/2026</li><li>Lars code: 57</li><li>EQA provider: Ofqual</li></ol>
<h2>Contents</h2><ul><li><a href="#a">Occupation summary</a></li><li>Duties</li><li>KSBs</li><li>Version log</li></ul>
<h2>Details of the occupational standard</h2><h3>Occupation summary</h3><p>This occupation is found everywhere.</p>
<p>It is about work.</p><h3>Typical job titles</h3><ul>{jobs}</ul>
<h3>Occupation duties</h3><table><thead><tr><th>Duty</th><th>KSBs</th></tr></thead><tbody>{duties}</tbody></table>
<h3>KSBs</h3>{ksbs}
<h3>Qualifications</h3><h4>English and Maths</h4><p>Level 2 English.</p>
<h3>Professional recognition</h3><p>This standard aligns with the following professional recognition:</p>
<ul><li>The Guild for full membership</li></ul>
<h3>Version log</h3><table><tr><th>Version</th><th>Change detail</th><th>Earliest start date</th>
<th>Latest start date</th>
</tr><tr><td>{draft.version}</td><td>Approved for delivery</td><td>01/02/2024</td><td>Not set</td></tr></table></main>
<footer><h2>Skills</h2><ul><li>K1: Crown copyright</li></ul></footer></body></html>
"""
    return page.replace("\n", line_end)


def copied_page(draft: StandardDraft, is_tabbed: bool = True) -> str:
    """The same page as text: the cells of a table with tabs between them, or each on a line of its own."""
    duties = []
    for duty in draft.duties or []:
        rows = codes_by_kind(duty)
        if is_tabbed:
            duties.append(f"Duty {duty.number} {flat(duty.text)}\t{rows[0] if rows else ''}")
            duties += [row for code in rows[1:] for row in ("", code)]
        else:
            duties += [f"Duty {duty.number} {flat(duty.text)}", "", *rows, ""]
    ksbs = []
    for kind, items in by_kind(draft).items():
        ksbs += [KINDS[kind], ""]
        ksbs += [line for ksb in items for line in (f"{ksb.code}: {flat(ksb.statement)} Back to Duty", "")]
    return "\n".join(
        [
            draft.title or "",
            "",
            "Key information",
            "",
            "  1. Status: Approved for delivery (available for starts)",
            f"  2. Reference: {draft.reference}",
            f"  3. Version: {draft.version}",
            f"  4. Level: {draft.level}",
            "  5. Typical duration to gateway: 12 months",
            "",
            "Contents",
            "Content loading...",
            "Occupation summary",
            "",
            "This occupation is found everywhere.",
            "",
            "Typical job titles",
            *(draft.job_titles or []),
            "",
            "Duties" if not is_tabbed else "Occupation duties",
            *(["Duty\tKSBs"] if is_tabbed else ["Duty", "KSBs"]),
            *duties,
            "",
            "KSBs",
            "",
            *ksbs,
            "Qualifications",
            "English and maths",
            "Level 2 English.",
            "",
            "Version log",
            "",
            "Version Change detail Earliest start date Latest start date",
            f"{draft.version} Approved for delivery 01/02/2024 Not set",
            "",
            "Crown copyright © 2026. You may re-use this information.",
        ]
    )


def markdown(draft: StandardDraft) -> str:
    """A list made by hand: a heading for each code, and the text under it."""
    lines = ["# KSBs", ""]
    for kind, ksbs in by_kind(draft).items():
        lines += [f"## {KINDS[kind]}"]
        lines += [line for ksb in ksbs for line in (f"### {ksb.code}", flat(ksb.statement))]
        lines += ["", "---", ""]
    return "\n".join(lines)


def course_page(draft: StandardDraft, mark: str = "- ") -> str:
    """A course page: statements as bullets under headings, without codes."""
    lines = [f"{draft.title} (level {draft.level})", "", "Overview of the role", "Doing the work.", ""]
    for kind, ksbs in by_kind(draft).items():
        lines += [KINDS[kind], "", *(f"{mark}{flat(ksb.statement)}" for ksb in ksbs), ""]
    return "\n".join([*lines, "Find training providers", "Enter a postcode"])


def spreadsheet(draft: StandardDraft, delimiter: str = ",", header: str = "code,type,statement,duties") -> str:
    """A table with a row for each KSB."""
    duties: dict[str, list[str]] = {}
    for duty in draft.duties or []:
        for code in duty.ksb_codes:
            duties.setdefault(code, []).append(f"D{duty.number}")
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(header.split(","))
    for ksb in draft.ksbs or []:
        writer.writerow([ksb.code, KINDS[ksb.type], ksb.statement, " ".join(duties.get(ksb.code, []))])
    return file.getvalue()
