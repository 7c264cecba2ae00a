"""Results of surveys, over HTTP: each coach is told once that there are some, and finds those of all surveys."""

from dataclasses import replace

import pytest

from bot.programme_loading import apply, prepare
from coaching.asks import AskKind
from coaching.ballots import Ballot
from coaching.people import Member, Role
from demo.teams import User
from dialogs.cards import words
from dialogs.pieces import DATA_VERSION
from dialogs.told_survey import SurveyVerb
from scheduler.counting import count_ballots
from storage.tables import asks, ballot_boxes
from tests.bot.conftest import Chat
from tests.bot.enrolling import takes_part
from tests.bot.hands import Way, button, press, say
from tests.bot.reading import rows_of
from tests.bot.test_learning import trial
from tests.bot.test_plans import met, told
from tests.bot.test_surveys import HERE, asked, cast, enrolled
from tests.builders import Clock, in_all
from tests.coaching.programming import at
from tests.serving import eventually

NEWS = "Kysely on sulkeutunut"


async def answered(chat: Chat, clock: Clock, number: int) -> list[User]:
    """So many participants who have answered the survey, which has not closed yet."""
    users = await asked(chat, clock, number)
    for user in users:
        await cast(chat, user, role="4", best="Rauha")
    return users


async def closed(chat: Chat, number: int) -> bool:
    """Whether so many boxes are counted."""
    return len([row for row in await rows_of(chat, ballot_boxes) if row.closed_at is not None]) == number


async def placed(chat: Chat, number: int) -> bool:
    """Whether so many things are asked: another one may be placing them just now."""
    return len(await rows_of(chat, asks)) == number


async def counted(chat: Chat) -> None:
    """Wait until all boxes are."""
    number = len(await rows_of(chat, ballot_boxes))
    await eventually(lambda: closed(chat, number))


async def news(chat: Chat) -> list[int]:
    """To whom it was written that a survey was counted, by their numbers."""
    return sorted(row.person_id for row in await rows_of(chat, asks) if row.kind == AskKind.SURVEY_RESULTS)


def cards_with(chat: Chat, user: User, says: str) -> list[str]:
    return [each for each, card in chat.teams.cards(user).items() if says in words(card)]


@pytest.mark.parametrize("way", Way)
async def test_each_coach_is_told_once_and_has_the_results_by_a_press(chat: Chat, clock: Clock, way: Way) -> None:
    users = await answered(chat, clock, 5)
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)
    kirsi = await enrolled(chat, "Kirsi Coach", Role.COACH)
    pekka = await enrolled(chat, "Pekka Pomo", Role.MANAGER)
    clock.pass_by(days=27)

    for coach in (kaisa, kirsi):
        where, card = await told(chat, coach, NEWS)
        await press(chat, coach, where, button(card, SurveyVerb.RESULTS), way=way)
        _, results = await told(chat, coach, "Kyselyn tulokset\n")

        assert "Loppukysely (fi)" in words(card)
        assert "Vastaajia: 5" in words(card)
        assert "”kyselyn tulokset”" in words(card)
        assert "Rauha" not in words(card)
        assert len(cards_with(chat, coach, NEWS)) == 1
        assert "Keskiarvo: 4" in words(results)
        assert words(results).count("– Rauha") == 5
    assert len(await news(chat)) == 2
    for user in (*users, pekka):
        assert cards_with(chat, user, NEWS) == []


async def test_of_too_few_it_is_told_that_all_was_thrown_away_and_why(chat: Chat, clock: Clock) -> None:
    await answered(chat, clock, 4)
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)
    clock.pass_by(days=27)

    _, card = await told(chat, kaisa, NEWS)
    typed = await say(chat, kaisa, "kyselyn tulokset")

    assert "Vastaajia oli alle 5, joten hävitin kaikki vastaukset." in words(card)
    assert "voisi päätellä, kuka vastasi mitä" in words(card)
    assert card.get("actions") in (None, [])
    assert "Vastaajia oli alle 5, joten hävitin kaikki vastaukset." in typed
    assert "Rauha" not in typed


async def test_who_does_not_want_to_wait_asks_by_typing(chat: Chat, clock: Clock) -> None:
    await answered(chat, clock, 5)
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)

    before = await say(chat, kaisa, "kyselyn tulokset")
    clock.pass_by(days=27)
    await counted(chat)
    after = await say(chat, kaisa, "survey results")
    none = await say(chat, kaisa, "enkätresultat 2")

    assert "ei ole vielä sulkeutunut yhtään kyselyä" in before
    assert "Keskiarvo: 4" in after
    assert "Sellaista kyselyä ei ole." in none


async def test_it_comes_in_the_coachs_own_hours_and_not_beside_the_dose(chat: Chat, clock: Clock) -> None:
    await answered(chat, clock, 5)
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)
    clock.pass_by(days=26, hours=14, minutes=30)

    await counted(chat)
    (row,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.SURVEY_RESULTS]
    at_night = cards_with(chat, kaisa, NEWS)
    clock.pass_by(hours=9, minutes=30)
    await told(chat, kaisa, NEWS)

    assert (row.urgent, row.wants_answer) == (False, False)
    assert at_night == []


async def test_however_often_it_is_looked_at_it_is_told_once(chat: Chat, clock: Clock) -> None:
    await answered(chat, clock, 5)
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)
    clock.pass_by(days=27)
    await told(chat, kaisa, NEWS)

    await count_ballots(chat.store)
    clock.pass_by(days=1)
    await count_ballots(chat.store)

    assert len(await news(chat)) == 1
    assert len(cards_with(chat, kaisa, NEWS)) == 1


async def test_a_coach_who_left_is_not_told_and_reads_nothing_any_more(chat: Chat, clock: Clock) -> None:
    await answered(chat, clock, 5)
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)
    kirsi = await enrolled(chat, "Kirsi Coach", Role.COACH)
    clock.pass_by(days=27)
    await told(chat, kirsi, NEWS)
    where, card = await told(chat, kaisa, NEWS)
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "trial")
        person = await unit.people.by_email(chat.teams.tenant, "kaisa.coach@ministry.example")
        assert person is not None
        assert programme_id is not None
        await unit.members.leave(programme_id, person.id)

    pressed = await press(chat, kaisa, where, button(card, SurveyVerb.RESULTS))
    typed = await say(chat, kaisa, "kyselyn tulokset 1")

    assert "et valmenna tätä ohjelmaa" in pressed.words
    assert "Rauha" not in pressed.words + typed
    assert "Keskiarvo" not in pressed.words + typed


async def test_nobody_but_its_programmes_coaches_gets_what_came_of_it(chat: Chat, clock: Clock) -> None:
    users = await answered(chat, clock, 5)
    other = replace(trial(HERE), id="other")
    olli, coach = await met(chat, "Olli Outo")
    other_id = await apply(chat.store, await prepare(chat.store, other, tenant=chat.teams.tenant))
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=coach.id, programme_id=other_id, role=Role.COACH))
    clock.pass_by(days=27)
    await counted(chat)
    (box,) = await rows_of(chat, ballot_boxes)

    for user in (olli, users[0]):
        for argument in (str(box.id), "", "0", "x", "9" * 400):
            data = {"sparri": {"v": DATA_VERSION, "verb": SurveyVerb.RESULTS.value, "arg": argument}}
            pressed = (await press(chat, user, None, data, {"survey": str(box.id)})).words
            assert "Rauha" not in pressed
            assert "Keskiarvo" not in pressed
        typed = await say(chat, user, "kyselyn tulokset 1")
        assert "Rauha" not in typed
        assert "Loppukysely" not in typed


async def test_all_surveys_are_listed_and_each_is_had_by_its_number(chat: Chat, clock: Clock) -> None:
    later = replace(HERE, id="later", title=in_all("Jälkikysely"), closes=at("programme.start", "+3 weeks"))
    await takes_part(chat, trial(HERE, later))
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)
    await eventually(lambda: placed(chat, 2))
    rows = await rows_of(chat, asks)
    async with chat.store.transaction() as unit:
        given = await unit.asks.by_ids([row.id for row in rows])
    for ask in given.values():
        best = "Rauha" if ask.element.key == HERE.id else "Aika"
        for _ in range(5):
            async with chat.store.transaction() as unit:
                ballot: Ballot = {"role": 4, "best": best}
                await unit.ballot_boxes.cast(ask, ballot, tenant=chat.teams.tenant, threshold=5)
    clock.pass_by(days=21)
    await eventually(lambda: closed(chat, 1))
    clock.pass_by(days=7)
    await counted(chat)

    listed = await say(chat, kaisa, "kyselyn tulokset")
    where, card = next(each for each in chat.teams.cards(kaisa).items() if "Kysely 2" in words(each[1]))
    (choosing,) = [each for each in card["body"] if each["type"] == "Input.ChoiceSet"]
    first = await say(chat, kaisa, "kyselyn tulokset 1")
    second = await say(chat, kaisa, "kyselyn tulokset 2.")
    of_first = {"survey": choosing["choices"][1]["value"]}
    picked = await press(chat, kaisa, where, button(card, SurveyVerb.RESULTS), of_first, way=Way.SUBMIT)

    assert "Kysely 2\nLoppukysely (fi)\nSulkeutui ma 14.12.2026. Vastaajia: 5." in listed
    assert "Kysely 1\nJälkikysely (fi)\nSulkeutui ma 7.12.2026. Vastaajia: 5." in listed
    assert listed.index("Kysely 2") < listed.index("Kysely 1")
    assert "Rauha" not in listed
    assert "– Aika" in first
    assert "– Rauha" in second
    assert "– Aika" in picked.words
    assert words(card) == words(chat.teams.cards(kaisa)[where])
