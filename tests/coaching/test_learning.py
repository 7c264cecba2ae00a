"""Something to learn on one's own, and the questions by which it is remembered."""

from datetime import date
from typing import Any

import pytest

from coaching.anchors import Anchor, AnchorKind, offset_of
from coaching.asks import AskKind
from coaching.chances import most_reminders
from coaching.dose import Policy
from coaching.elements import Audience, LearningItem, Retrieval
from coaching.hours import Availability, DateRange
from coaching.learning import retrievals
from coaching.people import Role
from coaching.placing import Placed, placed
from coaching.sources import answered_anchors, asked, sources
from tests.coaching.checking import kinds
from tests.coaching.programming import FINNISH, HELSINKI, at, member, programme, utc, words

DONE = Anchor(kind=AnchorKind.ASK_ANSWERED, key="video")


def item(**given: Any) -> LearningItem:
    """A video for the start of the programme, asked about after three days and three weeks."""
    values: dict[str, Any] = {
        "id": "video",
        "title": words("A video"),
        "at": at("programme.start", "+1 week"),
        "link": "https://learning.example/video",
        "minutes": 10,
        "retrieval": (offset_of("+3 days"), offset_of("+21 days")),
        "retrieval_question": words("What do you use of it?"),
    } | given
    return LearningItem(**values)


def later(found: list[Placed]) -> list[Placed]:
    return [each for each in found if isinstance(each.element, Retrieval)]


def test_who_has_not_said_that_they_are_done_is_asked_nothing() -> None:
    found = later(placed(programme(item()), member()))

    assert [each.opens_at for each in found] == [None, None]
    assert {each.waits_for for each in found} == {DONE}


def test_the_questions_come_so_long_after_it_was_done_at_the_persons_own_time() -> None:
    who = member(happened={DONE: utc(2026, 9, 10, 15, 20)})

    found = later(placed(programme(item()), who))

    # The 13th is a Sunday; 21 days after the 10th is a Thursday. The day begins at 8.30 in Helsinki.
    assert [each.opens_at for each in found] == [utc(2026, 9, 14, 5, 30), utc(2026, 10, 1, 5, 30)]
    assert [each.late_until for each in found] == [utc(2026, 9, 28, 5, 30), utc(2026, 10, 15, 5, 30)]


def test_a_leave_moves_a_question_to_the_first_day_after_it() -> None:
    away = Availability(
        zone=HELSINKI, days_off=FINNISH, leave=(DateRange(first=date(2026, 9, 14), last=date(2026, 9, 16)),)
    )
    who = member(happened={DONE: utc(2026, 9, 10, 15)}, availability=away)

    first, _ = later(placed(programme(item()), who))

    assert first.opens_at == utc(2026, 9, 17, 5, 30)


def test_the_questions_are_for_the_people_of_the_item_alone() -> None:
    of_managers = item(audience=Audience(roles=frozenset({Role.MANAGER})))

    found = placed(programme(of_managers), member(happened={DONE: utc(2026, 9, 10)}))

    assert found == []


def test_each_question_is_a_source_of_its_own_and_the_item_one_that_dates_others() -> None:
    trial = programme(item())

    video, first, second = sources(trial, coaches={})

    assert answered_anchors(trial) == {"video"}
    assert (video.kind, video.is_anchor, video.own) == (AskKind.LEARNING_ITEM, True, item())
    assert [each.key for each in (first, second)] == ["video+1", "video+2"]
    assert {each.kind for each in (first, second)} == {AskKind.RETRIEVAL}
    assert first.questions == (words("What do you use of it?"),)
    assert not first.is_anchor


def test_without_questions_to_remember_it_by_nothing_waits_for_it() -> None:
    trial = programme(item(retrieval=()))

    (video,) = sources(trial, coaches={})

    assert not video.is_anchor


@pytest.mark.parametrize("place", [0, 1], ids=["the item", "a question about it"])
def test_it_is_reminded_of_once_however_often_the_programme_reminds(place: int) -> None:
    trial = programme(item())
    each = placed(trial, member(happened={DONE: utc(2026, 9, 10)}))[place]
    source = sources(trial, coaches={})[place]

    ask = asked(each, source, person_id=1, now=utc(2026, 9, 10))

    assert ask.wants_answer
    assert most_reminders(ask, Policy(most_reminders=2)) == 1
    assert most_reminders(ask, Policy(most_reminders=0)) == 0


@pytest.mark.parametrize("offset", ["-3 days", "+3 h", "+0 days"])
def test_a_question_that_is_not_some_days_after_it_is_a_fault(offset: str) -> None:
    assert "repeat_step elements.0.retrieval.0" in kinds(programme(item(retrieval=(offset_of(offset),))))


def test_no_id_of_a_file_can_be_that_of_a_question() -> None:
    assert all("+" in each.id for each in retrievals(item()))
