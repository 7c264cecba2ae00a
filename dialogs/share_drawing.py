"""Drawing what is shared, for its owner and for the other one, from what is stored; turn and pump draw the same."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from microsoft_teams.cards import CardElement

from coaching import plans
from coaching.access import Audience, Matter
from coaching.asks import Ask, AskKind
from coaching.forms import Checked
from coaching.people import Language, Person
from coaching.shares import Reader, Share, ShareState, Thing
from dialogs import opened, share_form
from dialogs.content import Content
from dialogs.drawing import Drawn
from dialogs.pieces import cut, quoted
from dialogs.share_cards import (
    discarded_card,
    no_longer_card,
    preview_card,
    share_form_card,
    shared_card,
    standing_card,
    to_in_words,
)
from dialogs.share_form import Ground
from dialogs.wording import t
from storage.shares import Owner
from storage.store import Unit

#: Of the newest so many can be shared.
MOST_ANSWERS, MOST_GOALS = 6, 20
#: Characters of a goal, to tell it from the others.
LONGEST_WORDS = 120


async def draw_share(unit: Unit, person: Person, share: Share, *, checked: Checked | None = None) -> Drawn:
    """The owner's card about a share as it stands. checked: what the form came to, to show its faults."""
    language, zone = person.language, ZoneInfo(person.timezone)
    if share.state is ShareState.DISCARDED:
        return Drawn(card=discarded_card(language), summary=t(language, "share.discarded"))
    if share.state is ShareState.SHARED:
        titles = await titles_of(unit, share.owner_id, share.things, language)
        to = await to_of(unit, share, language)
        card = standing_card(language, share, titles, to=to, zone=zone, now=unit.now)
        return Drawn(card=card, summary=t(language, "share.live_title"))
    ground = await ground_of(unit, person, share)
    if share.state is ShareState.DRAFT:
        form = share_form.form(language, ground)
        faults = checked.faults if checked else ()
        own = _goals_in_words(ground)
        card = share_form_card(language, form, share, entries=share.entries, faults=faults, own=own)
        return Drawn(card=card, summary=form.title)
    wish = share_form.wish(share.entries, ground, zone=zone)
    shown = await as_they_see(unit, person, share, wish)
    name = (await unit.people.names_of([wish.person_id])).get(wish.person_id, "") if wish.person_id else ""
    to, until = to_in_words(language, wish.audience, name), date.fromisoformat(str(share.entries["until"]))
    card = preview_card(language, share, shown, to=to, until=until)
    return Drawn(card=card, summary=t(language, "share.preview_title"))


async def draw_shared(unit: Unit, person: Person, owner_id: int | None) -> tuple[Drawn, list[Content]]:
    """What somebody shares with a person now, and what of it is on the card; nothing where nothing is."""
    language = person.language
    given = [share for share in await unit.shares.live_for(person.id) if share.owner_id == owner_id]
    owner = await unit.shares.owner(owner_id) if owner_id is not None else None
    shown: list[Content] = []
    if owner is not None and given:
        reader = await unit.circles.reader(person.id, owner.id)
        shown = await _by(unit, owner, reader, given, language)
    if owner is None or not shown:
        return Drawn(card=no_longer_card(language), summary=t(language, "share.no_longer")), []
    ends = {share.ends_at for share in given if share.ends_at is not None}
    zone = ZoneInfo(person.timezone)
    until = (ends.pop() - timedelta(seconds=1)).astimezone(zone).date() if len(ends) == 1 else None
    card = shared_card(language, owner.name, shown, until=until)
    return Drawn(card=card, summary=t(language, "share.shared_title")), shown


async def as_they_see(unit: Unit, person: Person, share: Share, wish: share_form.Wish) -> list[Content]:
    """What the other one would read by this share alone, in their language."""
    language = person.language
    if wish.person_id is not None:
        language = await unit.shares.language_of(wish.person_id) or language
    owner = await unit.shares.owner(person.id)
    if owner is None:
        return []
    reader = Reader(person_id=wish.person_id or 0, audiences=frozenset({wish.audience}))
    would_be = Share(
        id=share.id,
        owner_id=person.id,
        state=ShareState.SHARED,
        things=wish.things,
        audience=wish.audience,
        person_id=wish.person_id,
        ends_at=wish.ends_at,
    )
    return await _by(unit, owner, reader, [would_be], language)


async def ground_of(unit: Unit, person: Person, share: Share) -> Ground:
    """What the owner can choose from."""
    owner, circle = await unit.shares.owner(person.id), await unit.circles.of(person.id)
    under_way = {goal.id for goal in plans.under_way(await unit.plans.goals_of(person.id))}
    goals = [ask for ask in await unit.shares.goals(person.id, limit=MOST_GOALS) if ask.id in under_way]
    asked = [*reversed(goals), *await unit.shares.answered(person.id, limit=MOST_ANSWERS)]
    found = await opened.of_asks(unit, owner, asked, person.language) if owner else []
    about = await _about(unit, person, asked)
    told = [number for number in (*circle.led, circle.manager) if number in about.values()]
    pairs = [
        *((Audience.MANAGER, circle.manager) for _ in range(1) if circle.manager is not None),
        *((Audience.COACH, coach) for coach in circle.coaches),
        *((Audience.COUNTERPART, number) for number in told),
    ]
    names = await unit.people.names_of([number for _, number in pairs if number is not None])
    written = str(share.entries.get("peer") or "")
    return Ground(
        contents=found,
        people={(audience, number): names.get(number, "") for audience, number in pairs if number is not None},
        has_team=bool(circle.led),
        about=about,
        peer=await unit.circles.mate(person.id, written) if written.strip() else None,
    )


async def _about(unit: Unit, person: Person, asked: Sequence[Ask]) -> dict[int, int]:
    """With whom notes and summaries could be shared, each with one person alone: by the asks' numbers."""
    notes = {ask.id: ask.occurrence for ask in asked if ask.kind is AskKind.NOTES}
    summaries = {ask.id: ask.occurrence for ask in asked if ask.kind is AskKind.SUMMARY}
    others = await unit.talks.others(person.id, set(summaries.values()))
    return notes | {ask_id: others[talk_id] for ask_id, talk_id in summaries.items() if talk_id in others}


def _goals_in_words(ground: Ground) -> list[CardElement]:
    """Which goal is which, in the owner's own words."""
    return [
        quoted(f"{content.title}: ", cut(each.text, LONGEST_WORDS))
        for content in ground.contents
        for each in content.written
        if each.item.matter is Matter.PLAN and each.item.field == "what"
    ]


async def titles_of(unit: Unit, owner_id: int, things: frozenset[Thing], language: Language) -> list[str]:
    """What the things are called, with their fields where not all of it is meant."""
    owner = await unit.shares.owner(owner_id)
    if owner is None:
        return []
    found = []
    for content in await opened.of(unit, owner, things, language):
        if content.whole in things:
            found.append(content.title)
            continue
        labels = [each.label for each in content.written if share_form.covered(each, things)]
        found += [t(language, "share.part", title=content.title, label=label) for label in labels]
    return found


async def to_of(unit: Unit, share: Share, language: Language) -> str:
    """Whom a share is for, in words."""
    name = (await unit.people.names_of([share.person_id])).get(share.person_id, "") if share.person_id else ""
    return to_in_words(language, share.audience, name)


async def _by(unit: Unit, owner: Owner, reader: Reader, given: Sequence[Share], language: Language) -> list[Content]:
    things = {thing for share in given for thing in share.things}
    found = await opened.of(unit, owner, things, language)
    meant = frozenset(things)
    found = [
        Content(
            subject=each.subject,
            subject_id=each.subject_id,
            title=each.title,
            written=tuple(one for one in each.written if share_form.covered(one, meant)),
        )
        for each in found
    ]
    return opened.readable(found, reader, given, unit)
