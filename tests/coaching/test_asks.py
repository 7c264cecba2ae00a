"""What can still be answered, and what an answer does to an ask."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest

from coaching.asks import (
    Ask,
    AskKind,
    AskState,
    Element,
    SourceKind,
    answered,
    can_be_answered,
    put_off,
    withdrawn,
)
from coaching.errors import Closed, NotYours
from coaching.people import Language

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
AINO, VEIKKO = 1, 2
Change: TypeAlias = Callable[[Ask, int, datetime], Ask]

REFLECTION = Element(
    id=1,
    programme_id=1,
    key="debrief",
    kind=AskKind.REFLECTION,
    title={Language.FI: "Reflektio"},
    intro={},
)
ASK = Ask(
    id=12,
    person_id=AINO,
    programme_id=1,
    kind=AskKind.REFLECTION,
    source_kind=SourceKind.ELEMENT,
    source_id=1,
    created_at=NOW - 72 * HOUR,
    element=REFLECTION,
)


@pytest.mark.parametrize(
    ("state", "closes_at", "possible"),
    [
        pytest.param(AskState.OPEN, NOW, False, id="at the very moment of closing it is closed"),
        pytest.param(AskState.OPEN, NOW + timedelta(microseconds=1), True, id="just before it closes"),
        pytest.param(AskState.OPEN, NOW - HOUR, False, id="after it closed, though nobody has marked it yet"),
        pytest.param(AskState.OPEN, None, True, id="one that never closes"),
        pytest.param(AskState.ANSWERED, NOW + HOUR, True, id="an answer can be changed until it closes"),
        pytest.param(AskState.ANSWERED, NOW - HOUR, False, id="an answer cannot be changed after it closed"),
        pytest.param(AskState.CLOSED, NOW + HOUR, False, id="one that was withdrawn before its time"),
        pytest.param(AskState.CLOSED, None, False, id="a closed one without a closing time"),
    ],
)
def test_an_ask_is_answered_until_it_closes(state: AskState, closes_at: datetime | None, possible: bool) -> None:
    ask = replace(ASK, state=state, closes_at=closes_at)

    assert can_be_answered(ask, NOW) is possible


def test_an_overdue_ask_is_still_answered() -> None:
    late = replace(ASK, due_at=NOW - HOUR)

    assert answered(late, AINO, NOW).state is AskState.ANSWERED


def test_an_answer_is_one_more_version_and_ends_the_waiting() -> None:
    waiting = put_off(ASK, NOW + HOUR)

    first = answered(waiting, AINO, NOW)

    assert (first.state, first.version, first.answered_at, first.put_off_until) == (AskState.ANSWERED, 1, NOW, None)


def test_a_changed_answer_is_the_next_version() -> None:
    first = answered(ASK, AINO, NOW)

    second = answered(first, AINO, NOW + HOUR)

    assert (second.state, second.version) == (AskState.ANSWERED, 2)


def test_an_answer_that_is_taken_back_leaves_the_ask_open_and_its_versions_counted() -> None:
    first = answered(ASK, AINO, NOW)

    again = withdrawn(first, AINO, NOW + HOUR)

    assert (again.state, again.version, again.answered_at) == (AskState.OPEN, 1, None)
    assert answered(again, AINO, NOW + 2 * HOUR).version == 2


def test_the_ask_itself_is_never_changed() -> None:
    before = replace(ASK)

    answered(ASK, AINO, NOW)
    put_off(ASK, NOW + HOUR)

    assert before == ASK


@pytest.mark.parametrize("change", [answered, withdrawn])
def test_somebody_elses_ask_is_refused_even_when_it_is_closed(change: Change) -> None:
    closed = replace(ASK, state=AskState.CLOSED)

    with pytest.raises(NotYours):
        change(ASK, VEIKKO, NOW)
    with pytest.raises(NotYours):
        change(closed, VEIKKO, NOW)


@pytest.mark.parametrize("change", [answered, withdrawn])
def test_a_closed_ask_is_refused_with_what_happened_to_it(change: Change) -> None:
    closed = replace(ASK, closes_at=NOW)

    with pytest.raises(Closed, match="closed before the answer came"):
        change(closed, AINO, NOW)


def test_an_ask_put_off_is_still_answered_before_its_time() -> None:
    waiting = put_off(ASK, NOW + HOUR)

    assert waiting.put_off_until == NOW + HOUR
    assert can_be_answered(waiting, NOW)
