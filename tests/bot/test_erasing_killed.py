"""Erasing and kills: whoever was being erased when the process died is erased afterwards, and told of it once."""

import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from coaching.asks import Ask
from coaching.people import Member, Person, Role
from demo.teams import StandIn, User
from dialogs.cards import words
from scheduler.errands import bring_errands
from storage.engine import open_engine
from storage.erasures import AskedBy
from storage.errands import ErrandKind
from storage.store import Store
from storage.tables import data_keys, erasures, keys_metadata, metadata, people
from tests.bot.conftest import Served
from tests.bot.reading import rows_of
from tests.bot.test_erasing import all_in
from tests.bot.test_kills import ON_SQLITE, asked, card_of, killed_while_saying
from tests.builders import Clock, add_element
from tests.conftest import Database
from tests.scheduler.test_erasing import with_answers
from tests.serving import begun, command, ended, eventually

SECRET = "kanarialintu"
#: More than erasing somebody has transactions, with and without a chat.
IN_TEAMS, ELSEWHERE = 18, 14
DIED = -signal.SIGKILL
#: An erasure is over well before, in seconds, on the busiest machine.
PATIENCE = 180.0


@dataclass
class Ground:
    """A store without anybody who runs beside it."""

    store: Store


@dataclass
class Some:
    """Somebody in Teams who has answered, and asked their coach."""

    user: User
    person: Person
    ask: Ask


async def answered(chat: Served, number: int) -> Some:
    name = f"{SECRET} {number}"
    user, ask = await asked(chat, name, key=f"e{number}", questions=1)
    at, data = await card_of(chat, user)
    await chat.post(chat.teams.submit(user, data | {"q1": f"{SECRET} lauloi"}, reply_to=at))
    async with chat.store.transaction() as unit:
        person = await unit.people.get(ask.person_id)
        assert person is not None
        person, cipher = await unit.cipher(person)
        await unit.errands.add(
            cipher, kind=ErrandKind.QUESTION, ask_id=ask.id, by_id=person.id, words=f"{SECRET} kysyi"
        )
    return Some(user=user, person=person, ask=ask)


async def coach_of_all(chat: Served) -> Person:
    _, coach = await chat.person("Carita Coach", role=Role.COACH)
    element = await add_element(chat.store, key="any", tenant=chat.teams.tenant)
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=coach.id, programme_id=element.programme_id, role=Role.COACH))
    return coach


async def ordered(store: Store, person: Person, by: AskedBy) -> int:
    async with store.transaction() as unit:
        known = await unit.people.get(person.id)
        assert known is not None
        return await unit.erasures.order(known, by=by)


async def killed(deaths: Mapping[int, int], environment: dict[str, str], folder: Path) -> list[int]:
    """The exit codes of processes that carry orders on and die at a step; none after the first that did not die.

    deaths: the step, from 1, by the number of the order.
    """
    given = [f"{order}@{step}" for order, step in deaths.items()]
    done = await ended(await begun("tests.bot.dying", *given, environment=environment, folder=folder))
    assert done.errors == ""
    return [int(line.split()[1]) for line in done.output.splitlines() if line.startswith("ended ")]


def each_a_step_further(orders: Iterable[int]) -> dict[int, int]:
    return {order: step for step, order in enumerate(orders, start=1)}


async def all_done(store: Store) -> bool:
    async with store.transaction() as unit:
        return not await unit.erasures.waiting(limit=1)


def times_told(chat: Served, user: User) -> int:
    beginning = "Aloin poistaa tietojasi"
    return len([text for text in chat.teams.texts(user) if text.startswith(beginning)])


async def test_whoever_was_being_erased_at_any_step_is_erased_after_the_restart_and_told_once(
    served: Served, database: Database, environment: dict[str, str], tmp_path: Path, clock: Clock
) -> None:
    coach = await coach_of_all(served)
    in_teams = [await answered(served, number) for number in range(IN_TEAMS)]
    elsewhere = [
        await with_answers(served.store, 2, email=f"{SECRET}.{number}@ministry.example", name=f"{SECRET} x{number}")
        for number in range(ELSEWHERE)
    ]
    await bring_errands(served.store)
    await served.sparri.stop()
    assert SECRET in await all_in(database.url, metadata)
    clock.pass_by(minutes=-1)
    wished = [await ordered(served.store, some.person, AskedBy.SELF) for some in in_teams]
    decided = [await ordered(served.store, person, AskedBy.ADMINISTRATOR) for person in elsewhere]

    deaths = await killed(each_a_step_further(wished), environment, tmp_path)
    more_deaths = await killed(each_a_step_further(decided), environment, tmp_path)
    await served.sparri.start()
    await eventually(lambda: all_done(served.store), seconds=PATIENCE)

    assert deaths == [DIED] * (len(deaths) - 1) + [0]
    assert more_deaths == [DIED] * (len(more_deaths) - 1) + [0]
    assert len(deaths) > 8, "with letters and cards there are as many steps at the least"
    assert len(more_deaths) > 6
    assert SECRET not in (await all_in(database.url, metadata) + await all_in(database.keys_url, keys_metadata)).lower()
    assert [row.id for row in await rows_of(served, people)] == [coach.id]
    assert await keys_left(database) == set()
    assert [times_told(served, some.user) for some in in_teams] == [1] * len(in_teams)
    for some in in_teams:
        shown = [words(card) for card in served.teams.cards(some.user).values()]
        assert shown
        assert all("sisältö on poistettu" in text for text in shown)


async def keys_left(database: Database) -> set[str]:
    """The keys that open anything."""
    engine = open_engine(database.keys_url)
    async with engine.begin() as connection:
        found = await connection.execute(select(data_keys.c.key_id).where(data_keys.c.wrapped.is_not(None)))
        keys = {row.key_id for row in found}
    await engine.dispose()
    return keys


@ON_SQLITE
async def test_who_was_not_told_because_sparri_died_is_told_when_it_is_back_and_not_again(served: Served) -> None:
    aino, _ = await asked(served)
    await served.write(aino, "poista tietoni")
    message = served.teams.message(aino, "poista kaikki")
    await killed_while_saying(served, message)
    assert times_told(served, aino) == 0

    await served.sparri.start()
    await served.post(message)
    await eventually(lambda: all_done(served.store), seconds=PATIENCE)
    await served.post(message)

    assert times_told(served, aino) == 1
    (row,) = await rows_of(served, erasures)
    assert row.told_at >= row.asked_at + timedelta(seconds=15)
    assert await rows_of(served, people) == []


@pytest.mark.parametrize("step", [1, 8])
async def test_an_erasure_that_was_killed_ends_when_the_command_is_run_again(
    environment: dict[str, str], store: Store, database: Database, teams: StandIn, tmp_path: Path, step: int
) -> None:
    aino = await with_answers(store, 2, tenant=teams.tenant)
    email = aino.email or ""
    order = await ordered(store, aino, AskedBy.ADMINISTRATOR)
    assert await killed({order: step}, environment, tmp_path) == [DIED]

    carried_on = await command("erase", email, environment=environment, folder=tmp_path)

    assert "Sparri" in carried_on.output.splitlines()[0]
    assert "by an administrator: done" in carried_on.output.splitlines()[-1]
    assert await keys_left(database) == set()
    assert aino.name not in await all_in(database.url, metadata)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_the_command_itself_killed_before_the_key_was_gone_ends_when_it_is_run_again(
    environment: dict[str, str], store: Store, database: Database, teams: StandIn, tmp_path: Path
) -> None:
    aino = await with_answers(store, 2, tenant=teams.tenant)
    email = aino.email or ""
    keys, ground = open_engine(database.keys_url), Ground(store=store)

    async def is_ordered() -> bool:
        return bool(await rows_of(ground, erasures))

    async with keys.begin() as connection:
        await connection.execute(update(data_keys).values(tenant=data_keys.c.tenant))
        started = await begun("bot", "erase", email, "--yes", environment=environment, folder=tmp_path)
        await eventually(is_ordered, seconds=PATIENCE)
        started.kill()
        died = await ended(started)
    await keys.dispose()
    (left,) = await rows_of(ground, erasures)
    carried_on = await command("erase", email, environment=environment, folder=tmp_path)
    again = await command("erase", email, environment=environment, folder=tmp_path)

    assert died.code == DIED
    assert (left.person_id, left.key_destroyed_at) == (aino.id, None)
    assert "not done yet; Sparri carries on" in carried_on.output.splitlines()[0]
    assert "by an administrator: done" in carried_on.output.splitlines()[-1]
    assert "by an administrator: done" in again.output
    assert await keys_left(database) == set()
    assert aino.name not in await all_in(database.url, metadata)
