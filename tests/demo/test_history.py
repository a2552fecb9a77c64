"""The plans alone, on every day of a week and at odd hours: no rows are made."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.actor import Actor
from demo import bank, cast
from demo.cast import Employer, Story
from demo.history import Act, History

KSBS = {code: uuid4() for code in bank.NOT_YET}
TOLD = [(story, cast.EMPLOYERS[story.employer]) for story in cast.STORIES] + [
    (story, cast.OTHER_EMPLOYERS[story.employer]) for story in cast.OTHER_STORIES
]
MOMENTS = [datetime(2026, 3, 23, hour, 7, tzinfo=UTC) + timedelta(days=day) for day in range(7) for hour in (0, 13)]


def planned(story: Story, employer: Employer, now: datetime) -> list[Act]:
    """The acts of a story in the order in which they are run."""
    told = History(story, employer, uuid4(), Actor(uuid4(), uuid4()), KSBS, now)
    return sorted(told.acts, key=lambda act: act.at)


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: f"{now:%a-%H}")
def test_nothing_happens_before_the_start_or_in_the_future(now: datetime) -> None:
    for story, employer in TOLD:
        for act in planned(story, employer, now):
            assert now - timedelta(days=story.started) < act.at < now, story.name


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: f"{now:%a-%H}")
def test_each_act_finds_what_it_needs(now: datetime) -> None:
    for story, employer in TOLD:
        state: dict[object, str] = {}
        outcomes: dict[str, str] = {}
        signed: set[str] = set()
        for act in planned(story, employer, now):
            name, arguments = act.do.func.__name__, act.do.args
            match name:
                case "_create":
                    assert arguments[0].pk not in state
                    state[arguments[0].pk] = "draft"
                case "_show_first":
                    assert state[arguments[0].pk] in {"accepted", "referred"}
                case "_add_file" | "_revise":
                    assert state[arguments[0].pk] in {"draft", "referred"}
                case "_submit":
                    assert state[arguments[0].pk] in {"draft", "referred"}
                    assert all(arguments[0].claims.values())
                    state[arguments[0].pk] = "waiting"
                case "_take_back":
                    assert state[arguments[0].pk] == "waiting"
                    state[arguments[0].pk] = "draft"
                case "_start_review":
                    assert state[arguments[0].pk] == "waiting"
                case "_finish_review":
                    work, not_yet = arguments
                    assert state[work.pk] == "waiting"
                    state[work.pk] = "referred" if not_yet else "accepted"
                    outcomes |= {code: "not yet" if code in not_yet else "met" for code in work.claims}
                case "_sign_off":
                    assert {outcomes[code] for code in arguments[0]} == {"met"}
                    assert not signed & set(arguments[0])
                    signed |= set(arguments[0])
                case "_withdraw_sign_off":
                    signed.remove(arguments[0])
                case _:
                    pytest.fail(name)
        assert len(signed) == story.signed, story.name
        assert Counter(state.values())["waiting"] == len(story.waiting), story.name


def test_nobody_writes_the_same_piece_twice() -> None:
    for story, employer in TOLD:
        told = History(story, employer, uuid4(), Actor(uuid4(), uuid4()), KSBS, MOMENTS[0])
        titles = [act.do.args[0].title for act in told.acts if act.do.func.__name__ == "_create"]
        assert len(set(titles)) == len(titles), story.name
