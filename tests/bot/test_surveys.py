"""Surveys, over HTTP: brought up in the programme's time, answered elsewhere or here, closed by themselves."""

from typing import Any

import pytest

from coaching.asks import AskKind, AskState
from coaching.elements import Survey
from dialogs.cards import words
from storage.store import Store
from storage.tables import answers, submissions
from tests.bot.conftest import Chat
from tests.bot.explaining import explaining
from tests.bot.hands import Way, button, press, say
from tests.bot.reading import answers_of, rows_of
from tests.bot.test_learning import learner, of_kind, trial
from tests.bot.test_plans import told
from tests.builders import Clock, in_all
from tests.coaching.programming import at

LINK = "https://kysely.example/loppukysely"


def survey(**given: Any) -> Survey:
    """A survey on the programme's second day, open for four weeks."""
    return Survey(
        id="pulse",
        title=in_all("Loppukysely"),
        intro=in_all("Kolme minuuttia"),
        at=at("programme.start", "+1 day", "person"),
        closes=at("programme.start", "+4 weeks"),
        **given,
    )


@pytest.mark.parametrize("way", Way)
async def test_a_survey_elsewhere_is_opened_and_marked_as_done(chat: Chat, clock: Clock, way: Way) -> None:
    aino, _ = await learner(chat, clock, survey(link=LINK))
    where, card = await told(chat, aino, "Loppukysely (fi)")

    done = await press(chat, aino, where, button(card, "submit"), way=way)

    opens = [action["url"] for action in card["actions"] if action["type"] == "Action.OpenUrl"]
    assert opens == [LINK]
    assert "Vastauksesi eivät tule minulle" in words(card)
    assert "Merkitty tehdyksi" in done.words
    (ask,) = await of_kind(chat, AskKind.SURVEY)
    assert await answers_of(chat, ask.id) == [{}]
    assert await rows_of(chat, answers) == []


@pytest.mark.parametrize("word", ["tehty", "klart", "done"])
async def test_that_a_survey_elsewhere_is_done_can_be_typed(chat: Chat, clock: Clock, word: str) -> None:
    aino, _ = await learner(chat, clock, survey(link=LINK))
    await told(chat, aino, "Loppukysely (fi)")

    said = await say(chat, aino, word)

    assert "merkitsin tehdyksi: Loppukysely (fi)" in said
    (ask,) = await of_kind(chat, AskKind.SURVEY)
    assert (ask.state, ask.version) == (AskState.ANSWERED, 1)


async def test_after_its_closing_a_survey_elsewhere_takes_nothing(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock, survey(link=LINK))
    where, card = await told(chat, aino, "Loppukysely (fi)")
    clock.pass_by(days=28)

    late = await press(chat, aino, where, button(card, "submit"))

    assert "Merkitty tehdyksi" not in late.words
    assert await rows_of(chat, submissions) == []


@pytest.mark.parametrize(
    ("done_on", "purposes"),
    [
        pytest.param(None, ["new", "reminder", "reminder"], id="never done: two reminders"),
        pytest.param(2, ["new"], id="done on its second day: none"),
    ],
)
async def test_a_survey_is_reminded_of_twice_at_most_and_not_once_it_is_done(
    store: Store, clock: Clock, done_on: int | None, purposes: list[str]
) -> None:
    days = explaining(store, clock)
    await days.load(trial(survey(link=LINK, due=at("programme.start", "+2 weeks"))))
    aino = await days.enrolled("Aino Aalto")

    for number in range(40 * 3):
        clock.pass_by(hours=8)
        await days.visit()
        if done_on is not None and number == done_on * 3:
            await days.answer(await days.ask_of(aino, "pulse"))

    ask = await days.ask_of(aino, "pulse")
    told_of = [part for claimed in days.wire.taken for part in claimed.parts]
    assert [part.purpose for part in told_of if part.ask_id == ask.id] == purposes
