"""People who take part in a programme that was loaded as its file has it; for the tests."""

from bot.programme_loading import apply, prepare
from coaching.asks import Ask
from coaching.people import Member, Person, Role
from coaching.programmes import Programme
from demo.teams import User
from scheduler.placing import place_all_behind
from storage.tables import asks
from tests.bot.conftest import Chat
from tests.bot.reading import rows_of
from tests.bot.test_plans import met


async def takes_part(chat: Chat, programme: Programme, name: str = "Aino Aalto") -> tuple[User, Person]:
    """Somebody who has written to Sparri and takes part in the programme, which is loaded now, as a participant."""
    user, person = await met(chat, name)
    loaded = await apply(chat.store, await prepare(chat.store, programme, tenant=chat.teams.tenant))
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=loaded, role=Role.PARTICIPANT))
    await place_all_behind(chat.store)
    return user, person


async def only_ask(chat: Chat) -> Ask:
    """The one ask that there is."""
    (row,) = await rows_of(chat, asks)
    async with chat.store.transaction() as unit:
        found = await unit.asks.get(row.id)
    assert found is not None
    return found
