"""Commands that were typed, in Finnish, Swedish and English whatever the person's own language.

A command is the whole message, case, diacritics and punctuation aside. Only a pause, a time, days and hours of work, a
language, a code and a number may follow their word, and only something that looks like one: "Help me understand my
team" and "Pause was too short" are answers.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from coaching.people import Language
from dialogs import moments, weeks
from dialogs.commands import OF_ASSIGNMENTS, OF_GOALS, OF_WORDS, Command, words
from dialogs.folding import fold
from dialogs.typed import said_as
from dialogs.wording import listed

LONGEST_COMMAND = 120  # characters; what is longer is somebody's own text

#: Courtesies and the bot's own name say nothing of what is wanted.
_AROUND = frozenset({"", "sparri", "please", "kiitos", "tack", "snalla"})
_CODE = re.compile(r"[A-Za-z0-9]{2,8}(?:[- ]?[A-Za-z0-9]{1,8})?")
_THEN_AN_EMAIL = re.compile(r"\s+[^\s@]+@[^\s@]+$")
_NUMBER = re.compile(r"[0-9]{1,3}[.,]?")
_NUMBER_FIRST = re.compile(r"[0-9]{1,3}[.,:]?(?:\s|$)")
_TIME = re.compile(r"(?:klo|kello|kl\.?|klockan|at)? ?\d{1,2}(?:[.:]\d\d)? ?(?:am|pm)?")
_LONGEST_NAME = 8  # words, of a day too
_LONGEST_WISH = 6  # words
_BEFORE_A_WISH = frozenset({"until", "til", "till", "tills", "ensi", "nasta", "next"})
_AFTER_A_WISH = frozenset({"asti", "saakka"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command that was typed. argument: what followed its word, as it was written; empty when nothing did."""

    command: Command
    argument: str = ""


def parse(text: str) -> Call | None:
    """The command that the whole *text* is; None for anything that somebody may have wanted to say.

    A language's name is a command of its own, with itself as the argument; its two letters are not, for "en" is Finnish
    for "no, I don't". A greeting and a lone question mark ask for help.
    """
    if addressed := _addressed(text):
        return addressed
    if len(text) > LONGEST_COMMAND:
        return None
    if "?" in text and not text.strip(" ?!"):
        return Call(command=Command.HELP)
    by_word = _commands_by_word()
    if whole := by_word.get(fold(text)):
        return Call(command=whole)
    typed = _without_courtesies(text.strip().lstrip("/").split())
    for call in _calls(typed):
        if _fits(call.command, call.argument):
            return call
    named = " ".join(typed)
    if len(fold(named)) > 2 and language_named(named) is not None:
        return Call(command=Command.LANGUAGE, argument=named)
    return None


def _calls(typed: list[str]) -> Iterator[Call]:
    """The commands that the first of these words are, the longest first, and what follows them."""
    by_word, folded = _commands_by_word(), [fold(word) for word in typed]
    for length in range(len(typed), 0, -1):
        command = by_word.get(" ".join(word for word in folded[:length] if word))
        if command is not None:
            yield Call(command=command, argument=" ".join(typed[length:]).strip("\"'”“’«»"))


def _addressed(text: str) -> Call | None:
    """A command with a number, a name and a colon, after which come somebody's own words, however many."""
    head, colon, said = text.partition(":")
    if not colon or not said.strip() or len(head) > LONGEST_COMMAND:
        return None
    calls = _calls(_without_courtesies(head.strip().lstrip("/").split()))
    return next((call for call in calls if call.command in OF_WORDS and _is_a_number_and_a_name(call.argument)), None)


def language_named(text: str) -> Language | None:
    """The language that *text* names in any of the three, or by its two letters; None when it names none of ours."""
    by_word, folded = _languages_by_word(), fold(text)
    return by_word.get(folded) or by_word.get(_before_a_language().sub("", folded))


def _without_courtesies(typed: list[str]) -> list[str]:
    said = [number for number, word in enumerate(typed) if fold(word) not in _AROUND]
    return typed[said[0] : said[-1] + 1] if said else []


def _fits(command: Command, argument: str) -> bool:
    if not argument:
        return True
    accepts = _ARGUMENTS.get(command)
    return accepts is not None and accepts(argument)


def _is_a_moment(argument: str) -> bool:
    """Whether it names a moment, or tries to ("until midsummer"): asking back is better than taking it as an answer."""
    if moments.named(argument) is not None:
        return True
    tried = fold(argument).split()
    return 0 < len(tried) <= _LONGEST_WISH and (tried[0] in _BEFORE_A_WISH or tried[-1] in _AFTER_A_WISH)


def _is_a_time(argument: str) -> bool:
    """Whether it names a time of day, or tries to ("klo 25"), or says that any will do."""
    return fold(argument) in said_as("any_time") or _TIME.fullmatch(argument.casefold().rstrip(".!? ")) is not None


def _is_a_week(argument: str) -> bool:
    """Whether it names days and hours of work, or tries to ("15-9"), or says that the usual ones will do."""
    return fold(argument) in said_as("usual") or weeks.looks_like_one(argument)


def _is_a_code(argument: str) -> bool:
    """Whether it could be a newcomer's code, and an e-mail perhaps.

    Two words are one only with a digit: "let in some light" is not.
    """
    argument = _THEN_AN_EMAIL.sub("", argument)
    return _CODE.fullmatch(argument) is not None and (
        " " not in argument or any(letter.isdecimal() for letter in argument)
    )


def _is_a_language(argument: str) -> bool:
    return language_named(argument) is not None


def _is_a_number(argument: str) -> bool:
    return _NUMBER.fullmatch(argument) is not None


def _is_a_number_and_a_name(argument: str) -> bool:
    """Whether it could be a number of the overview, and somebody's name or e-mail address perhaps."""
    return _NUMBER_FIRST.match(argument) is not None and len(argument.split()) <= _LONGEST_WISH


def _begins_with_a_number(argument: str) -> bool:
    """Whether it could be a session's number, a day and a time: "3 4.12.2026 klo 9"."""
    return _NUMBER_FIRST.match(argument) is not None and len(argument.split()) <= _LONGEST_NAME


def _is_somebody(argument: str) -> bool:
    """Whether it could be a name or an e-mail address."""
    return "@" in argument or (1 < len(argument.split()) <= _LONGEST_NAME and "?" not in argument)


def _has_a_digit(argument: str) -> bool:
    """Whether it could be a day and a link: "alkaen 4.12. https://meet.example/a"."""
    return any(letter.isdecimal() for letter in argument) and len(argument.split()) <= _LONGEST_WISH


_ARGUMENTS: Mapping[Command, Callable[[str], bool]] = MappingProxyType(
    {
        Command.PAUSE: _is_a_moment,
        Command.WRITING_TIME: _is_a_time,
        Command.WORKING_HOURS: _is_a_week,
        Command.LANGUAGE: _is_a_language,
        Command.LET_IN: _is_a_code,
        Command.HAND_INS: _is_a_number_and_a_name,
        **dict.fromkeys(OF_WORDS, _is_a_number_and_a_name),
        Command.MATERIALS: _is_a_number,
        Command.WHY: _is_a_number,
        Command.ASSIGN: _is_a_number,
        Command.NUDGE: _is_a_number,
        Command.SURVEY_RESULTS: _is_a_number,
        Command.MOVE_SESSION: _begins_with_a_number,
        Command.HOLD_ONLINE: _has_a_digit,
        Command.HAND_OVER: _is_somebody,
        Command.AWAY: _is_somebody,
        Command.BACK: _is_somebody,
        Command.DECLINE: _is_a_number,
        **dict.fromkeys(OF_ASSIGNMENTS | OF_GOALS, _is_a_number),
        Command.BOOKED: _begins_with_a_number,
        Command.HELD: _begins_with_a_number,
        Command.PREPARE: _is_a_number,
        Command.SUMMARISE: _is_a_number,
        Command.UNSHARE: _is_a_number,
        Command.SHARED: _is_a_number,
    }
)


@cache
def _commands_by_word() -> Mapping[str, Command]:
    by_word = {fold(word): command for language in Language for command in Command for word in words(language, command)}
    greetings = {
        fold(word): Command.HELP for language in Language for word in listed(language, "command.help.greetings")
    }
    return MappingProxyType(by_word | greetings)


@cache
def _before_a_language() -> re.Pattern[str]:
    phrases = (fold(phrase) for language in Language for phrase in listed(language, "language.words.before"))
    return re.compile(rf"^(?:{'|'.join(phrases)}) ")


@cache
def _languages_by_word() -> Mapping[str, Language]:
    return MappingProxyType(
        {str(named): named for named in Language}
        | {
            fold(word): named
            for language in Language
            for named in Language
            for word in listed(language, f"language.words.{named}")
        }
    )
