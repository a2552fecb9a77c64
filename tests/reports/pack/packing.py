"""What a pack is made of: chosen pieces, and what the plan asks of them."""

from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

from assessments import workflow as assessing
from assessments.feedback import Feedback
from assessments.models import Submission
from files import storing
from portfolios import workflow as collecting
from portfolios.processing import preparing
from reports.exports.making import fail, make_export
from reports.exports.models import Export
from reports.exports.workflow import delete_export
from reports.feeds.workflow import stop_feed_key
from reports.pack import keys
from reports.pack.models import PlanRules
from reports.pack.notes import PublicKey
from reports.pack.workflow import ask_for_pack, choose_pieces, set_rules
from reports.paper import typesetting
from tests.access.feeds import made_key
from tests.factories.files import make_png
from tests.signing.people import ask_witness, sign, token_for
from tests.world import OWN_WORK, World, acting

USUAL = {
    "assessment_id": None,
    "fewest": 1,
    "most": None,
    "excluded_kinds": ["reflective_account"],
    "root_name": "{name} {uln}",
    "piece_name": "{number} {title}",
}


def choose(world: World, *pieces: UUID, by=None) -> int:
    """The apprentice, or somebody else, chooses these pieces."""
    return choose_pieces(world.apprenticeship.pk, acting(by or world.apprentice), dict.fromkeys(pieces, True))


def rules(world: World, **given) -> PlanRules:
    """The provider sets the usual rules, but for what is given."""
    return set_rules(world.provider.pk, world.version.pk, acting(world.admin), **USUAL | given)


def make(world: World) -> None:
    """Rows of every kind about a pack, in a world in which something was reviewed, and two keys of the data feed."""
    reviewed = Submission.objects.filter(apprenticeship=world.apprenticeship, finished_at__isnull=False)
    kept, dropped = sorted(set(reviewed.values_list("evidence", flat=True)))[:2]
    choose(world, kept, dropped)
    choose_pieces(world.apprenticeship.pk, acting(world.assessor), {dropped: False})
    rules(world, fewest=2, most=9)
    asked(world)
    delete_export(asked(world, by=world.admin, uln="9276308686").pk, acting(world.admin))
    failed = ask_for_pack(world.apprenticeship.pk, acting(world.admin))
    fail(failed.pk, "The storage was away.")
    made_key(world, standard=world.version.standard, employer=world.employer)
    stop_feed_key(made_key(world)[0].pk, acting(world.admin))


def witnessed(world: World) -> Submission:
    """A reviewed piece on K1 and S1 with a photo, a marked place, a correction and a witness; K1 is signed off."""
    piece = world.draft("K1", "S1", title="Advert: a/b test <b>")
    photo = collecting.add_file(piece.pk, acting(world.apprentice), make_png("screen shot.png"))
    preparing.prepare(photo.pk)
    collecting.add_marker(
        photo.pk, acting(world.apprentice), marker_id=uuid4(), ksb_id=world.ksb("K1").pk, note="the heading",
        left=0, top=0, width=500, height=500,
    )  # fmt: skip
    submission = assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    world.judge(submission, {"K1": "met", "S1": "not_yet"})
    wrong = submission.claims.get(ksb=world.ksb("S1")).decisions.get()
    assessing.correct_decision(
        wrong.pk, acting(world.assessor), "met", Feedback(meets="Well done."), "I read the wrong file."
    )
    assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    disown_not = ask_witness(world, submission)
    sign(token_for(disown_not))
    return submission


def asked(world: World, by=None, **given) -> Export:
    """A pack that was asked for, and made as a worker makes it."""
    return made(ask_for_pack(world.apprenticeship.pk, acting(by or world.assessor), **given))


def made(pack: Export, *, with_pdf: bool = False) -> Export:
    """A pack as a worker makes it, by default on a machine that cannot set PDFs: to set one takes seconds."""
    program = typesetting.PROGRAM if with_pdf else Path("/no/such/program")
    with patch.object(typesetting, "PROGRAM", program):
        make_export(pack.pk)
    pack.refresh_from_db()
    return pack


def bytes_of(pack: Export) -> bytes:
    with storing.opened(str(pack.stored.name)) as file:
        return file.read()


def keys_today() -> list[PublicKey]:
    return keys.public_keys()
