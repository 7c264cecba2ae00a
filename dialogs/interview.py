"""Interview: the same form, asked one question at a time, for those who type and where cards do not show."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from coaching.forms import Choice, Fault, FaultKind, Field, FieldKind, Form, value
from coaching.people import Language
from dialogs.faults import fault_in_words
from dialogs.folding import fold
from dialogs.inputs import steps_of
from dialogs.typed import choice_words, is_numbered, read, said_as
from dialogs.typed import yes_or_no as yes_or_no
from dialogs.who_sees import who_sees
from dialogs.wording import t

__all__ = ["Interview", "Move", "Step", "choice_words", "question", "read", "start", "step", "yes_or_no"]


class Move(StrEnum):
    """What can be said instead of an answer; the words are `interview.words.<move>` in the texts."""

    BACK = "back"
    SKIP = "skip"
    LATER = "later"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """Where a person is in an ask's questions. index: the open question's. entries: the answers so far, by field."""

    ask_id: int
    index: int = 0
    entries: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an interview came to by one message.

    say: what to write back; empty when it is finished or put off, for the caller knows what became of it. finished:
    the entries are complete and can be handed to `coaching.forms.checked`. move: what was said instead of an answer,
    also when it could not be followed. fault: why the same question is asked again.
    """

    interview: Interview
    say: str = ""
    finished: bool = False
    move: Move | None = None
    fault: FaultKind | None = None


def start(
    language: Language, form: Form, ask_id: int, *, entries: Mapping[str, object] | None = None, index: int = 0
) -> Step:
    """The interview at its first question, or at that of *index*; *entries* are answers that are there already."""
    interview = Interview(ask_id=ask_id, index=index, entries=dict(entries or {}))
    return Step(interview=interview, say=_question_of(language, form, interview, with_moves=True))


def step(language: Language, form: Form, interview: Interview, text: str, *, today: date) -> Step:
    """One message of the person's, taken as the answer to the open question or as a move.

    The exact choices of the open question win over the words for moves. today: the person's own date.
    """
    if interview.index >= len(form.fields):
        return Step(interview=interview, finished=True)
    asked = form.fields[interview.index]
    move = None if fold(text) in choice_words(asked) else _move(text)
    if move is not None:
        return _moved(language, form, interview, move)
    if not text.strip():
        return _again(language, form, interview, Fault(field=asked.name, kind=FaultKind.MISSING))
    answer = value(asked, read(language, asked, text, today=today))
    if isinstance(answer, Fault):
        return _again(language, form, interview, answer)
    return _next(language, form, replace(interview, entries={**interview.entries, asked.name: answer}))


def question(language: Language, form: Form, index: int, *, count: int, answered: bool = False) -> str:
    """The question at *index* (0 is the first) of *count*: its words, choices, who sees it and how to answer.

    On the first one also what the form is about and the words for moves. answered: it has an answer already.
    """
    asked = form.fields[index]
    is_first = index == 0
    parts = [
        *([form.title, *([form.intro] if form.intro else []), ""] if is_first else []),
        t(language, "interview.question", number=index + 1, count=count, label=asked.label),
        *([asked.hint] if asked.hint else []),
        *_how(language, asked),
        *([who_sees(language, asked.matter, shared_with=asked.shared_with)] if asked.matter else []),
        *([t(language, "interview.answered")] if answered else []),
        *(["", t(language, "interview.how_moves")] if is_first else []),
    ]
    return "\n".join(parts)


def _question_of(language: Language, form: Form, interview: Interview, *, with_moves: bool = False) -> str:
    index = interview.index
    answered = form.fields[index].name in interview.entries
    words = question(language, form, index, count=len(form.fields), answered=answered)
    return f"{words}\n\n{t(language, 'interview.how_moves')}" if with_moves and index > 0 else words


def _move(text: str) -> Move | None:
    word = fold(text)
    return next((move for move in Move if word in said_as(move)), None)


def _moved(language: Language, form: Form, interview: Interview, move: Move) -> Step:
    match move:
        case Move.BACK if interview.index == 0:
            again = f"{t(language, 'interview.first')}\n\n{_question_of(language, form, interview)}"
            return Step(interview=interview, say=again, move=move)
        case Move.BACK:
            back = replace(interview, index=interview.index - 1)
            return Step(interview=back, say=_question_of(language, form, back), move=move)
        case Move.SKIP:
            return _skipped(language, form, interview)
        case Move.CANCEL:
            return Step(interview=interview, say=t(language, "interview.cancelled"), move=move)
        case Move.LATER:
            return Step(interview=interview, move=move)


def _skipped(language: Language, form: Form, interview: Interview) -> Step:
    """To the next question. An answer that is there stays; without one, a required question cannot be skipped."""
    asked = form.fields[interview.index]
    if asked.required and asked.name not in interview.entries:
        return Step(interview=interview, say=t(language, "interview.required"), move=Move.SKIP)
    return replace(_next(language, form, interview), move=Move.SKIP)


def _next(language: Language, form: Form, interview: Interview) -> Step:
    ahead = replace(interview, index=interview.index + 1)
    if ahead.index >= len(form.fields):
        return Step(interview=ahead, finished=True)
    return Step(interview=ahead, say=_question_of(language, form, ahead))


def _again(language: Language, form: Form, interview: Interview, fault: Fault) -> Step:
    asked = form.fields[interview.index]
    lines = [fault_in_words(language, fault), asked.label, *_how(language, asked)]
    return Step(interview=interview, say="\n".join(lines), fault=fault.kind)


def _how(language: Language, asked: Field) -> list[str]:
    """How to answer a field, its choices listed; nothing for a text, which needs no telling."""
    match asked.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return _how_to_choose(language, asked.choices, several=asked.kind is FieldKind.CHOICES)
        case FieldKind.SCALE:
            return _how_on_scale(language, asked)
        case FieldKind.NUMBER | FieldKind.DATE | FieldKind.YES_NO | FieldKind.TIME | FieldKind.LINK:
            return [t(language, f"interview.how_{asked.kind}")]
        case _:
            return []


def _how_to_choose(language: Language, choices: tuple[Choice, ...], *, several: bool) -> list[str]:
    style = "" if is_numbered(choices) else "_plain"
    lines = [
        t(language, f"interview.choice{style}", number=number, label=choice.label)
        for number, choice in enumerate(choices, start=1)
    ]
    lines.append(t(language, f"interview.how_choice{style}"))
    if several:
        lines.append(t(language, f"interview.how_choices{style}"))
    return lines


def _how_on_scale(language: Language, asked: Field) -> list[str]:
    steps = steps_of(asked)
    ends = ((steps[0], asked.low_label), (steps[-1], asked.high_label))
    named = [t(language, "interview.how_scale_end", number=step, label=label) for step, label in ends if label]
    return [t(language, "interview.how_scale", low=steps[0], high=steps[-1]), *named]
