"""What notices say, in the app and in mails alike. Nothing of anybody's evidence or feedback is in it."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.links import path_to
from notifications.kinds import TO_SIGN, News
from notifications.models import Notice
from notifications.sight import Asked
from signing.models import Purpose, place_of


class Told(NamedTuple):
    """What a notice is about, as plain values.

    Attributes:
        about: what the page that it leads to is of.
        apprentice: their name; empty where it is about a thing of the reader's own.
        is_own: whether it is for the apprentice that it is about, who reads “your” and not their own name.
    """

    news: str
    subject: UUID
    about: UUID
    codes: list[str]
    apprentice: str
    is_own: bool = False

    @classmethod
    def of(cls, notice: Notice) -> "Told":
        """Of a notice that was read with its apprenticeship and the apprentice, if it is about one."""
        if notice.apprenticeship is None:
            return cls(notice.news, notice.subject, notice.about, notice.codes, "")
        whose = notice.apprenticeship.apprentice
        is_own = whose.pk == notice.person_id
        return cls(notice.news, notice.subject, notice.about, notice.codes, whose.name, is_own)


class Line(NamedTuple):
    """A notice as it is read: what it says, and the path of the page that it leads to."""

    said: str
    path: str


def line_of(notice: Told, names: Mapping[UUID, Asked]) -> Line:
    """What a notice says.

    Args:
        names: those in the links that notices are about: `sight.names_in_links`.
    """
    return Line(_said(notice, names), _path(notice, names))


#: What the apprentice is told of what others are told too.
_TO_APPRENTICE = {
    News.REVIEW_TO_SIGN: gettext_lazy("Your progress review is waiting for your signature."),
    News.PLAN_TO_SIGN: gettext_lazy("Your training plan is waiting for your signature."),
    News.HOURS_TO_SIGN: gettext_lazy("A statement about your hours is waiting for your signature."),
    News.PRIOR_LEARNING_TO_SIGN: gettext_lazy("What you knew at the start is waiting for your signature."),
    News.GATEWAY_TO_SIGN: gettext_lazy("Your declaration that you have completed the training is waiting for you."),
    News.GATEWAY_LOCKED: gettext_lazy("All three have declared that you have completed the training."),
    News.GATEWAY_ENDED: gettext_lazy("The declarations about your training no longer count. The page says why."),
    News.RESULT: gettext_lazy("Your assessment result has been recorded."),
    News.OUTCOME_RELEASED: gettext_lazy("The result of one of your assessments has been released."),
    News.REVIEW_DUE: gettext_lazy("Your next progress review is due soon."),
    News.REVIEW_LATE: gettext_lazy("Your progress review is overdue."),
    News.SCAN_TO_RATE: gettext_lazy("Rate what you can do already. It takes about ten minutes."),
}


def _said(notice: Told, names: Mapping[UUID, Asked]) -> str:
    if notice.is_own and (to_apprentice := _TO_APPRENTICE.get(News(notice.news))):
        return str(to_apprentice)
    apprentice = notice.apprentice
    asked = names.get(notice.subject, Asked("", "", ""))
    who = asked.name
    codes = listed(notice.codes)
    match notice.news:
        case News.SUBMITTED:
            return _("%(name)s sent you evidence to review.") % {"name": apprentice}
        case News.ACCEPTED:
            return _("Your evidence was reviewed. Every KSB in it is met.")
        case News.NEEDS_WORK:
            return _("Your evidence was reviewed and needs some more work.")
        case News.CORRECTED:
            return _("The decision on %(codes)s was corrected.") % {"codes": codes}
        case News.SIGNED_OFF:
            return ngettext("%(codes)s was signed off.", "%(codes)s were signed off.", len(notice.codes)) % {
                "codes": codes
            }
        case News.SIGN_OFF_WITHDRAWN:
            return _("The sign-off of %(codes)s was withdrawn. The page says why.") % {"codes": codes}
        case News.REOPENED:
            return _("%(codes)s is no longer signed off. Quality assurance reopened it, and the page says why.") % {
                "codes": codes
            }
        case News.CHECKED:
            return _("Quality assurance checked your decision on %(codes)s for %(name)s.") % {
                "codes": codes,
                "name": apprentice,
            }
        case News.ACTION_ASKED:
            return _("Quality assurance has asked you to act on %(codes)s for %(name)s.") % {
                "codes": codes,
                "name": apprentice,
            }
        case News.ACTION_DUE:
            return _("Your action on %(codes)s for %(name)s is due soon.") % {"codes": codes, "name": apprentice}
        case News.ACTION_LATE:
            return _("Your action on %(codes)s for %(name)s is late.") % {"codes": codes, "name": apprentice}
        case News.OBSERVED:
            return _("Your assessor recorded an observation or a discussion. Please look at it and confirm it.")
        case News.CONFLICT:
            return _("The assessor of %(name)s has a conflict of interest with them. Choose somebody else.") % {
                "name": apprentice
            }
        case News.FILE_HIDDEN:
            return _("One of %(name)s’s files was hidden. Two of you decide together what happens to it.") % {
                "name": apprentice
            }
        case News.INVESTIGATION:
            return _("Some of %(name)s’s evidence is under investigation.") % {"name": apprentice}
        case News.CONFIRMED:
            if asked.purpose == Purpose.EMPLOYER:
                return _("%(name)s answered about the behaviours, as you asked.") % {"name": who}
            return _("%(name)s confirmed what you asked about.") % {"name": who}
        case News.BEHAVIOURS:
            return _("The employer answered about the behaviours of %(name)s.") % {"name": apprentice}
        case News.DECLINED:
            return _("%(name)s declined to confirm what you asked about. The page says why.") % {"name": who}
        case News.PASSED_ON:
            return _("%(name)s passed your request on to %(other)s.") % {"name": who, "other": asked.then}
        case News.DISPUTED:
            return _("%(name)s says that they did not make a confirmation in their name. It no longer counts.") % {
                "name": who
            }
        case News.REVIEW_TO_SIGN:
            return _("A progress review of %(name)s is waiting for your signature.") % {"name": apprentice}
        case News.PLAN_TO_SIGN:
            return _("The training plan for %(name)s is waiting for your signature.") % {"name": apprentice}
        case News.HOURS_TO_SIGN:
            return _("A statement about the hours of %(name)s is waiting for your signature.") % {"name": apprentice}
        case News.PRIOR_LEARNING_TO_SIGN:
            return _("What %(name)s knew at the start is waiting for your signature.") % {"name": apprentice}
        case News.GATEWAY_TO_SIGN:
            return _("The declaration that %(name)s has completed the training is waiting for you.") % {
                "name": apprentice
            }
        case News.GATEWAY_LOCKED:
            return _("All three have declared that %(name)s has completed the training.") % {"name": apprentice}
        case News.GATEWAY_ENDED:
            return _("The declarations about %(name)s no longer count. The page says why.") % {"name": apprentice}
        case News.RESULT:
            return _("The assessment result of %(name)s has been recorded.") % {"name": apprentice}
        case News.OUTCOME_RELEASED:
            return _("A result of %(name)s has been released.") % {"name": apprentice}
        case News.NOT_SIGNED:
            return _("Somebody declined to sign what you sent about %(name)s. The page says who and why.") % {
                "name": apprentice
            }
        case News.REVIEW_DUE:
            return _("The next progress review of %(name)s is due soon.") % {"name": apprentice}
        case News.REVIEW_LATE:
            return _("The progress review of %(name)s is overdue.") % {"name": apprentice}
        case News.AGREED_ACTION:
            return _("You were given something to do at a standardisation meeting. The page says what.")
        case News.AGREED_DUE:
            return _("Your action from a standardisation meeting is due soon.")
        case News.AGREED_LATE:
            return _("Your action from a standardisation meeting is late.")
        case News.EXPORT_READY if apprentice and not notice.is_own:
            return _("The file that you asked for about %(name)s is ready to download.") % {"name": apprentice}
        case News.EXPORT_READY:
            return _("The file that you asked for is ready to download.")
        case News.EXPORT_FAILED if apprentice and not notice.is_own:
            return _("The file that you asked for about %(name)s could not be made. The page says why.") % {
                "name": apprentice
            }
        case News.EXPORT_FAILED:
            return _("The file that you asked for could not be made. The page says why.")
        case News.PORTFOLIO_READY:
            return _("The portfolio that you uploaded is ready to import.")
        case News.PORTFOLIO_IN:
            return _("The portfolio that you uploaded has been imported.")
        case News.PORTFOLIO_REFUSED:
            return _("The portfolio that you uploaded was not imported. The page says why.")
        case News.SCAN_TO_RATE:
            return _("Rate what %(name)s can do already. It takes about ten minutes.") % {"name": apprentice}
        case News.FEEDBACK_DUE:
            return _("Your feedback to %(name)s is due soon.") % {"name": apprentice}
        case News.FEEDBACK_LATE:
            return _("Your feedback to %(name)s is late.") % {"name": apprentice}
        case News.REWORK_DUE:
            return _("Your evidence still needs work. It was reviewed two weeks ago or more.")
        case _:
            return _("%(name)s did not answer your request, and the link has expired. You can send it again.") % {
                "name": who
            }


def _path(notice: Told, names: Mapping[UUID, Asked]) -> str:
    match notice.news:
        case News.SUBMITTED | News.FEEDBACK_DUE | News.FEEDBACK_LATE:
            return path_to("review", notice.about)
        case News.ACCEPTED | News.NEEDS_WORK | News.CORRECTED | News.REWORK_DUE | News.OBSERVED:
            return path_to("evidence", notice.about)
        case _ if notice.news in TO_SIGN.values():
            return path_to("signed-version", notice.subject)
        case News.NOT_SIGNED:
            return path_to("signed-version", notice.about)
        case News.GATEWAY_LOCKED | News.GATEWAY_ENDED | News.RESULT:
            return path_to("gateway", notice.about)
        case News.OUTCOME_RELEASED:
            return path_to("outcome-results", notice.about)
        case News.REVIEW_DUE | News.REVIEW_LATE:
            return path_to("learner-reviews", notice.about)
        case News.SCAN_TO_RATE:
            return path_to("skills-scan", notice.about)
        case News.BEHAVIOURS:
            return path_to("behaviours", notice.about)
        case News.CHECKED | News.ACTION_ASKED | News.ACTION_DUE | News.ACTION_LATE:
            return path_to("sample", notice.about)
        case News.CONFLICT:
            return path_to("assign", notice.about)
        case News.AGREED_ACTION | News.AGREED_DUE | News.AGREED_LATE:
            return path_to("standardisation", notice.about)
        case News.EXPORT_READY | News.EXPORT_FAILED:
            return path_to("exports")
        case News.PORTFOLIO_READY | News.PORTFOLIO_IN | News.PORTFOLIO_REFUSED:
            return path_to("portfolio-arrival", notice.about)
        case News.FILE_HIDDEN:
            return path_to("hidden-file", notice.about)
        case News.INVESTIGATION:
            return path_to("investigation", notice.about)
        case News.SIGNED_OFF | News.SIGN_OFF_WITHDRAWN | News.REOPENED:
            if len(notice.codes) == 1:
                return path_to("ksb", notice.about, notice.codes[0])
            return path_to("coverage", notice.about)
        case _:
            asked = names.get(notice.subject)
            return path_to(place_of(asked.purpose if asked else ""), notice.about)


def listed(codes: list[str]) -> str:
    """K1, K2 and S4."""
    if len(codes) < 2:
        return "".join(codes)
    return _("%(some)s and %(last)s") % {"some": ", ".join(codes[:-1]), "last": codes[-1]}
