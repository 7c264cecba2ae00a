"""Principles: each comes in its turn, as often as the others, and is a source of its own."""

from collections import Counter
from dataclasses import replace

from coaching.anchors import offset_of
from coaching.asks import AskKind
from coaching.elements import Principles, Repeat
from coaching.placing import placed
from coaching.sources import place_in, sources
from tests.coaching.programming import at, local, member, programme, session, words

SIX = tuple(words(f"Principle {number}") for number in range(1, 7))


def principles(**given: object) -> Principles:
    """Six of them, one a fortnight, twelve in all."""
    values = {
        "id": "ours",
        "title": words("One of ours"),
        "at": at("programme.start", "+1 week"),
        "repeat": Repeat(every=offset_of("+2 weeks"), times=12),
        "principles": SIX,
    } | given
    return Principles(**values)  # type: ignore[arg-type]


def test_each_comes_as_often_as_the_others_and_in_turn() -> None:
    trial = programme(principles())
    by_key = {each.key: each for each in sources(trial, coaches={})}

    asked = [by_key[place_in(each)[0]].questions for each in placed(trial, member())]

    assert asked == [(each,) for each in (*SIX, *SIX)]
    assert set(Counter(str(each) for each in asked).values()) == {2}


def test_each_is_a_source_of_its_own() -> None:
    found = sources(programme(principles()), coaches={})

    assert [each.key for each in found] == [f"ours.{number}" for number in range(1, 7)]
    assert {each.kind for each in found} == {AskKind.PRINCIPLE}


def test_with_sessions_one_comes_with_each_in_turn() -> None:
    with_each = principles(each="session", repeat=None, at=at("session.each.end", "+1 workday"), principles=SIX[:2])
    halves = tuple(session(number, local(2026, 9, 10 + number, 9)) for number in (1, 2, 3))
    trial = programme(with_each, sessions=halves)

    found = {each.key: each.questions for each in sources(trial, coaches={})}

    assert found == {"ours.1": (SIX[1],), "ours.2": (SIX[0],), "ours.3": (SIX[1],)}
    assert {place_in(each)[0] for each in placed(trial, member())} == set(found)


def test_of_none_nothing_is_asked() -> None:
    assert sources(programme(principles(principles=())), coaches={}) == []


def test_one_more_principle_changes_only_what_is_ahead_of_its_turn() -> None:
    before, after = principles(), replace(principles(), principles=(*SIX, words("Principle 7")))

    keys = [[place_in(each)[0] for each in placed(programme(each), member())] for each in (before, after)]

    assert keys[0][:6] == keys[1][:6]
    assert keys[1][6] == "ours.7"
