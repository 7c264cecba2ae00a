"""Surveys, over HTTP: brought up in the programme's time, answered elsewhere or here, closed by themselves."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from bot.programme_loading import apply, prepare
from coaching.asks import AskKind, AskState
from coaching.elements import Question, QuestionKind, Survey
from coaching.people import Member, Role
from demo.teams import User
from dialogs.cards import words
from dialogs.follow_up_cards import FollowUpVerb
from dialogs.pieces import DATA_VERSION
from scheduler.counting import count_ballots
from storage.erasures import AskedBy
from storage.own_data import GIVEN
from storage.store import Store
from storage.tables import answers, ballot_boxes, drafts, metadata, submissions
from tests.bot.conftest import Chat
from tests.bot.enrolling import all_placed, takes_part
from tests.bot.explaining import explaining
from tests.bot.hands import Way, button, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.bot.test_learning import learner, of_kind, trial
from tests.bot.test_plans import met, told
from tests.builders import Clock, in_all
from tests.coaching.programming import at
from tests.serving import eventually
from tests.storage.test_own_data import leads_to_people

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


SCALE = Question(id="role", text=in_all("Roolini on selkeä"), kind=QuestionKind.SCALE, lowest=1, highest=5)
MOVED = Question(
    id="moved",
    text=in_all("Oletko vaihtanut työtä?"),
    kind=QuestionKind.SINGLE_CHOICE,
    required=False,
    choices=(in_all("En"), in_all("Kyllä")),
)
BEST = Question(id="best", text=in_all("Mikä auttoi eniten?"), required=False)
HERE = survey(items=(SCALE, MOVED, BEST))
NAMES = ("Aino Aalto", "Eino Eka", "Tiina Toka", "Kalle Kolmas", "Nea Neljäs", "Vilma Viides")


async def enrolled(chat: Chat, name: str, role: Role = Role.PARTICIPANT) -> User:
    """Somebody more with a part in the programme."""
    user, person = await met(chat, name)
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "trial")
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=role))
    return user


async def asked(chat: Chat, clock: Clock, number: int) -> list[User]:
    """So many participants who have the survey's card, and its programme a coach."""
    aino, _ = await takes_part(chat, trial(HERE))
    others = [await enrolled(chat, name) for name in NAMES[1:number]]
    await all_placed(chat)
    clock.pass_by(days=1)
    for user in (aino, *others):
        await told(chat, user, "Loppukysely (fi)")
    return [aino, *others]


async def cast(chat: Chat, user: User, **entries: str) -> str:
    """Somebody sends their answers from the card."""
    where, card = await told(chat, user, "Loppukysely (fi)")
    return (await press(chat, user, where, button(card, "submit"), entries)).words


async def results(chat: Chat, clock: Clock) -> str:
    """What a coach reads of it once it has closed."""
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)
    clock.pass_by(days=27)

    async def closed() -> bool:
        return all(row.closed_at is not None for row in await rows_of(chat, ballot_boxes))

    await eventually(closed)
    return await say(chat, kaisa, "palautukset 1")


async def test_five_answers_come_to_the_coach_together_once_it_has_closed(chat: Chat, clock: Clock) -> None:
    users = await asked(chat, clock, 5)
    before = words((await told(chat, users[0], "Loppukysely (fi)"))[1])
    given = [
        ("4", "c1", "Vertaisryhmä **auttoi**"),
        ("4", "c1", ""),
        ("2", "c2", ""),
        ("5", "c1", ""),
        ("4", "c2", "Aika"),
    ]
    for user, (role, moved, best) in zip(users, given, strict=True):
        assert "Vastausta ei voi enää muuttaa." in await cast(chat, user, role=role, moved=moved, best=best)

    said = await results(chat, clock)

    assert "vastaajia on vähintään 5" in before
    assert "ei voi enää muuttaa, poistaa eikä etsiä esiin" in before
    assert "Kukaan ei näe, kenen vastaus tämä on" in before
    assert "Valmentajasi saa vastaukset vain koottuina ja ilman nimiä." in before
    assert "Vastaajia: 5" in said
    assert "Keskiarvo: 3,8" in said
    assert "2: 1\n4: 3\n5: 1" in said
    assert "En (fi): 3\nKyllä (fi): 2" in said
    assert "– Vertaisryhmä **auttoi**" in said
    assert "– Aika" in said


async def test_nobody_but_its_programmes_coaches_gets_what_came_of_it(chat: Chat, clock: Clock) -> None:
    users = await asked(chat, clock, 5)
    for user in users:
        await cast(chat, user, role="4", best="Rauha")
    assert "Rauha" in await results(chat, clock)
    other = replace(trial(HERE), id="other")
    olli, coach = await met(chat, "Olli Outo")
    other_id = await apply(chat.store, await prepare(chat.store, other, tenant=chat.teams.tenant))
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=coach.id, programme_id=other_id, role=Role.COACH))
    (box,) = await rows_of(chat, ballot_boxes)
    people = {"sparri": {"v": DATA_VERSION, "verb": FollowUpVerb.PEOPLE.value, "arg": str(box.element_id)}}

    for user in (olli, users[0]):
        pressed = (await press(chat, user, None, people)).words
        typed = await say(chat, user, "palautukset 1")
        assert "Rauha" not in pressed + typed
        assert "Keskiarvo" not in pressed + typed


async def test_of_four_answers_the_coach_sees_nothing_and_they_are_thrown_away(chat: Chat, clock: Clock) -> None:
    users = await asked(chat, clock, 5)
    for user in users[:4]:
        await cast(chat, user, role="4", best="Rauha")

    said = await results(chat, clock)

    assert "Vastaajia oli alle 5, joten hävitin kaikki vastaukset." in said
    assert "Rauha" not in said
    assert "Keskiarvo" not in said
    (box,) = await rows_of(chat, ballot_boxes)
    assert (box.is_enough, box.number, box.sealed) == (False, 4, None)


async def test_nothing_is_shown_while_it_is_open(chat: Chat, clock: Clock) -> None:
    users = await asked(chat, clock, 6)
    for user in users:
        await cast(chat, user, role="4", best="Rauha")
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)

    await count_ballots(chat.store)
    said = await say(chat, kaisa, "palautukset 1")

    assert "Rauha" not in said
    assert "Keskiarvo" not in said


async def test_it_is_answered_by_typing_too(chat: Chat, clock: Clock) -> None:
    (aino,) = await asked(chat, clock, 1)

    second = await say(chat, aino, "4")
    third = await say(chat, aino, "Kyllä (fi)")
    thanked = await say(chat, aino, "Vertaisryhmä")

    assert "Oletko vaihtanut työtä?" in second
    assert "Mikä auttoi eniten?" in third
    assert "vastauksesi on tallessa: Loppukysely (fi)" in thanked
    (box,) = await rows_of(chat, ballot_boxes)
    (ask,) = await of_kind(chat, AskKind.BALLOT)
    assert (box.number, ask.state) == (1, AskState.ANSWERED)
    assert await rows_of(chat, drafts) == []


async def test_the_same_twice_is_one_ballot_and_it_can_be_neither_changed_nor_taken_back(
    chat: Chat, clock: Clock
) -> None:
    (aino,) = await asked(chat, clock, 1)
    where, card = await told(chat, aino, "Loppukysely (fi)")
    await press(chat, aino, where, button(card, "submit"), {"role": "4"})

    again = await press(chat, aino, where, button(card, "submit"), {"role": "4"})
    other = await press(chat, aino, where, button(card, "submit"), {"role": "1"})
    await say(chat, aino, "muokkaa")

    assert "Vastauksesi on tallessa" in again.words
    assert "Vastauksesi on tallessa" in other.words
    (box,) = await rows_of(chat, ballot_boxes)
    (ask,) = await of_kind(chat, AskKind.BALLOT)
    assert (box.number, ask.state, ask.version) == (1, AskState.ANSWERED, 1)


async def test_a_fault_keeps_what_was_entered_and_casts_nothing(chat: Chat, clock: Clock) -> None:
    (aino,) = await asked(chat, clock, 1)

    said = await cast(chat, aino, role="9", best="Rauha")

    assert "tallessa" not in said
    assert await rows_of(chat, ballot_boxes) == []


async def test_nothing_in_the_database_leads_from_a_ballot_to_whoever_cast_it(
    chat: Chat, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (aino, *_) = await asked(chat, clock, 1)
    await cast(chat, aino, role="4", moved="c2", best="KANARIALINTU")

    stored = {table.name: await rows_of(chat, table) for table in metadata.sorted_tables}

    assert "KANARIALINTU" not in caplog.text
    assert "KANARIALINTU" not in json.dumps({name: [str(row) for row in rows] for name, rows in stored.items()})
    assert stored["answers"] == stored["submissions"] == stored["drafts"] == []
    (box,) = stored["ballot_boxes"]
    assert box.key_id not in {row.key_id for row in stored["people"]}
    assert not leads_to_people(ballot_boxes)


async def test_my_data_tells_that_it_was_answered_and_not_what(chat: Chat, clock: Clock) -> None:
    (aino,) = await asked(chat, clock, 1)
    await cast(chat, aino, role="4", best="KANARIALINTU")

    (ask, *_) = await of_kind(chat, AskKind.BALLOT)
    async with chat.store.transaction() as unit:
        person = await unit.people.get(ask.person_id)
        assert person is not None
        pages = {name: (await unit.own_data.page(given, person)).rows for name, given in GIVEN.items()}

    (told_of,) = pages["asks"]
    assert (told_of["kind"], told_of["state"]) == (AskKind.BALLOT, AskState.ANSWERED)
    assert "KANARIALINTU" not in str(pages)


async def test_who_is_erased_leaves_a_ballot_that_names_nobody(chat: Chat, clock: Clock) -> None:
    users = await asked(chat, clock, 5)
    for user in users:
        await cast(chat, user, role="4", best="Rauha")
    (ask, *_) = await of_kind(chat, AskKind.BALLOT)
    async with chat.store.transaction() as unit:
        person = await unit.people.get(ask.person_id)
        assert person is not None
        await unit.erasures.order(person, by=AskedBy.ADMINISTRATOR)

    said = await results(chat, clock)

    assert "Vastaajia: 5" in said


async def test_a_coach_cannot_send_it_to_some_again(chat: Chat, clock: Clock) -> None:
    await asked(chat, clock, 1)
    kaisa = await enrolled(chat, "Kaisa Coach", Role.COACH)

    await say(chat, kaisa, "lähetä tehtävä")

    form = str(last_card(chat, kaisa)[1])
    assert "Mitä lähetät" in form or "Input.ChoiceSet" in form
    assert "'value': 'e:" not in form
