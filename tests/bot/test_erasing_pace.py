"""The pace of erasing, as it arrives at Teams: as fast as one chat takes it, and no faster after a standstill."""

from demo.teams import User
from dialogs.cards import words
from scheduler.pump import MOST_TOGETHER
from storage.erasures import AskedBy
from storage.tables import cards, people
from tests.bot.conftest import Served
from tests.bot.reading import rows_of
from tests.bot.test_kills import ON_SQLITE, asked, settled
from tests.serving import eventually

CARDS = 20
#: Teams takes 60 in 30 seconds of one bot in one chat, and 8 in two.
TAKEN_EACH = 30.0 / 60


async def with_cards(chat: Served, number: int) -> tuple[User, int]:
    """Somebody who asked for their form so often; and their number."""
    user, ask = await asked(chat, questions=1)
    for _ in range(number):
        await chat.write(user, "auki")
    await settled(chat)

    async def all_known() -> bool:
        return all(row.activity_id is not None for row in await rows_of(chat, cards))

    await eventually(all_known)
    return user, ask.person_id


def changes(chat: Served, user: User) -> list[float]:
    """When each call to change a message in their chat arrived, in seconds."""
    return [
        call.at for call in chat.teams.sent if call.method == "PUT" and call.conversation_id == user.conversation_id
    ]


async def nobody_is_left(chat: Served) -> bool:
    return not await rows_of(chat, people)


@ON_SQLITE
async def test_cards_are_emptied_no_faster_than_teams_takes_them_also_when_they_are_late(served: Served) -> None:
    user, person_id = await with_cards(served, CARDS)
    async with served.store.transaction() as unit:
        known = await unit.people.get(person_id)
        assert known is not None
        await unit.erasures.order(known, by=AskedBy.ADMINISTRATOR)
    await served.teams.until(lambda: len(changes(served, user)) >= 3)
    await served.sparri.kill()
    late = len(changes(served, user))
    async with served.store.transaction() as unit:
        await unit._connection.execute(cards.update().values(try_at=unit.now))

    await served.sparri.start()

    await eventually(lambda: nobody_is_left(served), seconds=180.0)
    times = changes(served, user)
    assert late < CARDS, "there was something left to be late with"
    after = times[late:]
    assert len(times) >= CARDS
    assert after[-1] - after[0] >= TAKEN_EACH * (len(after) - 1 - MOST_TOGETHER), "however late the machine is"
    assert all("sisältö on poistettu" in words(card) for card in served.teams.cards(user).values())
