"""The stand-in behaves as Teams does, where the tests of the bot rely on it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from azure.identity.aio import ClientSecretCredential

from demo.connector import ADAPTIVE_CARD, MESSAGE_BYTES
from demo.teams import Answer, StandIn, User


@pytest.fixture
async def teams() -> AsyncIterator[StandIn]:
    async with StandIn(now=lambda: datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) as opened:
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer something"}) as session:
        yield session


@pytest.fixture
def aino(teams: StandIn) -> User:
    return teams.user("Aino Esimerkki")


def activities(teams: StandIn, user: User) -> str:
    return f"{teams.service_url}v3/conversations/{user.conversation_id}/activities"


def card(title: str) -> dict[str, Any]:
    content = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": title}]}
    return {"type": "message", "attachments": [{"contentType": ADAPTIVE_CARD, "content": content}]}


async def test_a_message_that_is_sent_is_kept(teams: StandIn, http: aiohttp.ClientSession, aino: User) -> None:
    async with http.post(activities(teams, aino), json={"type": "message", "text": "Hei"}) as answer:
        given = await answer.json()

    assert answer.status == 201
    assert teams.texts(aino) == ["Hei"]
    assert teams.sent[0].activity_id == given["id"]
    assert teams.texts(teams.user("Somebody Else")) == []


async def test_a_card_is_shown_in_its_latest_shape_until_it_is_deleted(
    teams: StandIn, http: aiohttp.ClientSession, aino: User
) -> None:
    async with http.post(activities(teams, aino), json=card("Question")) as answer:
        shown = (await answer.json())["id"]

    await http.put(f"{activities(teams, aino)}/{shown}", json=card("Receipt"))
    changed = teams.cards(aino)
    await http.delete(f"{activities(teams, aino)}/{shown}")

    assert changed[shown]["body"][0]["text"] == "Receipt"
    assert teams.cards(aino) == {}


async def test_what_teams_does_not_know_is_not_found(teams: StandIn, http: aiohttp.ClientSession, aino: User) -> None:
    elsewhere = f"{teams.service_url}v3/conversations/a:nowhere/activities"

    unknown_chat = await http.post(elsewhere, json={"type": "message", "text": "Hei"})
    unknown_card = await http.put(f"{activities(teams, aino)}/1", json=card("Receipt"))
    member = await http.get(f"{teams.service_url}v3/conversations/a:nowhere/members/nobody")

    assert [unknown_chat.status, unknown_card.status, member.status] == [404, 404, 404]
    assert (await unknown_card.json())["error"]["code"] == "ActivityNotFoundInConversation"


async def test_a_call_without_a_token_or_too_large_is_refused(teams: StandIn, aino: User) -> None:
    async with aiohttp.ClientSession() as stranger:
        unsigned = await stranger.post(activities(teams, aino), json={"type": "message", "text": "Hei"})
        large = await stranger.post(
            activities(teams, aino),
            json={"type": "message", "text": "x" * MESSAGE_BYTES},
            headers={"Authorization": "Bearer something"},
        )

    assert [unsigned.status, large.status] == [401, 413]
    assert teams.texts(aino) == []


async def test_failures_are_used_up_and_keep_to_their_conversation(
    teams: StandIn, http: aiohttp.ClientSession, aino: User
) -> None:
    other = teams.user("Somebody Else")
    teams.fail(429, headers={"Retry-After": "7"}, conversation_id=aino.conversation_id, method="POST")

    async def send(user: User) -> aiohttp.ClientResponse:
        return await http.post(activities(teams, user), json={"type": "message", "text": "Hei"})

    untouched, throttled, again = await send(other), await send(aino), await send(aino)

    assert [untouched.status, throttled.status, again.status] == [201, 429, 201]
    assert throttled.headers["Retry-After"] == "7"
    assert teams.texts(aino) == ["Hei"]


async def test_a_call_that_hangs_was_taken_and_never_answered(teams: StandIn, aino: User) -> None:
    teams.hang()

    async with aiohttp.ClientSession(headers={"Authorization": "Bearer something"}) as impatient:
        sending = asyncio.create_task(impatient.post(activities(teams, aino), json={"type": "message", "text": "Hei"}))
        await teams.until(lambda: teams.sent)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    assert teams.sent[0].status == 0


@pytest.mark.parametrize("named_by", ["aad_id", "user_id"])
async def test_a_member_is_known_by_either_name(
    teams: StandIn, http: aiohttp.ClientSession, aino: User, named_by: str
) -> None:
    chat = f"{teams.service_url}v3/conversations/{aino.conversation_id}/members/{getattr(aino, named_by)}"

    member = await (await http.get(chat)).json()

    assert member["aadObjectId"] == aino.aad_id
    assert member["userPrincipalName"] == "aino.esimerkki@organisation.example"


async def test_a_hidden_email_is_not_told(teams: StandIn, http: aiohttp.ClientSession) -> None:
    shy = teams.user("Shy Person", email="")

    member = await (await http.get(f"{teams.service_url}v3/conversations/x/members/{shy.aad_id}")).json()

    assert "email" not in member


async def test_a_conversation_is_created_only_with_people_of_the_tenant(
    teams: StandIn, http: aiohttp.ClientSession, aino: User
) -> None:
    conversations = f"{teams.service_url}v3/conversations"

    known = await http.post(conversations, json={"members": [{"id": aino.aad_id}]})
    unknown = await http.post(conversations, json={"members": [{"id": "nobody"}]})

    assert (await known.json())["id"] == aino.conversation_id
    assert unknown.status == 403


async def test_azure_identity_gets_a_token_and_keeps_it(teams: StandIn) -> None:
    credential = ClientSecretCredential(
        teams.tenant,
        teams.app_id,
        "secret",
        authority=teams.authority_host,
        disable_instance_discovery=True,
        connection_verify=str(teams.ca_file),
    )

    async with credential:
        first = await credential.get_token("https://api.botframework.com/.default")
        second = await credential.get_token("https://api.botframework.com/.default")

    assert first.token == second.token
    assert teams.token_requests == 1


async def test_the_token_endpoint_refuses_another_app(teams: StandIn) -> None:
    tls = ssl.create_default_context(cafile=str(teams.ca_file))
    url = f"{teams.authority_host}/{teams.tenant}/oauth2/v2.0/token"

    async with aiohttp.ClientSession() as session, session.post(url, data={"client_id": "x"}, ssl=tls) as answer:
        assert answer.status == 401


async def test_a_token_is_signed_with_the_key_that_the_key_server_shows(
    teams: StandIn, http: aiohttp.ClientSession
) -> None:
    before = teams.token()
    teams.rotate_key()

    metadata = await (await http.get(teams.openid_url)).json()
    keys = await (await http.get(metadata["jwks_uri"])).json()

    [shown] = keys["keys"]
    claims = jwt.decode(teams.token(), jwt.PyJWK(shown), algorithms=["RS256"], audience=teams.app_id)
    assert claims["serviceurl"] == teams.service_url
    assert jwt.get_unverified_header(before)["kid"] != shown["kid"]
    assert shown["endorsements"] == ["msteams"]
    assert teams.key_requests == 1


async def test_claims_can_be_changed_and_left_out(teams: StandIn) -> None:
    claims = jwt.decode(teams.token(exp=None, aud="another"), options={"verify_signature": False})

    assert "exp" not in claims
    assert claims["aud"] == "another"


async def test_the_bot_gets_what_teams_would_post(teams: StandIn, aino: User) -> None:
    got: list[tuple[str, Mapping[str, Any]]] = []

    async def bot(request: web.Request) -> web.Response:
        got.append((request.headers.get("Authorization", ""), await request.json()))
        return web.json_response({"statusCode": 200})

    app = web.Application()
    app.router.add_post("/api/messages", bot)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    answer = await teams.post(bot_url, teams.execute(aino, "submit", {"what": "walked"}, reply_to="1"))
    await teams.post(bot_url, teams.message(aino, "Hei", locale=None), token="")
    await runner.cleanup()

    assert answer == Answer(status=200, body={"statusCode": 200}, headers=answer.headers)
    (signed, press), (unsigned, message) = got
    assert signed == f"Bearer {teams.token()}"
    assert unsigned == ""
    assert press["value"]["action"]["data"] == {"what": "walked"}
    assert press["replyToId"] == "1"
    assert press["timestamp"] == "2026-03-29T00:30:00.0000000Z"
    assert press["localTimestamp"] == "2026-03-29T02:30:00.000+02:00"
    assert "locale" not in message


async def test_every_event_names_its_person_and_tenant(teams: StandIn, aino: User) -> None:
    events = [
        teams.installed(aino),
        teams.uninstalled(aino),
        teams.added(aino),
        teams.edited(aino, "1", "Hei hei"),
        teams.deleted(aino, "1"),
        teams.reaction(aino),
    ]

    assert [event["type"] for event in events] == [
        "installationUpdate",
        "installationUpdate",
        "conversationUpdate",
        "messageUpdate",
        "messageDelete",
        "messageReaction",
    ]
    assert {event["from"]["aadObjectId"] for event in events} == {aino.aad_id}
    assert {event["conversation"]["tenantId"] for event in events} == {teams.tenant}
    assert "text" not in events[4]


async def test_the_environment_has_all_that_sparri_needs(teams: StandIn) -> None:
    environment = teams.environment()

    assert environment["SERVICE_URL_HOSTS"] in teams.service_url
    assert all(environment.values())
