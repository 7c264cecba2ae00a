"""The guard on trust: whose token, for which bot, from which channel and tenant, and whereto the bot's own may go."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import jwt
import pytest

from bot.teams.guard import Guard, Reason
from bot.teams.keys import Keys
from demo.issuer import new_key
from demo.teams import StandIn, User
from tests.bot.teams.conftest import Gate, opened, settings_for

MINUTE = 60
OTHER_TENANT = "0dd0dd00-0000-4000-8000-000000000bad"


def segment(content: object) -> str:
    """A part of a token."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def by_public_key(teams: StandIn) -> str:
    """A token that is signed by HS256 with the public key as the secret."""
    header = segment({"alg": "HS256", "typ": "JWT", "kid": teams.key.kid})
    body = teams.token().split(".")[1]
    secret = json.dumps(teams.key.private.public_key().public_numbers().n).encode()
    return f"{header}.{body}." + segment(jwt.get_algorithm_by_name("HS256").sign(f"{header}.{body}".encode(), secret))


def tampered(teams: StandIn) -> str:
    """A good token with other claims."""
    header, _, signature = teams.token().split(".")
    claims = jwt.decode(teams.token(), options={"verify_signature": False}) | {"exp": 9_999_999_999}
    return f"{header}.{segment(claims)}.{signature}"


def now() -> int:
    return int(time.time())


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda t: "", Reason.NO_TOKEN, id="none"),
        pytest.param(lambda t: "x" * 8_100, Reason.TOKEN, id="very long"),
        pytest.param(lambda t: "garbage", Reason.TOKEN, id="garbage"),
        pytest.param(lambda t: "a.b.c", Reason.TOKEN, id="three parts of garbage"),
        pytest.param(lambda t: f"{segment(b'[' * 5_000)}.e30.", Reason.TOKEN, id="a header of lists in lists"),
        pytest.param(lambda t: f"{segment([])}.e30.", Reason.TOKEN, id="a header that is a list"),
        pytest.param(lambda t: f"{segment({'alg': 5, 'kid': 'x'})}.e30.", Reason.TOKEN, id="an algorithm of 5"),
        pytest.param(lambda t: t.token(kid=None), Reason.TOKEN, id="no key id"),
        pytest.param(lambda t: t.token(kid="unknown"), Reason.KEY, id="an unknown key id"),
        pytest.param(lambda t: t.token(kid="x" * 1_025), Reason.TOKEN, id="a long key id"),
        pytest.param(lambda t: t.token(key=new_key()), Reason.TOKEN, id="signed by somebody else"),
        pytest.param(tampered, Reason.TOKEN, id="other claims under a good signature"),
        pytest.param(lambda t: t.token()[:-6], Reason.TOKEN, id="a cut signature"),
        pytest.param(lambda t: t.token(alg="none"), Reason.TOKEN, id="algorithm none"),
        pytest.param(by_public_key, Reason.TOKEN, id="HS256 with the public key"),
        pytest.param(lambda t: t.token(alg="RS512"), Reason.TOKEN, id="RS512"),
        pytest.param(lambda t: t.token(alg="PS256"), Reason.TOKEN, id="PS256"),
        pytest.param(lambda t: t.token(exp=None), Reason.TOKEN, id="no end"),
        pytest.param(lambda t: t.token(exp=now() - 6 * MINUTE), Reason.TOKEN, id="ended six minutes ago"),
        pytest.param(lambda t: t.token(exp="soon"), Reason.TOKEN, id="ends in words"),
        pytest.param(lambda t: t.token(exp=[]), Reason.TOKEN, id="ends at a list"),
        pytest.param(lambda t: t.token(exp=float("inf")), Reason.TOKEN, id="ends never"),
        pytest.param(lambda t: t.token(nbf=now() + 6 * MINUTE), Reason.TOKEN, id="begins in six minutes"),
        pytest.param(lambda t: t.token(iss=None), Reason.TOKEN, id="no issuer"),
        pytest.param(
            lambda t: t.token(iss=f"https://sts.windows.net/{t.tenant}/"), Reason.TOKEN, id="the emulator's issuer"
        ),
        pytest.param(
            lambda t: t.token(iss=f"https://login.microsoftonline.com/{t.tenant}/v2.0", appid=t.app_id, azp=t.app_id),
            Reason.TOKEN,
            id="another bot's issuer",
        ),
        pytest.param(lambda t: t.token(iss=["https://api.botframework.com"]), Reason.TOKEN, id="a list of issuers"),
        pytest.param(lambda t: t.token(aud=None), Reason.TOKEN, id="no audience"),
        pytest.param(lambda t: t.token(aud="another"), Reason.AUDIENCE, id="another audience"),
        pytest.param(lambda t: t.token(aud=t.app_id + " "), Reason.AUDIENCE, id="an audience like ours"),
        pytest.param(lambda t: t.token(aud=[t.app_id, "another"]), Reason.AUDIENCE, id="two audiences"),
        pytest.param(lambda t: t.token(aud={t.app_id: 1}), Reason.AUDIENCE, id="an audience that is an object"),
        pytest.param(
            lambda t: t.token(aud="https://api.botframework.com"), Reason.AUDIENCE, id="the bot's own token, sent back"
        ),
        pytest.param(lambda t: t.token(serviceurl=None), Reason.SERVICE_URL_CLAIM, id="no service URL"),
        pytest.param(
            lambda t: t.token(serviceurl="https://smba.trafficmanager.net/teams/"),
            Reason.SERVICE_URL_CLAIM,
            id="another service URL",
        ),
        pytest.param(
            lambda t: t.token(serviceurl=t.service_url.rstrip("/")), Reason.SERVICE_URL_CLAIM, id="almost the same one"
        ),
    ],
)
async def test_a_bad_token_is_refused(
    gate: Gate, teams: StandIn, aino: User, make: Callable[[StandIn], str], reason: Reason
) -> None:
    status = await gate.bring(teams.message(aino, "Hei"), token=make(teams))

    assert (status, gate.reason) == (401, reason)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda t: t.token(exp=now() - 4 * MINUTE), id="ended within the leeway"),
        pytest.param(lambda t: t.token(nbf=now() + 4 * MINUTE), id="begins within the leeway"),
        pytest.param(lambda t: t.token(aud=[t.app_id]), id="a list of one audience"),
        pytest.param(lambda t: t.token(serviceurl=None, serviceUrl=t.service_url), id="the claim in camel case"),
    ],
)
async def test_a_token_that_is_as_good_passes(
    gate: Gate, teams: StandIn, aino: User, make: Callable[[StandIn], str]
) -> None:
    assert await gate.bring(teams.message(aino, "Hei"), token=make(teams)) == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic {token}", "Bearer {token} x", "{token}", "Bearer  {token}"]
)
async def test_the_authorization_header_is_bearer_and_a_token(
    gate: Gate, teams: StandIn, aino: User, header: str
) -> None:
    headers = {"Authorization": header.format(token=teams.token())}

    status = await gate.bring(teams.message(aino, "Hei"), token="", headers=headers)

    assert (status, gate.reason) == (401, Reason.NO_TOKEN)


async def test_two_authorization_headers_are_none(gate: Gate, teams: StandIn, aino: User) -> None:
    headers = [("Content-Type", "application/json"), *[("Authorization", f"Bearer {teams.token()}")] * 2]

    raw = json.dumps(teams.message(aino, "Hei"))

    async with aiohttp.ClientSession() as http, http.post(gate.url, data=raw, headers=headers) as answer:
        assert answer.status in (400, 401)


async def test_a_key_signs_only_for_the_channels_that_endorse_it(gate: Gate, teams: StandIn, aino: User) -> None:
    teams.endorsements = ["webchat"]

    status = await gate.bring(teams.message(aino, "Hei"))

    assert (status, gate.reason) == (401, Reason.ENDORSEMENT)


async def test_a_channel_that_the_key_does_not_sign_for_is_not_let_in(gate: Gate, teams: StandIn, aino: User) -> None:
    status = await gate.bring(teams.message(aino, "Hei", channelId="webchat"))

    assert (status, gate.reason) == (401, Reason.ENDORSEMENT)


@pytest.mark.parametrize("channel", ["webchat", "emulator", "directline", "MSTEAMS", "msteams "])
async def test_only_teams_is_served_whatever_the_key_is_good_for(
    gate: Gate, teams: StandIn, aino: User, channel: str
) -> None:
    teams.endorsements = ["msteams", channel]

    status = await gate.bring(teams.message(aino, "Hei", channelId=channel))

    assert (status, gate.reason) == (403, Reason.CHANNEL)


@pytest.mark.parametrize("recipient", ["28:another", "29:someone", "5a1e0c3d-0000-4000-8000-0000000000b0"])
async def test_an_activity_for_another_bot_is_refused(gate: Gate, teams: StandIn, aino: User, recipient: str) -> None:
    status = await gate.bring(teams.message(aino, "Hei", recipient={"id": recipient}))

    assert (status, gate.reason) == (401, Reason.RECIPIENT)


@pytest.mark.parametrize(
    ("conversation", "channel_data", "status"),
    [
        pytest.param(OTHER_TENANT, "ours", 403, id="the conversation is another tenant's"),
        pytest.param("ours", OTHER_TENANT, 403, id="the channel data are another tenant's"),
        pytest.param(OTHER_TENANT, OTHER_TENANT, 403, id="all is another tenant's"),
        pytest.param(None, None, 403, id="no tenant is named"),
        pytest.param("ours", None, 200, id="only the conversation names it"),
        pytest.param(None, "ours", 200, id="only the channel data name it"),
    ],
)
async def test_the_tenant_is_ours_wherever_it_is_named(
    gate: Gate, teams: StandIn, aino: User, conversation: str | None, channel_data: str | None, status: int
) -> None:
    named = {"ours": teams.tenant, OTHER_TENANT: OTHER_TENANT, None: None}
    activity = teams.message(aino, "Hei")
    activity["conversation"]["tenantId"] = named[conversation]
    activity["channelData"] = {"tenant": {"id": named[channel_data]}}

    assert await gate.bring(activity) == status


async def test_a_tenant_that_is_allowed_beside_our_own_passes(
    teams: StandIn, http: aiohttp.ClientSession, keys: Keys, aino: User
) -> None:
    settings = settings_for(teams, ALLOWED_TENANTS=f"{teams.tenant},{OTHER_TENANT}")
    activity = teams.message(aino, "Hei", channelData={"tenant": {"id": OTHER_TENANT}})
    activity["conversation"]["tenantId"] = OTHER_TENANT

    async with opened(Gate(guard=Guard(settings, keys), http=http, teams=teams)) as gate:
        assert await gate.bring(activity) == 200


SERVICE_URLS = [
    pytest.param("https://smba.trafficmanager.net/teams/", 200, id="the listed host"),
    pytest.param("https://SMBA.trafficmanager.net:443/emea/", 200, id="the same, spelt otherwise"),
    pytest.param("https://smba.infra.example:8443/", 200, id="a listed host with its port"),
    pytest.param("http://127.0.0.1:4000/teams/", 200, id="a listed loopback over http"),
    pytest.param("http://smba.trafficmanager.net/teams/", 401, id="the listed host over http"),
    pytest.param("https://smba.trafficmanager.net:8443/", 401, id="the listed host on another port"),
    pytest.param("http://127.0.0.1:4001/teams/", 401, id="a loopback that is not listed"),
    pytest.param("https://evil.example/", 401, id="another host"),
    pytest.param("https://smba.trafficmanager.net.evil.example/", 401, id="a host that begins like ours"),
    pytest.param("https://evil.example/smba.trafficmanager.net", 401, id="our host in the path"),
    pytest.param("https://smba.trafficmanager.net@evil.example/", 401, id="our host as the user"),
    pytest.param("https://evil@smba.trafficmanager.net/", 401, id="a user at our host"),
    pytest.param("https://evil.example\\@smba.trafficmanager.net/", 401, id="a backslash"),
    pytest.param("https://smba.trafficmanager.net/teams?x=", 401, id="a query that swallows the path"),
    pytest.param("https://smba.trafficmanager.net/#", 401, id="a fragment that swallows the path"),
    pytest.param("https://smba.trafficmanager.net /", 401, id="a blank"),
    pytest.param("https://[::1/", 401, id="half an address"),
    pytest.param("https://smba.trafficmanager.net:x/", 401, id="a port in words"),
    pytest.param("ftp://smba.trafficmanager.net/", 401, id="another protocol"),
    pytest.param("smba.trafficmanager.net", 401, id="no protocol"),
    pytest.param("//smba.trafficmanager.net/", 401, id="whatever protocol"),
]


@pytest.mark.parametrize(("url", "status"), SERVICE_URLS)
async def test_the_bots_token_goes_to_listed_hosts_only(
    teams: StandIn, http: aiohttp.ClientSession, keys: Keys, aino: User, url: str, status: int
) -> None:
    hosts = "smba.trafficmanager.net, smba.infra.example:8443, 127.0.0.1:4000"
    guard = Guard(settings_for(teams, SERVICE_URL_HOSTS=hosts), keys)

    async with opened(Gate(guard=guard, http=http, teams=teams)) as gate:
        got = await gate.bring(teams.message(aino, "Hei", serviceUrl=url), token=teams.token(serviceurl=url))

    assert got == status


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"id": None}, id="a bad body"),
        pytest.param({"channelId": "webchat"}, id="a wrong channel"),
    ],
)
async def test_what_is_wrong_first_decides(gate: Gate, teams: StandIn, aino: User, change: dict[str, Any]) -> None:
    expected = 400 if "id" in change else 401

    assert await gate.bring(teams.message(aino, "Hei", **change), token="garbage") == expected


async def test_in_development_local_tools_need_no_token(development_gate: Gate, teams: StandIn, aino: User) -> None:
    activity = teams.message(aino, "Hei", serviceUrl="http://localhost:56150/_connector", recipient={"id": "bot"})
    activity["conversation"].pop("tenantId")

    assert await development_gate.bring(activity, token="") == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"serviceUrl": "http://evil.example/"}, 401, id="a host elsewhere"),
        pytest.param({"serviceUrl": "http://evil@127.0.0.1/"}, 401, id="a user in the service URL"),
        pytest.param({"channelId": "emulator"}, 403, id="another channel"),
        pytest.param({"from": "x"}, 400, id="a bad body"),
    ],
)
async def test_in_development_all_else_holds(
    development_gate: Gate, teams: StandIn, aino: User, change: dict[str, Any], status: int
) -> None:
    assert await development_gate.bring(teams.message(aino, "Hei", **change), token="") == status
