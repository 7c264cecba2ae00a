"""Taken back: a message that its writer deleted leaves no copy of its text; one that they edited is edited here too."""

from collections.abc import Callable
from dataclasses import replace

from coaching import asks, forms
from coaching.asks import Ask
from coaching.forms import Fault
from dialogs import answering, catalogue, everyday
from dialogs.faults import fault_in_words
from dialogs.reply import Reply
from dialogs.turn import Turn, own_ask
from storage.answers import Draft
from storage.conversations import Dialog


async def deleted(turn: Turn) -> Reply:
    """Forget the text of the deleted message, wherever it went: drafts, answers, kept text, and what we said of it."""
    forgotten = await _change_kept(turn, None)
    forgotten |= await _change_drafts(turn, lambda draft, field: _without(draft, field))
    for ask_id, version, field in await turn.unit.answers.typed_in(person_id=turn.person.id, message=turn.message):
        await turn.unit.answers.forget(ask_id=ask_id, version=version, field=field)
        await _open_again_if_empty(turn, ask_id)
        forgotten = True
    if not forgotten:
        return Reply()
    await turn.unit.turns.forget(turn.person.id)
    return Reply.of(everyday.deleted(turn.language))


async def edited(turn: Turn) -> Reply:
    """Put the message's new text in place of the old one; of an answer it makes a new version."""
    await _change_kept(turn, turn.text)
    await _change_drafts(turn, lambda draft, field: replace(draft, entries={**draft.entries, field: turn.text}))
    replies = []
    for ask_id, version, field in await turn.unit.answers.typed_in(person_id=turn.person.id, message=turn.message):
        ask = await own_ask(turn, ask_id)
        if ask is not None and version == await turn.unit.answers.latest(ask_id):
            replies.append(await _new_version(turn, ask, version, field))
    return Reply.of(*replies)


async def _new_version(turn: Turn, ask: Ask, version: int, field: str) -> str:
    if not asks.can_be_answered(ask, turn.now):
        return turn.t("common.closed")
    form = catalogue.form(ask, turn.language)
    asked = form.field(field)
    value = forms.value(asked, turn.text) if asked is not None and turn.text.strip() else None
    if asked is None or value is None:
        return turn.t("fault.missing")
    if isinstance(value, Fault):
        return fault_in_words(turn.language, value)
    values = await answering.values_of(turn, ask, version) | {field: value}
    once = f"edited:{turn.cipher.digest([turn.message, values])}"
    if await turn.unit.answers.version_of(ask.id, once) is None:
        await answering.store(turn, ask, form, values, once=once, typed_in={field: turn.message})
    return turn.t("receipt.text", title=form.title)


async def _change_kept(turn: Turn, text: str | None) -> bool:
    """Change or remove what is kept of this message until we know which ask it belongs to; whether there was any."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    kept = dialog.kept if dialog is not None and isinstance(dialog.kept, list) else []
    if dialog is None or all(part["message"] != turn.message for part in kept):
        return False
    changed = [
        part | {"text": text} if part["message"] == turn.message else part
        for part in kept
        if text is not None or part["message"] != turn.message
    ]
    if changed:
        await turn.unit.dialogs.save(turn.cipher, Dialog(kind=dialog.kind, kept=changed), turn.person.id)
    else:
        await turn.unit.dialogs.remove(turn.person.id)
    return True


async def _change_drafts(turn: Turn, change: Callable[[Draft, str], Draft]) -> bool:
    """Change what this message put into drafts; whether there was any."""
    found = False
    for ask_id, draft in (await turn.unit.drafts.of(turn.cipher, turn.person.id)).items():
        for field in [field for field, message in draft.typed_in.items() if message == turn.message]:
            draft, found = change(draft, field), True
            await turn.unit.drafts.save(turn.cipher, draft, person_id=turn.person.id, ask_id=ask_id)
    return found


def _without(draft: Draft, field: str) -> Draft:
    return replace(
        draft,
        entries={name: entry for name, entry in draft.entries.items() if name != field},
        typed_in={name: message for name, message in draft.typed_in.items() if name != field},
    )


async def _open_again_if_empty(turn: Turn, ask_id: int) -> None:
    ask = await own_ask(turn, ask_id)
    if ask is None or await turn.unit.answers.latest(ask_id) is not None:
        return
    if asks.can_be_answered(ask, turn.now):
        await turn.unit.asks.save(asks.withdrawn(ask, turn.person.id, turn.now))
        await turn.unit.cards.raise_wanted(ask_id)
