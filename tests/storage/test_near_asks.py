"""What comes in months is not looked at today, and is not forgotten either."""

from datetime import timedelta

from coaching.people import Person
from storage.near_asks import NEAR
from storage.store import Store
from storage.visits import Situation
from tests.builders import Clock, add_ask, add_element, add_person


async def situation_of(store: Store, person: Person) -> Situation:
    """The person's, as a plan sees it."""
    async with store.transaction() as unit:
        (found,) = await unit.visits.with_open_asks(after=person.id - 1, limit=1)
        return found


async def test_an_ask_in_months_is_left_out_until_it_is_near(store: Store, clock: Clock) -> None:
    aino = await add_person(store)
    opens_at = clock.now + timedelta(days=100)
    ask = await add_ask(store, aino, await add_element(store), opens_at=opens_at)

    early = await situation_of(store, aino)
    clock.now = opens_at - NEAR
    near = await situation_of(store, aino)

    assert early.asks == ()
    assert early.decide(opens_at - timedelta(days=100)).again_at == opens_at - NEAR
    assert [each.id for each in near.asks] == [ask.id]
    visit = near.decide(clock.now).visit
    assert visit is not None
    assert visit.at >= opens_at


async def test_what_was_told_or_opens_at_once_is_always_looked_at(store: Store, clock: Clock) -> None:
    aino = await add_person(store)
    told = await add_ask(store, aino, await add_element(store, key="told"), told_at=clock.now)
    unopened = await add_ask(store, aino, await add_element(store, key="now"))
    await add_ask(store, aino, await add_element(store, key="later"), opens_at=clock.now + 2 * NEAR)

    found = await situation_of(store, aino)

    assert {each.id for each in found.asks} == {told.id, unopened.id}
    assert found.look_again_at == clock.now + NEAR
