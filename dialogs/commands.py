"""Commands: the words that always work, in Finnish, Swedish and English whatever the person's own language.

A command is the whole message, case, diacritics and punctuation aside. Only a pause, a language, a code and a number
may follow their word, and only something that looks like one: "Help me understand my team" and "Pause was too short"
are answers.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from coaching.people import Language
from dialogs import moments
from dialogs.folding import fold
from dialogs.wording import listed, t

LONGEST_COMMAND = 120  # characters; what is longer is somebody's own text


class Command(StrEnum):
    """What can be asked of Sparri at any moment; the value is its section `command.<value>` in the texts."""

    HELP = "help"
    OPEN = "open"
    #: The sessions to come, over all programmes.
    SESSIONS = "sessions"
    #: What there is to read for a session: of the one with that number, or of the nearest.
    MATERIALS = "materials"
    LANGUAGE = "language"
    PAUSE = "pause"
    RESUME = "resume"
    WHO_SEES = "who_sees"
    WHY = "why"
    STOP = "stop"
    WHO_ARE_YOU = "who_are_you"
    #: Change the answer given last.
    EDIT = "edit"
    #: Bring back the answer before it.
    FORMER = "former"
    #: Not now: what is open is brought up on another day. In an interview the same words mean only that one.
    LATER = "later"
    #: A coach lets in somebody who is on no roster.
    LET_IN = "let_in"
    #: Of an assignment, of the one with that number where there are several: when, where and how to do it.
    PLAN = "plan"
    DONE = "done"
    #: It was done otherwise than it was asked.
    ADAPTED = "adapted"
    LEAVE_OUT = "leave_out"
    ASK_COACH = "ask_coach"
    MORE_TIME = "more_time"
    #: The person's team is asked what belongs to the assignment.
    ASK_TEAM = "ask_team"
    #: What a colleague asks is not to be answered; of the one with that number where there are several.
    DECLINE = "decline"
    #: A coach sends something to people of their programme; of the one with that number, where they have several.
    ASSIGN = "assign"
    #: A coach takes back what they sent last.
    UNDO = "undo"
    #: How far the people are whom a coach coaches.
    OVERVIEW = "overview"
    #: Who is how far with what has that number in the overview; with a name too, what that one handed in.
    HAND_INS = "hand_ins"
    #: What a coach says to what was handed in: its number, the name, a colon and the words.
    FEEDBACK = "feedback"
    #: The same, where an answer is hoped for.
    FEEDBACK_ASKING = "feedback_asking"
    #: The whole overview, and what was handed in, as a file.
    FOLLOW_UP_FILE = "follow_up_file"
    #: A coach holds a session at another time: its number, a day and perhaps a time follow.
    MOVE_SESSION = "move_session"
    #: A coach holds the sessions from a day on online.
    HOLD_ONLINE = "hold_online"
    #: A coach has those reminded soon who owe an answer: to what has that number in the overview.
    NUDGE = "nudge"
    #: A coach corrects what they sent last.
    CORRECT = "correct"
    #: A coach says that somebody of theirs is away until a day, or is back.
    AWAY = "away"
    BACK = "back"
    #: A coach hands their programme over to another coach, who takes it over.
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    #: A coach takes back what they changed last.
    UNDO_CHANGE = "undo_change"
    #: The development plan, and what can be done with it.
    GOALS = "goals"
    NEW_GOAL = "new_goal"
    #: Of a goal, of the one with that number where there are several.
    EDIT_GOAL = "edit_goal"
    IF_THEN = "if_then"
    FOLLOW_GOAL = "follow_goal"
    PAUSE_GOAL = "pause_goal"
    RESUME_GOAL = "resume_goal"
    FINISH_GOAL = "finish_goal"
    DROP_GOAL = "drop_goal"
    #: The plan as a file.
    PLAN_FILE = "plan_file"
    #: Sentences of the plan for the team that one leads; the time of that talk for the calendar.
    TEAM_PLAN = "team_plan"
    TEAM_CALENDAR = "team_calendar"
    #: Half as much for three weeks.
    TOO_MUCH = "too_much"
    #: All that is stored of the person, as a file.
    MY_DATA = "my_data"
    #: All that is stored of the person goes.
    ERASE = "erase"
    #: The discussions that the person is to hold.
    TALKS = "talks"
    #: Of the one with that number: it is agreed on for a day, it was held on a day, or it is to be prepared.
    BOOKED = "booked"
    HELD = "held"
    PREPARE = "prepare"
    #: Let somebody read something of one's own.
    SHARE = "share"
    #: What one shares; with a number, that is taken back.
    UNSHARE = "unshare"
    #: Who has read what one shares.
    WHO_READ = "who_read"
    #: What others share; with a number, that is opened.
    SHARED = "shared"


#: What is meant only where somebody has an assignment: to others "done" may be an answer.
OF_ASSIGNMENTS = frozenset(
    {
        Command.PLAN,
        Command.DONE,
        Command.ADAPTED,
        Command.LEAVE_OUT,
        Command.ASK_COACH,
        Command.MORE_TIME,
        Command.ASK_TEAM,
    }
)
#: The command menu of Teams has room for ten: left out is what a card has a button for, or names, or the welcome says.
_NOT_IN_MENU = frozenset(
    {
        Command.EDIT,
        Command.FORMER,
        Command.LATER,
        Command.MATERIALS,
        Command.WHO_ARE_YOU,
        Command.DECLINE,
        Command.ASSIGN,
        Command.UNDO,
        Command.OVERVIEW,
        Command.MOVE_SESSION,
        Command.HOLD_ONLINE,
        Command.FOLLOW_UP_FILE,
        Command.HAND_INS,
        Command.FEEDBACK,
        Command.FEEDBACK_ASKING,
        Command.UNDO_CHANGE,
        Command.GOALS,
        Command.NEW_GOAL,
        Command.PLAN_FILE,
        Command.TEAM_PLAN,
        Command.TOO_MUCH,
        Command.MY_DATA,
        Command.ERASE,
        Command.NUDGE,
        Command.CORRECT,
        Command.HAND_OVER,
        Command.TAKE_OVER,
        Command.TALKS,
        Command.BOOKED,
        Command.HELD,
        Command.PREPARE,
        Command.SHARE,
        Command.UNSHARE,
        Command.WHO_READ,
        Command.SHARED,
        Command.AWAY,
        Command.BACK,
    }
)
#: What is said of one goal; the card of the plan tells of these words.
OF_GOALS = frozenset(
    {
        Command.EDIT_GOAL,
        Command.IF_THEN,
        Command.FOLLOW_GOAL,
        Command.PAUSE_GOAL,
        Command.RESUME_GOAL,
        Command.FINISH_GOAL,
        Command.DROP_GOAL,
        Command.TEAM_CALENDAR,
    }
)
MENU = tuple(command for command in Command if command not in _NOT_IN_MENU | OF_ASSIGNMENTS | OF_GOALS)
#: What only coaches are told of.
OF_COACHES = frozenset(
    {
        Command.LET_IN,
        Command.ASSIGN,
        Command.UNDO,
        Command.OVERVIEW,
        Command.FOLLOW_UP_FILE,
        Command.HAND_INS,
        Command.FEEDBACK,
        Command.FEEDBACK_ASKING,
        Command.MOVE_SESSION,
        Command.HOLD_ONLINE,
        Command.UNDO_CHANGE,
        Command.NUDGE,
        Command.CORRECT,
        Command.HAND_OVER,
        Command.TAKE_OVER,
        Command.AWAY,
        Command.BACK,
    }
)

#: What is followed by somebody's own words, after a colon.
OF_WORDS = frozenset({Command.FEEDBACK, Command.FEEDBACK_ASKING})


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


def words(language: Language, command: Command) -> tuple[str, ...]:
    """What a person writes for *command* in *language*: its title first, as the command menu sends it."""
    return (title(language, command), *listed(language, f"command.{command}.words"))


def title(language: Language, command: Command) -> str:
    """The command's name in help and in the command menu: at most 32 characters."""
    return t(language, f"command.{command}.title")


def description(language: Language, command: Command) -> str:
    """What the command does, for help and the command menu: at most 128 characters."""
    return t(language, f"command.{command}.description")


#: Courtesies and the bot's own name say nothing of what is wanted.
_AROUND = frozenset({"", "sparri", "please", "kiitos", "tack", "snalla"})
_CODE = re.compile(r"[A-Za-z0-9]{2,8}(?:[- ]?[A-Za-z0-9]{1,8})?")
_THEN_AN_EMAIL = re.compile(r"\s+[^\s@]+@[^\s@]+$")
_NUMBER = re.compile(r"[0-9]{1,3}[.,]?")
_NUMBER_FIRST = re.compile(r"[0-9]{1,3}[.,:]?(?:\s|$)")
_LONGEST_NAME = 8  # words, of a day too
_LONGEST_WISH = 6  # words
_BEFORE_A_WISH = frozenset({"until", "til", "till", "tills", "ensi", "nasta", "next"})
_AFTER_A_WISH = frozenset({"asti", "saakka"})


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
        Command.LANGUAGE: _is_a_language,
        Command.LET_IN: _is_a_code,
        Command.HAND_INS: _is_a_number_and_a_name,
        **dict.fromkeys(OF_WORDS, _is_a_number_and_a_name),
        Command.MATERIALS: _is_a_number,
        Command.WHY: _is_a_number,
        Command.ASSIGN: _is_a_number,
        Command.NUDGE: _is_a_number,
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
