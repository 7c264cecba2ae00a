"""The team part over HTTP: a participant asks their team, and gets the answers together or not at all."""

import logging
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from coaching.asks import Ask, AskKind, AskState
from coaching.assignments import AssignmentFacts
from coaching.elements import Question, QuestionKind, TeamPart
from coaching.people import Language, Person
from coaching.pooled import KEPT, MOST_ASKED, PooledQuestion
from demo.teams import User
from dialogs.cards import words
from scheduler.pooling import ask_teams, close_pools, forget_pools
from storage.erasures import AskedBy
from storage.store import Store
from storage.tables import answers, asks, metadata, people, pools, submissions, teammates
from tests.bot.conftest import Chat
from tests.bot.hands import Said, Way, button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.test_assignments import ask_now, met, told
from tests.bot.test_follow_up_files import coach_of, made
from tests.builders import Clock, add_ask, add_element, in_all
from tests.serving import eventually

UNIT = "Talousyksikkö"
TEAM = ("Eino Eka", "Tiina Toka", "Kalle Kolmas", "Nea Neljäs", "Vilma Viides", "Kuura Kuudes")
SCALE = Question(id="noticed", text=in_all("Huomasitko muutosta?"), kind=QuestionKind.SCALE, lowest=0, highest=10)
OPEN = Question(id="expect", text=in_all("Mitä odotat?"))


async def supervisor(
    chat: Chat, question: Question = OPEN, *, language: str = "suomi", **given: Any
) -> tuple[User, Person, Ask]:
    """Aino, with an assignment whose question goes to her team. language: what she writes to choose hers."""
    user, person = await met(chat, "Aino Aalto", unit=UNIT)
    await say(chat, user, language)
    element = await add_element(
        chat.store,
        key="odotukset",
        title="Odotukset",
        tenant=chat.teams.tenant,
        kind=AskKind.ASSIGNMENT,
        assignment=AssignmentFacts(team_part=TeamPart(question=question)),
    )
    return user, person, await add_ask(chat.store, person, element, **given)


async def team(chat: Chat, *names: str, **given: Any) -> list[tuple[User, Person]]:
    """Aino's colleagues, who have the app."""
    return [await met(chat, name, unit=UNIT, **given) for name in names]


async def pick(chat: Chat, aino: User, *people: Person, names: str = "", **more: str) -> Said:
    """Aino picks people on the card, and others by name."""
    at, card = await told(chat, aino, "Odotukset (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="team"))
    assert form.card is not None
    chosen = {"team": ",".join(f"p{each.id}" for each in people)} if people else {}
    return await press(chat, aino, at, button(form.card, "submit"), chosen | {"people": names} | more)


async def is_written(chat: Chat, user: User, *texts: str) -> None:
    """Wait until all of these stand in messages to somebody."""
    await chat.teams.until(lambda: all(text in str(chat.teams.texts(user)) for text in texts))


async def all_told(chat: Chat) -> None:
    """Wait until everybody of the team has their card."""

    async def told_all() -> bool:
        found = [row for row in await rows_of(chat, asks) if row.kind == AskKind.TEAM_QUESTION]
        return bool(found) and all(row.told_at is not None for row in found)

    await eventually(told_all)


async def answered(chat: Chat, user: User, answer: str, **more: str) -> None:
    """Somebody answers on the card that they got."""
    at, card = await told(chat, user, "Kysymys sinulle")
    receipt = await press(chat, user, at, button(card, "submit"), {"answer": answer, **more})
    assert "Vastauksesi on tallessa" in receipt.words


async def asked_team(chat: Chat, *names: str, question: Question = OPEN) -> tuple[User, Person, list[User]]:
    """Aino has asked these colleagues of hers."""
    colleagues = await team(chat, *names)
    aino, person, _ = await supervisor(chat, question)
    await pick(chat, aino, *[each for _, each in colleagues])
    return aino, person, [user for user, _ in colleagues]


async def test_a_team_of_six_is_asked_and_five_answers_come_back_together(chat: Chat, clock: Clock) -> None:
    aino, _, users = await asked_team(chat, *TEAM)
    _, card = await told(chat, users[0], "Kysymys sinulle: Odotukset (fi)")

    assert "Kysyjä: Aino Aalto" in words(card)
    assert "vain, jos vastaajia on vähintään 5" in words(card)
    assert "Voit vastata ma 23.11.2026 klo 14.00 asti" in words(card)
    assert "Vain sinä näet tämän. Kysyjä saa vastaukset vain koottuina ja ilman nimiä." in words(card)
    assert "Sinua ei liitetä ohjelmaan" in words(card)
    said = [f"Odotan asiaa **{number}**" for number in range(5)]
    for user, answer in zip(users, said, strict=False):
        await answered(chat, user, answer, named="true" if user is users[0] else "")
    clock.pass_by(days=8)
    _, result = await told(chat, aino, "Tiimisi vastaukset")

    shown = words(result)
    assert "Vastaajia: 5" in shown
    assert "– Odotan asiaa **0** (Eino Eka)" in shown
    assert all(f"– {answer}\n" in shown for answer in said[1:])
    assert not any(name in shown for name in TEAM[1:])
    assert all(text not in str(bytes(row.sealed)) for row in await rows_of(chat, pools) for text in said)


async def test_four_answers_are_too_few_to_show(chat: Chat, clock: Clock) -> None:
    aino, _, users = await asked_team(chat, *TEAM[:5])
    for user in users[:4]:
        await answered(chat, user, "Odotan rauhaa", named="true")
    clock.pass_by(days=8)

    _, result = await told(chat, aino, "Vastauksia tuli liian vähän")

    assert "rauhaa" not in words(result)
    assert "Eka" not in words(result)
    (row,) = await rows_of(chat, pools)
    assert (row.is_enough, row.sealed) == (False, None)
    await say(chat, aino, "auki")
    at, card = last_card(chat, aino)
    again = await press(chat, aino, at, button(card, "turn", argument="team"))
    assert "Vastauksia tuli liian vähän" in again.words
    assert "rauhaa" not in str(chat.teams.cards(aino))


async def test_a_scale_comes_back_as_a_mean_and_how_often_each_was_given(chat: Chat, clock: Clock) -> None:
    aino, _, users = await asked_team(chat, *TEAM[:5], question=SCALE)
    for user, answer in zip(users, ("7", "7", "9", "2", "7"), strict=True):
        await answered(chat, user, answer)
    clock.pass_by(days=8)

    _, result = await told(chat, aino, "Tiimisi vastaukset")

    assert "Keskiarvo: 6,4" in words(result)
    assert "\n2: 1\n7: 3\n9: 1\n" in words(result)


@pytest.mark.parametrize("way", Way)
async def test_who_declines_is_not_asked_again_and_nobody_learns_of_it(chat: Chat, clock: Clock, way: Way) -> None:
    aino, _, users = await asked_team(chat, *TEAM[:2])
    at, card = await told(chat, users[0], "Kysymys sinulle")

    declined = await press(chat, users[0], at, button(card, "decline"), way=way)

    assert "Et vastaa tähän" in declined.words
    assert declined.card is not None
    await all_told(chat)
    before = len(chat.teams.cards(users[0]))
    assert "Kysyn tätä jo 2 ihmiseltä" in (await pick(chat, aino, names="Eino Eka")).words
    clock.pass_by(days=4)
    await told(chat, users[1], "Muistutan")
    assert len(chat.teams.cards(users[0])) == before
    assert len(await rows_of(chat, teammates)) == 2
    form = await press(chat, users[0], at, button(declined.card, "edit"))
    assert form.card is not None
    receipt = await press(chat, users[0], at, button(form.card, "submit"), {"answer": "Sittenkin rauhaa"})
    assert "Vastauksesi on tallessa" in receipt.words


@pytest.mark.parametrize(
    ("language", "decline", "skip", "done"),
    [
        pytest.param(Language.FI, "en vastaa", "ohita", "et vastaa tähän", id="in Finnish"),
        pytest.param(Language.SV, "jag svarar inte", "hoppa över", "svarar inte på det här", id="in Swedish"),
        pytest.param(Language.EN, "I will not answer", "skip", "do not answer this", id="in English"),
    ],
)
async def test_picking_answering_and_declining_can_be_typed(
    chat: Chat, clock: Clock, language: Language, decline: str, skip: str, done: str
) -> None:
    chosen = {"fi": "suomi", "sv": "svenska", "en": "English"}[language]
    command = {"fi": "kysy tiimiltä", "sv": "fråga teamet", "en": "ask my team"}[language]
    (eino, _), (tiina, _) = await team(chat, *TEAM[:2])
    for user in (eino, tiina):
        await say(chat, user, chosen)
    aino, _, _ = await supervisor(chat, language=chosen)
    await told(chat, aino, f"Odotukset ({language})")

    assert "Eino Eka, Tiina Toka" in await say(chat, aino, command)
    assert await say(chat, aino, "Mikko Muukalainen, eino")
    said = await say(chat, aino, skip)
    assert "En löytänyt näitä kaikkia" in said or language is not Language.FI
    assert await rows_of(chat, teammates) == []
    await say(chat, aino, "eino, tiina.toka@ministry.example")
    said = await say(chat, aino, skip)

    assert "2" in said
    await told(chat, eino, f"Mitä odotat? ({language})")
    await told(chat, tiina, f"Mitä odotat? ({language})")
    assert done in await say(chat, tiina, decline)
    await say(chat, eino, "Rauhaa")
    await say(chat, eino, skip)
    states = {row.person_id: row.state for row in await rows_of(chat, asks) if row.kind == AskKind.TEAM_QUESTION}
    assert sorted(states.values()) == ["answered", "skipped"]


async def test_with_several_colleagues_asking_the_number_says_whom_one_declines(chat: Chat, clock: Clock) -> None:
    ((eino, person),) = await team(chat, "Eino Eka")
    for asker, title in (("Aino Aalto", "Odotukset"), ("Mikko Muu", "Muutos")):
        _, colleague = await met(chat, asker, unit=UNIT)
        element = await add_element(chat.store, key=title, title=title, tenant=chat.teams.tenant)
        async with chat.store.transaction() as unit:
            closes_at = clock.now + timedelta(days=7)
            asked = PooledQuestion(question=OPEN)
            pool = await unit.pools.begin(asker_id=colleague.id, about=element, asked=asked, closes_at=closes_at)
            await unit.pools.add(pool.id, [person.id])
    await ask_teams(chat.store)

    which = await say(chat, eino, "en vastaa")
    said = await say(chat, eino, "en vastaa 2")

    assert "Monta työkaveriasi kysyy" in which
    assert "Selvä, et vastaa tähän" in said
    found = [row for row in await rows_of(chat, asks) if row.kind == AskKind.TEAM_QUESTION]
    assert sorted(row.state for row in found) == [AskState.OPEN, AskState.SKIPPED]


async def test_so_many_and_no_more_are_asked_at_once(chat: Chat) -> None:
    aino, _, _ = await supervisor(chat)
    names = [f"Nimi N{number}" for number in range(MOST_ASKED + 1)]
    for name in names:
        await chat.person(name, unit=UNIT)

    refused = await pick(chat, aino, names=", ".join(names))

    assert "Voit kysyä enintään 50 ihmiseltä" in refused.words
    assert await rows_of(chat, teammates) == []


async def test_declining_is_an_answer_where_no_colleague_asks(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    element = await add_element(chat.store, questions=1, tenant=chat.teams.tenant)
    ask = await add_ask(chat.store, person, element)

    await say(chat, aino, "en vastaa")

    assert (await ask_now(chat, ask)).state is AskState.ANSWERED


async def test_who_has_no_app_is_named_with_a_text_to_copy_and_asked_once_they_have(chat: Chat, clock: Clock) -> None:
    user, person = await chat.person("Eino Eka", unit=UNIT, preferred=time(0))
    aino, _, _ = await supervisor(chat)

    await pick(chat, aino, person)

    await is_written(chat, aino, "Näitä en vielä tavoita Teamsissa: Eino Eka", "kuulla tiimiltäni: Mitä odotat? (fi)")
    await is_written(chat, aino, "Näytän vastaukset vain, jos vähintään 5 vastaa")
    await chat.write(user, "moi")
    await told(chat, user, "Kysymys sinulle")


async def test_only_people_of_the_unit_and_those_whom_one_manages_can_be_asked(chat: Chat) -> None:
    aino, person, _ = await supervisor(chat)
    await chat.person("Eino Eka", unit="Muu yksikkö", manager_id=person.id)
    await chat.person("Tiina Toka", unit=UNIT)
    _, stranger = await chat.person("Mikko Muukalainen", unit="Muu yksikkö")
    at, card = await told(chat, aino, "Odotukset (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="team"))
    assert form.card is not None

    assert "Eino Eka\nTiina Toka" in form.words
    assert "Mikko" not in form.words
    refused = await press(chat, aino, at, button(form.card, "submit"), {"team": f"p{stranger.id}"})
    assert "Valitse jokin annetuista vaihtoehdoista" in refused.words
    refused = await press(chat, aino, at, button(form.card, "submit"), {"people": "mikko.muukalainen@ministry.example"})
    assert "En löytänyt näitä kaikkia" in refused.words
    assert "mikko.muukalainen@ministry.example" in str(refused.card)
    assert await rows_of(chat, teammates) == []


@pytest.mark.parametrize(
    ("until", "fault"),
    [
        pytest.param("2026-11-15", "Se on jo mennyt", id="before today"),
        pytest.param("2026-12-24", "ehtii sulkeutua", id="after the assignment closes"),
    ],
)
async def test_answers_are_waited_for_until_a_day_before_the_assignment_closes(
    chat: Chat, clock: Clock, until: str, fault: str
) -> None:
    ((_, eino),) = await team(chat, "Eino Eka")
    aino, _, _ = await supervisor(chat, closes_at=clock.now + timedelta(days=10))

    refused = await pick(chat, aino, eino, until=until)

    assert fault in refused.words
    assert await rows_of(chat, pools) == []
    assert refused.card is not None
    again = {"team": f"p{eino.id}", "until": "2026-11-19"}
    at, _ = last_card(chat, aino)
    await press(chat, aino, at, button(refused.card, "submit"), again)
    await is_written(chat, aino, "to 19.11.2026 klo 14.00")


async def test_nothing_comes_after_the_closing(chat: Chat, clock: Clock) -> None:
    aino, _, users = await asked_team(chat, "Eino Eka")
    at, card = await told(chat, users[0], "Kysymys sinulle")
    clock.pass_by(days=8)

    late = await press(chat, users[0], at, button(card, "submit"), {"answer": "Myöhässä"})

    assert await rows_of(chat, submissions) == []
    assert "Myöhässä" not in late.words
    await told(chat, aino, "Vastauksia tuli liian vähän")
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: "Tämä on suljettu" in words(chat.teams.cards(users[0])[at]))
    before = len(chat.teams.cards(users[0]))
    clock.pass_by(days=30)
    assert len(chat.teams.cards(users[0])) == before


async def test_what_a_team_wrote_is_erased_some_time_after_the_closing(chat: Chat, clock: Clock) -> None:
    aino, _, users = await asked_team(chat, *TEAM)
    for user in users[:5]:
        await answered(chat, user, "Odotan rauhaa")
    clock.pass_by(days=8)
    await told(chat, aino, "Tiimisi vastaukset")
    async with chat.store.transaction() as unit:
        before = (await unit._connection.execute(select(answers.c.field))).all()
    await forget_pools(chat.store)
    assert len(await rows_of(chat, teammates)) == 6

    clock.now += KEPT
    await forget_pools(chat.store)

    assert len(before) == 5
    assert await rows_of(chat, answers) == []
    assert await rows_of(chat, teammates) == []
    assert {row.kind for row in await rows_of(chat, asks)} == {AskKind.ASSIGNMENT, AskKind.TEAM_ANSWERS}
    await say(chat, aino, "auki")
    at, card = last_card(chat, aino)
    again = await press(chat, aino, at, button(card, "turn", argument="team"))
    assert again.words.count("– Odotan rauhaa") == 5


async def test_asking_and_closing_twice_asks_and_tells_once(store: Store, clock: Clock, chat: Chat) -> None:
    aino, _, _ = await asked_team(chat, *TEAM[:3])
    for _ in range(2):
        await ask_teams(store)
    clock.pass_by(days=8)
    for _ in range(2):
        await close_pools(store)

    await told(chat, aino, "Vastauksia tuli liian vähän")

    kinds = [row.kind for row in await rows_of(chat, asks)]
    assert (kinds.count(AskKind.TEAM_QUESTION), kinds.count(AskKind.TEAM_ANSWERS)) == (3, 1)


async def erased(chat: Chat, person_id: int) -> None:
    """Somebody is erased, to the end."""
    async with chat.store.transaction() as unit:
        known = await unit.people.get(person_id)
        assert known is not None
        await unit.erasures.order(known, by=AskedBy.ADMINISTRATOR)

    async def is_gone() -> bool:
        return all(row.id != person_id for row in await rows_of(chat, people))

    await eventually(is_gone)


async def test_who_is_erased_takes_their_question_out_of_the_chats_of_their_team(chat: Chat, clock: Clock) -> None:
    _, person, users = await asked_team(chat, *TEAM[:2])
    at, _ = await told(chat, users[0], "Kysyjä: Aino Aalto")
    await all_told(chat)

    await erased(chat, person.id)
    clock.pass_by(seconds=10)

    await chat.teams.until(lambda: "Aino" not in str(chat.teams.cards(users[0])[at]))
    assert await rows_of(chat, pools) == []
    assert await rows_of(chat, teammates) == []
    assert AskKind.TEAM_QUESTION not in {row.kind for row in await rows_of(chat, asks)}


async def test_who_is_erased_is_named_no_more_beside_their_answer(chat: Chat, clock: Clock) -> None:
    aino, _, users = await asked_team(chat, *TEAM[:5])
    for user in users:
        await answered(chat, user, "Odotan rauhaa", named="true")
    clock.pass_by(days=8)
    await told(chat, aino, "– Odotan rauhaa (Eino Eka)")
    eino = next(row for row in await rows_of(chat, people) if row.name == "Eino Eka")

    await erased(chat, eino.id)

    await say(chat, aino, "auki")
    at, card = last_card(chat, aino)
    again = await press(chat, aino, at, button(card, "turn", argument="team"))
    assert "Eino" not in again.words
    assert again.words.count("– Odotan rauhaa") == 5
    assert "– Odotan rauhaa (Tiina Toka)" in again.words


async def test_a_coach_sees_that_a_team_part_is_done_and_nothing_of_it(chat: Chat, clock: Clock) -> None:
    aino, _, users = await asked_team(chat, *TEAM[:5])
    kaisa, coach, programme_id = await coach_of(chat)
    for user in users:
        await answered(chat, user, "Odotan rauhaa", named="true")
    before = [await say(chat, kaisa, "tilanne"), str(await made(chat, coach, programme_id))]
    clock.pass_by(days=8)
    await told(chat, aino, "Tiimisi vastaukset")

    after = [await say(chat, kaisa, "tilanne"), str(await made(chat, coach, programme_id))]

    assert "iimiosuus tehty" not in before[0]
    assert "tiimiosuus tehty 1" in after[0]
    assert "'Tiimiosuus': ''" in before[1]
    assert "'Tiimiosuus': 'tehty'" in after[1]
    assert not any(secret in each for each in before + after for secret in ("rauhaa", *TEAM))


async def test_what_a_team_writes_stands_nowhere_in_plain(
    chat: Chat, clock: Clock, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    aino, _, users = await asked_team(chat, *TEAM[:5])
    for user in users:
        await answered(chat, user, "kanarialintu laulaa", named="true")

    before = [str(row) for table in metadata.sorted_tables for row in await rows_of(chat, table)]
    clock.pass_by(days=8)
    await told(chat, aino, "– kanarialintu laulaa (Eino Eka)")
    after = [str(row) for table in metadata.sorted_tables for row in await rows_of(chat, table)]

    said = capfd.readouterr()
    assert not any("kanarialintu" in text for text in [*before, *after, caplog.text, said.out, said.err])
    assert not any(name in text for text in (caplog.text, said.out, said.err) for name in (*TEAM, "Aalto"))
