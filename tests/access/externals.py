"""What the addresses of what came from another provider are tried on, and what is sent to them."""

from collections.abc import Callable

from assessments.workflow import bring_in_sign_offs
from core import clock
from tests.world import World, acting


def listed(*codes: str) -> str:
    """A list of KSBs that were signed off today in another system."""
    lines = [f"{code},{clock.today().isoformat()},Olive Other,{code.lower()}.pdf" for code in codes]
    return "\n".join(["KSB,date,signed off by,file or note", *lines]) + "\n"


def bring_in(world: World, *codes: str, by: object = None, source: str = "Old Town College (made up)"):  # type: ignore[no-untyped-def]
    return bring_in_sign_offs(
        world.apprenticeship.pk,
        acting(by or world.admin),
        text=listed(*codes),
        source=source,
        file_name="signed off.csv",
    )


def brought_in(world: World) -> dict:
    return {"external_id": bring_in(world, "K1").pk}


SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:portfolio": lambda world: {"apprenticeship_id": world.apprenticeship.pk},
    "pages:external": lambda world: {"apprenticeship_id": world.apprenticeship.pk},
    "pages:external-take-out": brought_in,
}


def words() -> dict[str, dict[str, object]]:
    """What is sent with a POST, by the address."""
    return {
        "pages:external": {"source": "Old Town College", "text": listed("K1"), "file_name": "signed off.csv"},
        "pages:external-take-out": {"reason": "The wrong learner."},
    }
