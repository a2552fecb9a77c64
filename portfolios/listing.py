"""What the list of a portfolio shows, as plain values."""

from django.db.models import Window
from django.db.models.functions import RowNumber

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

#: A user and an apprenticeship, to the ids of the same pieces in no order, for counting them.
kept = SeenBy(
    lambda user, apprenticeship: (
        Evidence.objects.visible_to(user).filter(apprenticeship=apprenticeship).kept().values_list("pk")
    ),
    SIGHT,
)

#: `latest` gives at most this many pieces in each state.
MOST_OF_A_STATE = 8

#: A user and an apprenticeship, to id, title, state and last change of the newest pieces of each state.
latest = SeenBy(
    lambda user, apprenticeship: (
        Evidence.objects.visible_to(user)
        .filter(apprenticeship=apprenticeship)
        .kept()
        .annotate(place=Window(RowNumber(), partition_by="state", order_by=("-changed_at", "pk")))
        .filter(place__lte=MOST_OF_A_STATE)
        .newest_first()
        .values_list("pk", "title", "state", "changed_at")
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
