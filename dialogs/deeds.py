"""Deeds: what there is to each kind of proposal: its questions, its preview, doing it, and the way back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from microsoft_teams.cards import CardElement

from coaching.forms import Checked, Form, checked
from coaching.people import Person
from coaching.proposals import Proposal
from dialogs.reply import NewCard, Text
from dialogs.turn import Turn
from storage.store import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would change, and for whom. can: whether it can be done so. before: what it was looked at against.

    cards: what people would see, each in a message of its own before it.
    """

    body: Sequence[CardElement]
    can: bool
    before: Mapping[str, object]
    cards: Sequence[NewCard] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What has changed. can_undo: whether there is a way back by a button."""

    body: Sequence[CardElement]
    can_undo: bool = True


async def plainly_read(
    unit: Unit, person: Person, proposal: Proposal, entries: Mapping[str, object], form: Form
) -> Checked:
    """The entries as any form's."""
    return checked(form, entries)


async def nobody_told(unit: Unit, person: Person, proposal: Proposal) -> Sequence[Text]:
    """Nothing."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One kind. All is asked of the unit anew each time, for its coach.

    form: without fields where there is nothing to ask. read: the entries as values, with a fault for each that is not
    fit. do: what is to be remembered of it; raises NotNow. undo: raises NotNow. in_parts: it is done for its people
    some at a time, afterwards. told: what others are told when it is done.
    """

    form: Callable[[Unit, Person, Proposal], Awaitable[Form]]
    preview: Callable[[Unit, Person, Proposal], Awaitable[Preview]]
    do: Callable[[Turn, Proposal], Awaitable[Mapping[str, object]]]
    outcome: Callable[[Unit, Person, Proposal], Awaitable[Outcome]]
    undo: Callable[[Turn, Proposal], Awaitable[None]]
    read: Callable[[Unit, Person, Proposal, Mapping[str, object], Form], Awaitable[Checked]] = plainly_read
    in_parts: bool = False
    told: Callable[[Unit, Person, Proposal], Awaitable[Sequence[Text]]] = nobody_told
