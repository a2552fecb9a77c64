"""Unique learner numbers: ten digits, of which the last checks the others."""

import re

_ULN = re.compile(r"[1-9][0-9]{9}")


def is_uln(text: str) -> bool:
    """Whether `text` can be somebody's number. The one that stands for “not known yet” is nobody's."""
    if not _ULN.fullmatch(text) or text == "9999999999":
        return False
    # By eleven, the weighted sum of all ten leaves ten: the last digit makes up what the first nine leave.
    return sum(int(digit) * weight for digit, weight in zip(text, range(10, 0, -1), strict=True)) % 11 == 10
