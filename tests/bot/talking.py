"""People with their manager and coach in one programme, and discussions to prepare; for the tests."""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from coaching.asks import Ask, AskKind, Element
from coaching.elements import Question
from coaching.people import Member, Person, Role
from coaching.talks import DiscussionFacts
from demo.teams import User
from tests.bot.conftest import Chat
from tests.builders import add_ask, in_all

PREPARATION = {
    Role.PARTICIPANT: (
        Question(id="succeeded", text=in_all("Missä onnistuit?")),
        Question(id="wish", text=in_all("Mitä toivot?")),
    ),
    Role.MANAGER: (Question(id="saw", text=in_all("Missä näit hänen onnistuvan?")),),
}
STAGE = DiscussionFacts(first=date(2026, 11, 16), last=date(2026, 12, 18), preparation=PREPARATION)


@dataclass(frozen=True, kw_only=True)
class Some:
    """Somebody in Teams and in the store."""

    user: User
    person: Person


async def somebody(chat: Chat, name: str, **given: Any) -> Some:
    """Somebody who has written to Sparri, and prefers the beginning of their day."""
    user, person = await chat.person(name, preferred=time(0), **given)
    await chat.write(user, "moi")
    return Some(user=user, person=person)


async def discussion(chat: Chat, *, key: str = "talk-feedback", facts: DiscussionFacts = STAGE) -> Element:
    """A stage of discussions in the programme "ako", which is made when missing."""
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "ako")
        if programme_id is None:
            programme_id = await unit.programmes.add(tenant=chat.teams.tenant, key="ako", name=in_all("AKO"))
        return await unit.programmes.add_element(
            Element(
                id=0,
                programme_id=programme_id,
                key=key,
                kind=AskKind.DISCUSSION,
                title=in_all("Palautekeskustelu"),
                intro=in_all("Valmistaudu muutamalla rivillä."),
                discussion=facts,
            )
        )


async def prepare(chat: Chat, some: Some, element: Element, **given: Any) -> Ask:
    """The participant's own preparation of a discussion, to be told at once."""
    return await add_ask(chat.store, some.person, element, **given)


async def takes_part(
    chat: Chat, some: Some, element: Element, *, role: Role = Role.PARTICIPANT, coach: Some | None = None
) -> None:
    """Their part in the element's programme."""
    async with chat.store.transaction() as unit:
        await unit.people.save_part(
            Member(
                person_id=some.person.id,
                programme_id=element.programme_id,
                role=role,
                coach_id=coach.person.id if coach else None,
            )
        )


async def is_led_by(chat: Chat, some: Some, manager: Some | None) -> None:
    """Who leads them from now on."""
    async with chat.store.transaction() as unit:
        person = await unit.people.get(some.person.id)
        assert person is not None
        await unit.people.save(replace(person, manager_id=manager.person.id if manager else None))
