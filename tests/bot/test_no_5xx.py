"""No activity, however mutilated, is an error of ours: the whole of Sparri behind a good token."""

import copy
import json
from typing import Any

import aiohttp
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from demo.teams import User
from dialogs.pieces import Verb
from tests.bot.conftest import Chat
from tests.bot.teams.test_guard_shapes import every_kind, mutate
from tests.builders import add_ask, add_element

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def valid(chat: Chat) -> list[dict[str, Any]]:
    """One activity of each kind, and a press on each button of a card that is really there."""
    aino, person = await chat.person("Aino Aalto")
    element = await add_element(chat.store, tenant=chat.teams.tenant, questions=1)
    await add_ask(chat.store, person, element)
    await chat.write(aino, "auki")
    ((at, card),) = chat.teams.cards(aino).items()
    return [*every_kind(chat.teams, aino), *presses(chat, aino, at, card["actions"][0]["data"])]


def presses(chat: Chat, user: User, at: str, data: dict[str, Any]) -> list[dict[str, Any]]:
    """Each verb, as an invoke and as a message."""
    found = []
    for verb in Verb:
        values = {"sparri": data["sparri"] | {"verb": str(verb), "arg": "1"}, "q1": "Kuuntelin"}
        found.append(chat.teams.execute(user, str(verb), values, reply_to=at))
        found.append(chat.teams.submit(user, values, reply_to=at))
    return found


def is_ours(status: int, activity: dict[str, Any]) -> bool:
    """Whether an answer blames us. An unknown invoke is answered 501: that is how Teams learns that it is unknown."""
    return status >= 500 and not (status == 501 and activity.get("type") == "invoke")


async def brought(chat: Chat, activity: dict[str, Any]) -> int:
    """The status for an activity as it is, with a good token."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {chat.teams.token()}"}
    body = json.dumps(activity).encode()
    url = f"{chat.url}/api/messages"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_what_is_valid_is_taken(chat: Chat, valid: list[dict[str, Any]]) -> None:
    assert {await brought(chat, activity) for activity in valid} == {200}


@settings(max_examples=300)
@given(draw=st.data())
async def test_no_activity_however_mutilated_is_an_error_of_ours(
    chat: Chat, valid: list[dict[str, Any]], draw: st.DataObject
) -> None:
    activity = copy.deepcopy(draw.draw(st.sampled_from(valid)))
    activity["id"] = f"{activity['id']}-{draw.draw(st.integers(0, 2**32))}"
    for _ in range(draw.draw(st.integers(1, 3))):
        mutate(draw, activity)

    with capture_logs() as log:
        status = await brought(chat, activity)
    event(f"status {status}")

    assert not is_ours(status, activity)
    assert "turn failed" not in {line["event"] for line in log}
