"""Which KSBs belong to an option, where only the duties say which option they are of."""

from collections import defaultdict
from dataclasses import replace

from occupations.importing.draft import DutyDraft, KsbDraft


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
