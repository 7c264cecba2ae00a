"""Erasing over HTTP: somebody has everything deleted, and nothing of theirs is found anywhere afterwards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from bot.my_data import gathered
from coaching.asks import AskState
from coaching.people import Member, Person, Role
from demo.teams import User
from dialogs.cards import words
from storage.engine import open_engine
from storage.tables import erasures, keys_metadata, metadata, people
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.test_assignments import all_brought, assigned, coached, met, told
from tests.bot.test_no_canary import files_in
from tests.builders import Clock, add_ask, add_element
from tests.conftest import Database
from tests.serving import command, eventually

NAME = "Kanaria Keltainen"
WORDS = "kanarialintu lauloi aamulla"
CANARIES = ("kanaria", "keltainen")
ENOUGH_SECONDS = 60.0


async def all_in(url: str, tables: MetaData) -> str:
    """Every row of every table."""
    engine = open_engine(url)
    found = []
    async with engine.begin() as connection:
        for table in tables.sorted_tables:
            rows = await connection.execute(select(table))
            found += [f"{table.name} {dict(row._mapping)}" for row in rows]
    await engine.dispose()
    return "\n".join(found)


async def a_life(chat: Chat) -> tuple[User, Person, User, Person]:
    """Somebody who answered by card and in writing, began something, and asked their coach; and the coach."""
    coach, coach_person = await met(chat, "Carita Coach", role=Role.COACH)
    user, person = await met(chat, NAME)
    await assigned(chat, person)
    await coached(chat, coach_person, person)
    at, card = await told(chat, user, "Kokeilu (fi)")
    form = await press(chat, user, at, button(card, "turn", argument="question"))
    assert form.card is not None
    await press(chat, user, at, button(form.card, "submit"), {"question": WORDS})
    await told(chat, coach, WORDS)
    await add_ask(chat.store, person, await add_element(chat.store, questions=2, tenant=chat.teams.tenant))
    await chat.write(user, "auki")
    await chat.write(user, "2")
    at, card = last_card(chat, user)
    await press(chat, user, at, button(card, "submit"), {"q1": WORDS, "q2": WORDS})
    await say(chat, user, "muokkaa vastausta")
    await say(chat, user, f"{WORDS} taas")
    return user, person, coach, coach_person


async def is_erased(chat: Chat, clock: Clock) -> bool:
    """Whether everybody is who was to be; time passes, for their cards are emptied one by one."""
    clock.pass_by(seconds=1)
    return all(row.ended_at is not None for row in await rows_of(chat, erasures))


async def test_nothing_of_somebody_who_deletes_their_data_is_found_anywhere(
    chat: Chat, clock: Clock, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    user, person, coach, coach_person = await a_life(chat)
    before = await all_in(database.url, metadata)
    assert NAME in before
    assert user.aad_id in before

    preview = await say(chat, user, "poista tietoni")
    assert "Poistetaanko kaikki tietosi?" in preview
    assert "poista kaikki" in preview
    said = await say(chat, user, "poista kaikki")

    assert "Aloin poistaa tietojasi" in said
    await eventually(lambda: is_erased(chat, clock), seconds=ENOUGH_SECONDS)
    after = await all_in(database.url, metadata) + await all_in(database.keys_url, keys_metadata)
    for canary in (*CANARIES, user.aad_id, user.conversation_id):
        assert canary not in after.lower()
    (row,) = await rows_of(chat, erasures)
    assert (row.person_id, row.by) == (None, "self")
    assert row.counts["answers"] == 2
    shown = [words(card) for card in chat.teams.cards(user).values()]
    assert not any(WORDS in text for text in shown)
    assert any("sisältö on poistettu" in text for text in shown)
    assert not any(WORDS in words(card) for card in chat.teams.cards(coach).values())
    log = capsys.readouterr().out.lower()
    assert "erased" in log
    assert not any(canary in log for canary in CANARIES)
    async with chat.store.transaction() as unit:
        known = await unit.people.get(coach_person.id)
    assert known is not None
    others = await gathered(chat.store, known)
    assert not any(canary in str(others.rows).lower() for canary in CANARIES)
    if database.kind == "sqlite":
        for name, content in files_in(tmp_path).items():
            for text in (WORDS, NAME, person.email or "", user.aad_id):
                assert text.encode() not in content, name


async def test_anything_else_than_the_words_deletes_nothing(chat: Chat, database: Database) -> None:
    user, person = await met(chat, NAME)
    (ask,) = await assigned(chat, person)

    await say(chat, user, "delete my data")
    assert "en poista mitään" in await say(chat, user, "ei")
    assert "poista kaikki" in await say(chat, user, "poista kaikki"), "on its own it is the question, not the answer"
    assert "poista kaikki" in await say(chat, user, "kyllä"), "a yes is not enough"
    assert "Poistetaanko" not in await say(chat, user, "apua")
    assert "Poistetaanko" in await say(chat, user, "poista kaikki"), "the question has lapsed"

    assert await rows_of(chat, erasures) == []
    async with chat.store.transaction() as unit:
        known = await unit.people.get(person.id)
        assert await unit.asks.get(ask.id) is not None
    assert known is not None
    assert known.email == person.email


async def test_the_message_that_asked_for_it_delivered_again_makes_nobody_new(chat: Chat, clock: Clock) -> None:
    user, _ = await met(chat, NAME)
    await say(chat, user, "radera mina uppgifter")
    message = chat.teams.message(user, "radera allt")
    await chat.post(message)
    await eventually(lambda: is_erased(chat, clock), seconds=ENOUGH_SECONDS)

    before = len(chat.teams.sent)
    answer = await chat.post(message)

    assert answer.status == 200
    assert len(chat.teams.sent) == before
    assert await rows_of(chat, people) == []
    assert "koodi" in (await say(chat, user, "moi")).lower(), "whoever writes again is somebody new"


async def test_a_coach_who_is_erased_leaves_their_participants_what_is_theirs(chat: Chat, clock: Clock) -> None:
    coach, coach_person = await met(chat, "Carita Coach", role=Role.COACH)
    user, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person)
    await coached(chat, coach_person, person)
    at, card = await told(chat, user, "Kokeilu (fi)")
    form = await press(chat, user, at, button(card, "turn", argument="question"))
    assert form.card is not None
    await press(chat, user, at, button(form.card, "submit"), {"question": "Saako tehdä kaksin?"})
    coach_at, question = await told(chat, coach, "Saako tehdä kaksin?")
    await press(chat, coach, coach_at, button(question, "submit"), {"words": WORDS})
    await told(chat, user, WORDS)

    await say(chat, coach, "poista tietoni")
    await say(chat, coach, "poista kaikki")
    await eventually(lambda: is_erased(chat, clock), seconds=ENOUGH_SECONDS)
    await chat.teams.until(lambda: not any(WORDS in words(card) for card in chat.teams.cards(user).values()))

    async with chat.store.transaction() as unit:
        assert await unit.asks.get(ask.id) is not None
        parts = await unit.people.parts(person.id)
    assert all(part.coach_id is None for part in parts)
    assert "En tiedä, kuka sinua valmentaa" in await say(chat, user, "kysymys valmentajalle")


async def test_what_was_handed_in_for_a_group_stays_done_without_a_name(chat: Chat, clock: Clock) -> None:
    user, person = await met(chat, NAME)
    other, other_person = await met(chat, "Aino Aalto")
    element_asks = await assigned(chat, person, other_person, group_work=True)
    async with chat.store.transaction() as unit:
        for each, ask in zip((person, other_person), element_asks, strict=True):
            await unit.people.save_part(
                Member(person_id=each.id, programme_id=ask.programme_id, role=Role.PARTICIPANT, groups=("a",))
            )
    at, card = await told(chat, user, "Kokeilu (fi)")
    await told(chat, other, "Kokeilu (fi)")
    form = await press(chat, user, at, button(card, "turn", argument="hand_in"))
    assert form.card is not None
    await press(chat, user, at, button(form.card, "submit"), {"evidence": WORDS})
    await all_brought(chat)
    clock.pass_by(seconds=10)
    await told(chat, other, NAME)

    await say(chat, user, "delete my data")
    await say(chat, user, "delete everything")
    await eventually(lambda: is_erased(chat, clock), seconds=ENOUGH_SECONDS)
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: not any(NAME in words(card) for card in chat.teams.cards(other).values()))

    async with chat.store.transaction() as unit:
        theirs = await unit.asks.get(element_asks[1].id)
    assert theirs is not None
    assert theirs.state is AskState.ANSWERED
    assert "Ryhmäsi" in words(last_card(chat, other)[1])


async def test_what_an_administrator_orders_beside_a_running_sparri_is_carried_out_by_both(
    chat: Chat, clock: Clock, environment: dict[str, str], tmp_path: Path
) -> None:
    user, person = await met(chat, NAME)
    await assigned(chat, person)
    await told(chat, user, "Kokeilu (fi)")

    done = await command("erase", person.email or "", "--yes", environment=environment, folder=tmp_path)

    clock.now = datetime.now(UTC)  # the command goes by the machine's
    assert "Erasure 1, ordered " in done.output
    assert "by an administrator" in done.output
    await eventually(lambda: is_erased(chat, clock), seconds=ENOUGH_SECONDS)
    shown = [words(card) for card in chat.teams.cards(user).values()]
    assert not any("Kokeilu (fi)" in text for text in shown)
    again = await command("erase", person.email or "", "--yes", environment=environment, folder=tmp_path)
    assert "by an administrator: done" in again.output
    assert await rows_of(chat, people) == []
