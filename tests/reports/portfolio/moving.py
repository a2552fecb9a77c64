"""A portfolio with something of every kind in it, and what of it must be the same somewhere else."""

from pathlib import Path
from uuid import uuid4

from apprenticeships.models import Apprenticeship, KsbProgress
from assessments import workflow as assessing
from assessments.models import Decision, SignOff, Submission, Verification
from core.actor import Actor
from portfolios import workflow as collecting
from portfolios.models import Claim, Evidence, EvidenceFile, Marker
from reports.portfolio.exporting import export_portfolio
from reports.portfolio.importing import Brought, import_portfolio
from signing.models import Link
from tests.assessments import quality
from tests.factories.files import make_mp3
from tests.reports.pack.packing import witnessed
from tests.signing.people import ask_employer, ask_witness, sign, token_for
from tests.world import World, acting


def fill(world: World) -> None:
    """Drafts, rounds, corrections, files, markers, sign-offs, one withdrawn and one reopened, and confirmations."""
    first = witnessed(world)
    again = assessing.withdraw_sign_off(
        SignOff.objects.unscoped().get().pk, acting(world.assessor), "The advert had no date."
    )
    assessing.sign_off(world.apprenticeship.pk, again.sign_off.ksb_id, acting(world.assessor))
    world.judged({"S2": "not_yet"}, title="Comes back")
    collecting.add_file(world.draft("K2", title="A draft").pk, acting(world.apprentice), make_mp3())
    world.submitted("K2", title="Waits")
    assessing.take_back(world.submitted("B1", title="Unsent").pk, acting(world.apprentice))
    sign(token_for(ask_employer(world)))
    ask_witness(world, first, email="still.open@example.test")
    of_k1 = quality.plan(world).samples.filter(decision__claim__ksb__code="K1").first()
    quality.act_on(world, of_k1, reopen_because="The date is still missing.")


def export(world: World, folder: Path) -> Path:
    path = folder / f"{uuid4().hex}.zip"
    export_portfolio(world.apprenticeship.pk, path)
    return path


def bring(world: World, path: Path, by: object = None, **given: object) -> Brought:
    return import_portfolio(path, world.provider.pk, acting(by or world.admin), file_name=path.name, **given)


def picture(apprenticeship: Apprenticeship) -> dict[str, list]:
    """Every state, date, hash and marker of a portfolio, with statements by their codes and people by their names."""
    of = {"apprenticeship": apprenticeship}
    rows = {
        "evidence": Evidence.objects.unscoped()
        .filter(**of)
        .values_list(
            "pk", "title", "state", "revision", "kind", "narrative", "happened_on", "is_showcase", "created_at",
            "changed_at", "first_submitted_at",
        ),
        "claims": Claim.objects.unscoped().filter(evidence__apprenticeship=apprenticeship).values_list(
            "pk", "ksb__code", "justification", "is_met"
        ),
        "files": EvidenceFile.objects.unscoped().filter(evidence__apprenticeship=apprenticeship).values_list(
            "pk", "name", "content_type", "size_bytes", "sha256", "added_at", "removed_at", "first_submitted_at"
        ),
        "markers": Marker.objects.unscoped().filter(file__evidence__apprenticeship=apprenticeship).values_list(
            "pk", "file", "ksb__code", "note", "starts_ms", "ends_ms", "page", "left", "top", "width", "height"
        ),
        "rounds": Submission.objects.unscoped().filter(**of).values_list(
            "pk", "round", "submitted_at", "finished_at", "withdrawn_at", "snapshot__sha256", "checks"
        ),
        "decisions": Decision.objects.unscoped().filter(claim__apprenticeship=apprenticeship).values_list(
            "pk", "claim__ksb__code", "outcome", "feedback", "at", "reason", "supersedes", "snapshot_sha256"
        ),
        "sign_offs": SignOff.objects.unscoped().filter(**of).values_list("pk", "ksb__code", "at", "decisions"),
        "confirmations": Verification.objects.unscoped().filter(**of).exclude(
            pk__in=Link.objects.unscoped().filter(email="still.open@example.test").values("about")
        ).values_list("pk", "kind", "submission", "asked_at", "verified_ksbs__ksb__code"),
        "signatures": Link.objects.unscoped().filter(**of, signature__isnull=False).values_list(
            "pk", "sha256", "signed_at", "signature", "signature__name", "signature__statement", "signature__at"
        ),
        "ksbs": KsbProgress.objects.unscoped().filter(**of).values_list(
            "ksb__code", "state", "drafted_count", "waiting_count", "met_count", "newest_decided_at", "signed_off_at"
        ),
    }  # fmt: skip
    return {name: sorted(map(str, found)) for name, found in rows.items()}


def learner(world: World, brought: Brought) -> Apprenticeship:
    assert brought.record is not None
    return Apprenticeship.objects.unscoped().get(pk=brought.record.apprenticeship_id)


def actor(person: object) -> Actor:
    return acting(person)  # type: ignore[arg-type]
