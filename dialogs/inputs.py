"""Inputs: a form's field as the part of a card that asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from microsoft_teams.cards import (
    CardElement,
    Choice,
    ChoiceSetInput,
    Container,
    DateInput,
    NumberInput,
    TextInput,
    TimeInput,
)

from coaching.forms import Fault, FaultKind, Field, FieldKind, Value, value
from coaching.people import Language
from dialogs.faults import fault_in_words
from dialogs.pieces import alert, quoted, small
from dialogs.who_sees import who_sees
from dialogs.wording import t

#: More choices than this are a list to open rather than a column to read.
MOST_IN_SIGHT = 7
#: Characters shown again of an answer that its input cannot hold, such as "soon" for a date.
LONGEST_QUOTE = 200

#: What an input holds: a text or a number; None when it is empty.
Held: TypeAlias = str | float | None


def question(
    language: Language, field: Field, entry: object, fault: Fault | None, *, longest: int | None = None
) -> CardElement:
    """The field with what is wrong with its entry, the entry kept, its hint and who sees the answer.

    longest: characters of the entry that there is room for; None means all. A cut is told.
    """
    held = held_by_input(field, entry)
    is_cut = longest is not None and isinstance(held, str) and len(held) > longest
    if is_cut:
        held = str(held)[:longest]
    lines = [
        *([alert(fault_in_words(language, fault))] if fault else []),
        *([alert(t(language, "form.cut"))] if is_cut else []),
        *([_lost(language, entry)] if held is None and isinstance(entry, str) and entry.strip() else []),
        _INPUTS[field.kind](language, field, held),
        *([small(field.hint)] if field.hint else []),
        *([] if field.required else [small(t(language, "form.optional"))]),
        *([small(who_sees(language, field.matter, shared_with=field.shared_with))] if field.matter else []),
    ]
    return Container(items=lines, spacing="Large")


def held_by_input(field: Field, entry: object) -> Held:
    """The entry as the field's input can show it; None when there is none or the input cannot hold it."""
    if entry is None or entry == "":
        return None
    if field.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.LINK):
        return entry if isinstance(entry, str) else None
    unbounded = replace(field, low=None, high=None) if field.kind is FieldKind.NUMBER else field
    fit = value(unbounded, entry)
    if isinstance(fit, Fault):
        return None
    return _as_held(fit, field.kind)


def steps_of(field: Field) -> range:
    """The numbers of a scale, from low to high; 0 to 10 where the field does not say."""
    low = 0 if field.low is None else field.low
    return range(low, (10 if field.high is None else field.high) + 1)


def _as_held(fit: Value, kind: FieldKind) -> Held:
    if isinstance(fit, bool):
        return "true" if fit else "false"
    if isinstance(fit, list):
        return ",".join(fit)
    return fit if kind is FieldKind.NUMBER else str(fit)


def _lost(language: Language, entry: str) -> CardElement:
    return quoted(t(language, "form.you_wrote"), entry.strip()[:LONGEST_QUOTE])


def _text(language: Language, field: Field, held: Held) -> CardElement:
    return TextInput(
        id=field.name,
        label=field.label,
        is_required=field.required,
        error_message=t(language, "fault.missing"),
        is_multiline=field.kind is FieldKind.LONG_TEXT,
        max_length=field.limit,
        placeholder=t(language, "form.placeholder"),
        value=None if held is None else str(held),
    )


def _number(language: Language, field: Field, held: Held) -> CardElement:
    bounds = Fault(field=field.name, kind=FaultKind.OUT_OF_RANGE, low=field.low, high=field.high)
    bounded = field.low is not None or field.high is not None
    return NumberInput(
        id=field.name,
        label=field.label,
        is_required=field.required,
        error_message=fault_in_words(language, bounds) if bounded else t(language, "fault.not_a_number"),
        min=field.low,
        max=field.high,
        value=held if isinstance(held, int | float) else None,
    )


def _date(language: Language, field: Field, held: Held) -> CardElement:
    return DateInput(
        id=field.name,
        label=field.label,
        is_required=field.required,
        error_message=t(language, "fault.missing"),
        value=None if held is None else str(held),
    )


def _time(language: Language, field: Field, held: Held) -> CardElement:
    return TimeInput(
        id=field.name,
        label=field.label,
        is_required=field.required,
        error_message=t(language, "fault.missing"),
        value=None if held is None else str(held),
    )


def _pick(language: Language, field: Field, held: Held, choices: list[Choice]) -> CardElement:
    several = field.kind is FieldKind.CHOICES
    in_sight = several or len(choices) <= MOST_IN_SIGHT
    return ChoiceSetInput(
        id=field.name,
        label=field.label,
        is_required=field.required,
        error_message=t(language, "fault.missing"),
        is_multi_select=several or None,
        style="expanded" if in_sight else "compact",
        placeholder=None if in_sight else t(language, "form.pick_one"),
        wrap=True,
        choices=choices,
        value=None if held is None else str(held),
    )


def _choices(language: Language, field: Field, held: Held) -> CardElement:
    return _pick(language, field, held, [Choice(title=choice.label, value=choice.id) for choice in field.choices])


def _scale(language: Language, field: Field, held: Held) -> CardElement:
    steps = steps_of(field)
    ends = {steps[0]: field.low_label, steps[-1]: field.high_label}
    titles = {
        step: t(language, "form.scale_end", number=step, label=ends[step]) if ends.get(step) else str(step)
        for step in steps
    }
    return _pick(language, field, held, [Choice(title=title, value=str(step)) for step, title in titles.items()])


def _yes_no(language: Language, field: Field, held: Held) -> CardElement:
    answers = (("common.yes", "true"), ("common.no", "false"))
    return _pick(language, field, held, [Choice(title=t(language, key), value=truth) for key, truth in answers])


_INPUTS: Mapping[FieldKind, Callable[[Language, Field, Held], CardElement]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.SCALE: _scale,
    FieldKind.CHOICE: _choices,
    FieldKind.CHOICES: _choices,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _yes_no,
    FieldKind.TIME: _time,
    FieldKind.LINK: _text,
}
