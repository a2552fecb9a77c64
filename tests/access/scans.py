"""What the addresses of skills scans are tried on, and what is sent to them."""

from uuid import uuid4

from apprenticeships.models import EmployerContact
from occupations.models import Ksb
from programme.scanning.ratings import field_of
from tests.programme import scanning
from tests.signing.people import contact_at
from tests.world import World

#: Their rows of the table in `matrix`.
TABLE = """\
pages:skills-scan                        GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:skills-scan-one                    GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:prior-learning                     GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:prior-learning                     POST    in  403  404  200  404  404  403  403  403  200  404  404  404  404
pages:skills-scan-rate                   GET     in  200  404  403  404  404  403  403  200  403  404  404  404  404
pages:skills-scan-rate                   POST    in  302  404  403  404  404  403  403  302  403  404  404  404  404
pages:skills-scan-keep                   GET     in  200  404  403  404  404  403  403  200  403  404  404  404  404
pages:skills-scan-keep                   POST    in  200  404  403  404  404  403  403  200  403  404  404  404  404
pages:skills-scan-ask                    POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:skills-scan-resend                 POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:skills-scan-withdraw               POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
"""


def learner(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk}


def asked(world: World) -> dict:
    scanning.asked(world)
    return learner(world)


def to_be_asked(world: World) -> dict:
    contact_at(world)
    return learner(world)


_OF_LEARNER = ("skills-scan", "skills-scan-rate", "skills-scan-keep")
SUBJECTS = {
    **{f"pages:{name}": learner for name in _OF_LEARNER},
    "pages:prior-learning": learner,
    "pages:skills-scan-ask": to_be_asked,
    "pages:skills-scan-resend": asked,
    "pages:skills-scan-withdraw": asked,
    "pages:skills-scan-one": lambda world: {"scan_id": scanning.hand_in(world).pk},
}


def words() -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    rated = {field_of(code): "alone" for code in Ksb.objects.values_list("code", flat=True)}
    scan = {"token": str(uuid4()), "revision": "0", "comment": "", **rated}
    contact = EmployerContact.objects.first()
    return {
        "pages:skills-scan-rate": scan,
        "pages:skills-scan-keep": scan,
        "pages:prior-learning": {"hours": "0", "pounds": "0", "price": "", "why": "Nothing was found."},
        "pages:skills-scan-ask": {"contact": str(contact.pk) if contact else ""},
    }
