"""Opened: what somebody has written, opened with their own key for somebody who may read it, and nothing else of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from coaching import shares
from coaching.asks import Ask, AskKind
from coaching.people import Language
from coaching.shares import Item, Reader, Share, Subject, Thing
from dialogs import assignment, catalogue
from dialogs.content import Content, Written, in_words
from dialogs.wording import t
from storage.sealing import Unreadable
from storage.shares import Owner
from storage.store import Unit


async def of(unit: Unit, owner: Owner, things: Collection[Thing], language: Language) -> list[Content]:
    """The things of the owner's, whole, as far as they are there and can be opened; in the language's words."""
    ids = {thing.subject_id for thing in things if thing.subject is Subject.ASK}
    return await of_asks(unit, owner, await unit.shares.asks(owner.id, ids), language)


async def of_asks(unit: Unit, owner: Owner, asked: Sequence[Ask], language: Language) -> list[Content]:
    """What the owner answered to these, field by field."""
    found = []
    numbers = {goal.id: goal.number for goal in await unit.plans.goals_of(owner.id)}
    for ask in asked:
        if owner.cipher is None:
            continue
        try:
            values = await unit.answers.newest(owner.cipher, person_id=owner.id, ask_id=ask.id)
        except Unreadable:
            continue
        is_goal = ask.kind is AskKind.PLAN
        form = catalogue.form(ask, language, about="whole" if is_goal else assignment.about_of(values))
        title = t(language, "plan.goal", number=numbers.get(ask.id, 0)) if is_goal else form.title
        written = tuple(
            Written(
                item=Item(
                    owner_id=owner.id,
                    matter=field.matter,
                    subject=Subject.ASK,
                    subject_id=ask.id,
                    field=field.name,
                ),
                label=field.label,
                text=in_words(language, field, values[field.name]),
            )
            for field in form.fields
            if field.matter is not None and field.name in values
        )
        found.append(Content(subject=Subject.ASK, subject_id=ask.id, title=title, written=written))
    return found


def readable(contents: Sequence[Content], reader: Reader, given: Sequence[Share], unit: Unit) -> list[Content]:
    """What of it the reader may read, by the table and by what is shared, and nothing else."""
    found = []
    for content in contents:
        items = [each.item for each in content.written]
        allowed = shares.readable(reader, items, given, unit.now)
        written = tuple(each for each in content.written if each.item in allowed)
        if written:
            found.append(replace(content, written=written))
    return found
