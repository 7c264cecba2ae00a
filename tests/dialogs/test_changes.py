"""What people are told of changed sessions: in three languages, in their own time, with the old and the new."""

from dataclasses import replace

import pytest

from coaching.changes import SessionChange, carried_on, difference
from coaching.people import Language
from coaching.programmes import Mode, Programme, Session
from dialogs.changes import title, words
from tests.coaching.half_days import half_days, later, virtual, with_session


def changes(new: Programme) -> tuple[Programme, tuple[SessionChange, ...]]:
    carried = carried_on(half_days(), new)
    return carried, difference(half_days(), carried).sessions


@pytest.mark.parametrize(
    ("language", "heading", "sentence"),
    [
        (
            Language.FI,
            "Tapaaminen on siirtynyt",
            "Tapaaminen 4 (Session 4) on siirtynyt. Ennen: to 25.2.2027 klo 9.00–12.30. "
            "Nyt: to 4.3.2027 klo 9.00–12.30.",
        ),
        (
            Language.SV,
            "En träff har flyttats",
            "Träff 4 (Session 4) har flyttats. Förut: tors 25.2.2027 kl. 9.00–12.30. Nu: tors 4.3.2027 kl. 9.00–12.30.",
        ),
        (
            Language.EN,
            "A session has moved",
            "Session 4 (Session 4) has moved. It was Thu 25 Feb 2027, 9:00–12:30. "
            "Now it is Thu 4 Mar 2027, 9:00–12:30.",
        ),
    ],
)
def test_a_moved_session_is_told_with_its_old_and_its_new_time(language: Language, heading: str, sentence: str) -> None:
    programme, moved = changes(with_session(half_days(), 4, later(weeks=1)))

    assert title(language, moved) == heading
    assert words(language, moved, programme, "Europe/Helsinki") == sentence


def test_times_are_the_readers_own() -> None:
    programme, moved = changes(with_session(half_days(), 4, later(weeks=1)))

    assert "Thu 25 Feb 2027, 8:00–11:30" in words(Language.EN, moved, programme, "Europe/Stockholm")


def test_many_changes_of_one_sort_have_one_title_and_a_paragraph_each() -> None:
    new = half_days()
    for number in (2, 3, 4, 5):
        new = with_session(new, number, virtual)
    programme, moved = changes(new)

    assert title(Language.EN, moved) == "Sessions are now virtual"
    assert words(Language.EN, moved, programme, "Europe/Helsinki").count("\n\n") == 3


def hybrid(session: Session) -> Session:
    return replace(session, mode=Mode.HYBRID, link="https://meet.example/h")


def elsewhere(session: Session) -> Session:
    return replace(session, place={Language.EN: "Room 7"})


def nowhere(session: Session) -> Session:
    return replace(session, place={})


def linked(session: Session) -> Session:
    return replace(session, link="https://meet.example/new")


def cancelled(session: Session) -> Session:
    return replace(session, cancelled=True)


def in_another_room(session: Session) -> Session:
    return later(weeks=1)(elsewhere(session))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("change", "heading", "sentence"),
    [
        (hybrid, "A session is now in a room and virtual", "is now both in a room and virtual."),
        (elsewhere, "A session has a new place", "has a new place: Room 7."),
        (nowhere, "A session has changed", "no longer has the place that it had."),
        (linked, "A session has a new link", "has a new link. You get it before the session."),
        (cancelled, "A session is cancelled", "is cancelled."),
        (in_another_room, "A session has changed", "has a new place: Room 7."),
    ],
)
def test_every_change_has_words_in_every_language(language: Language, change, heading: str, sentence: str) -> None:  # type: ignore[no-untyped-def]
    programme, changed = changes(with_session(half_days(), 2, change))

    assert words(language, changed, programme, "Europe/Helsinki")
    assert title(Language.EN, changed) == heading
    assert words(Language.EN, changed, programme, "Europe/Helsinki").endswith(sentence)


def test_a_new_session_is_told_with_its_time() -> None:
    new = half_days()
    programme, added = changes(replace(new, sessions=(*new.sessions, replace(new.sessions[0], number=6))))

    assert title(Language.EN, added) == "There is a new session"
    assert words(Language.EN, added, programme, "Europe/Helsinki") == (
        "New: session 6 (Session 1), Thu 14 Jan 2027, 9:00–12:30."
    )
