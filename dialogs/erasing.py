"""Erasing: a person has everything that Sparri keeps of them deleted: a preview, and then words that nobody types by
chance."""

from functools import cache

from coaching.people import Language
from dialogs import waiting
from dialogs.drawing import Drawn
from dialogs.folding import fold
from dialogs.pieces import Verb, alert, button, card, heading, paragraph, small
from dialogs.reply import NewCard, Reply, Text
from dialogs.turn import Turn
from dialogs.typed import yes_or_no
from dialogs.wording import t
from storage.belongings import Preview
from storage.conversations import Dialog, DialogKind, activity_key
from storage.erasures import AskedBy


async def asked(turn: Turn, _argument: str = "") -> Reply:
    """What would go, what would stay, and the words by which it is done. Nothing is deleted yet."""
    preview = await turn.unit.belongings.preview(turn.person.id)
    await waiting.ask(turn, DialogKind.ERASE)
    return Reply.of(preview_card(turn.language, preview))


async def confirmed(turn: Turn, dialog: Dialog) -> Reply | None:
    """What comes of words written after the preview; None for those that have nothing to do with it."""
    if fold(turn.text) in _phrases():
        return await _erase(turn)
    answer = yes_or_no(turn.text)
    if answer is None:
        return None
    if answer:
        return await asked(turn)
    await waiting.settle(turn, dialog)
    return Reply.of(turn.t("erasing.kept"), *await waiting.reminder(turn))


async def _erase(turn: Turn) -> Reply:
    """The order, which no kill can undo. What is deleted afterwards is deleted step by step."""
    person = turn.person
    place = person.address.conversation_id if person.address else ""
    activity = activity_key(place, person.aad_id or "", turn.message)
    number = await turn.unit.erasures.order(person, by=AskedBy.SELF, activity=activity)
    return Reply.of(begun(turn.language, number))


def begun(language: Language, number: int) -> Text:
    """That it has begun, and by which number it can be asked about."""
    return Text(text=t(language, "erasing.begun", number=number), erasure=number)


def preview_card(language: Language, preview: Preview) -> NewCard:
    """What goes, what stays, and what cannot be undone."""
    phrase = t(language, "erasing.phrase")
    goes = [
        t(language, f"erasing.goes.{name}", count=count)
        for name, count in (
            ("programmes", preview.programmes),
            ("goals", preview.goals),
            ("answers", preview.answers),
            ("drafts", preview.drafts),
            ("messages", preview.messages),
        )
        if count
    ]
    body = [
        heading(t(language, "erasing.title")),
        paragraph(t(language, "erasing.goes.all")),
        *(paragraph(f"– {line}") for line in goes),
        paragraph(t(language, "erasing.others")),
        paragraph(t(language, "erasing.stays", count=preview.cards)),
        paragraph(t(language, "erasing.backups")),
        alert(t(language, "erasing.for_ever")),
        paragraph(t(language, "erasing.how", phrase=phrase)),
        small(t(language, "erasing.copy_first")),
    ]
    actions = [button(t(language, "command.my_data.title"), Verb.MY_DATA)]
    summary = t(language, "erasing.title")
    fallback = f"{summary} {t(language, 'erasing.goes.all')} {t(language, 'erasing.how', phrase=phrase)}"
    return NewCard(card=card(language, body, actions=actions, fallback=fallback), summary=summary)


def gone(language: Language) -> Drawn:
    """What stands in Teams where a card was whose content was removed."""
    said = t(language, "erasing.gone")
    return Drawn(card=card(language, [heading(said)], fallback=said), summary=said)


@cache
def _phrases() -> frozenset[str]:
    return frozenset(fold(t(language, "erasing.phrase")) for language in Language)
