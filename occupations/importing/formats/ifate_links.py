"""Which KSBs a duty takes, and which KSBs and duties belong to an option, in a record where GUIDs say so."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from occupations.importing.draft import DutyDraft, Findings, KsbDraft, OptionDraft
from occupations.importing.parsing.html_text import has_tags
from occupations.importing.parsing.json_fields import Fields
from occupations.importing.parsing.text import shortened

_MAPPED = ("mappedKnowledge", "mappedSkills", "mappedBehaviour", "mappedBehaviours")
_FILLER = re.compile(r"\W*(?:duty\s*[0-9]*\W*)?", re.IGNORECASE)


@dataclass
class _Duty:
    draft: DutyDraft
    is_core: bool
    option_ids: list[str]
    line: int


class Links:
    """The duties and options of one record, whose KSBs have been read."""

    def __init__(self, ksbs: list[KsbDraft], fields: Fields, findings: Findings) -> None:
        self.ksbs, self.fields, self.findings = ksbs, fields, findings
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, ksb in enumerate(ksbs):
            if ksb.source_id:
                self._places[ksb.source_id.casefold()].append(place)

    def draw(self, items: list[Any]) -> tuple[list[KsbDraft], list[DutyDraft], list[OptionDraft]]:
        """The KSBs and duties with their options, and the options, of a record whose list of duties is `items`."""
        duties = self._duties(items)
        options, titles = self._options()
        for duty in duties:
            if any(id_ not in titles for id_ in duty.option_ids):
                reason = f"duty {duty.draft.number} names an option that is not in the record; such a link is dropped"
                self.findings.warn(duty.line, reason)
        if any(_ids(item) for item in self._mapping()):
            of_ksb = self._split_by_titles(options)
        elif options and duties:
            of_ksb = self._split_by_duties(duties, options, titles)
        else:
            of_ksb = {}
            if options:
                self.findings.warn(
                    options[0].line or 1, "nothing says which KSBs belong to which option; all are taken as core"
                )
        self._say_what_is_not_linked(duties)
        return (
            [replace(ksb, options=of_ksb[ksb.code]) if ksb.code in of_ksb else ksb for ksb in self.ksbs],
            self._told(duties, titles),
            options,
        )

    # Duties ----------------------------------------------------------------------------------------------------------

    def _duties(self, items: list[Any]) -> list[_Duty]:
        record = self.fields.record
        place = max(record.text.find('"duties"'), 0)
        duties = []
        for number, item in enumerate(items, start=1):
            place = max(record.text.find('"dutyDetail"', place + 1), place)
            line = record.line_at(place)
            if not isinstance(item, dict) or not isinstance(item.get("dutyDetail"), str):
                self.findings.refuse(line, f"duty {number} has no text (“dutyDetail”); the record seems damaged")
                continue
            duties.append(self._duty(number, Fields(item, record, self.findings, place), line))
        return duties

    def _duty(self, number: int, fields: Fields, line: int) -> _Duty:
        ids = _ids(fields)
        self._say_what_is_unknown(f"duty {number}", ids, line)
        detail = fields.value["dutyDetail"]
        text = fields.html("dutyDetail") if has_tags(detail) else fields.text("dutyDetail")
        draft = DutyDraft(
            number=number,
            text=text or "",
            ksb_codes=self._codes(ids),
            criteria=fields.html("criteriaForMeasuringPerformance") or "",
            source_id=(fields.text("dutyID") or fields.text("dutyId") or "")[:64],
            line=line,
        )
        options = fields.value.get("mappedOptions")
        options = options if isinstance(options, list) else []
        option_ids = [id_.strip().casefold() for id_ in options if isinstance(id_, str)]
        return _Duty(draft, bool(fields.flag("isThisACoreDuty")), option_ids, line)

    def _codes(self, ids: list[str]) -> tuple[str, ...]:
        """The codes of KSBs by GUID, in the standard's order, each once."""
        places = {place for id_ in ids for place in self._places.get(id_, ())}
        return tuple(self.ksbs[place].code for place in sorted(places))

    def _told(self, duties: list[_Duty], titles: dict[str, str]) -> list[DutyDraft]:
        """The duties that say something: a full stop or a bare "Duty 3" only fills a gap in the source."""
        told = []
        for duty in duties:
            if _FILLER.fullmatch(duty.draft.text):
                self.findings.warn(
                    duty.line, f"duty {duty.draft.number} says only “{shortened(duty.draft.text)}” and is left out"
                )
            else:
                told.append(replace(duty.draft, options=self._options_of(duty, titles)))
        return told

    # Options ---------------------------------------------------------------------------------------------------------

    def _options(self) -> tuple[list[OptionDraft], dict[str, str]]:
        """The options, and the title of each by its id. Where the record has titles only, they have no ids."""
        options: list[OptionDraft] = []
        titles: dict[str, str] = {}
        line = self.fields.line_of("options")
        for item in self.fields.objects("options"):
            title, source_id = item.words("title") or "", (item.text("optionId") or item.text("id") or "")[:64]
            if not title:
                self.findings.warn(line, "an option has no title and is left out")
                continue
            same = next((option for option in options if _same(option.title, title)), None)
            if same:
                self.findings.warn(line, f"the option “{shortened(title)}” stands twice; it is taken as one")
            else:
                options.append(OptionDraft(title, source_id, self.fields.record.line_of(item.value["title"])))
            if source_id:
                titles[source_id.casefold()] = same.title if same else title
        has_ids = bool(options)
        for title in self.fields.texts("optionsUnstructuredTemplate") or []:
            if not any(_same(option.title, title) for option in options):
                line = self.fields.line_of("optionsUnstructuredTemplate")
                options.append(OptionDraft(title, "", line))
                if has_ids:
                    self.findings.warn(
                        line, f"the option “{shortened(title)}” is in one of the record's two lists only"
                    )
        return options, titles

    def _mapping(self) -> list[Fields]:
        return self.fields.objects("optionsUnstructuredKsbMapping")

    def _split_by_titles(self, options: list[OptionDraft]) -> dict[str, tuple[str, ...]]:
        """The options of each KSB by what a table of titles says: "Core", or the title of an option."""
        line = self.fields.line_of("optionsUnstructuredKsbMapping")
        of_ksb: dict[str, set[str]] = defaultdict(set)
        core: set[str] = set()
        for item in self._mapping():
            title, ids = item.words("coreOrOptionTitle") or "Core", _ids(item)
            self._say_what_is_unknown(f"“{shortened(title)}”", ids, line)
            codes = self._codes(ids)
            option = next((option for option in options if _same(option.title, title)), None)
            if title.casefold() == "core":
                core |= set(codes)
                continue
            if not option:
                option = OptionDraft(title, "", line)
                options.append(option)
                self.findings.warn(line, f"the option “{shortened(title)}” is not in the record's list of options")
            for code in codes:
                of_ksb[code].add(option.title)
        return self._without_core(of_ksb, core, options, line)

    def _split_by_duties(
        self, duties: list[_Duty], options: list[OptionDraft], titles: dict[str, str]
    ) -> dict[str, tuple[str, ...]]:
        """The options of each KSB by the duties that take it; what a core duty takes is core."""
        of_ksb: dict[str, set[str]] = defaultdict(set)
        core: set[str] = set()
        for duty in duties:
            of_duty = self._options_of(duty, titles)
            if not of_duty:
                core |= set(duty.draft.ksb_codes)
                if not duty.is_core:
                    reason = f"duty {duty.draft.number} is neither core nor of an option; it is taken as core"
                    self.findings.warn(duty.line, reason)
            for code in duty.draft.ksb_codes:
                of_ksb[code] |= set(of_duty)
        return self._without_core(of_ksb, core, options, self.fields.line_of("duties"))

    def _options_of(self, duty: _Duty, titles: dict[str, str]) -> tuple[str, ...]:
        """The titles of the options that a duty is of; none for a core duty."""
        if duty.is_core:
            return ()
        return tuple(sorted({titles[id_] for id_ in duty.option_ids if id_ in titles}))

    def _without_core(
        self, of_ksb: dict[str, set[str]], core: set[str], options: list[OptionDraft], line: int
    ) -> dict[str, tuple[str, ...]]:
        """The options of the KSBs that are not for everybody, as those of all options are in effect.

        One that nothing names is taken as core, and told.
        """
        if unnamed := [ksb.code for ksb in self.ksbs if ksb.code not in of_ksb and ksb.code not in core]:
            self.findings.warn(line, f"neither the core nor an option names {_listed(unnamed)}; taken as core")
        everybody = {option.title for option in options} if len(options) > 1 else set()
        return {
            code: tuple(sorted(titles))
            for code, titles in of_ksb.items()
            if titles and code not in core and titles != everybody
        }

    # What leads nowhere ----------------------------------------------------------------------------------------------

    def _say_what_is_unknown(self, what: str, ids: list[str], line: int) -> None:
        if count := sum(id_ not in self._places for id_ in ids):
            ksbs = "a KSB that is" if count == 1 else f"{count} KSBs that are"
            self.findings.warn(line, f"{what} names {ksbs} not in the record; such a link is dropped")

    def _say_what_is_not_linked(self, duties: list[_Duty]) -> None:
        """Duties without KSBs, and KSBs without a duty, are allowed; a person should know."""
        named = {code for duty in duties for code in duty.draft.ksb_codes}
        line = self.fields.line_of("duties")
        if empty := [duty for duty in duties if not duty.draft.ksb_codes]:
            numbers = _listed([str(duty.draft.number) for duty in empty])
            self.findings.warn(empty[0].line, f"these duties name no KSB: {numbers}")
        if named and (missing := [ksb.code for ksb in self.ksbs if ksb.code not in named]):
            self.findings.warn(line, f"no duty names {_listed(missing)}")


def _listed(names: list[str]) -> str:
    """`names` for a sentence, of which a person reads the first."""
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _ids(fields: Fields) -> list[str]:
    """The GUIDs of all KSBs that an object maps."""
    lists = (fields.value.get(key) for key in _MAPPED)
    return [id_.strip().casefold() for ids in lists if isinstance(ids, list) for id_ in ids if isinstance(id_, str)]


def _same(one: str, other: str) -> bool:
    """Whether two titles of options are the same, whatever their spaces and capitals."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
