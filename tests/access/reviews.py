"""What the addresses of reviews and comments are tried on, and what is sent to them."""

from assessments.checking.rules import Rule
from assessments.commenting.workflow import add_comment
from core import clock
from core.working_days import working_day_after
from tests.assessments import voice
from tests.world import World, acting, feedback_form

#: A provider that asks for none of the rules of evidence.
_NO_RULES = {f"{part}_{rule.value}": text for rule in Rule for part, text in (("use", "off"), ("wording", ""))}


def comment(world: World) -> dict:
    return {"comment_id": add_comment(acting(world.assessor), "Name the board.", for_all=False).pk}


def submission(world: World) -> dict:
    return {"submission_id": world.submitted("K1").pk}


def spoken(world: World) -> dict:
    found = world.submitted("K1")
    voice.recorded(world, found)
    return {"submission_id": found.pk}


SUBJECTS = {
    "pages:voice": spoken,
    "pages:review-add": submission,
    "pages:review-drop": lambda world: submission(world) | {"code": "S1"},
    "pages:review-comments": submission,
    **dict.fromkeys(("pages:comment", "pages:comment-share", "pages:comment-remove"), comment),
}


def words() -> dict[str, dict[str, str]]:
    return {
        "pages:evidence-rules": _NO_RULES,
        "pages:decision-correct": {"outcome": "not_yet", "reason": "Read again.", **feedback_form("", "More.")},
        "pages:review-words": {"revision": "0", "outcome_K1": "met", **feedback_form("K1", "So far.")},
        "pages:review-finish": {"outcome_K1": "met", **feedback_form("K1")},
        "pages:review-add": {"ksb": "S1"},
        "pages:voice": {"words": "Well done."},
        "pages:comments": {"text": "Say more."},
        "pages:comment": {"text": "Say less."},
        "pages:review-put-off": {"until": working_day_after(clock.today(), 1).isoformat()},
    }
