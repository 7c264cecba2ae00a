"""The guard on shapes: whatever it lets through, the SDK and our own code can read."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount
from botbuilder.schema.teams import TeamsChannelData
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams.guard import Reason
from bot.teams.shape import NODES, TEXT_LENGTH
from demo.teams import StandIn, User
from tests.bot.teams.conftest import Gate

CLEAN = {200, 400, 401, 403, 413, 415}


def nested(depth: int) -> dict[str, Any]:
    """An object of objects, *depth* deep."""
    return {"a": nested(depth - 1)} if depth > 1 else {}


@pytest.mark.parametrize("part", ["type", "id", "channelId", "serviceUrl", "from", "recipient", "conversation"])
@pytest.mark.parametrize(
    "value",
    [None, 5, True, [], {}, "", ["message"], {"id": None}, {"id": 5}, {"id": ""}, {"id": ["x"]}],
    ids=repr,
)
async def test_a_part_that_must_be_there_is_there_and_right(
    gate: Gate, teams: StandIn, aino: User, part: str, value: object
) -> None:
    status = await gate.bring(teams.message(aino, "Hei") | {part: value})

    assert status == 400
    assert gate.refusals[-1].where.split(".")[0] == part


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"conversation": "a:1"}, id="the conversation is a text"),
        pytest.param({"from": ["29:1"]}, id="the sender is a list"),
        pytest.param({"id": "x\x00y"}, id="a NUL in an id"),
        pytest.param({"id": "x" * 1_025}, id="an id that is too long"),
        pytest.param({"replyToId": "x\ny"}, id="a new line in an id"),
        pytest.param({"replyToId": 5}, id="a number for an id"),
        pytest.param({"serviceUrl": "https://" + "x" * 2_048}, id="a service URL that is too long"),
        pytest.param({"timestamp": "yesterday"}, id="a time in words"),
        pytest.param({"timestamp": 1_700_000_000}, id="a time as a number"),
        pytest.param({"timestamp": "2026-02-30T00:00:00Z"}, id="a day that is not"),
        pytest.param({"timestamp": "2026-11-22T10:00:00"}, id="a time without its zone"),
        pytest.param({"timestamp": "0001-01-01T00:00:00+14:00"}, id="a time before all calendars"),
        pytest.param({"localTimestamp": "2026-11-22T25:00:00Z"}, id="an hour that is not"),
        pytest.param({"entities": "clientInfo"}, id="the entities are a text"),
        pytest.param({"entities": [None]}, id="an entity is null"),
        pytest.param({"entities": [{"type": 5}]}, id="the type of an entity is a number"),
        pytest.param({"entities": [{"type": "mention", "mentioned": "x"}]}, id="the mentioned is a text"),
        pytest.param({"attachments": [1, 2]}, id="attachments of numbers"),
        pytest.param({"attachments": [{}] * 101}, id="too many attachments"),
        pytest.param({"membersAdded": [{}]}, id="a member without an id"),
        pytest.param({"membersAdded": {"id": "28:x"}}, id="the members are an object"),
        pytest.param({"membersRemoved": [{"id": "x"}] * 1_001}, id="too many members"),
        pytest.param({"reactionsAdded": ["like"]}, id="a reaction is a text"),
        pytest.param({"channelData": "x"}, id="the channel data is a text"),
        pytest.param({"channelData": {"tenant": "x"}}, id="the tenant is a text"),
        pytest.param({"channelData": {"tenant": {"id": ["x"]}}}, id="the tenant's id is a list"),
        pytest.param({"channelData": {"team": []}}, id="the team is a list"),
        pytest.param({"text": ["Hei"]}, id="the text is a list"),
        pytest.param({"text": "x" * (TEXT_LENGTH + 1)}, id="the text is too long"),
        pytest.param({"text": "\ud800"}, id="half a character"),
        pytest.param({"unknown": {"\udc00": 1}}, id="half a character in a key"),
        pytest.param({"locale": 5}, id="the locale is a number"),
        pytest.param({"name": {}}, id="the name is an object"),
        pytest.param({"value": "submit"}, id="the value is a text"),
        pytest.param({"value": [1]}, id="the value is a list"),
        pytest.param({"value": nested(7)}, id="the value is too deep"),
        pytest.param({"unknown": nested(20)}, id="something is too deep"),
        pytest.param({"unknown": [0] * NODES}, id="too many parts"),
        pytest.param({"unknown": 2**63}, id="a huge number"),
        pytest.param({"unknown": float("inf")}, id="infinity"),
        pytest.param({"unknown": {"x" * 257: 1}}, id="a key that is too long"),
        pytest.param({"conversation": {"id": "a:1", "isGroup": "perhaps"}}, id="perhaps a group"),
    ],
)
async def test_a_wrong_part_is_refused(gate: Gate, teams: StandIn, aino: User, change: dict[str, Any]) -> None:
    status = await gate.bring(teams.message(aino, "Hei") | change)

    assert status == 400
    assert gate.reason is Reason.SHAPE


async def test_infinity_in_disguise_is_refused(gate: Gate) -> None:
    assert await gate.bring(b'{"unknown": 1e999}') == 400
    assert gate.refusals[-1].where == "scalar"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"text": None}, id="no text"),
        pytest.param({"replyToId": ""}, id="an empty id of something that need not be there"),
        pytest.param({"channelData": None}, id="no channel data"),
        pytest.param({"entities": None, "attachments": []}, id="no entities"),
        pytest.param({"value": nested(6)}, id="a value as deep as may be"),
        pytest.param({"unknown": nested(19)}, id="something unknown as deep as may be"),
        pytest.param({"type": "somethingNew"}, id="an unknown type"),
        pytest.param({"text": "\x00\x07 x" * 100}, id="control characters in the text"),
        pytest.param({"text": "ä" * TEXT_LENGTH}, id="the longest text"),
        pytest.param({"timestamp": "2026-11-22T10:00:00.1234567Z"}, id="a time with seven decimals"),
        pytest.param({"timestamp": "2026-11-22T10:00:00Z"}, id="a time with none"),
        pytest.param({"callerId": [1], "relatesTo": 5, "expiration": {}}, id="wrong parts that nobody reads"),
        pytest.param({"suggestedActions": [], "listenFor": "x", "deliveryMode": 5}, id="more of these"),
    ],
)
async def test_what_does_no_harm_passes(gate: Gate, teams: StandIn, aino: User, change: dict[str, Any]) -> None:
    assert await gate.bring(teams.message(aino, "Hei") | change) == 200


async def test_what_was_null_or_is_nobodys_to_read_is_left_out(gate: Gate, teams: StandIn, aino: User) -> None:
    await gate.bring(teams.message(aino, "Hei") | {"value": None, "deliveryMode": "expectReplies", "unknown": 1})

    [passed] = gate.passed
    assert "value" not in passed
    assert "deliveryMode" not in passed
    assert passed["unknown"] == 1


async def test_everything_that_teams_sends_passes(gate: Gate, teams: StandIn, aino: User) -> None:
    activities = every_kind(teams, aino)

    statuses = [await gate.bring(activity) for activity in activities]

    assert statuses == [200] * len(activities)
    assert gate.passed == activities


def every_kind(teams: StandIn, user: User) -> list[dict[str, Any]]:
    """One activity of each kind."""
    values = {"sparri": {"v": 1, "verb": "submit", "ask": 12, "card": 34, "revision": 2}, "what": "Kävelin"}
    return [
        teams.message(user, "Hei"),
        teams.submit(user, values, reply_to="1"),
        teams.execute(user, "submit", values, reply_to="1"),
        teams.installed(user),
        teams.uninstalled(user),
        teams.added(user),
        teams.edited(user, "1", "Hei hei"),
        teams.deleted(user, "1"),
        teams.reaction(user),
    ]


WORDS = st.sampled_from(
    ["", "x", "\x00", "\ud800", "2026-11-22T10:00:00Z", "28:x", "https://evil.example/", "y" * 1_100]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.text(max_size=20), st.just(10**4_000)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["id", "type", "tenant", "name", "[]", "py/object"]), inner, max_size=4),
    ),
    max_leaves=12,
)
#: Every key that the SDK takes apart, wherever it may stand.
NEW_KEYS = st.sampled_from(
    sorted(
        {"tenantId", "mentioned"}
        | {
            attribute["key"]
            for model in (Activity, ChannelAccount, ConversationAccount, Attachment, TeamsChannelData)
            for attribute in model._attribute_map.values()
        }
    )
)


def containers(part: Any) -> Iterator[Any]:
    """The objects and lists of an activity, itself first."""
    if isinstance(part, (dict, list)):
        yield part
        for child in part.values() if isinstance(part, dict) else part:
            yield from containers(child)


def mutate(draw: st.DataObject, activity: dict[str, Any]) -> None:
    """Replaces, removes or adds one value somewhere."""
    holder = draw.draw(st.sampled_from(list(containers(activity))))
    present = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    deed = draw.draw(st.sampled_from(["replace", "remove", "add"]))
    if deed == "add" or not present:
        if isinstance(holder, dict):
            holder[draw.draw(NEW_KEYS)] = draw.draw(VALUES)
        else:
            holder.append(draw.draw(VALUES))
        return
    place = draw.draw(st.sampled_from(present))
    if deed == "remove":
        del holder[place]
    else:
        holder[place] = draw.draw(VALUES)


@settings(max_examples=400)
@given(draw=st.data())
async def test_no_activity_however_mutilated_is_an_error_of_ours(
    gate: Gate, teams: StandIn, aino: User, draw: st.DataObject
) -> None:
    activity = copy.deepcopy(draw.draw(st.sampled_from(every_kind(teams, aino))))
    for _ in range(draw.draw(st.integers(1, 3))):
        mutate(draw, activity)

    status = await gate.bring(activity)

    assert status in CLEAN
