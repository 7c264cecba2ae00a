"""Follow-up: what a coach does from the overview: who is how far, what they handed in, feedback to it, and a file.

Whether the person coaches the programme, and whom of it, is looked up each time.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from coaching import forms
from coaching.asks import AskKind, AskState
from coaching.assignments import AssignmentState
from coaching.following import stage, stages
from coaching.people import in_language
from dialogs import ballot_counts, catalogue, everyday, files, follow_up_cards, message, overview
from dialogs.folding import fold
from dialogs.follow_up_cards import (
    ANSWER,
    ASK,
    ELEMENT,
    MOST_NAMED,
    WISH,
    WORDS,
    Crowd,
    FollowUpVerb,
    HandIn,
    Named,
)
from dialogs.hand_ins import in_words, readable
from dialogs.overview import Item
from dialogs.press import Press
from dialogs.reply import NewCard, Reply
from dialogs.turn import Turn
from storage.errands import ErrandKind
from storage.hand_ins import Followed, Participant
from storage.one_time_links import FileKind
from storage.programmes import NamedProgramme

_TYPED = re.compile(r"(?P<number>[0-9]{1,3})[.,]?(?:\s+(?P<name>[^:]{1,200}))?(?::\s*(?P<words>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """One person's ask that the coach may read."""

    item: Item
    person: Participant
    followed: Followed


async def file(turn: Turn, _argument: str) -> Reply:
    """The coach's word for the files: of each programme that they coach."""
    coached = await turn.unit.programmes.coached_by(turn.person.id)
    if not coached:
        return Reply.of(everyday.not_allowed(turn.language))
    return Reply.of(*[await _offered(turn, each) for each in coached])


async def hand_ins(turn: Turn, argument: str) -> Reply:
    """The coach's word: with a number who is how far with that, with a name too what that one handed in."""
    items = await overview.listed(turn)
    typed = _TYPED.fullmatch(argument)
    if typed is None or not items:
        return await overview.of_coach(turn, "")
    item = _numbered(items, typed)
    if item is None:
        return Reply.of(turn.t("follow_up.no_number", most=len(items)))
    if typed["name"] is None:
        return await _how_far(turn, item)
    found = await _by_name(turn, item, typed["name"])
    return Reply.of(found if isinstance(found, str) else await _hand_in_card(turn, found))


def feedback(*, asks: bool) -> Callable[[Turn, str], Awaitable[Reply]]:
    """The coach's words for feedback: number, name, a colon and what is said. asks: an answer is hoped for."""

    async def act(turn: Turn, _argument: str) -> Reply:
        items = await overview.listed(turn)
        if not items:
            return await overview.of_coach(turn, "")
        head, _, said = turn.text.partition(":")
        typed = re.search(r"(?P<number>[0-9]{1,3})[.,]?\s+(?P<name>.+)$", head.strip(), re.DOTALL)
        if typed is None or not said.strip():
            return Reply.of(turn.t("follow_up.feedback.how"))
        item = _numbered(items, typed)
        if item is None:
            return Reply.of(turn.t("follow_up.no_number", most=len(items)))
        found = await _by_name(turn, item, typed["name"])
        if isinstance(found, str):
            return Reply.of(found)
        return await _say(turn, found, {WORDS: said, WISH: ANSWER if asks else ""})

    return act


async def pressed(turn: Turn, press: Press) -> Reply:
    """What a button of the follow-up does."""
    return await _ON_PRESS[FollowUpVerb(press.verb)](turn, press)


async def _file(turn: Turn, press: Press) -> Reply:
    coached = await turn.unit.programmes.coached_by(turn.person.id)
    programme = next((each for each in coached if str(each.id) == press.argument), None)
    return Reply.of(await _offered(turn, programme) if programme else everyday.not_allowed(turn.language))


async def _offered(turn: Turn, programme: NamedProgramme) -> files.Offer:
    name = in_language(programme.name, turn.language)
    kinds = FileKind.FOLLOW_UP_XLSX, FileKind.FOLLOW_UP_CSV
    return await files.offered(turn, *kinds, about={"programme": programme.id}, of=name)


async def _people(turn: Turn, press: Press) -> Reply:
    chosen = str(press.entries.get(ELEMENT) or press.argument)
    items = await overview.listed(turn)
    item = next((each for each in items if str(each.element.id) == chosen), None)
    return await _how_far(turn, item) if item else Reply.of(turn.t("follow_up.not_yours"))


async def _read(turn: Turn, press: Press) -> Reply:
    found = await _by_ask(turn, str(press.argument or press.entries.get(ASK) or ""))
    return Reply.of(await _hand_in_card(turn, found) if found else turn.t("follow_up.not_yours"))


async def _feedback(turn: Turn, press: Press) -> Reply:
    found = await _by_ask(turn, press.argument)
    if found is None:
        return Reply.of(turn.t("follow_up.not_yours"))
    return await _say(turn, found, press.entries)


async def _how_far(turn: Turn, item: Item) -> Reply:
    """Who is how far with it; of a survey that was answered here also what came of it."""
    crowd = await _crowd(turn, item)
    return Reply.of(crowd, *await ballot_counts.of(turn, item.element))


async def _crowd(turn: Turn, item: Item) -> NewCard:
    given = item.programme.id, turn.person.id, item.element.id
    named = await turn.unit.hand_ins.named(*given, limit=MOST_NAMED[0])
    is_read = bool(readable(item.element, turn.language))
    crowd = Crowd(
        number=item.number,
        element_id=item.element.id,
        title=catalogue.named(item.element, turn.language),
        programme=in_language(item.programme.name, turn.language),
        counts=stages(await turn.unit.hand_ins.counted(*given)),
        named=[
            Named(
                name=person.name,
                stage=stage(followed.standing),
                ask_id=followed.ask_id if is_read and _has_something(followed) else None,
            )
            for person, followed in named
        ],
    )
    drawn = follow_up_cards.people_card(turn.language, crowd)
    return NewCard(card=drawn, summary=turn.t("follow_up.people"), apart=True)


async def _by_ask(turn: Turn, number: str) -> _Found | None:
    """The ask with that number; None where it is not the coach's to read, or nothing was handed in."""
    if not number.isdecimal() or len(number) > 15:
        return None
    items = await overview.listed(turn)
    for programme_id in {item.programme.id for item in items}:
        one = await turn.unit.hand_ins.one(programme_id, turn.person.id, int(number))
        if one is not None:
            item = next((each for each in items if each.element.id == one[1].element_id), None)
            if item is None or not readable(item.element, turn.language) or not _has_something(one[1]):
                return None
            return _Found(item=item, person=one[0], followed=one[1])
    return None


async def _by_name(turn: Turn, item: Item, name: str) -> _Found | str:
    """What somebody of that name or e-mail address handed in; or a sentence why that is not to be had."""
    if not readable(item.element, turn.language):
        return turn.t("follow_up.private")
    wanted = name.strip(" ,.\"'”“’")
    people = [
        number
        for number, called, email in await turn.unit.hand_ins.names(item.programme.id, turn.person.id)
        if email == wanted.lower() or fold(called) == fold(wanted)
    ]
    if len(people) != 1:
        return turn.t("follow_up.several" if people else "follow_up.nobody")
    own = await turn.unit.hand_ins.followed(item.programme.id, people)
    asked = next((each for each in own if each.element_id == item.element.id and _has_something(each)), None)
    one = asked and await turn.unit.hand_ins.one(item.programme.id, turn.person.id, asked.ask_id)
    if not one:
        return turn.t("follow_up.nothing_yet")
    return _Found(item=item, person=one[0], followed=one[1])


async def _hand_in_card(turn: Turn, found: _Found) -> NewCard:
    drawn = follow_up_cards.hand_in_card(turn.language, await _hand_in(turn, found))
    return NewCard(card=drawn, summary=turn.t("follow_up.hand_in"), apart=True)


async def _hand_in(turn: Turn, found: _Found) -> HandIn:
    """What stands on the card, opened with its person's own key."""
    fields = {field.name: field for field in readable(found.item.element, turn.language)}
    ask_id = found.followed.ask_id
    given = (await turn.unit.hand_ins.given([ask_id], [*fields])).get(ask_id, [])
    values = await turn.unit.hand_ins.opened(found.person, given)
    at = max((each.at for each in given), default=found.followed.answered_at)
    by = found.followed.by_id
    return HandIn(
        ask_id=ask_id,
        number=found.item.number,
        title=catalogue.named(found.item.element, turn.language),
        name=found.person.name,
        by=(await turn.unit.people.names_of([by])).get(by, "") if by else "",
        at=turn.local(at) if at else None,
        version=found.followed.version,
        is_draft=found.followed.standing.assignment in (AssignmentState.DRAFTED, AssignmentState.COMMENTED),
        said=[
            (field.label, in_words(turn.language, field, values[name]))
            for name, field in fields.items()
            if name in values
        ],
        others=await _others(turn, found),
    )


async def _others(turn: Turn, found: _Found) -> list[tuple[int, int]]:
    """What else the person has handed in in the same programme."""
    numbers = {
        item.element.id: item.number
        for item in await overview.listed(turn)
        if item.programme.id == found.item.programme.id and readable(item.element, turn.language)
    }
    own = await turn.unit.hand_ins.followed(found.item.programme.id, [found.person.id])
    return [
        (each.ask_id, numbers[each.element_id])
        for each in own
        if each.element_id in numbers and each.ask_id != found.followed.ask_id and _has_something(each)
    ]


async def _say(turn: Turn, found: _Found, entries: Mapping[str, object]) -> Reply:
    """The feedback is committed now, and brought into the participant's chat a moment later."""
    hand_in = await _hand_in(turn, found)
    checked = forms.checked(follow_up_cards.feedback_form(turn.language), entries)
    if checked.faults:
        drawn = follow_up_cards.hand_in_card(turn.language, hand_in, entries=entries, faults=checked.faults)
        return Reply.of(NewCard(card=drawn, summary=turn.t("follow_up.hand_in")))
    words, asks = str(checked.values[WORDS]), bool(checked.values.get(WISH))
    await turn.unit.errands.add(
        turn.cipher,
        kind=ErrandKind.ASKING if asks else ErrandKind.FEEDBACK,
        ask_id=hand_in.ask_id,
        by_id=turn.person.id,
        words=words,
        once=f"feedback:{hand_in.version}:{turn.cipher.digest([turn.person.id, words, asks])}",
    )
    await _settle_draft(turn, hand_in.ask_id)
    drawn = follow_up_cards.sent_card(turn.language, hand_in, words=words, asks=asks)
    return Reply.of(NewCard(card=drawn, summary=turn.t("follow_up.feedback.sent")))


async def _settle_draft(turn: Turn, ask_id: int) -> None:
    """What asks the coach in their own chat for feedback to the same draft is done with."""
    for ask in await turn.unit.asks.open_of(turn.person.id):
        if ask.kind is not AskKind.MESSAGE or message.kind_of(ask.element) is not ErrandKind.DRAFT:
            continue
        errand = await turn.unit.errands.get(ask.occurrence)
        if errand is not None and errand.ask_id == ask_id:
            await turn.unit.asks.save(replace(ask, state=AskState.CLOSED))
            await turn.unit.cards.raise_wanted(ask.id)


def _numbered(items: list[Item], typed: re.Match[str]) -> Item | None:
    return next((each for each in items if each.number == int(typed["number"])), None)


def _has_something(followed: Followed) -> bool:
    return followed.version > 0


_ON_PRESS: Mapping[FollowUpVerb, Callable[[Turn, Press], Awaitable[Reply]]] = {
    FollowUpVerb.FILE: _file,
    FollowUpVerb.PEOPLE: _people,
    FollowUpVerb.READ: _read,
    FollowUpVerb.FEEDBACK: _feedback,
}
