"""Faults: whatever Teams answers to a broadcast is in the ledger and on the coach's card, and holds up nobody else."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from coaching.broadcasts import Reach, Standing
from coaching.people import Person
from demo.teams import StandIn, User
from storage.deliveries import DeliveryState
from storage.store import Store
from tests.bot.conftest import Chat, running
from tests.bot.desks import Desk, coached, got, previewed
from tests.bot.hands import asked, button, last_card, press
from tests.builders import Clock
from tests.serving import eventually

TITLE = "Hiljainen viikko"
NAMES = ("Aino Aalto", "Bertta Berg", "Cecilia Ceder", "Daniel Dahl")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One answer of Teams'."""

    status: int
    code: str = "Failure"
    body: object = None
    headers: dict[str, str] | None = None

    def of(self, user: User, chat: Chat) -> None:
        """The next message to that person ends so."""
        body = {"error": {"code": self.code, "message": "made to fail"}} if self.body is None else self.body
        chat.teams.fail(
            self.status, body=body, headers=self.headers, conversation_id=user.conversation_id, method="POST"
        )


@dataclass(frozen=True, kw_only=True)
class Case:
    """What Teams answers, one call after the other, and where its person then stands. reach: why not reachable."""

    answers: tuple[Refusal, ...]
    states: tuple[DeliveryState, ...]
    standing: Standing
    reach: Reach | None = None


def forbidden(reach: Reach, code: str) -> Case:
    """A 403 with that code."""
    return Case(
        answers=(Refusal(status=403, code=code),),
        states=(DeliveryState.FAILED,),
        standing=Standing.UNREACHABLE,
        reach=reach,
    )


def put_off(status: int, **headers: str) -> Case:
    """What is tried again later."""
    answer = Refusal(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return Case(answers=(answer,), states=(DeliveryState.CANCELLED,), standing=Standing.QUEUED)


def doubtful(status: int) -> Case:
    """What may have arrived, and is not said twice."""
    return Case(answers=(Refusal(status=status),), states=(DeliveryState.UNKNOWN,), standing=Standing.UNKNOWN)


def never_taken(status: int) -> Case:
    """What Teams will never take."""
    return Case(answers=(Refusal(status=status),), states=(DeliveryState.FAILED,), standing=Standing.NOT_SENT)


GONE = Refusal(status=404, code="ConversationNotFound")
IN_A_STRING = {"errorCode": 209, "message": '{"subCode": "MessageWritesBlocked", "details": null}'}
CASES = {
    "blocked, told in a string in JSON": replace(
        forbidden(Reach.BLOCKED, ""), answers=(Refusal(status=403, body=IN_A_STRING),)
    ),
    "messages blocked": forbidden(Reach.BLOCKED, "MessageWritesBlocked"),
    "conversation blocked": forbidden(Reach.BLOCKED, "ConversationBlockedByUser"),
    "bot disabled by the person": forbidden(Reach.BLOCKED, "BotDisabledByUser"),
    "not in the roster": forbidden(Reach.UNINSTALLED, "BotNotInConversationRoster"),
    "not installed": forbidden(Reach.UNINSTALLED, "ForbiddenOperationException"),
    "disabled by an administrator": forbidden(Reach.OTHER, "BotDisabledByAdmin"),
    "another cloud": forbidden(Reach.OTHER, "InvalidBotApiHost"),
    "a permission is missing": forbidden(Reach.OTHER, "NotEnoughPermissions"),
    "403 without JSON": replace(forbidden(Reach.OTHER, ""), answers=(Refusal(status=403, body="<html>no</html>"),)),
    "404, and there is another conversation": Case(
        answers=(GONE,), states=(DeliveryState.SENT,), standing=Standing.SENT
    ),
    "404, and there is no conversation any more": Case(
        answers=(GONE, Refusal(status=403, code="ForbiddenOperationException")),
        states=(DeliveryState.FAILED,),
        standing=Standing.UNREACHABLE,
        reach=Reach.UNINSTALLED,
    ),
    "404, and the other conversation is not there either": Case(
        answers=(GONE, Refusal(status=201, body={"id": "a:nowhere"})),
        states=(DeliveryState.FAILED,),
        standing=Standing.UNREACHABLE,
        reach=Reach.UNINSTALLED,
    ),
    "400": never_taken(400),
    "413": never_taken(413),
    "412": put_off(412),
    "429 without a word": put_off(429),
    "429 for ten minutes": put_off(429, Retry_After="600"),
    "500": doubtful(500),
    "502": doubtful(502),
    "503": doubtful(503),
    "504": doubtful(504),
    "408": doubtful(408),
}


async def sent(chat: Chat, clock: Clock, coach: User, *, what: str = "question") -> Desk:
    """The coach's card of what was sent to everybody, when it cannot be undone any more."""
    desk = await previewed(chat, coach, what=what)
    await desk.press("send")
    clock.pass_by(minutes=2)
    return desk


async def tried(chat: Chat, *users: User, times: int = 1) -> None:
    """Wait until each of them was tried to be reached so often since they last wrote."""

    def all_tried() -> bool:
        calls = [call.conversation_id for call in chat.teams.sent if "Hiljainen viikko" in str(call.body)]
        return all(calls.count(user.conversation_id) >= times for user in users)

    await chat.teams.until(all_tried)


async def ledger(chat: Chat, person: Person) -> list[DeliveryState]:
    async with chat.store.transaction() as unit:
        return [row.state for row in reversed(await unit.deliveries.listed(person_id=person.id, state=None, limit=9))]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
async def test_each_answer_of_teams_is_in_the_ledger_and_on_the_coachs_card(
    chat: Chat, clock: Clock, case: Case
) -> None:
    coach, people = await coached(chat, *NAMES)
    (failing, person), *others = people
    for answer in case.answers:
        answer.of(failing, chat)

    desk = await sent(chat, clock, coach)

    await chat.teams.until(lambda: got(chat, others, TITLE) == [1] * 3)
    await tried(chat, failing)
    now = await desk.now()
    there = {Standing.SENT: 3}
    there[case.standing] = there.get(case.standing, 0) + 1
    assert (now.invited, now.standing, now.reach) == (4, there, {case.reach: 1} if case.reach else {})
    assert await ledger(chat, person) == list(case.states)


@pytest.mark.parametrize(
    ("case", "wait"),
    [
        pytest.param(put_off(412), timedelta(seconds=30), id="412"),
        pytest.param(put_off(429), timedelta(seconds=30), id="429 without a word"),
        pytest.param(put_off(429, Retry_After="600"), timedelta(minutes=10), id="429 for ten minutes"),
    ],
)
async def test_a_conversation_that_is_put_off_waits_alone_and_for_as_long_as_teams_asks(
    chat: Chat, clock: Clock, case: Case, wait: timedelta
) -> None:
    coach, people = await coached(chat, *NAMES)
    (failing, _), *others = people
    case.answers[0].of(failing, chat)
    desk = await sent(chat, clock, coach)
    await chat.teams.until(lambda: got(chat, others, TITLE) == [1] * 3)
    await tried(chat, failing)
    assert (await desk.now()).standing == {Standing.QUEUED: 1, Standing.SENT: 3}

    clock.now += wait - timedelta(seconds=1)
    await asked(chat, others[0][1], "Kiireinen", urgent=True)
    await chat.teams.until(lambda: got(chat, others[:1], "Kiireinen") == [1])
    assert (await desk.now()).standing == {Standing.QUEUED: 1, Standing.SENT: 3}

    clock.now += wait * 0.3 + timedelta(seconds=1)
    await chat.teams.until(lambda: got(chat, people, TITLE) == [1] * 4)
    assert (await desk.now()).standing == {Standing.SENT: 4}


async def test_a_chat_that_never_answers_is_doubtful_and_holds_up_nobody(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, *NAMES)
    (failing, person), *others = people
    chat.teams.fail(0, conversation_id=failing.conversation_id)

    desk = await sent(chat, clock, coach)

    await chat.teams.until(lambda: got(chat, others, TITLE) == [1] * 3)
    await tried(chat, failing)
    now = await desk.now()
    assert now.standing == {Standing.SENT: 3, Standing.UNKNOWN: 1}
    assert await ledger(chat, person) == [DeliveryState.UNKNOWN]


async def test_a_refused_connection_is_tried_again_and_counts_as_waiting(
    teams: StandIn,
    environment: dict[str, str],
    store: Store,
    clock: Clock,
    unused_tcp_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nobody = f"127.0.0.1:{unused_tcp_port}"
    monkeypatch.setenv("SERVICE_URL_HOSTS", f"{environment['SERVICE_URL_HOSTS']},{nobody}")
    async with running(clock) as url:
        chat = Chat(teams=teams, store=store, url=url)
        coach, people = await coached(chat, *NAMES)
        _, person = people[0]
        there = await moved(chat, person, f"http://{nobody}/teams/")
        desk = await sent(chat, clock, coach)
        await chat.teams.until(lambda: got(chat, people[1:], TITLE) == [1] * 3)

        async def was_tried() -> bool:
            return await ledger(chat, person) == [DeliveryState.CANCELLED]

        await eventually(was_tried)
        assert (await desk.now()).standing == {Standing.QUEUED: 1, Standing.SENT: 3}
        await moved(chat, person, there)
        clock.pass_by(seconds=60)

        await chat.teams.until(lambda: got(chat, people, TITLE) == [1] * 4)
        assert (await desk.now()).standing == {Standing.SENT: 4}


async def moved(chat: Chat, person: Person, service_url: str) -> str:
    """The person is reached elsewhere from now on; where they were."""
    async with chat.store.transaction() as unit:
        found = await unit.people.get(person.id)
        assert found is not None
        assert found.address is not None
        await unit.people.save(replace(found, address=replace(found.address, service_url=service_url)))
    return found.address.service_url


async def test_when_half_of_them_fail_each_in_their_own_way_the_card_says_it_of_each(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, *(f"Henkilö {letter}" for letter in "ABCDEFGHIJKL"))
    failing = ["messages blocked", "not installed", "404, and there is no conversation any more", "413"]
    for (user, _), name in zip(people, [*failing, "429 for ten minutes", "502"], strict=False):
        for answer in CASES[name].answers:
            answer.of(user, chat)

    desk = await sent(chat, clock, coach)
    await chat.teams.until(lambda: got(chat, people, TITLE) == [0] * 6 + [1] * 6)
    await tried(chat, *(user for user, _ in people))
    answering, _ = people[-1]
    at, card = last_card(chat, answering)
    await press(chat, answering, at, button(card, "submit"), {"q1": "Hyvin meni"})

    now = await desk.now()
    assert now.invited == 12
    assert now.standing == {
        Standing.QUEUED: 1,
        Standing.SENT: 5,
        Standing.UNKNOWN: 1,
        Standing.ANSWERED: 1,
        Standing.UNREACHABLE: 3,
        Standing.NOT_SENT: 1,
    }
    assert now.reach == {Reach.BLOCKED: 1, Reach.UNINSTALLED: 2}
    assert "Hyvin meni" not in desk.shown()
