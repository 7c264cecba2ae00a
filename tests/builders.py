"""Builders: people, elements and asks for the tests. Everybody in them is made up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from coaching.asks import Ask, AskKind, Element
from coaching.assignments import AssignmentFacts
from coaching.elements import Written
from coaching.people import Language, Member, Person, Role
from storage.store import Store

MASTER_KEY = b"a master key for tests, 32 bytes"
TENANT = "11111111-2222-3333-4444-555555555555"


@dataclass
class Clock:
    """A clock that stands still until it is set. awaited: called whenever time has passed."""

    now: datetime = field(default=datetime(2026, 11, 16, 8, 0, tzinfo=UTC))
    awaited: list[Callable[[], object]] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **duration: float) -> None:
        """Let time pass: timedelta's arguments."""
        self.now += timedelta(**duration)
        for told in self.awaited:
            told()


def person(**given: Any) -> Person:
    """Aino Aalto of the roster, unless said otherwise."""
    values: dict[str, Any] = {
        "id": 0,
        "tenant": TENANT,
        "email": "aino.aalto@ministry.example",
        "name": "Aino Aalto",
        "language_chosen": True,
        "admitted_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    return Person(**(values | given))


async def add_person(store: Store, *, role: Role = Role.PARTICIPANT, **given: Any) -> Person:
    """A person in the store, on the organisation's roster."""
    async with store.transaction() as unit:
        added = await unit.people.add(person(**given))
        await unit.people.save_part(Member(person_id=added.id, programme_id=None, role=role))
    return added


def in_all(text: str) -> dict[Language, str]:
    """The same words in each language, marked with it."""
    return {language: f"{text} ({language})" for language in Language}


async def add_element(
    store: Store,
    *,
    key: str = "debrief-1",
    title: str = "Istunto 1",
    questions: int = 0,
    tenant: str = TENANT,
    kind: AskKind = AskKind.REFLECTION,
    assignment: AssignmentFacts | None = None,
    own: Written | None = None,
) -> Element:
    """A reflection: the three-step debrief, or one with as many free questions. Its programme is made when missing."""
    async with store.transaction() as unit:
        programme_id = await unit.programmes.id_of(tenant, "ako")
        if programme_id is None:
            programme_id = await unit.programmes.add(tenant=tenant, key="ako", name=in_all("AKO"))
        return await unit.programmes.add_element(
            Element(
                id=0,
                programme_id=programme_id,
                key=key,
                kind=kind,
                title=in_all(title),
                intro=in_all("Mitä jäi käteen?"),
                assignment=assignment,
                own=own,
                questions=tuple(in_all(f"Kysymys {number + 1}") for number in range(questions)),
            )
        )


async def add_ask(store: Store, to: Person, element: Element, **given: Any) -> Ask:
    """An open ask, and the person's part in its programme."""
    async with store.transaction() as unit:
        await unit.people.save_part(Member(person_id=to.id, programme_id=element.programme_id, role=Role.PARTICIPANT))
        return await unit.asks.add(person_id=to.id, element=element, **given)
