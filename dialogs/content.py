"""Content: what somebody has written, field by field, with the label of each, as it stands on a card for another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from microsoft_teams.cards import CardElement

from coaching.forms import Field, FieldKind, Value
from coaching.people import Language
from coaching.shares import Item, Subject, Thing
from dialogs.pieces import quoted, subheading
from dialogs.wording import date_in_words, in_a_row, number_in_words, t


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One field: what it is about, what was asked, and what was written."""

    item: Item
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One thing of somebody's: an answer, or a goal. title: in the reader's language, what the others call it too."""

    subject: Subject
    subject_id: int
    title: str
    written: tuple[Written, ...]

    @property
    def whole(self) -> Thing:
        """All of it."""
        return Thing(subject=self.subject, subject_id=self.subject_id)


def elements(contents: Sequence[Content]) -> list[CardElement]:
    """All of it on a card. Nothing in it that somebody wrote is read as Markdown."""
    drawn: list[CardElement] = []
    for content in contents:
        drawn += [subheading(content.title), *(quoted(f"{each.label} ", each.text) for each in content.written)]
    return drawn


def in_words(language: Language, field: Field, value: Value) -> str:
    """A stored value as a person reads it."""
    match field.kind:
        case FieldKind.YES_NO:
            return t(language, "common.yes" if value is True else "common.no")
        case FieldKind.CHOICE | FieldKind.CHOICES:
            chosen = value if isinstance(value, list) else [str(value)]
            return in_a_row(language, [choice.label for choice in field.choices if choice.id in chosen])
        case FieldKind.DATE:
            return date_in_words(language, date.fromisoformat(str(value)))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_in_words(language, value)
    return str(value)
