"""What Teams may answer to a visit, over real HTTP, and what Sparri does then."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from prometheus_client import REGISTRY

from bot.config import Settings, checked
from bot.teams.address import service_url_of
from bot.teams.outgoing import Connector, Wire, pooled_session
from bot.teams.tokens import tokens
from bot.visitor import Visitor
from coaching import people
from coaching.asks import Ask, AskState, OnUnknown, SkipReason
from coaching.people import Address, Person
from demo.teams import StandIn, User
from scheduler.claims import Claimed
from scheduler.outcomes import Outcome
from scheduler.rounds import Rounds
from storage.deliveries import Delivery, DeliveryState
from storage.store import Store
from tests.bot.conftest import address_of
from tests.bot.reading import held
from tests.builders import Clock, add_ask, add_element, add_person

#: Long enough that only a call that is never answered lasts so long, on a busy machine too.
TIMEOUT_SECONDS = 30.0
SHORT_TIMEOUT_SECONDS = 5.0


@dataclass
class Desk:
    """Rounds beside the stand-in, without the rest of Sparri: a tick is when the test says so."""

    teams: StandIn
    store: Store
    clock: Clock
    rounds: Rounds
    visitor: Visitor
    _numbers: Any

    async def person(self, name: str = "Aino Aalto", **given: Any) -> tuple[User, Person]:
        """Somebody who has written to Sparri before."""
        email = f"{name.lower().replace(' ', '.')}@ministry.example"
        user = self.teams.user(name, email=email)
        known: dict[str, Any] = {
            "tenant": self.teams.tenant,
            "aad_id": user.aad_id,
            "address": address_of(self.teams, user),
            "preferred": time(0),
        }
        return user, await add_person(self.store, name=name, email=email, **known | given)

    async def ask(self, person: Person, **given: Any) -> Ask:
        """Something that is due."""
        element = await add_element(self.store, key=f"element {next(self._numbers)}", tenant=self.teams.tenant)
        return await add_ask(self.store, person, element, **given)

    async def visit(self, *, after: timedelta = timedelta(0)) -> None:
        """Let time pass and the clock tick; wait until all that it began has ended."""
        self.clock.now += after
        await self.rounds.go()
        await self.rounds.quiet()

    async def ledger(self, person: Person) -> list[Delivery]:
        """Every delivery to a person, oldest first."""
        async with self.store.transaction() as unit:
            return list(reversed(await unit.deliveries.listed(person_id=person.id, state=None, limit=100)))

    async def now(self, ask: Ask) -> tuple[Ask, Person]:
        """The ask and its person as they are stored."""
        async with self.store.transaction() as unit:
            return await held(unit, ask.id)


@pytest.fixture
def timeout_seconds() -> float:
    """How long a call waits for its answer; tests in which none comes ask for a short time."""
    return TIMEOUT_SECONDS


@pytest.fixture
async def desk(
    teams: StandIn,
    environment: dict[str, str],
    store: Store,
    clock: Clock,
    unused_tcp_port: int,
    timeout_seconds: float,
) -> AsyncIterator[Desk]:
    settings = checked(Settings())
    session, source = pooled_session(), tokens(settings)
    hosts = [*settings.service_url_hosts, f"127.0.0.1:{unused_tcp_port}"]
    connector = Connector(Wire(session, source, hosts=hosts, timeout_seconds=timeout_seconds))
    visitor = Visitor(connector, bot_id=teams.bot_id, service_url=service_url_of(hosts[0]))
    rounds = Rounds(store, visitor.deliver, rate=50.0)
    yield Desk(teams, store, clock, rounds, visitor, count())
    await rounds.drain()
    await source.close()
    await session.close()


def counted(metric: str) -> float:
    """What a counter shows."""
    return REGISTRY.get_sample_value(metric) or 0.0


def posts(desk: Desk) -> int:
    """Messages that were tried to be sent."""
    return sum(call.method == "POST" and call.body.get("type") == "message" for call in desk.teams.sent)


def in_words(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "made to fail"}}


def in_a_string(code: str) -> dict[str, Any]:
    return {"errorCode": 209, "message": json.dumps({"subCode": code, "details": None})}


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        pytest.param(in_a_string("MessageWritesBlocked"), "blocked", id="blocked, told in a string in JSON"),
        pytest.param(in_words("MessageWritesBlocked"), "blocked", id="messages blocked"),
        pytest.param(in_words("ConversationBlockedByUser"), "blocked", id="conversation blocked"),
        pytest.param(in_words("BotDisabledByUser"), "blocked", id="bot disabled by the person"),
        pytest.param(in_words("BotNotInConversationRoster"), "not_in_roster", id="not in the roster"),
        pytest.param(in_words("ForbiddenOperationException"), "not_installed", id="not installed"),
        pytest.param(in_words("BotDisabledByAdmin"), "disabled_by_admin", id="disabled by an administrator"),
        pytest.param(in_words("InvalidBotApiHost"), "wrong_cloud", id="another cloud"),
        pytest.param(in_words("NotEnoughPermissions"), "no_permission", id="a permission is missing"),
        pytest.param("<html>no</html>", "unknown", id="no JSON at all"),
    ],
)
async def test_a_403_leaves_the_person_alone_until_they_say_something(desk: Desk, body: object, cause: str) -> None:
    aino, person = await desk.person()
    ask = await desk.ask(person)
    desk.teams.fail(403, body=body)
    await desk.visit()
    await desk.visit(after=timedelta(hours=1))

    _, person = await desk.now(ask)
    assert (person.unreachable, posts(desk)) == (cause, 1)
    assert [(row.state, row.reason) for row in await desk.ledger(person)] == [(DeliveryState.FAILED, cause)]

    async with desk.store.transaction() as unit:
        await unit.people.save(people.heard_from(person))
    await desk.visit()
    assert len(desk.teams.cards(aino)) == 1


async def test_a_conversation_that_is_gone_is_asked_for_anew(desk: Desk) -> None:
    aino, person = await desk.person()
    ask = await desk.ask(person)
    async with desk.store.transaction() as unit:
        found = await unit.people.get(person.id)
        assert found is not None
        assert found.address is not None
        gone = Address(
            service_url=found.address.service_url, conversation_id="a:gone", user_id=aino.user_id, bot_id="28:b"
        )
        await unit.people.save(replace(found, address=gone))

    await desk.visit()

    told, person = await desk.now(ask)
    assert told.told_at is not None
    assert person.address is not None
    assert person.address.conversation_id == aino.conversation_id
    assert len(desk.teams.cards(aino)) == 1
    await desk.ask(person, urgent=True)
    before = len(desk.teams.sent)
    await desk.visit()
    assert len(desk.teams.sent) == before + 1


async def test_who_is_known_by_their_id_only_gets_a_conversation(desk: Desk) -> None:
    aino, person = await desk.person(address=None)
    ask = await desk.ask(person)

    await desk.visit()

    _, person = await desk.now(ask)
    assert len(desk.teams.cards(aino)) == 1
    assert person.address is not None
    assert person.address.conversation_id == aino.conversation_id


@pytest.mark.parametrize("met", [True, False], ids=["to a chat that is known", "to a chat that was just asked for"])
async def test_what_has_no_time_left_is_not_sent(desk: Desk, met: bool) -> None:
    given: dict[str, Any] = {} if met else {"address": None}
    _, person = await desk.person(**given)
    ask = await desk.ask(person)

    async def late(claimed: Claimed) -> Outcome:
        return await desk.visitor.deliver(replace(claimed, leave_before=0.0))

    rounds = Rounds(desk.store, late, rate=50.0)
    await rounds.go()
    await rounds.quiet()

    assert posts(desk) == 0
    assert (await desk.ledger(person))[0].reason == "lease"
    assert (await desk.now(ask))[0].told_at is None


async def test_who_has_no_app_and_was_never_met_is_not_reachable(desk: Desk) -> None:
    _, person = await desk.person(address=None, aad_id="somebody-else")
    ask = await desk.ask(person)

    await desk.visit()

    _, person = await desk.now(ask)
    assert person.unreachable == "not_installed"


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        pytest.param(429, {"Retry-After": "600"}, timedelta(minutes=10), id="429, ten minutes"),
        pytest.param(429, {}, timedelta(seconds=30), id="429 without a word"),
        pytest.param(412, {}, timedelta(seconds=30), id="412"),
    ],
)
async def test_what_was_put_off_by_teams_comes_when_it_may(
    desk: Desk, status: int, headers: dict[str, str], wait: timedelta
) -> None:
    aino, person = await desk.person()
    bo, another = await desk.person("Bo Berg")
    await desk.ask(person)
    desk.teams.fail(status, headers=headers)
    await desk.visit()
    await desk.ask(another)
    await desk.visit(after=wait - timedelta(seconds=1))
    assert (len(desk.teams.cards(aino)), len(desk.teams.cards(bo))) == (0, 1)

    await desk.visit(after=wait * 0.3 + timedelta(seconds=1))

    assert len(desk.teams.cards(aino)) == 1
    assert [row.state for row in await desk.ledger(person)] == [DeliveryState.CANCELLED, DeliveryState.SENT]


async def test_a_refused_connection_is_tried_again(desk: Desk, unused_tcp_port: int) -> None:
    aino, person = await desk.person()
    ask = await desk.ask(person)
    assert person.address is not None
    there = person.address
    nobody = f"http://127.0.0.1:{unused_tcp_port}/teams/"
    async with desk.store.transaction() as unit:
        await unit.people.save(replace(person, address=replace(there, service_url=nobody)))
    await desk.visit()
    assert [(row.state, row.reason) for row in await desk.ledger(person)] == [
        (DeliveryState.CANCELLED, "not_connected")
    ]

    async with desk.store.transaction() as unit:
        await unit.people.save(replace(person, address=there))
    await desk.visit(after=timedelta(seconds=60))

    assert len(desk.teams.cards(aino)) == 1
    assert (await desk.now(ask))[0].told_at is not None


@pytest.mark.parametrize("status", [400, 413])
async def test_what_teams_will_never_take_is_a_dead_letter(desk: Desk, status: int) -> None:
    before = counted("sparri_dead_letters_total")
    _, person = await desk.person()
    ask = await desk.ask(person)
    desk.teams.fail(status, times=5)
    await desk.visit()
    await desk.visit(after=timedelta(days=1))

    given_up, _ = await desk.now(ask)
    assert posts(desk) == 1
    assert (given_up.state, given_up.skipped) == (AskState.SKIPPED, SkipReason.UNDELIVERABLE)
    assert counted("sparri_dead_letters_total") == before + 1


async def test_when_our_token_is_refused_nothing_leaves(desk: Desk) -> None:
    before = counted("sparri_unauthorised_total")
    _, person = await desk.person()
    bo, another = await desk.person("Bo Berg")
    await desk.ask(person)
    desk.teams.fail(401)
    await desk.visit()
    await desk.ask(another)
    await desk.visit(after=timedelta(minutes=1))

    assert posts(desk) == 1
    assert desk.teams.cards(bo) == {}
    assert counted("sparri_unauthorised_total") == before + 1


@pytest.mark.parametrize(
    ("status", "timeout_seconds"),
    [(0, SHORT_TIMEOUT_SECONDS), *((status, TIMEOUT_SECONDS) for status in (500, 502, 503, 504, 408))],
)
async def test_what_may_have_arrived_is_said_again_only_where_it_must(desk: Desk, status: int) -> None:
    """0: no answer before the time is up."""
    aino, person = await desk.person()
    bo, another = await desk.person("Bo Berg")
    nudge = await desk.ask(person)
    session = await desk.ask(another, on_unknown=OnUnknown.RESEND)
    desk.teams.fail(status, times=2)
    await desk.visit()
    desk.clock.pass_by(minutes=1)
    await desk.visit()

    assert (len(desk.teams.cards(aino)), len(desk.teams.cards(bo))) == (0, 1)
    assert [row.state for row in await desk.ledger(person)] == [DeliveryState.UNKNOWN]
    assert [row.state for row in await desk.ledger(another)] == [DeliveryState.UNKNOWN, DeliveryState.SENT]
    assert (await desk.now(nudge))[0].told_at == (await desk.ledger(person))[0].settled_at
    assert (await desk.now(session))[0].told_at == datetime(2026, 11, 16, 8, 1, tzinfo=nudge.created_at.tzinfo)


async def test_somebody_whose_chat_does_not_answer_holds_up_nobody(desk: Desk) -> None:
    aino, person = await desk.person()
    await desk.ask(person)
    desk.teams.fail(0, conversation_id=aino.conversation_id)
    others = [await desk.person(f"Osallistuja {number}") for number in range(10)]
    for _, other in others:
        await desk.ask(other)

    await desk.rounds.go()
    await desk.teams.until(lambda: all(desk.teams.cards(user) for user, _ in others), seconds=TIMEOUT_SECONDS / 2)

    assert [row.state for row in await desk.ledger(person)] == [DeliveryState.SENDING]
    desk.teams.release()


async def test_no_visit_has_text_and_a_card_together(desk: Desk) -> None:
    _, person = await desk.person()
    await desk.ask(person)
    await desk.visit()

    (call,) = desk.teams.sent
    assert "text" not in call.body
    assert call.body["summary"]
    assert len(call.body["attachments"]) == 1
