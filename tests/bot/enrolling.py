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
from tests.serving import eventually


async def takes_part(chat: Chat, programme: Programme, name: str = "Aino Aalto") -> tuple[User, Person]:
    """Somebody who has written to Sparri and takes part in the programme, which is loaded now, as a participant."""
    user, person = await met(chat, name)
    loaded = await apply(chat.store, await prepare(chat.store, programme, tenant=chat.teams.tenant))
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=loaded, role=Role.PARTICIPANT))
    await all_placed(chat)
    return user, person


async def all_placed(chat: Chat) -> None:
    """Place everybody who is behind, and wait for those whom the running Sparri is just placing."""

    async def are_placed() -> bool:
        return (await place_all_behind(chat.store)).passed_over == 0

    await eventually(are_placed)


async def only_ask(chat: Chat) -> Ask:
    """The one ask that there is."""
    (row,) = await rows_of(chat, asks)
    async with chat.store.transaction() as unit:
        found = await unit.asks.get(row.id)
    assert found is not None
    return found
