"""Retention by a set clock: what is old enough goes, once, in batches, and nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest

from coaching.access import Audience, Matter
from coaching.people import Member, Person, Role
from coaching.retention import kept_until
from coaching.shares import Subject, Thing, shared
from coaching.sources import sources
from scheduler.placing import place_all_behind
from scheduler.retention import LEDGER_KEPT, UNFINISHED_KEPT, UNHELD_KEPT, retain
from storage.answers import Draft
from storage.conversations import Dialog, DialogKind
from storage.erasures import AskedBy
from storage.store import Store
from storage.tables import asks, deliveries, dialogs, drafts, erasures, members, readings, shares
from tests.bot.reading import rows_of
from tests.builders import TENANT, Clock, add_ask, add_element, add_person
from tests.builders import person as somebody
from tests.coaching.half_days import half_days
from tests.scheduler.conftest import Coaching
from tests.scheduler.test_erasing import rows, with_answers

BEGINS = datetime(2027, 1, 4, 8, tzinfo=UTC)


async def loaded(store: Store, *people: Person) -> datetime:
    """These take part in a programme from a file; until when what they write in it is kept."""
    programme = half_days()
    async with store.transaction() as unit:
        first = await unit.revisions.first(TENANT, programme)
        found = await unit.revisions.add(first, programme, sources=sources(programme, coaches={}))
        for person in people:
            await unit.people.save_part(Member(person_id=person.id, programme_id=found.id, role=Role.PARTICIPANT))
    await place_all_behind(store)
    return kept_until(programme, None)


async def test_a_programmes_people_keep_everything_until_its_time_is_over_and_nothing_after_it(
    coaching: Coaching, clock: Clock
) -> None:
    store, clock.now = coaching.store, BEGINS
    person = await coaching.person()
    over_at = await loaded(store, person)
    clock.now = over_at - timedelta(seconds=1)
    other = await with_answers(store, 1, email="bo@ministry.example", name="Bo Berg")
    planned = await rows(store)
    await retain(store)
    assert await rows(store) == planned

    clock.now = over_at
    forgotten = await retain(store)

    assert forgotten > 10
    assert [row.person_id for row in await rows_of(coaching, asks)] == [other.id]
    assert {(row.person_id, row.programme_id) for row in await rows_of(coaching, members)} == {
        (person.id, None),
        (other.id, None),
        (other.id, (await rows_of(coaching, asks))[0].programme_id),
    }
    after = await rows(store)
    assert await retain(store) == 0, "the same again changes nothing"
    await place_all_behind(store)
    assert await rows(store) == after, "nothing is planned anew for anybody"


async def test_what_came_from_no_programmes_file_goes_two_years_after_the_last_of_it(
    store: Store, clock: Clock
) -> None:
    person = await with_answers(store, 3)
    clock.pass_by(days=729)
    await retain(store)
    async with store.transaction() as unit:
        assert len(await unit.asks.open_of(person.id)) == 3

    clock.pass_by(days=2)
    await retain(store)

    assert "answers" not in await rows(store)
    assert "submissions" not in await rows(store)


async def test_what_nobody_has_touched_for_half_a_year_goes(coaching: Coaching, clock: Clock) -> None:
    store = coaching.store
    person = await add_person(store)
    element = await add_element(store, questions=1)
    old, fresh = [await add_ask(store, person, element, occurrence=number) for number in range(2)]

    async def begin(ask_id: int) -> None:
        async with store.transaction() as unit:
            known = await unit.people.get(person.id)
            assert known is not None
            known, cipher = await unit.cipher(known)
            draft = Draft(entries={"q1": "Puolet"}, typed_in={})
            await unit.drafts.save(cipher, draft, person_id=person.id, ask_id=ask_id)

    await begin(old.id)
    async with store.transaction() as unit:
        known = await unit.people.get(person.id)
        assert known is not None
        _, cipher = await unit.cipher(known)
        kept = Dialog(kind=DialogKind.WHICH_ASK, kept=[{"text": "Minne?", "message": "m"}])
        await unit.dialogs.save(cipher, kept, person.id)
    clock.now += UNFINISHED_KEPT
    await begin(fresh.id)
    assert await retain(store) == 0

    clock.pass_by(seconds=1)
    await retain(store)

    assert [row.ask_id for row in await rows_of(coaching, drafts)] == [fresh.id]
    assert await rows_of(coaching, dialogs) == []


async def test_a_share_goes_half_a_year_after_its_end_and_who_has_read_it_after_two_years(
    coaching: Coaching, clock: Clock
) -> None:
    store, clock.now = coaching.store, BEGINS
    aino, pekka = await coaching.person(), await coaching.person("Pekka")
    thing = Thing(subject=Subject.ASK, subject_id=7)
    async with store.transaction() as unit:
        card = await unit.cards.add(person_id=aino.id, ask_id=None)
        share = await unit.shares.add(owner_id=aino.id, card_id=card.id)
        ends_at = clock.now + timedelta(days=30)
        await unit.shares.save(
            shared(
                share,
                [Matter.PLAN],
                things=[thing],
                audience=Audience.PEER,
                person_id=pekka.id,
                ends_at=ends_at,
                now=clock.now,
            )
        )
        await unit.readings.add(owner_id=aino.id, reader_id=pekka.id, card_id=None, things=[thing])

    async def left(moment: datetime) -> tuple[int, int]:
        clock.now = moment
        await retain(store)
        return len(await rows_of(coaching, shares)), len(await rows_of(coaching, readings))

    assert await left(ends_at + UNFINISHED_KEPT) == (1, 1)
    assert await left(ends_at + UNFINISHED_KEPT + timedelta(seconds=1)) == (0, 1)
    assert await left(BEGINS + LEDGER_KEPT + timedelta(seconds=1)) == (0, 0)


async def test_the_ledger_goes_after_two_years(coaching: Coaching, clock: Clock) -> None:
    person = await coaching.person()
    await coaching.ask(person)
    await coaching.visit()
    clock.now += LEDGER_KEPT
    await retain(coaching.store)
    assert len(await rows_of(coaching, deliveries)) == 1

    clock.pass_by(days=1)
    await retain(coaching.store)

    assert await rows_of(coaching, deliveries) == []


@pytest.mark.parametrize("is_let_in", [True, False], ids=["whose programmes are long over", "who was never let in"])
async def test_who_has_no_part_in_anything_is_erased_after_a_while(
    coaching: Coaching, clock: Clock, is_let_in: bool
) -> None:
    store = coaching.store
    held = await add_person(store)
    given = {} if is_let_in else {"admitted_at": None, "code": "K7QF-2M"}
    async with store.transaction() as unit:
        unheld = await unit.people.add(somebody(email="bo@ministry.example", aad_id="aad bo", **given))
        await unit.people.save(somebody(id=held.id, email=held.email, manager_id=None))
    clock.now += UNHELD_KEPT
    await retain(store)
    assert await rows_of(coaching, erasures) == []

    clock.pass_by(seconds=1)
    await retain(store)
    await retain(store)

    (order,) = await rows_of(coaching, erasures)
    assert (order.person_id, order.by) == (unheld.id, AskedBy.RETENTION.value)


async def test_a_manager_of_somebody_is_held_by_them(coaching: Coaching, clock: Clock) -> None:
    async with coaching.store.transaction() as unit:
        manager = await unit.people.add(somebody(email="mia@ministry.example"))
    await add_person(coaching.store, manager_id=manager.id)
    clock.now += UNHELD_KEPT * 2

    await retain(coaching.store)

    assert await rows_of(coaching, erasures) == []
