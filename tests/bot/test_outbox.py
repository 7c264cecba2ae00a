"""The outbox: a card stays one card in the chat, also for who types faster than where it went is written down."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.config import Settings, checked
from bot.outbox import Outbox
from bot.teams.outgoing import Connector, Wire, pooled_session
from bot.teams.tokens import tokens
from coaching.people import Address, Language
from demo.teams import StandIn, User
from dialogs.pieces import card, paragraph, words
from dialogs.reply import Card, ChangedCard, NewCard
from storage.cards import ShownCard
from storage.store import Store
from tests.bot.conftest import address_of
from tests.builders import add_person
from tests.serving import eventually

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def outbox(environment: dict[str, str], store: Store) -> AsyncIterator[Outbox]:
    """One that settles nothing until it is told to stop."""
    settings = checked(Settings())
    source = tokens(settings)
    async with pooled_session() as session:
        yield Outbox(store, Connector(Wire(session, source, hosts=settings.service_url_hosts)))
    await source.close()


@pytest.fixture
def aino(teams: StandIn) -> User:
    return teams.user("Aino Aalto")


@pytest.fixture
def address(teams: StandIn, aino: User) -> Address:
    return address_of(teams, aino)


async def added(store: Store) -> ShownCard:
    """A card that is about to be said."""
    person = await add_person(store)
    async with store.transaction() as unit:
        return await unit.cards.add(person_id=person.id, ask_id=None)


def drawn(text: str) -> Card:
    return card(Language.FI, [paragraph(text)], fallback=text)


def changed(shown: ShownCard, text: str, revision: int) -> ChangedCard:
    """The card as a turn says it that could not read where it is."""
    return ChangedCard(card=drawn(text), summary=text, card_id=shown.id, revision=revision)


async def test_a_card_that_changes_before_its_place_is_written_down_stays_one_card(
    outbox: Outbox, store: Store, teams: StandIn, aino: User, address: Address
) -> None:
    shown = await added(store)
    await outbox.say(address, [NewCard(card=drawn("Ensin"), summary="Ensin", card_id=shown.id)], language=Language.FI)

    await outbox.say(address, [changed(shown, "Sitten", 2)], language=Language.FI)
    await outbox.stop()
    await outbox.say(address, [changed(shown, "Lopuksi", 3)], language=Language.FI)

    ((place, last),) = teams.cards(aino).items()
    assert words(last) == "Lopuksi"
    async with store.transaction() as unit:
        kept = await unit.cards.get(shown.id)
    assert kept is not None
    assert (kept.activity_id, kept.shown) == (place, 2)


async def test_a_card_that_its_person_deleted_meanwhile_comes_anew(
    outbox: Outbox, store: Store, teams: StandIn, aino: User, address: Address
) -> None:
    shown = await added(store)
    await outbox.say(address, [NewCard(card=drawn("Ensin"), summary="Ensin", card_id=shown.id)], language=Language.FI)
    teams.fail(404, method="PUT")

    await outbox.say(address, [changed(shown, "Sitten", 2)], language=Language.FI)
    await outbox.stop()

    deleted, anew = teams.cards(aino)
    async with store.transaction() as unit:
        kept = await unit.cards.get(shown.id)
    assert kept is not None
    assert kept.activity_id == anew != deleted


async def test_what_is_forgotten_while_it_is_written_down_as_said_stands_in_nobodys_way(
    outbox: Outbox, store: Store, address: Address
) -> None:
    shown = await added(store)
    async with store.transaction() as unit:
        person = await unit.people.get(shown.person_id)
        assert person is not None
        person, cipher = await unit.cipher(person)
        turn_id = await unit.turns.add(cipher, ["Ensin"], person_id=person.id, activity="1")
    new = NewCard(card=drawn("Ensin"), summary="Ensin", card_id=shown.id)
    await outbox.say(address, [new], language=Language.FI, turn_id=turn_id)

    async with store.transaction() as unit:
        await unit.cards.raise_one(shown.id)
        stopping = asyncio.create_task(outbox.stop())
        await eventually(lambda: somebody_waits(store))
        await unit.turns.forget(person.id)
    await stopping

    async with store.transaction() as unit:
        turn = await unit.turns.known(cipher, person_id=person.id, activity="1")
    assert turn is not None
    assert (turn.said, turn.replied) == (None, True)


async def somebody_waits(store: Store) -> bool:
    """For another transaction's lock; on SQLite everybody does who begins while there is one."""
    if not store.is_apart:
        return True
    async with store.transaction() as unit:
        return bool((await unit._connection.execute(text(WAITS))).scalar_one())
