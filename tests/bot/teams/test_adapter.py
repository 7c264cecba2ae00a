"""A turn over real HTTP: what Teams is answered, and what goes to the Connector meanwhile."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from azure.core.credentials import AccessToken
from botbuilder.core import TurnContext
from botbuilder.schema import Activity

from bot.teams.adapter import NotOffered, SparriAdapter, answer_invoke
from bot.teams.answers import answer
from bot.teams.clients import MOST_CLIENTS
from bot.teams.errors import utc_now
from bot.teams.incoming import read
from bot.teams.outgoing import Gone, TryLater, Unreachable, Wire, pooled_session
from bot.teams.tokens import TokenSource
from coaching.people import Language
from demo.teams import Answer, StandIn, User
from dialogs.reply import ChangedCard, Reply

CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Kiitos ä"}]}
SECRET = "words that Aino wrote"


class Credential:
    """Gives a token at once, as azure-identity's credentials do."""

    async def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken("a-token", 4_102_444_800)

    async def close(self) -> None: ...

    async def __aenter__(self) -> "Credential":
        return self

    async def __aexit__(self, *_: object) -> None: ...


Run = Callable[[TurnContext], Awaitable[None]]
Post = Callable[[dict[str, Any], Run], Awaitable[Answer]]


@pytest.fixture
async def adapter(teams: StandIn) -> AsyncIterator[SparriAdapter]:
    async with pooled_session() as session:
        hosts = (teams.service_url.split("/")[2],)
        wire = Wire(session, TokenSource(Credential()), hosts=hosts, timeout_seconds=5.0)
        yield SparriAdapter(wire, app_id=teams.app_id, trouble=trouble)


@pytest.fixture
async def post(teams: StandIn, adapter: SparriAdapter) -> AsyncIterator[Post]:
    """Posts an activity to a server whose turns are *run*."""
    async with _bot(adapter) as (url, runs):

        async def post_(activity: dict[str, Any], run: Run) -> Answer:
            runs.append(run)
            return await teams.post(url, activity)

        yield post_


def trouble(language: Language | None, incident: str) -> str:
    return f"{language or 'none'}: {incident}"


@asynccontextmanager
async def _bot(adapter: SparriAdapter) -> AsyncIterator[tuple[str, list[Run]]]:
    runs: list[Run] = []

    async def messages(request: web.Request) -> web.Response:
        return await adapter.turn(await request.json(), runs[-1])

    app = web.Application()
    app.add_routes([web.post("/api/messages", messages)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", runs
    finally:
        await runner.cleanup()


async def nothing(context: TurnContext) -> None:
    """A turn that says nothing."""


async def broken(context: TurnContext) -> None:
    raise KeyError(SECRET)


async def test_a_message_is_answered_with_200_and_no_body(post: Post, teams: StandIn, aino: User) -> None:
    answered = await post(teams.message(aino, "moi"), nothing)

    assert (answered.status, answered.body) == (200, "")


async def test_an_action_gets_its_card_once_serialised(post: Post, teams: StandIn, aino: User) -> None:
    raw = teams.execute(aino, "submit", {"sparri": {"v": 1, "verb": "submit"}})
    reply = Reply.of(ChangedCard(card=CARD, summary="Kiitos", card_id=1, revision=1))

    async def thank(context: TurnContext) -> None:
        answer_invoke(context, answer(reply, read(context.activity, raw, now=utc_now())))

    answered = await post(raw, thank)

    assert answered.status == 200
    assert answered.headers["Content-Type"].startswith("application/json")
    assert answered.body == {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": CARD}


@pytest.mark.parametrize("name", ["task/fetch", "task/submit"])
async def test_a_window_gets_its_body(post: Post, teams: StandIn, aino: User, name: str) -> None:
    raw = teams.execute(aino, "", {}, name=name, value={"data": {}})

    async def say(context: TurnContext) -> None:
        answer_invoke(context, answer(Reply.of("Hei"), read(context.activity, raw, now=utc_now())))

    answered = await post(raw, say)

    assert (answered.status, answered.body) == (200, {"task": {"type": "message", "value": "Hei"}})


async def test_an_unknown_invoke_is_501(post: Post, teams: StandIn, aino: User) -> None:
    answered = await post(teams.execute(aino, "", {}, name="message/fetchTask"), nothing)

    assert (answered.status, answered.body) == (501, "")


async def test_a_malformed_action_is_answered_with_a_well_formed_error(post: Post, teams: StandIn, aino: User) -> None:
    raw = teams.execute(aino, "", {}, value={"action": "submit"})

    async def read_it(context: TurnContext) -> None:
        read(context.activity, raw, now=utc_now())

    answered = await post(raw, read_it)

    assert answered.status == 200
    assert answered.body["statusCode"] == 400
    assert answered.body["type"] == "application/vnd.microsoft.error"
    assert answered.body["value"]["code"] == "BadRequest"


async def test_a_failing_invoke_tells_calmly_and_without_a_stack(
    post: Post, teams: StandIn, aino: User, capsys: pytest.CaptureFixture[str]
) -> None:
    answered = await post(teams.execute(aino, "submit", {}), broken)

    logged = capsys.readouterr().out
    incident = answered.body["value"]["message"].removeprefix("fi: ")
    assert answered.status == 200
    assert answered.body["statusCode"] == 500
    assert incident in logged
    assert "KeyError" in logged
    assert SECRET not in logged + str(answered)


async def test_a_failing_window_says_so_in_the_window(post: Post, teams: StandIn, aino: User) -> None:
    answered = await post(teams.execute(aino, "", {}, name="task/fetch", value={}), broken)

    assert answered.body["task"]["type"] == "message"


async def test_a_failing_message_is_200_and_the_person_is_told(post: Post, teams: StandIn, aino: User) -> None:
    answered = await post(teams.message(aino, "moi"), broken)

    assert (answered.status, answered.body) == (200, "")
    assert [text[:4] for text in teams.texts(aino)] == ["fi: "]


@pytest.mark.parametrize("status", [403, 429, 500, 0])
async def test_a_failing_message_is_200_even_when_nobody_can_be_told(
    post: Post, teams: StandIn, aino: User, status: int
) -> None:
    teams.fail(status)

    answered = await post(teams.message(aino, "moi"), broken)

    assert answered.status == 200
    assert len(teams.sent) == 1


async def test_a_failing_event_tells_nobody(post: Post, teams: StandIn, aino: User) -> None:
    answered = await post(teams.reaction(aino), broken)

    assert answered.status == 200
    assert teams.sent == []


async def test_the_sdks_own_ways_of_sending_use_our_wire(post: Post, teams: StandIn, aino: User) -> None:
    ids: list[str] = []

    async def speak(context: TurnContext) -> None:
        sent = await context.send_activity("Hei")
        ids.append(sent.id)
        await context.update_activity(Activity(type="message", id=sent.id, text="Moi"))
        await context.delete_activity(sent.id)

    answered = await post(teams.message(aino, "moi"), speak)

    assert answered.status == 200
    assert [call.method for call in teams.sent] == ["POST", "PUT", "DELETE"]
    assert [call.status for call in teams.sent] == [201, 200, 200]
    assert teams.sent[0].body["text"] == "Hei"
    assert ids[0]


@pytest.mark.parametrize(("status", "error"), [(403, Unreachable), (404, Gone), (429, TryLater)])
async def test_the_sdks_sends_fail_with_our_errors_after_one_request(
    post: Post, teams: StandIn, aino: User, status: int, error: type[Exception]
) -> None:
    teams.fail(status, times=9, method="PUT")
    raised: list[Exception] = []

    async def speak(context: TurnContext) -> None:
        try:
            await context.update_activity(Activity(type="message", id="1", text="Moi"))
        except Exception as failure:
            raised.append(failure)

    await post(teams.message(aino, "moi"), speak)

    assert [type(failure) for failure in raised] == [error]
    assert len(teams.sent) == 1


async def test_expect_replies_does_not_swallow_what_is_said(post: Post, teams: StandIn, aino: User) -> None:
    async def speak(context: TurnContext) -> None:
        await context.send_activity("Hei")

    answered = await post(teams.message(aino, "moi", deliveryMode="expectReplies"), speak)

    assert answered.status == 200
    assert teams.texts(aino) == ["Hei"]


async def test_the_sdk_has_the_activity_as_its_own_reader_would_read_it(post: Post, teams: StandIn, aino: User) -> None:
    seen: list[Activity] = []

    async def look(context: TurnContext) -> None:
        seen.append(context.activity)

    raw = teams.execute(aino, "submit", {"reply": "moi"}, reply_to="1:card") | {"locale": "fi-FI", "text": "moi"}
    await post(raw, look)

    [ours], theirs = seen, Activity().deserialize(raw)
    for name in ("type", "id", "timestamp", "service_url", "channel_id", "locale", "text", "name", "value"):
        assert getattr(ours, name) == getattr(theirs, name), name
    for name in ("from_property", "recipient", "conversation", "reply_to_id", "channel_data", "delivery_mode"):
        mine, its = getattr(ours, name), getattr(theirs, name)
        assert mine == its or mine.serialize() == its.serialize(), name


async def test_an_activity_that_the_sdk_cannot_read_is_400(post: Post, teams: StandIn, aino: User) -> None:
    answered = await post(teams.message(aino, "moi", timestamp="yesterday", entities="none"), nothing)

    assert answered.status == 400


async def test_clients_are_kept_by_service_url_and_bounded(adapter: SparriAdapter) -> None:
    clients = adapter.bot_framework_authentication.create_connector_factory(None)
    first = await clients.create("https://service.example/0/", None)

    again = await clients.create("https://service.example/0/", None)
    for number in range(MOST_CLIENTS + 1):
        await clients.create(f"https://service.example/{number + 1}/", None)

    assert again is first
    assert await clients.create("https://service.example/0/", None) is not first


async def test_no_other_way_in_is_offered(adapter: SparriAdapter, teams: StandIn, aino: User) -> None:
    activity = Activity().deserialize(teams.message(aino, "moi"))

    with pytest.raises(NotOffered):
        await adapter.process_activity("Bearer x", activity, nothing)
    with pytest.raises(NotOffered):
        await adapter.bot_framework_authentication.authenticate_streaming_request("Bearer x", "msteams")
