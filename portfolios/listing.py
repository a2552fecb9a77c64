"""What the list of a portfolio shows, as plain values."""

from accounts.seen_by import SeenBy
from apprenticeships.models import KsbProgress
from apprenticeships.reach import SIGHT
from portfolios.models import Evidence

#: What a row shows, of pieces that were read `with_figures`.
ROW = ("pk", "title", "is_showcase", "kind", "claim_count", "file_count", "changed_at", "state")

#: A user and an apprenticeship, to `ROW` of its pieces.
pieces = SeenBy(
    lambda user, apprenticeship: (
        Evidence.objects.visible_to(user)
        .filter(apprenticeship=apprenticeship)
        .kept()
        .with_figures()
        .shown_first()
        .values_list(*ROW)
    ),
    SIGHT,
)

#: A user and an apprenticeship, to id and title of the drafts that were put aside.
put_aside = SeenBy(
    lambda user, apprenticeship: (
        Evidence.objects.visible_to(user)
        .filter(apprenticeship=apprenticeship, discarded_at__isnull=False)
        .newest_first()
        .values_list("pk", "title")
    ),
    SIGHT,
)

#: A user and an apprenticeship, to the codes of its KSBs in order.
codes = SeenBy(
    lambda user, apprenticeship: (
        KsbProgress.objects.visible_to(user).filter(apprenticeship=apprenticeship).in_order().values_list("ksb__code")
    ),
    SIGHT,
)
