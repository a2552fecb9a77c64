"""What may know HTTP, forms, templates and addresses: the pages, and a short list of named exceptions."""

import re

import pytest

from tests.architecture.sources import PARTS, ROOT, named, python_files, templates

#: What only pages know, and where else it stands for a reason.
ONLY_PAGES_KNOW = {
    "requests and responses": (
        r"\b(?:HttpRequest|HttpResponse|QueryDict|django\.shortcuts)\b",
        # What django-allauth asks of accounts.
        {
            "accounts/adapter.py",
            "accounts/guessing.py",
            "accounts/known_devices.py",
            "accounts/sessions.py",
            "accounts/signals.py",
        },
    ),
    "forms": (
        r"\bfrom django import forms\b|\bcrispy_forms\b",
        # The fields that guard names and addresses, for commands too.
        {"core/fields.py"},
    ),
    "templates of pages": (
        r"\brender_to_string\b",
        {
            "accounts/invitation_mail.py",
            "signing/mail.py",
            "notifications/letters.py",
            "reports/audit_pack/exporting.py",
            "reports/person/exporting.py",
            "reports/provider/exporting.py",
            "reports/pack/rendering.py",
            "reports/retention/reminding.py",
            "reports/saving/mailing.py",
        },
    ),
    # A workflow error names the content's field and the KSB; `pages.refusals` knows what a form calls them.
    "fields of forms": (r"\bfield=f[\"']", set()),
    "addresses": (r"\breverse\(|[\"']pages:", set()),
}
BELOW_PAGES = [part for part in PARTS if part not in {"pages", "demo", "config"}]


@pytest.mark.parametrize("what", ONLY_PAGES_KNOW)
def test_nothing_below_the_pages_knows(what: str):
    pattern, exceptions = ONLY_PAGES_KNOW[what]
    below = [path for path in python_files(*BELOW_PAGES) if "files/http" not in named(path)]
    assert {named(path) for path in below if re.search(pattern, path.read_text())} == exceptions


def test_templates_name_addresses_of_pages_alone():
    """Beside those of sign-in, which are django-allauth's, and the demo's own."""
    named_addresses = {
        (name, named(path))
        for path in templates()
        for name in re.findall(r"{%\s*url\s+[\"']([^\"']+)[\"']", path.read_text())
    }
    others = r"(?:pages:|demo:|account_|mfa_|usersessions_|home$)"
    assert [pair for pair in sorted(named_addresses) if not re.match(others, pair[0])] == []


def test_every_part_is_in_the_page_on_architecture():
    page = (ROOT / "docs/architecture.md").read_text()
    assert [part for part in PARTS if f"`{part}/`" not in page] == []
