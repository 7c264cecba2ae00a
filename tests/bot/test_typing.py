"""A turn that takes long shows that it is being worked on."""

import asyncio

from demo.teams import StandIn, User
from tests.bot.conftest import Chat, running
from tests.builders import Clock


def typing_shown(teams: StandIn, user: User) -> bool:
    """Whether the person saw that an answer is being made."""
    return any(
        call.body.get("type") == "typing" and call.conversation_id == user.conversation_id for call in teams.sent
    )


async def test_a_turn_that_waits_for_the_store_shows_typing(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    await chat.write(aino, "apua")

    async with running(clock, typing_after_seconds=0.05) as url:
        async with chat.store.transaction() as unit:
            await unit.people.get(person.id)
            posting = asyncio.create_task(chat.teams.post(url, chat.teams.message(aino, "auki")))
            await chat.teams.until(lambda: typing_shown(chat.teams, aino))
        answer = await posting

    assert answer.status == 200
    assert chat.teams.sent[-1].body["type"] == "message"


async def test_a_turn_that_waits_for_teams_itself_shows_typing(
    teams: StandIn, environment: dict[str, str], clock: Clock
) -> None:
    newcomer = teams.user("Uusi Tulija")
    teams.fail(0, method="GET")

    async with running(clock, typing_after_seconds=0.05) as url:
        posting = asyncio.create_task(teams.post(url, teams.message(newcomer, "hei")))
        await teams.until(lambda: typing_shown(teams, newcomer))
        teams.release()
        await posting

    kinds = [call.body.get("type") for call in teams.sent if call.method == "POST"]
    assert kinds[:2] == ["typing", "message"]


async def test_a_turn_that_is_answered_at_once_shows_none(chat: Chat) -> None:
    aino, _ = await chat.person("Aino Aalto")

    await chat.write(aino, "apua")

    assert not typing_shown(chat.teams, aino)


async def test_the_press_of_a_button_shows_that_by_itself(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    await chat.write(aino, "apua")
    press = chat.teams.execute(aino, "open", {"sparri": {"v": 1, "verb": "open"}})

    async with running(clock, typing_after_seconds=0.0) as url:
        answer = await chat.teams.post(url, press)

    assert answer.status == 200
    assert person.admitted
    assert not typing_shown(chat.teams, aino)
