"""Individualised Learner Records (ILR) as XML, of 2025-26 and 2026-27: read as a stream, nothing of it expanded.

Of a learner only what an enrolment needs is taken; postcodes, health, ethnicity and the like are passed over. What the
aims of a learner come to is worked out in `aims`.
"""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.sax import SAXParseException  # noqa: S406  (the error alone: the parser is defusedxml's)
from xml.sax.handler import ContentHandler  # noqa: S406

from defusedxml import sax
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from apprenticeships.importing.aims import Aim, LearnerRead, rows_of
from apprenticeships.importing.reading import Reading, Refused

#: ILR specification: `ESFA/ILR/2025-26`, and from 2026-27 without the `ESFA/`.
_NAMESPACE = re.compile(r"(?:ESFA/)?ILR/(20[0-9]{2})-([0-9]{2})")
_OF_LEARNER = {"LearnRefNumber", "ULN", "FamilyName", "GivenNames", "DateOfBirth", "Email"}
_OF_AIM = {
    "LearnAimRef",
    "AimType",
    "AimSeqNumber",
    "LearnStartDate",
    "OrigLearnStartDate",
    "LearnPlanEndDate",
    "FundModel",
    "PHours",
    "OTJActHours",
    "ProgType",
    "StdCode",
    "CompStatus",
    "LearnActEndDate",
    "WithdrawReason",
    "Outcome",
    "AchDate",
    "OutGrade",
}
_RECORDS = {
    "LearningDeliveryFAM": ("LearnDelFAMType", "LearnDelFAMCode"),
    "HRSRecord": ("HRSCode", "HRSAmount"),
}
_parse: Callable[..., None] = sax.parse
#: Deeper, longer or wider than any record is: somebody made it to be.
_MOST_DEPTH, _MOST_TEXT, _MOST_AIMS = 20, 2_000, 500


def looks_like_ilr(content: bytes) -> bool:
    """Whether the file is XML at all: whether it is an ILR is for `read_ilr` to say."""
    return content[:512].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith((b"<?xml", b"<!--", b"<Message", b"<\0"))


def read_ilr(content: bytes) -> Reading:
    """The apprenticeships of an ILR file, and what else its learners do, to be named and left out.

    Raises:
        Refused: it is no well-formed XML, has a DTD or entities of its own, or is no ILR.
    """
    handler = _Message()
    try:
        _parse(BytesIO(content), handler, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise Refused(_("This XML file has a document type or entities of its own, which an ILR never has.")) from None
    except SAXParseException as fault:
        raise Refused(
            _("This XML file is damaged at line %(line)s. Export it again.") % {"line": fault.getLineNumber()}
        ) from None
    except (ValueError, LookupError):
        raise Refused(_("This XML file is in an encoding that we do not know. Export it as UTF-8.")) from None
    if not handler.year:
        raise Refused(_("This XML file is not an ILR of the Department’s specification."))
    if handler.header_ukprn != handler.provider_ukprn:
        raise Refused(
            _("The header of this ILR has UKPRN %(header)s, its provider %(provider)s. They must be the same.")
            % {"header": handler.header_ukprn or "–", "provider": handler.provider_ukprn or "–"}
        )
    if not handler.reading.rows:
        raise Refused(_("This ILR has no learners."))
    handler.reading.notes.insert(0, _("This is an ILR of %(year)s.") % {"year": handler.year})
    return handler.reading


class _Message(ContentHandler):
    """Listens to the parser, keeps one learner at a time, and makes rows of each as it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = Reading("ilr")
        self.year = self.header_ukprn = self.provider_ukprn = ""
        self.path: list[str] = []
        self.text = ""
        self.learner: LearnerRead | None = None
        self.aim: Aim | None = None
        self.record: dict[str, str] = {}
        self.count = 0

    def startElement(self, name: str, attributes: Any) -> None:
        name = name.rpartition(":")[2]
        if not self.path:
            self._begin(name, attributes)
        self.path.append(name)
        self.text = ""
        if len(self.path) > _MOST_DEPTH:
            raise Refused(_("This XML file is nested more deeply than an ILR."))
        if self.path[1:] == ["Learner"]:
            self.count += 1
            self.learner = LearnerRead(self.count)
        elif self.path[1:] == ["Learner", "LearningDelivery"] and self.learner:
            if len(self.learner.aims) == _MOST_AIMS:
                raise Refused(_("A learner of this ILR has more than %(most)s aims.") % {"most": _MOST_AIMS})
            self.aim = Aim()
            self.learner.aims.append(self.aim)
        elif name in _RECORDS:
            self.record = {}

    def _begin(self, name: str, attributes: Any) -> None:
        spaces = [value for key, value in attributes.items() if key.partition(":")[0] == "xmlns"]
        found = next(filter(None, map(_NAMESPACE.fullmatch, spaces)), None)
        if name == "Message" and found:
            self.year = f"{found[1]}-{found[2]}"
        else:
            raise Refused(_("This XML file is not an ILR: it does not say for which year it is."))

    def characters(self, content: str) -> None:
        if len(self.text) < _MOST_TEXT:
            self.text += content

    def endElement(self, name: str) -> None:
        within, name, text = self.path[1:-1], self.path[-1], self.text.strip()
        self.path.pop()
        self.text = ""
        if name == "UKPRN" and within == ["Header", "Source"]:
            self.header_ukprn = text
        elif name == "UKPRN" and within == ["LearningProvider"]:
            self.provider_ukprn = text
        elif not self.learner:
            return
        elif within == ["Learner"] and name in _OF_LEARNER:
            self.learner.facts[name] = text
        elif within == ["Learner", "LearningDelivery"]:
            self._end_of_aim(name, text)
        elif len(within) == 3 and within[-1] in _RECORDS and name in _RECORDS[within[-1]]:
            self.record[name] = text
        elif name == "Learner" and not within:
            self.reading.add(rows_of(self.learner, self.provider_ukprn or self.header_ukprn))
            self.learner = self.aim = None

    def _end_of_aim(self, name: str, text: str) -> None:
        if self.aim is None:
            return
        if name in _OF_AIM:
            self.aim.facts[name] = text
        elif name in _RECORDS:
            kind, code = (self.record.get(part, "") for part in _RECORDS[name])
            (self.aim.fams if name == "LearningDeliveryFAM" else self.aim.hours).append((kind, code))
