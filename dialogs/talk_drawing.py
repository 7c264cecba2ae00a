"""Drawing somebody's discussions as they stand, for the pump."""

from zoneinfo import ZoneInfo

from coaching import talks
from coaching.people import Person
from dialogs.drawing import Drawn
from dialogs.talk_cards import working_card
from dialogs.wording import t
from storage.store import Unit


async def draw_talks(unit: Unit, person: Person) -> Drawn:
    """The card to mark and prepare from."""
    lines = await unit.talks.lines(person.id, talks.listed(await unit.talks.of(person.id)))
    today = unit.now.astimezone(ZoneInfo(person.timezone)).date()
    gone = await unit.talks.gone_over(person.id)
    drawn = working_card(person.language, lines, today=today, gone_over=gone)
    return Drawn(card=drawn, summary=t(person.language, "talk.title"))
