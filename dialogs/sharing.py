"""Sharing: what somebody lets others read of theirs: form, preview, share, take back; and opening what others share.

Each can be pressed and typed. A share is its owner's alone; what somebody may read is looked up each time they open it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from coaching import shares
from coaching.people import Language
from coaching.shares import NotToBeShared, Share, ShareState, Subject, Thing, is_live
from dialogs import calls, interview, share_form, waiting
from dialogs.commands import Command
from dialogs.folding import fold
from dialogs.interview import Interview, Move
from dialogs.press import Press
from dialogs.reply import Card, ChangedCard, NewCard, Part, Reply
from dialogs.share_cards import ShareVerb, Standing, own_shares_card, owners_card, readers_card
from dialogs.share_drawing import draw_share, draw_shared, ground_of, titles_of, to_of
from dialogs.turn import Turn
from dialogs.wording import listed
from storage.cards import Face
from storage.conversations import DialogKind

#: Of what was read lately so many times are listed.
MOST_READINGS = 20
_IN_HAND = (ShareState.DRAFT, ShareState.PREVIEWED)


async def begin(turn: Turn, _argument: str = "") -> Reply:
    """The form, in a card and typed."""
    return await _begin(turn, frozenset())


async def _begin(turn: Turn, things: frozenset[Thing]) -> Reply:
    """The form. things: to be shared with the person's manager, as far as they are there."""
    card = await turn.unit.cards.add(person_id=turn.person.id, ask_id=None, face=Face.SHARE)
    share = await turn.unit.shares.add(owner_id=turn.person.id, card_id=card.id)
    ground = await ground_of(turn.unit, turn.person, share)
    if not ground.contents:
        await turn.unit.shares.save(shares.taken_back(share, turn.now))
        await turn.unit.cards.never_sent([card.id])
        return Reply.of(turn.t("share.nothing_yet"))
    first = share_form.first_entries(turn.local(turn.now).date())
    share = replace(share, entries=first | (share_form.with_manager(turn.language, ground, things) if things else {}))
    await turn.unit.shares.save(share)
    await waiting.ask(turn, DialogKind.SHARE)
    drawn = await draw_share(turn.unit, turn.person, share)
    asked = interview.start(turn.language, share_form.form(turn.language, ground), 0, entries=share.entries)
    return Reply.of(NewCard(card=drawn.card, summary=drawn.summary, card_id=card.id, apart=True), asked.say)


async def typed(turn: Turn) -> Reply | None:
    """What a typed message means for the share in hand; None where it is about something else."""
    share = await turn.unit.shares.in_hand(turn.person.id)
    call = calls.parse(turn.text)
    if share is None or (call is not None and call.command not in (Command.LATER, Command.SHARE)):
        return None
    if share.state is ShareState.PREVIEWED:
        for word, act in (("share", _share), ("rewrite", _rewrite), ("discard", _take_back)):
            if fold(turn.text) in _said_as(word):
                return await act(turn, share)
        return None
    if call is not None and call.command is Command.SHARE:
        return None
    return await _answer(turn, share)


async def pressed(turn: Turn, press: Press) -> Reply:
    """What a button about sharing does."""
    if press.verb == ShareVerb.BEGIN:
        return await begin(turn)
    if press.verb == ShareVerb.READERS:
        return await who_read(turn)
    number = int(press.argument) if press.argument.isdecimal() and len(press.argument) < 15 else 0
    if press.verb == ShareVerb.OPEN:
        return await _open(turn, number)
    share = await turn.unit.shares.get(number)
    if share is None or share.owner_id != turn.person.id:
        return Reply.of(turn.t("card.unreadable" if share is None else "card.not_yours"))
    if press.verb == ShareVerb.AGAIN:
        return await _again(turn, share)
    if turn.reply_to is not None and share.card_id is not None and press.verb != ShareVerb.TAKE_BACK:
        await turn.unit.cards.found_at(share.card_id, turn.reply_to)
    if press.verb == ShareVerb.PREVIEW:
        return await _submit(turn, share, press.entries)
    return await _PRESSES[press.verb](turn, share)


async def _again(turn: Turn, share: Share) -> Reply:
    """What ended with the former manager, in a form that is filled in for the new one; nothing is shared by that."""
    ended = await turn.unit.shares.ended_with(share)
    return await _begin(turn, frozenset(thing for each in ended for thing in each.things))


async def unshare(turn: Turn, argument: str) -> Reply:
    """What is shared, in a list; with a number, that one is taken back."""
    number = int(argument.rstrip(".,")) if argument else 0
    if not number:
        return Reply.of(replace(await _list(turn), apart=True))
    live = await turn.unit.shares.live_of(turn.person.id)
    share = await turn.unit.shares.get(live[number - 1].id) if 1 <= number <= len(live) else None
    return await _take_back(turn, share) if share is not None else Reply.of(turn.t("share.no_such"))


async def _list(turn: Turn) -> NewCard:
    """All that the person shares now."""
    live = await turn.unit.shares.live_of(turn.person.id)
    standing = [
        Standing(
            share_id=each.id,
            titles=tuple(await titles_of(turn.unit, each.owner_id, each.things, turn.language)),
            to=await to_of(turn.unit, each, turn.language),
            until=turn.local((each.ends_at or turn.now) - timedelta(seconds=1)).date(),
        )
        for each in live
    ]
    key = "share.own_title" if standing else "share.own_none"
    return NewCard(card=own_shares_card(turn.language, standing), summary=turn.t(key))


async def who_read(turn: Turn, _argument: str = "") -> Reply:
    """Who opened what of the person's own."""
    lines = []
    for each in await turn.unit.readings.of(turn.person.id, limit=MOST_READINGS):
        whole = frozenset(Thing(subject=thing.subject, subject_id=thing.subject_id) for thing in each.things)
        titles = await titles_of(turn.unit, turn.person.id, whole, turn.language)
        lines.append((each.reader, turn.local(each.at), titles))
    key = "share.readers_title" if lines else "share.readers_none"
    return Reply.of(NewCard(card=readers_card(turn.language, lines), summary=turn.t(key), apart=True))


async def shared_with_me(turn: Turn, argument: str) -> Reply:
    """Who shares something with the person; with a number, what that one shares."""
    owners = await _owners(turn)
    number = int(argument.rstrip(".,")) if argument else 0
    if not owners or not 0 <= number <= len(owners):
        return Reply.of(turn.t("share.owners_none" if not owners else "share.no_such"))
    if number:
        return await _open(turn, owners[number - 1][0])
    card = owners_card(turn.language, owners)
    return Reply.of(NewCard(card=card, summary=turn.t("share.owners_title"), apart=True))


async def _owners(turn: Turn) -> list[tuple[int, str]]:
    """Those who share something that the person may read now, and what they are called; in the order of sharing."""
    found: list[int] = []
    for share in await turn.unit.shares.live_for(turn.person.id):
        if share.owner_id not in found and share.owner_id != turn.person.id:
            reader = await turn.unit.circles.reader(turn.person.id, share.owner_id)
            found += [share.owner_id] if share.audience in reader.audiences else []
    names = await turn.unit.people.names_of(found)
    return [(number, names.get(number, "")) for number in found]


async def _open(turn: Turn, owner_id: int) -> Reply:
    """What somebody shares; that it was opened is written down, for them to see."""
    drawn, shown = await draw_shared(turn.unit, turn.person, owner_id)
    if not shown:
        return Reply.of(NewCard(card=drawn.card, summary=drawn.summary, apart=True))
    card = await turn.unit.cards.add(person_id=turn.person.id, ask_id=None, face=Face.SHARED)
    things = [
        Thing(subject=each.item.subject, subject_id=each.item.subject_id, field=each.item.field)
        for content in shown
        for each in content.written
    ]
    await turn.unit.readings.add(owner_id=owner_id, reader_id=turn.person.id, card_id=card.id, things=things)
    return Reply.of(NewCard(card=drawn.card, summary=drawn.summary, card_id=card.id, apart=True))


async def _answer(turn: Turn, share: Share) -> Reply:
    """One more answer of the form, typed."""
    form = share_form.form(turn.language, await ground_of(turn.unit, turn.person, share))
    under_way = Interview(ask_id=0, index=share.question, entries=share.entries)
    step = interview.step(turn.language, form, under_way, turn.text, today=turn.local(turn.now).date())
    if step.move is Move.CANCEL:
        return await _take_back(turn, share)
    if step.move is Move.LATER:
        return Reply.of(turn.t("share.later"))
    share = replace(share, entries=dict(step.interview.entries), question=step.interview.index)
    if step.finished:
        return await _submit(turn, share, share.entries)
    await turn.unit.shares.save(share)
    return Reply.of(step.say)


async def _submit(turn: Turn, share: Share, entries: Mapping[str, object]) -> Reply:
    """The form as it was filled in: the preview, or its faults. What is shared already is shown as it stands."""
    if share.state not in _IN_HAND:
        return Reply.of(await _card(turn, share))
    kept = {name: entry for name, entry in entries.items() if isinstance(entry, str | list) and entry}
    share = replace(share, entries=kept, state=ShareState.DRAFT)
    ground = await ground_of(turn.unit, turn.person, share)
    form = share_form.form(turn.language, ground)
    checked = share_form.read(form, entries, ground, today=turn.local(turn.now).date())
    if checked.faults:
        names = [field.name for field in form.fields]
        share = replace(share, question=names.index(checked.faults[0].field))
        await turn.unit.shares.save(share)
        await waiting.ask(turn, DialogKind.SHARE)
        drawn = await draw_share(turn.unit, turn.person, share, checked=checked)
        again = interview.start(turn.language, form, 0, entries=share.entries, index=share.question).say
        return _said(turn, await _changed(turn, share, drawn.card, drawn.summary), turn.t("share.faults"), again)
    share = replace(share, entries=checked.values, state=ShareState.PREVIEWED, question=0)
    await turn.unit.shares.save(share)
    await waiting.ask(turn, DialogKind.SHARE)
    return _said(turn, await _card(turn, share), turn.t("share.previewed"))


async def _share(turn: Turn, share: Share) -> Reply:
    """Shared once, however often it is pressed; what may be has been looked up again."""
    if share.state is not ShareState.PREVIEWED:
        return Reply.of(await _card(turn, share))
    ground = await ground_of(turn.unit, turn.person, share)
    form = share_form.form(turn.language, ground)
    checked = share_form.read(form, share.entries, ground, today=turn.local(turn.now).date())
    if checked.faults:
        return await _submit(turn, share, share.entries)
    wish = share_form.wish(checked.values, ground, zone=turn.zone)
    try:
        done = shares.shared(
            share,
            wish.matters,
            things=wish.things,
            audience=wish.audience,
            person_id=wish.person_id,
            ends_at=wish.ends_at,
            now=turn.now,
        )
    except NotToBeShared:
        return await _submit(turn, share, share.entries)
    await turn.unit.shares.save(done)
    await _tell_own_cards(turn, done)
    await turn.unit.talks.look_again(turn.person.id)
    await _settle(turn)
    return _said(turn, await _card(turn, done), turn.t("share.done"))


async def _rewrite(turn: Turn, share: Share) -> Reply:
    """Back to the form."""
    if share.state not in _IN_HAND:
        return Reply.of(await _card(turn, share))
    share = replace(share, state=ShareState.DRAFT, question=0)
    await turn.unit.shares.save(share)
    await waiting.ask(turn, DialogKind.SHARE)
    form = share_form.form(turn.language, await ground_of(turn.unit, turn.person, share))
    return _said(turn, await _card(turn, share), interview.start(turn.language, form, 0, entries=share.entries).say)


async def _take_back(turn: Turn, share: Share) -> Reply:
    """Nobody reads by it any more, from this moment on; or it never comes to be shared."""
    was_live = is_live(share, turn.now)
    taken_back = shares.taken_back(share, turn.now)
    await turn.unit.shares.save(taken_back)
    if share.state in _IN_HAND:
        await _settle(turn)
    else:
        await _tell_own_cards(turn, share)
    said = turn.t("share.taken_back" if was_live else "share.discarded")
    shown = await turn.unit.cards.get(share.card_id) if share.card_id is not None else None
    if turn.press is not None and shown is not None and shown.activity_id not in (None, turn.reply_to):
        # Pressed in the list of all: that is shown anew in its place, and the share's own card by the pump.
        await turn.unit.cards.raise_one(shown.id)
        return Reply.of(await _list(turn), said)
    return Reply.of(await _card(turn, taken_back), *([said] if turn.press is None or was_live else []))


async def _card(turn: Turn, share: Share) -> Part:
    drawn = await draw_share(turn.unit, turn.person, share)
    return await _changed(turn, share, drawn.card, drawn.summary)


async def _changed(turn: Turn, share: Share, card: Card, summary: str) -> Part:
    """The share's card as given; in place of what Teams shows, where that is known."""
    shown = await turn.unit.cards.get(share.card_id) if share.card_id is not None else None
    if shown is None:
        return NewCard(card=card, summary=summary)
    shown = await turn.unit.cards.turn_over(shown, Face.SHARE)
    return ChangedCard(
        card=card, summary=summary, card_id=shown.id, revision=shown.wanted, activity_id=shown.activity_id
    )


def _said(turn: Turn, card: Part, *said: str) -> Reply:
    """The card; who types is told in words too, for the card may be far above."""
    return Reply.of(card) if turn.press is not None else Reply.of(card, *said)


async def _tell_own_cards(turn: Turn, share: Share) -> None:
    """The owner's own cards of what is shared say who sees it: they are drawn anew."""
    for ask_id in {thing.subject_id for thing in share.things if thing.subject is Subject.ASK}:
        await turn.unit.cards.raise_wanted(ask_id)
    await turn.unit.cards.raise_plans(turn.person.id)


async def _settle(turn: Turn) -> None:
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.kind is DialogKind.SHARE:
        await waiting.settle(turn, dialog)


def _said_as(word: str) -> frozenset[str]:
    return frozenset(fold(each) for language in Language for each in listed(language, f"share.words.{word}"))


_PRESSES: Mapping[str, Callable[[Turn, Share], Awaitable[Reply]]] = {
    ShareVerb.SHARE: _share,
    ShareVerb.REWRITE: _rewrite,
    ShareVerb.TAKE_BACK: _take_back,
}
