"""Loading reflections: the file is checked first, then its reflections become asks, some people at a time.

No transaction is long, so that Sparri answers meanwhile. Each is whole, and loading is repeatable: what a kill leaves
undone is done when the file is loaded again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.people_loading import NoSuchProgramme, known_emails, short_transaction
from bot.reflection_files import PlannedReflection, ReflectionFile, ReflectionsRefused, read
from bot.refusals import Refused
from coaching.asks import Ask, AskKind, AskState, Element
from coaching.people import Member, Person, Role
from storage.store import AlreadyThere, Store, Unit

#: People in one transaction: it holds the writer of SQLite for some 10 ms.
PEOPLE_AT_ONCE = 50


class LoadedMeanwhile(Refused):
    """Somebody else loaded some of the same at the same time; run the command again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedReflections:
    """How many asks the file brought, moved to other times, and found as they were.

    not_in_contact: people of the file whom Teams does not know yet; theirs come once they have the app.
    """

    new: int
    changed: int
    unchanged: int
    not_in_contact: int


async def load(
    store: Store,
    file: Path,
    *,
    tenant: str,
    programme: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> LoadedReflections:
    """Load a file of reflections into a tenant.

    programme: its key, instead of the file's. Who is named by e-mail becomes a participant. An ask that is open is
    moved to the file's times; one that is not stays as it is. progress is told how many asks are done, and of how many.
    Raises ReflectionsRefused with every fault or NoSuchProgramme, and changes nothing then; or LoadedMeanwhile.
    """
    plan = read(file, known_emails=await known_emails(store, tenant), programme=programme)
    loading = _Loading(store, tenant)
    try:
        elements = await loading.elements_of(plan)
        # Those named by e-mail first: they are participants by the time that all of these are asked.
        planned = sorted(plan.reflections, key=lambda each: each.emails is None)
        work = [(each, await loading.people_of(each, elements[each.key].programme_id)) for each in planned]
        done, total = 0, sum(len(people) for _, people in work)
        for each, people in work:
            for at in range(0, len(people), PEOPLE_AT_ONCE):
                some = people[at : at + PEOPLE_AT_ONCE]
                await loading.ask(elements[each.key], each, some)
                progress(done := done + len(some), total)
    except AlreadyThere:
        raise LoadedMeanwhile from None
    return LoadedReflections(
        new=loading.new,
        changed=loading.changed,
        unchanged=done - loading.new - loading.changed,
        not_in_contact=len(loading.not_in_contact),
    )


class _Loading:
    """Batches of one file, each a transaction of its own."""

    def __init__(self, store: Store, tenant: str) -> None:
        self._store = store
        self._tenant = tenant
        self.new = self.changed = 0
        self.not_in_contact: set[int] = set()

    async def elements_of(self, plan: ReflectionFile) -> dict[str, Element]:
        """The programme's elements by key, those of the file among them; what is not there is made."""
        async with self._store.transaction() as unit:
            programme_id = await self._programme_id(unit, plan)
            there = await unit.programmes.elements_of(programme_id)
            wanted = [_element(each, programme_id) for each in plan.reflections]
            other = [each.key for each in wanted if each.key in there and replace(there[each.key], id=0) != each]
            if other:
                raise ReflectionsRefused(
                    [f"{key!r} is there already with other words; give the new one another key" for key in other]
                )
            return there | {
                each.key: await unit.programmes.add_element(each) for each in wanted if each.key not in there
            }

    async def _programme_id(self, unit: Unit, plan: ReflectionFile) -> int:
        found = await unit.programmes.id_of(self._tenant, plan.programme)
        if found is not None:
            return found
        if plan.name is None:
            raise NoSuchProgramme(plan.programme)
        return await unit.programmes.add(tenant=self._tenant, key=plan.programme, name=plan.name)

    async def people_of(self, planned: PlannedReflection, programme_id: int) -> list[int]:
        """The numbers of those whose reflection it is; who is named by e-mail takes part from now on."""
        found: list[int] = []
        if planned.emails is None:
            while True:
                async with short_transaction(self._store) as unit:
                    after = found[-1] if found else 0
                    some = await unit.people.participants(programme_id, after=after, limit=PEOPLE_AT_ONCE)
                if not some:
                    return found
                found += some
        for at in range(0, len(planned.emails), PEOPLE_AT_ONCE):
            async with short_transaction(self._store) as unit:
                known = await unit.people.by_emails(self._tenant, planned.emails[at : at + PEOPLE_AT_ONCE])
                await _take_part(unit, programme_id, known.values())
                found += [person.id for person in known.values()]
        return found

    async def ask(self, element: Element, planned: PlannedReflection, person_ids: Sequence[int]) -> None:
        """Let these people be asked, at the file's times."""
        async with short_transaction(self._store) as unit:
            people = await unit.people.by_ids(person_ids)
            there = await unit.asks.of_element(element.id, people)
            moved = [_at_its_times(ask, planned) for ask in there.values() if ask.state is AskState.OPEN]
            moved = [ask for ask in moved if ask != there[ask.person_id]]
            await unit.asks.save_all(moved)
            missing = people.keys() - there.keys()
            for person_id in sorted(missing):
                await unit.asks.add(
                    person_id=person_id,
                    element=element,
                    opens_at=planned.opens_at,
                    due_at=planned.due_at,
                    closes_at=planned.closes_at,
                )
        self.new += len(missing)
        self.changed += len(moved)
        self.not_in_contact |= {person.id for person in people.values() if person.aad_id is None}


async def _take_part(unit: Unit, programme_id: int, people: Collection[Person]) -> None:
    parts = await unit.people.parts_in(programme_id, [person.id for person in people])
    await unit.people.add_parts(
        [
            Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT)
            for person in people
            if person.id not in parts
        ]
    )


def _at_its_times(ask: Ask, planned: PlannedReflection) -> Ask:
    return replace(ask, opens_at=planned.opens_at, due_at=planned.due_at, closes_at=planned.closes_at)


def _element(planned: PlannedReflection, programme_id: int) -> Element:
    return Element(
        id=0,
        programme_id=programme_id,
        key=planned.key,
        kind=AskKind.REFLECTION,
        title=planned.title,
        intro=planned.intro,
        questions=planned.questions,
    )
