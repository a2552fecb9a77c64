"""Unique learner numbers: ten digits, of which the last checks the others."""

import re

from django.utils.translation import gettext as _

#: Stands for “not known yet” (ILR 2025-26): nobody's number.
NOT_KNOWN = "9999999999"
_ULN = re.compile(r"[1-9][0-9]{9}")
#: What a spreadsheet makes of a long number in a narrow column: 9.27631E+09.
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}")


def is_uln(text: str) -> bool:
    """Whether `text` can be somebody's number. The one that stands for “not known yet” is nobody's."""
    if not _ULN.fullmatch(text) or text == NOT_KNOWN:
        return False
    # By eleven, the weighted sum of all ten leaves ten: the last digit makes up what the first nine leave.
    return sum(int(digit) * weight for digit, weight in zip(text, range(10, 0, -1), strict=True)) % 11 == 10


def fault_of(text: str) -> str:
    """Why `text` cannot be somebody's number, in words; empty where it can be, or says “not known yet”."""
    if text == NOT_KNOWN or is_uln(text):
        return ""
    if _SHORTENED.fullmatch(text):
        return _(
            "A spreadsheet has shortened this ULN to %(uln)s, so its last digits are lost. Format the column as text, "
            "enter the ULN again and save the file again."
        ) % {"uln": text}
    if not text.isascii() or not text.isdigit():
        return _("A ULN is ten digits. This one has other characters: %(uln)s.") % {"uln": text[:40]}
    if len(text) != 10:
        return _("A ULN is ten digits. This one has %(count)s.") % {"count": len(text)}
    if text[0] == "0":
        return _("A ULN does not begin with 0.")
    return _("%(uln)s is not a ULN: its last digit does not match the others. Check it for typing mistakes.") % {
        "uln": text
    }
