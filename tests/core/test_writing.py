"""Writing columns of rows by a kept statement."""

import pytest

from accounts.models import User
from core.writing import update

pytestmark = pytest.mark.django_db


def test_only_the_named_fields_of_these_rows_change():
    ada, ben, cem = (User.objects.create_user(f"{name}@example.test", name=name) for name in ("ada", "ben", "cem"))
    ada.name, ben.name, cem.name = "Ada L", "Ben M", "Cem N"
    ada.is_active = False
    update([ada, ben], ["name"])
    kept = {row.email: (row.name, row.is_active) for row in User.objects.all()}
    assert kept == {
        "ada@example.test": ("Ada L", True),
        "ben@example.test": ("Ben M", True),
        "cem@example.test": ("cem", True),
    }


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        update([], ["name"])
