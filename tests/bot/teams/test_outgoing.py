"""What Teams' answers mean, and what goes on the wire: one request each, to trusted hosts only."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from bot.teams.errors import error_of, retry_after
from bot.teams.outgoing import (
    Connector,
    Gone,
    MaybeDelivered,
    Refused,
    SendError,
    TryLater,
    Unreachable,
    UnreachableCause,
    Wire,
    message,
    pooled_session,
    typing,
    written,
)
from bot.teams.tokens import TokenSource
from coaching.people import Address, Language
from demo.teams import StandIn, User
from dialogs.reply import NewCard, Text
from tests.bot.conftest import address_of

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
HELLO = message(Text(text="Hei"), language=Language.FI)


class Credential:
    """Gives a token at once, as azure-identity's credentials do."""

    async def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken("secret-token", 4_102_444_800)

    async def close(self) -> None: ...

    async def __aenter__(self) -> "Credential":
        return self

    async def __aexit__(self, *_: object) -> None: ...


@pytest.fixture
async def wire(teams: StandIn) -> AsyncIterator[Callable[..., Wire]]:
    """A wire to the stand-in; its argument is the time-out, ours unless said otherwise."""
    async with pooled_session() as session:
        hosts = (teams.service_url.split("/")[2],)
        yield partial(Wire, session, TokenSource(Credential()), hosts=hosts)


@pytest.fixture
def connector(wire: Callable[..., Wire]) -> Connector:
    return Connector(wire())


@pytest.fixture
def address(teams: StandIn, aino: User) -> Address:
    return address_of(teams, aino)


@asynccontextmanager
async def _serving(
    take: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[tuple[Connector, str]]:
    """A Connector that talks with a server which answers as badly as *take* does, and its service URL."""
    server = await asyncio.start_server(take, "127.0.0.1", 0)
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, pooled_session() as session:
        yield Connector(Wire(session, TokenSource(None), hosts=(host,))), f"http://{host}/"


async def test_a_text_a_change_and_a_deletion_reach_teams(
    connector: Connector, address: Address, teams: StandIn, aino: User
) -> None:
    card = {"type": "AdaptiveCard", "version": "1.5", "body": []}

    await connector.send(address, HELLO)
    card_id = await connector.send(address, message(NewCard(card=card, summary="Kysymys")))
    assert card_id is not None
    await connector.update(address, card_id, message(NewCard(card={**card, "lang": "fi"}, summary="Kysymys")))
    shown = teams.cards(aino)
    await connector.delete(address, card_id)

    assert teams.texts(aino) == ["Hei"]
    assert shown == {card_id: {**card, "lang": "fi"}}
    assert teams.cards(aino) == {}
    assert teams.sent[0].body["textFormat"] == "plain"
    assert teams.sent[0].body["locale"] == "fi"
    assert teams.sent[0].body["from"] == {"id": address.bot_id}
    assert "text" not in teams.sent[1].body


async def test_a_member_and_a_new_conversation_are_found(
    connector: Connector, address: Address, teams: StandIn, aino: User
) -> None:
    hidden = teams.user("Olli", email="")

    member = await connector.member(address, aino.user_id)
    without_email = await connector.member(address, hidden.aad_id)
    conversation_id = await connector.create_conversation(
        service_url=teams.service_url, bot_id=address.bot_id, tenant=teams.tenant, aad_id=aino.aad_id
    )

    assert (member.aad_id, member.name, member.email) == (aino.aad_id, aino.name, aino.email)
    assert (without_email.email, without_email.user_principal_name) == (None, None)
    assert conversation_id == aino.conversation_id


async def test_ids_stay_in_their_segment_of_the_path(address: Address) -> None:
    asked: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with _serving(take) as (connector, service_url):
        odd = replace(address, service_url=service_url, conversation_id="../../v3/a?b#c{d}%2F 19:ä@thread;messageid=1")
        await connector.send(odd, typing())

    path = b"..%2F..%2Fv3%2Fa%3Fb%23c%7Bd%7D%252F%2019%3A%C3%A4%40thread%3Bmessageid%3D1"
    assert asked == [b"POST /v3/conversations/" + path + b"/activities HTTP/1.1\r\n"]


ANSWERS = [
    pytest.param(400, "BadArgument", Refused, id="400 is refused"),
    pytest.param(401, "Unauthorized", Refused, id="401 is refused"),
    pytest.param(403, "MessageWritesBlocked", Unreachable, id="403 is unreachable"),
    pytest.param(404, "ConversationNotFound", Gone, id="404 is gone"),
    pytest.param(405, "MethodNotAllowed", Refused, id="405 is refused"),
    pytest.param(408, "Timeout", MaybeDelivered, id="408 may have arrived"),
    pytest.param(409, "Conflict", Refused, id="409 is refused"),
    pytest.param(412, "PreconditionFailed", TryLater, id="412 is for later"),
    pytest.param(413, "MessageSizeTooBig", Refused, id="413 is refused"),
    pytest.param(429, "Throttled", TryLater, id="429 is for later"),
    pytest.param(500, "ServiceError", MaybeDelivered, id="500 may have arrived"),
    pytest.param(502, "BadGateway", MaybeDelivered, id="502 may have arrived"),
    pytest.param(503, "Unavailable", MaybeDelivered, id="503 may have arrived"),
    pytest.param(504, "GatewayTimeout", MaybeDelivered, id="504 may have arrived"),
    pytest.param(302, "Found", Refused, id="a redirect is not followed"),
]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
@pytest.mark.parametrize(("status", "code", "expected"), ANSWERS)
async def test_each_answer_is_one_error_after_one_request(
    connector: Connector,
    address: Address,
    teams: StandIn,
    method: str,
    status: int,
    code: str,
    expected: type[SendError],
) -> None:
    activity_id = await connector.send(address, HELLO) or ""
    teams.fail(
        status, body={"error": {"code": code, "message": "no"}}, headers={"Location": teams.service_url}, times=9
    )

    async def call() -> None:
        match method:
            case "POST":
                await connector.send(address, HELLO)
            case "PUT":
                await connector.update(address, activity_id, HELLO)
            case "DELETE":
                await connector.delete(address, activity_id)
            case _:
                await connector.member(address, address.user_id)

    with pytest.raises(expected):
        await call()

    assert [call.status for call in teams.sent[1:]] == [status]


NESTED = {"subCode": "MessageWritesBlocked", "details": "Thread is blocked for messages", "errorCode": None}
REFUSALS = [
    pytest.param("{" * 70_000, UnreachableCause.UNKNOWN, id="a body that is no JSON and never ends"),
    pytest.param("[" * 60_000, UnreachableCause.UNKNOWN, id="a body of brackets"),
    pytest.param({"errorCode": 209, "message": json.dumps(NESTED)}, UnreachableCause.BLOCKED, id="the nested shape"),
    pytest.param({"errorCode": 209, "message": "blocked"}, UnreachableCause.UNKNOWN, id="the nested shape, plain text"),
    pytest.param({"error": {"code": "Forbidden", "message": json.dumps(NESTED)}}, UnreachableCause.BLOCKED, id="both"),
    pytest.param({"error": "no"}, UnreachableCause.UNKNOWN, id="an error that is a string"),
    pytest.param([], UnreachableCause.UNKNOWN, id="a list"),
    pytest.param("", UnreachableCause.UNKNOWN, id="nothing"),
    *(
        pytest.param({"error": {"code": code, "message": "no"}}, cause, id=code)
        for code, cause in [
            ("MessageWritesBlocked", UnreachableCause.BLOCKED),
            ("ConversationBlockedByUser", UnreachableCause.BLOCKED),
            ("BotDisabledByUser", UnreachableCause.BLOCKED),
            ("BotNotInConversationRoster", UnreachableCause.NOT_IN_ROSTER),
            ("BotDisabledByAdmin", UnreachableCause.DISABLED_BY_ADMIN),
            ("ForbiddenOperationException", UnreachableCause.NOT_INSTALLED),
            ("InvalidBotApiHost", UnreachableCause.WRONG_CLOUD),
            ("NotEnoughPermissions", UnreachableCause.NO_PERMISSION),
            ("SomethingNew", UnreachableCause.UNKNOWN),
        ]
    ),
]


@pytest.mark.parametrize(("body", "cause"), REFUSALS)
async def test_a_403_says_why_in_each_of_its_shapes(
    connector: Connector, address: Address, teams: StandIn, body: object, cause: UnreachableCause
) -> None:
    teams.fail(403, body=body)

    with pytest.raises(Unreachable) as refusal:
        await connector.send(address, HELLO)

    assert refusal.value.cause is cause


def test_what_teams_writes_beside_a_code_is_not_kept() -> None:
    body = json.dumps({"error": {"code": "Odd code\nwith Aino's words", "message": "Aino"}}).encode()

    error = error_of(403, {}, body, now=NOW)

    assert "Aino" not in repr(error)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        pytest.param("9" * 5000, None, id="a number without end"),
        pytest.param("99999999999", timedelta(hours=1), id="centuries"),
        pytest.param("-5", None, id="negative"),
        pytest.param("soon", None, id="a word"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="absent"),
        pytest.param("0", timedelta(0), id="now"),
        pytest.param("17", timedelta(seconds=17), id="seconds"),
        pytest.param("7200", timedelta(hours=1), id="two hours are cut to one"),
        pytest.param("Fri, 27 Nov 2026 12:00:30 GMT", timedelta(seconds=30), id="a date"),
        pytest.param("Fri, 27 Nov 2026 11:00:00 GMT", timedelta(0), id="a date that has passed"),
        pytest.param("Fri, 27 Nov 2026 12:00:30", None, id="a date without a zone"),
    ],
)
def test_how_long_teams_asks_to_wait(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, now=NOW) == wait


async def test_a_throttled_send_carries_the_wait(connector: Connector, address: Address, teams: StandIn) -> None:
    teams.fail(429, headers={"Retry-After": "3"})

    with pytest.raises(TryLater) as throttled:
        await connector.send(address, HELLO)

    assert throttled.value.after == timedelta(seconds=3)


async def test_an_answer_that_does_not_come_may_have_been_delivered(
    wire: Callable[..., Wire], address: Address, teams: StandIn
) -> None:
    teams.hang()

    with pytest.raises(MaybeDelivered):
        await Connector(wire(timeout_seconds=5.0)).send(address, HELLO)

    assert len(teams.sent) == 1


async def test_a_refused_connection_is_for_later(address: Address, unused_tcp_port: int) -> None:
    async with pooled_session() as session:
        connector = Connector(Wire(session, TokenSource(None), hosts=(f"127.0.0.1:{unused_tcp_port}",)))

        with pytest.raises(TryLater):
            await connector.send(replace(address, service_url=f"http://127.0.0.1:{unused_tcp_port}/"), HELLO)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(b"", MaybeDelivered, id="closed without an answer"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", MaybeDelivered, id="closed within its body"),
        pytest.param(b"what is this\r\n\r\n", MaybeDelivered, id="no HTTP at all"),
    ],
)
async def test_a_lost_connection_may_have_delivered(address: Address, answer: bytes, expected: type[SendError]) -> None:
    async def lose(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with _serving(lose) as (connector, service_url):
        with pytest.raises(expected):
            await connector.send(replace(address, service_url=service_url), HELLO)


async def test_a_stored_address_outside_the_list_never_sees_our_token(
    connector: Connector, address: Address, teams: StandIn
) -> None:
    elsewhere = teams.service_url.replace("127.0.0.1", "localhost")

    with pytest.raises(Refused, match="UntrustedServiceUrl"):
        await connector.send(replace(address, service_url=elsewhere), HELLO)

    assert teams.sent == []


LONG = "ä" * 50_000
TOO_MUCH = [
    pytest.param({"type": "message", "text": "x", "attachments": [{"content": {}}]}, "TextBesideCard", id="both"),
    pytest.param({"type": "message", "text": LONG}, "MessageSizeTooBig", id="a text over 80 KB"),
    pytest.param(
        message(NewCard(card={"body": LONG[:15_000]}, summary="")), "CardSizeTooBig", id="a card over 28 KB in UTF-16"
    ),
]


@pytest.mark.parametrize(("activity", "code"), TOO_MUCH)
async def test_what_teams_would_split_or_cut_is_refused_before_the_wire(
    connector: Connector, address: Address, teams: StandIn, activity: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        await connector.send(address, activity)

    assert teams.sent == []


@pytest.mark.parametrize(("activity", "code"), TOO_MUCH[1:])
async def test_what_was_put_into_json_before_is_refused_too(
    connector: Connector, address: Address, teams: StandIn, activity: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        await connector.send(address, written(activity))

    assert teams.sent == []


async def test_what_was_put_into_json_before_is_sent_as_it_would_be_without(
    connector: Connector, address: Address, teams: StandIn
) -> None:
    card = message(NewCard(card={"body": [{"type": "TextBlock", "text": 'Hyvää "päivää" 👋'}]}, summary="Hei"))

    await connector.send(address, card)
    await connector.send(address, written(card))

    assert teams.sent[0].body == teams.sent[1].body


@pytest.mark.parametrize("id_", ["", ".", ".."])
async def test_an_id_that_would_climb_in_the_path_is_refused(connector: Connector, address: Address, id_: str) -> None:
    with pytest.raises(Refused, match="BadId"):
        await connector.update(address, id_, HELLO)


async def test_an_endless_answer_is_read_to_a_bound(address: Address) -> None:
    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 8192)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async with _serving(pour) as (connector, service_url):
        activity_id = await connector.send(replace(address, service_url=service_url), HELLO)

    assert activity_id is None


async def test_a_hundred_sends_share_the_pool(
    connector: Connector, address: Address, teams: StandIn, aino: User
) -> None:
    await asyncio.gather(*(connector.send(address, HELLO) for _ in range(100)))

    assert len(teams.texts(aino)) == 100
