"""What is recorded of the programme."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

REVIEW_PLANNED = declare("progress_review.planned", _("planned a progress review"), "programme.progressreview")
REVIEW_MOVED = declare("progress_review.moved", _("moved a progress review"), "programme.progressreview")
REVIEW_HELD = declare("progress_review.held", _("held a progress review"), "programme.progressreview")
REVIEW_CANCELLED = declare("progress_review.cancelled", _("cancelled a progress review"), "programme.progressreview")
REVIEW_ISSUED = declare("progress_review.issued", _("sent a progress review to be signed"), "programme.reviewversion")
#: Beside the entry of its version, which readers are shown.
REVIEW_SENT = declare("progress_review.sent", _("sent a progress review"), "programme.progressreview", Audience.NOBODY)
REVIEW_SIGNED = declare("progress_review.signed", _("signed a progress review"), "programme.reviewsignature")
REVIEW_RHYTHM_SET = declare(
    "review_rhythm.set", _("changed how often an apprentice’s progress is reviewed"), "programme.reviewrhythm"
)
REVIEW_TEMPLATE_SET = declare(
    "review_template.set", _("changed the form for progress reviews"), "programme.reviewtemplate"
)
