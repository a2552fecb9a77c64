"""What a source says of statements or duties that are not held yet: it waits, and takes hold when they come."""

from pathlib import Path

from core import clock
from occupations import content
from occupations.importing.draft import Problem, StandardDraft
from occupations.models import StandardVersion, WaitingText

_LINKED = ("duties", "assessments")


def settled(
    draft: StandardDraft, said: content.Content, held: StandardVersion | None
) -> tuple[content.Content, content.Content]:
    """What can be written now, beside what is held; and the parts of `said` that have to wait, as they are.

    Duties that are named by their numbers alone get their texts from those that are held. A title that is a guess says
    nothing against one that is held.
    """
    if held and draft.is_title_loose:
        said = {name: value for name, value in said.items() if name != "title"}
    codes = set(_codes_held(held)) if said.get("ksbs") is None and _links(said) else None
    loose: content.Content = {}
    unknown = sorted(_links(said) - codes) if codes is not None else []
    if unknown and (not held or not codes or held.may_lack_ksbs):
        loose = {part: said[part] for part in _LINKED if _links({part: said.get(part)}) & set(unknown)}
        said |= {part: [item | {"ksb_codes": []} for item in items] for part, items in loose.items()}
        missing = ", ".join(unknown[:12]) if codes else "its statements"
        _say(
            draft,
            (f"this version does not have {missing} yet; what the file says about its KSBs will be added when it does"),
        )
    elif unknown:
        _say(draft, f"this version has no {', '.join(unknown[:12])}; what the file says about that has been left out")
    return _with_texts(draft, said, held, loose)


def _with_texts(
    draft: StandardDraft, said: content.Content, held: StandardVersion | None, loose: content.Content
) -> tuple[content.Content, content.Content]:
    duties = loose.get("duties") or said.get("duties") or []
    if not duties or any(duty["text"] for duty in duties):
        return said, loose
    said = {name: value for name, value in said.items() if name != "duties"}
    known = held.content()["duties"] if held else []
    mapped = {duty["number"]: duty["ksb_codes"] for duty in duties}
    if not known:
        if "duties" not in loose:
            _say(draft, "this version does not have its duties yet; their KSBs will be added when it does")
        return said, loose | {"duties": duties}
    if unknown := sorted(mapped.keys() - {duty["number"] for duty in known}):
        shown = ", ".join(map(str, unknown[:12]))
        _say(draft, f"this version does not have these duties, so their KSBs have been left out: {shown}")
    if "duties" in loose:
        return said, loose
    told = [duty | {"ksb_codes": mapped.get(duty["number"], duty["ksb_codes"])} for duty in known]
    return said | {"duties": told}, loose


def keep(version: StandardVersion, loose: content.Content, draft: StandardDraft) -> None:
    """Keep what has to wait. The same again is kept once."""
    WaitingText.objects.unscoped().get_or_create(
        version=version,
        content_sha256=content.digest_of(loose),
        defaults={
            "content": loose,
            "source_name": Path(draft.source_name).name,
            "source_sha256": draft.source_sha256,
            "seen_at": clock.now(),
        },
    )


def of(version: StandardVersion) -> list[WaitingText]:
    """What waits for the statements of a version, whichever of its corrections it came for."""
    waits = WaitingText.objects.unscoped().filter(
        version__standard=version.standard_id, version__version=version.version
    )
    return list(waits)


def _codes_held(held: StandardVersion | None) -> list[str]:
    return list(held.ksbs.values_list("code", flat=True)) if held else []


def _links(said: content.Content) -> set[str]:
    """The codes that the duties and assessments of `said` name."""
    return {code for part in _LINKED for item in said.get(part) or [] for code in item["ksb_codes"]}


def _say(draft: StandardDraft, reason: str) -> None:
    part = "assessments" if draft.assessments else "duties"
    draft.warnings.append(Problem(draft.source_name, draft.lines.get(part) or draft.lines.get("reference"), reason))
