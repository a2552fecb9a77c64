"""What is sent to the addresses of reviews."""

from assessments.checking.rules import Rule
from core import clock
from core.working_days import working_day_after
from tests.world import feedback_form

#: A provider that asks for none of the rules of evidence.
_NO_RULES = {f"{part}_{rule.value}": text for rule in Rule for part, text in (("use", "off"), ("wording", ""))}


def words() -> dict[str, dict[str, str]]:
    return {
        "pages:evidence-rules": _NO_RULES,
        "pages:decision-correct": {"outcome": "not_yet", "reason": "Read again.", **feedback_form("", "More.")},
        "pages:review-words": {"revision": "0", "outcome_K1": "met", **feedback_form("K1", "So far.")},
        "pages:review-finish": {"outcome_K1": "met", **feedback_form("K1")},
        "pages:review-add": {"ksb": "S1"},
        "pages:review-put-off": {"until": working_day_after(clock.today(), 1).isoformat()},
    }
