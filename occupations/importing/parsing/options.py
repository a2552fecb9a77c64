"""Which KSBs belong to an option, where only the duties say it, or the words before each statement of a list."""

import re
from collections import defaultdict
from dataclasses import replace

from occupations.importing.draft import DutyDraft, Findings, KsbDraft

#: “(Bread) …”, “[Bread]: …”: an option only if there is more to say so.
_IN_BRACKETS = re.compile(r"[(\[](?P<title>[^()\[\]\n]{2,80})[)\]]\s*[:–—-]?\s*(?P<rest>\S.*)", re.DOTALL)
#: “Option 1: Bread: …”, “Bread option – …”, “Core: …”: these say what they are.
_BY_NAME = re.compile(
    r"(?:(?:option|pathway)(?:\s*[0-9]{1,2})?\s*[:–—-]\s*(?P<behind>[^:–—\n]{2,80}?)"
    r"|(?P<before>[^:–—\n]{2,80}?)\s+(?:option|pathway)(?: only)?|(?P<core>core|all options|all pathways))"
    r"\s*(?::|\s[–—-])\s*(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(
    r"\s*\b(?:option|pathway)(?:\s+only)?$|^(?:option|pathway)(?:\s*[0-9]{1,2})?\s*[:–—-]\s*", re.IGNORECASE
)
_CORE = ("core", "all", "all options", "all pathways", "both")


def split_by_duties(ksbs: list[KsbDraft], duties: list[DutyDraft], titles: list[str]) -> list[KsbDraft]:
    """`ksbs` with their options: what a duty for everybody takes is core, and so is what all options or none take."""
    core = {code for duty in duties if not duty.options for code in duty.ksb_codes}
    of_ksb: dict[str, set[str]] = defaultdict(set)
    for duty in duties:
        for code in duty.ksb_codes:
            of_ksb[code] |= set(duty.options)
    everybody = set(titles) if len(titles) > 1 else set()
    return [
        replace(ksb, options=tuple(sorted(of_ksb[ksb.code])))
        if ksb.code not in core and of_ksb[ksb.code] and of_ksb[ksb.code] != everybody
        else ksb
        for ksb in ksbs
    ]


def split_by_prefixes(ksbs: list[KsbDraft], findings: Findings) -> tuple[list[KsbDraft], list[str]]:
    """`ksbs` with the options that stand before their statements, and the titles of these options in order.

    Words in brackets are an option where they stand before two statements, or others say that they are of an option.
    Where that is not sure the words stay, and it is said that they may be one.
    """
    told = [_prefix(ksb.statement) for ksb in ksbs]
    counts: dict[str, int] = defaultdict(int)
    for prefix in told:
        if prefix:
            counts[prefix[0].casefold()] += 1
    by_name = any(prefix and prefix[2] and not _is_core(prefix[0]) for prefix in told)
    is_core_named = any(prefix and _is_core(prefix[0]) for prefix in told)
    titles: dict[str, str] = {}
    codes: dict[str, list[str]] = defaultdict(list)
    split = []
    for ksb, prefix in zip(ksbs, told, strict=True):
        if prefix and not _is_core(prefix[0]):
            title, _, is_named = prefix
            if is_named or by_name or is_core_named or counts[title.casefold()] > 1:
                title = titles.setdefault(title.casefold(), title)
                codes[title].append(ksb.code)
                ksb = replace(ksb, statement=prefix[1], options=(title,))
            else:
                findings.warn(ksb.line, f"“{title}” before {ksb.code} may be an option; it is kept in the statement")
        split.append(ksb)
    if titles:
        split = [
            replace(ksb, statement=prefix[1]) if prefix and _is_core(prefix[0]) else ksb
            for ksb, prefix in zip(split, told, strict=True)
        ]
    for title, of_title in codes.items():
        shown = ", ".join(of_title[:12]) + (f" and {len(of_title) - 12} more" if len(of_title) > 12 else "")
        line = next(ksb.line for ksb in split if ksb.code == of_title[0])
        findings.warn(line, f"“{title}” before {shown} is taken as the option that they are for")
    return split, list(titles.values())


def _prefix(statement: str) -> tuple[str, str, bool] | None:
    """What stands before a statement, the statement without it, and whether it calls itself an option."""
    if match := _BY_NAME.fullmatch(statement):
        return _tidy(match["behind"] or match["before"] or match["core"]), match["rest"], True
    if match := _IN_BRACKETS.fullmatch(statement):
        title = _tidy(match["title"])
        return title, match["rest"], bool(_WORD.search(match["title"])) or _is_core(title)
    return None


def _tidy(title: str) -> str:
    return " ".join(_WORD.sub("", title).split()) or title


def _is_core(title: str) -> bool:
    return title.casefold() in _CORE
