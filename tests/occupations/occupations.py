"""Made-up occupations for the tests of progression: what each asks one to know and to be able to do."""

from collections.abc import Sequence
from typing import Any

from occupations.importing.draft import KsbDraft
from occupations.importing.writing import write
from occupations.models import StandardVersion
from tests.occupations.drafts import baker

BREAD = (
    "Flours and the breads they are used for",
    "How yeast raises dough and what stops it",
    "Allergens in bread and how customers are told",
    "Oven temperatures for loaves and rolls",
)
BAKING = ("Knead dough by hand and by machine", "Judge when a loaf is baked", "Clean ovens and mixers after a shift")
CAKES = (
    "Flours, fats and the cakes they are used for",
    "How yeast and baking powder raise dough and batter",
    "Allergens in cakes and bread, and how customers are told",
    "Sugar work: temperatures and stages",
)
ICING = ("Knead dough and fold batter by hand and by machine", "Judge when a cake is baked", "Pipe icing in patterns")
SHIPS = (
    "Buoyancy and stability of vessels",
    "Tides, currents and charts of harbours",
    "Signals between vessels at night",
    "Rules for cargo lashed on deck",
)
SAILING = ("Steer a vessel in narrow channels", "Moor alongside in wind", "Plot a course on a chart")


def occupation(
    reference: str, title: str, level: int | None, knows: Sequence[str], can: Sequence[str], **told: Any
) -> StandardVersion:
    """A standard with these K and S statements, and one behaviour."""
    ksbs = [KsbDraft("K", number, text, number) for number, text in enumerate(knows, start=1)]
    ksbs += [KsbDraft("S", number, text, number) for number, text in enumerate(can, start=1)]
    ksbs += [KsbDraft("B", 1, "Rise early and gladly", 99)]
    whole = {"options": None, "duties": None, "assessments": None, "products": None} | told
    return write(baker(reference=reference, title=title, level=level, ksbs=ksbs, **whole)).version


def bakery() -> dict[str, StandardVersion]:
    """A baker, a pastry chef above, a bakery manager above both, and a sailor."""
    return {
        "baker": occupation("ST0001", "Baker", 2, BREAD, BAKING),
        "pastry": occupation("ST0002", "Pastry chef", 3, CAKES, ICING),
        "manager": occupation("ST0003", "Bakery manager", 5, BREAD[:2] + CAKES[2:], BAKING[1:] + ICING[:1]),
        "sailor": occupation("ST0004", "Sailor", 3, SHIPS, SAILING, route="Transport and logistics"),
    }
