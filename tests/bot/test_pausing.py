"""An emergency over HTTP: the administrator stops what Sparri starts, people go on getting replies, nothing is lost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import aiohttp
import pytest

from coaching.asks import AskState
from coaching.hours import Hours
from demo.teams import StandIn
from storage.cards import CARD_GRACE
from storage.store import Store
from tests.bot.conftest import Chat, running
from tests.builders import Clock, add_ask, add_element
from tests.serving import command, eventually

ALWAYS = Hours(start=time(0), end=time(23, 59), weekdays=frozenset(range(7)))


@pytest.fixture
async def chat(teams: StandIn, environment: dict[str, str], store: Store, clock: Clock) -> AsyncIterator[Chat]:
    """Sparri in this process, by the machine's time, as the commands; it looks often who has paused it."""
    clock.now = datetime.now(UTC)
    async with running(clock, lease=timedelta(seconds=4)) as url:
        yield Chat(teams=teams, store=store, url=url)


async def metrics(chat: Chat) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{chat.url}/metrics") as answer:
        return await answer.text()


async def test_nothing_leaves_in_a_pause_replies_do_and_all_of_it_afterwards(
    chat: Chat, clock: Clock, environment: dict[str, str], tmp_path: Path
) -> None:
    aino, aino_person = await chat.person("Aino Aalto", hours=ALWAYS, country="", preferred=time(0))
    bo, bo_person = await chat.person("Bo Berg", hours=ALWAYS, country="", preferred=time(0))
    await chat.write(bo, "moi")
    element = await add_element(chat.store, questions=1, tenant=chat.teams.tenant)
    ask = await add_ask(chat.store, aino_person, element)
    await chat.write(aino, "auki")
    paused = await command("pause-all", environment=environment, folder=tmp_path)
    assert paused.output.startswith(f"{chat.teams.tenant}: paused since ")
    gauge = f'sparri_paused{{tenant="{chat.teams.tenant}"}} 1.0'

    await add_ask(chat.store, bo_person, element)
    replies = await chat.write(aino, "Kuuntelin")
    clock.now += CARD_GRACE
    calls = len(chat.teams.sent)
    await eventually(lambda: says(chat, gauge))

    assert replies
    async with chat.store.transaction() as unit:
        answered = await unit.asks.get(ask.id)
    assert answered is not None
    assert answered.state is AskState.ANSWERED
    assert len(chat.teams.sent) == calls, "neither the visit nor the change of the card left"
    before = chat.teams.cards(bo)

    resumed = await command("resume-all", environment=environment, folder=tmp_path)

    assert resumed.output.startswith(f"{chat.teams.tenant}: goes on")
    await chat.teams.until(lambda: len(chat.teams.cards(bo)) > len(before))
    await chat.teams.until(lambda: any(call.method == "PUT" for call in chat.teams.sent[calls:]))
    await eventually(lambda: says(chat, gauge, still=False))
    listed = await command(
        "deliveries", "--person", "bo.berg@ministry.example", environment=environment, folder=tmp_path
    )
    assert "debrief-1" in listed.output


async def says(chat: Chat, line: str, *, still: bool = True) -> bool:
    """Whether the metrics have that line, or have it no more."""
    return (line in await metrics(chat)) == still
