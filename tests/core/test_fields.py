"""Days are taken as people write them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from core.fields import DayField

WRITTEN = """3 March 2026 | 3rd March 2026 | 3 march, 2026 | 3 Mar 2026 | 3 Mar. 26 | 03/03/2026 | 3/3/26 | 3/3/2026 |
3.3.2026 | 3. 3. 2026 | 3-3-26 | 03-03-2026 | 2026-03-03 | 2026/03/03 |  3   March   2026"""


@pytest.mark.parametrize("written", [one.strip("\n") for one in WRITTEN.split("|")])
def test_a_day_is_read_as_people_write_it(written):
    assert DayField().clean(written) == date(2026, 3, 3)


def test_the_day_comes_before_the_month():
    assert DayField().clean("4/5/26") == date(2026, 5, 4)
    assert DayField().clean("1 Sept 2026") == date(2026, 9, 1)


def test_the_example_in_the_message_is_taken():
    with pytest.raises(ValidationError) as refused:
        DayField().clean("yesterday")
    assert DayField().clean(refused.value.messages[0].partition("such as ")[2].rstrip("."))


@pytest.mark.parametrize("written", ["31 February 2026", "13/13/26", "3 3", "2026", "March 2026", "3 March 20266"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValidationError):
        DayField().clean(written)
