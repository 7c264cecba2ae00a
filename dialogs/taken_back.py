"""Taken back: a message that its writer deleted leaves no copy of its text; one that they edited is edited here too.

An answer may have come in several messages: they are its paragraphs, and each is found in it again.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from coaching import asks, forms
from coaching.asks import Ask, AskKind
from coaching.forms import Fault, Field
from dialogs import answering, assignment, catalogue, everyday, followed, keeping, waiting
from dialogs.faults import fault_in_words
from dialogs.reply import Reply
from dialogs.turn import Turn, own_ask
from dialogs.typed import read
from storage.answers import Draft, Typed, mark
from storage.conversations import DialogKind


def joined(texts: Sequence[str]) -> str:
    """What came in several messages, as one text: a paragraph each."""
    return texts[0] if len(texts) == 1 else "\n\n".join(map(_paragraph, texts))


async def deleted(turn: Turn) -> Reply:
    """Forget the text of the deleted message, wherever it went: drafts, answers, kept text, and what we said of it."""
    message = mark(turn.message)
    forgotten = await _change_kept(turn, message, "")
    forgotten |= await _change_drafts(turn, message, "")
    for typed in await turn.unit.answers.typed(turn.cipher, turn.person.id, message=message):
        rest = _without(typed, message)
        if rest is None:
            await turn.unit.answers.forget(ask_id=typed.ask_id, version=typed.version, field=typed.field)
        else:
            await turn.unit.answers.rewrite(turn.cipher, turn.person.id, rest)
        await _open_again_if_empty(turn, typed.ask_id)
        forgotten = True
    if not forgotten:
        return Reply()
    await turn.unit.turns.forget(turn.person.id)
    return Reply.of(everyday.deleted(turn.language))


async def edited(turn: Turn) -> Reply:
    """Put the message's new text in place of the old one; of an answer it makes a new version."""
    message = mark(turn.message)
    await _change_kept(turn, message, turn.text)
    await _change_drafts(turn, message, turn.text)
    replies = []
    for typed in await turn.unit.answers.typed(turn.cipher, turn.person.id, message=message):
        ask = await own_ask(turn, typed.ask_id)
        if ask is not None and typed.version == await turn.unit.answers.latest(ask.id):
            replies.append(await _new_version(turn, ask, typed))
    return Reply.of(*replies)


async def _new_version(turn: Turn, ask: Ask, typed: Typed) -> str:
    if not asks.can_be_answered(ask, turn.now):
        return turn.t("common.closed")
    before = await answering.values_of(turn, ask, typed.version)
    form = catalogue.form(ask, turn.language, about=assignment.about_of(before))
    asked = form.field(typed.field)
    entry = _with(turn, asked, typed.value, typed.typed_in, mark(turn.message), turn.text)
    value = forms.value(asked, entry) if asked is not None and entry else None
    if value is None:
        return turn.t("fault.missing")
    if isinstance(value, Fault):
        return fault_in_words(turn.language, value)
    values = before | {typed.field: value}
    once = f"edited:{turn.cipher.digest([turn.message, values])}"
    if value != typed.value and await turn.unit.answers.version_of(ask.id, once) is None:
        await answering.store(turn, ask, form, values, once=once, typed_in={typed.field: typed.typed_in})
    return turn.t("receipt.text", title=form.title)


async def _change_kept(turn: Turn, message: str, text: str) -> bool:
    """Change what is kept of this message until we know which ask it belongs to, or with no text forget it.

    Whether there was any.
    """
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is None or all(part["message"] != message for part in dialog.kept):
        return False
    new = [replaced for part in dialog.kept if (replaced := text if part["message"] == message else part["text"])]
    messages = [part["message"] for part in dialog.kept if text or part["message"] != message]
    kept = [{"text": each, "message": its} for each, its in zip(new, messages, strict=True)]
    if kept or dialog.kind is not DialogKind.WHICH_ASK:
        await waiting.ask(turn, dialog.kind, kept=kept)
    else:
        await waiting.settle(turn, dialog, kept=())
    return True


async def _change_drafts(turn: Turn, message: str, text: str) -> bool:
    """Change what this message put into drafts, or with no text forget it; whether there was any."""
    found = False
    for ask_id, draft in (await turn.unit.drafts.of(turn.cipher, turn.person.id)).items():
        ask = await own_ask(turn, ask_id)
        form = catalogue.form(ask, turn.language, about=draft.about) if ask is not None else None
        for name in [name for name, messages in draft.typed_in.items() if message in messages]:
            asked = form.field(name) if form is not None else None
            entry = _with(turn, asked, draft.entries.get(name), draft.typed_in[name], message, text)
            left = [each for each in draft.typed_in[name] if text or each != message]
            draft, found = _put(draft, name, entry, left if entry else []), True
            await turn.unit.drafts.save(turn.cipher, draft, person_id=turn.person.id, ask_id=ask_id)
    return found


def _put(draft: Draft, name: str, entry: object, messages: Sequence[str]) -> Draft:
    entries = {each: kept for each, kept in draft.entries.items() if each != name}
    typed_in = {each: its for each, its in draft.typed_in.items() if each != name}
    if entry:
        entries[name], typed_in[name] = entry, messages
    return replace(draft, entries=entries, typed_in=typed_in)


def _without(typed: Typed, message: str) -> Typed | None:
    """The value without the deleted message; None when nothing is left of it."""
    rest = _exchanged(typed.value, typed.typed_in, message, "")
    left = tuple(each for each in typed.typed_in if each != message)
    return replace(typed, value=rest, typed_in=left) if rest else None


def _with(turn: Turn, asked: Field | None, value: object, messages: Sequence[str], message: str, text: str) -> object:
    """The entry with another text for one of its messages; empty when nothing is left."""
    if len(messages) > 1:
        return _exchanged(value, messages, message, text)
    return read(turn.language, asked, text, today=turn.local(turn.now).date()) if asked is not None and text else ""


def _exchanged(value: object, messages: Sequence[str], message: str, text: str) -> str:
    """The paragraphs of *value*, one of which is the message's, with *text* for it; all go when it is not clear."""
    paragraphs = str(value).split("\n\n")
    if len(messages) < 2 or len(paragraphs) != len(messages):
        return text
    each = (_paragraph(text) if its == message else old for old, its in zip(paragraphs, messages, strict=True))
    return "\n\n".join(filter(None, each))


def _paragraph(text: str) -> str:
    return re.sub(r"\n{2,}", "\n", text)


async def _open_again_if_empty(turn: Turn, ask_id: int) -> None:
    ask = await own_ask(turn, ask_id)
    if ask is not None and ask.kind is AskKind.PLAN:
        await keeping.reread(turn, ask)
    if ask is not None and ask.kind is AskKind.TEAM_HANDLED:
        await keeping.promised(turn, ask)
    if ask is None or await turn.unit.answers.latest(ask_id) is not None:
        return
    if ask.kind is AskKind.SUMMARY:
        await followed.summary_taken_back(turn, ask)
    if asks.can_be_answered(ask, turn.now):
        await turn.unit.asks.save(asks.withdrawn(ask, turn.person.id, turn.now))
        await turn.unit.cards.raise_wanted(ask_id)
