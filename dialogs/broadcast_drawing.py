"""Drawing a broadcast for its coach, from what is stored; the turn and the pump draw the same."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from coaching import broadcasts
from coaching.asks import AskKind
from coaching.broadcasts import Broadcast, BroadcastState
from coaching.dose import WEEK
from coaching.forms import Checked
from coaching.people import Person, in_language
from dialogs import broadcast_form
from dialogs.broadcast_cards import Prepared, broadcast_form_card, discarded_card, preview_card, progress_card
from dialogs.broadcast_form import Ground, Wish
from dialogs.drawing import Drawn
from dialogs.wording import t
from storage.store import Unit

#: What has been asked lately: of so many elements those who owe an answer can be written to.
MOST_OWING = 5
#: A choice on a card shows no more than so many of the programme's elements.
MOST_ELEMENTS = 60
#: What is counted when it closes for everybody at once, and so is not sent to some again.
_ASKED_TOGETHER = frozenset({AskKind.BALLOT})


async def draw_broadcast(unit: Unit, person: Person, broadcast: Broadcast, *, checked: Checked | None = None) -> Drawn:
    """The card about a broadcast as it stands. checked: what the form came to, to show its faults."""
    language, zone = person.language, ZoneInfo(person.timezone)
    if broadcast.state is BroadcastState.DRAFT:
        form = broadcast_form.form(language, await ground_of(unit, person, broadcast))
        faults = checked.faults if checked else ()
        card = broadcast_form_card(language, form, broadcast, entries=broadcast.entries, faults=faults)
        return Drawn(card=card, summary=form.title)
    if broadcast.state is BroadcastState.PREVIEWED:
        prepared = await prepared_of(unit, person, broadcast)
        card = preview_card(language, broadcast, prepared, zone=zone)
        return Drawn(card=card, summary=t(language, "broadcast.preview_title"))
    if broadcast.element_id is None:
        return Drawn(card=discarded_card(language), summary=t(language, f"broadcast.state.{broadcast.state}"))
    element = await unit.programmes.element(broadcast.element_id)
    tally = broadcasts.tally(await unit.standings.of_broadcast(broadcast))
    card = progress_card(language, broadcast, element, tally, zone=zone)
    return Drawn(card=card, summary=t(language, f"broadcast.state.{broadcast.state}"))


async def ground_of(unit: Unit, person: Person, broadcast: Broadcast) -> Ground:
    """What the coach can choose from."""
    names = (await unit.programmes.names([broadcast.programme_id]))[broadcast.programme_id]
    found = await unit.programmes.sources(broadcast.programme_id)
    written = broadcast_form.names_in(broadcast.entries)
    people = await unit.audiences.named(broadcast.programme_id, written) if written else {}
    return Ground(
        programme=in_language(names, person.language),
        elements=[each for each in found.elements if each.kind not in _ASKED_TOGETHER][:MOST_ELEMENTS],
        groups=await unit.audiences.groups(broadcast.programme_id),
        owing=found.owing[:MOST_OWING],
        people=people,
        urgent_left=await urgent_left(unit, broadcast.programme_id),
    )


async def urgent_left(unit: Unit, programme_id: int) -> int:
    """How many more messages may break the dose, of those that the programme allows in seven days."""
    allowed = (await unit.programmes.policy_of(programme_id)).most_urgent_a_week
    return max(allowed - await unit.broadcasts.urgent_since(programme_id, unit.now - timedelta(days=WEEK)), 0)


async def wish_of(unit: Unit, person: Person, broadcast: Broadcast) -> Wish:
    """What the form came to, which had no faults."""
    ground = await ground_of(unit, person, broadcast)
    zone = ZoneInfo(person.timezone)
    return broadcast_form.wish(broadcast, broadcast.entries, ground, now=unit.now, zone=zone)


async def prepared_of(unit: Unit, person: Person, broadcast: Broadcast) -> Prepared:
    """A broadcast that is whole, and whom it would go to now."""
    wish = await wish_of(unit, person, broadcast)
    return Prepared(
        programme=(await unit.programmes.names([broadcast.programme_id]))[broadcast.programme_id],
        element=wish.element,
        strands=await unit.audiences.strands(broadcast.programme_id, wish.audience, as_of=unit.now),
        due_at=wish.due_at,
        at=wish.at,
        urgent=wish.urgent,
    )
