"""Faults: whatever Teams answers to a broadcast is in the ledger and on the coach's card, and holds up nobody else."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from coaching.broadcasts import Reach, Standing
from coaching.people import Person
from demo.teams import User
from storage.deliveries import DeliveryState
from tests.bot.conftest import Chat
from tests.bot.desks import Desk, coached, got, previewed
from tests.builders import Clock

TITLE = "Hiljainen viikko"
NAMES = ("Aino Aalto", "Bertta Berg", "Cecilia Ceder", "Daniel Dahl")
#: A call that is never answered is given up after a quarter of it; long enough for those that are, on a busy machine.
LEASE = timedelta(seconds=40)


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


@pytest.mark.parametrize("case", [put_off(412), put_off(429), put_off(429, Retry_After="600")], ids=repr)
async def test_what_teams_put_off_comes_later_and_is_counted_then(chat: Chat, clock: Clock, case: Case) -> None:
    coach, people = await coached(chat, *NAMES)
    case.answers[0].of(people[0][0], chat)
    desk = await sent(chat, clock, coach)
    await tried(chat, people[0][0])
    assert (await desk.now()).standing == {Standing.QUEUED: 1, Standing.SENT: 3}

    clock.pass_by(minutes=13)

    await chat.teams.until(lambda: got(chat, people, TITLE) == [1] * 4)
    assert (await desk.now()).standing == {Standing.SENT: 4}
