"""Routing: what a typed message is meant for: the open question, a command, an ask, or something we have to ask back.

Pure, and decided in one order: a confirmation that we just asked for, the exact choices of the open question, commands,
small talk, and only then free text.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from coaching.people import Language
from dialogs.calls import Call, parse
from dialogs.commands import OF_ASSIGNMENTS, Command
from dialogs.folding import fold
from dialogs.typed import yes_or_no
from dialogs.wording import listed


class RouteKind(StrEnum):
    """What a typed message is."""

    CONFIRM_ANSWER = "confirm_answer"
    INTERVIEW_ANSWER = "interview_answer"
    COMMAND = "command"
    #: The answer to one ask: the one replied to, or the only one that is open.
    ANSWER_ONE = "answer_one"
    #: It could belong to several asks: it is kept, and we ask which.
    WHICH_ASK = "which_ask"
    #: Thanks, an "ok" or a thumb up: nothing that anybody would want kept.
    SMALL_TALK = "small_talk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a message goes. call is set for a COMMAND, confirmed for a CONFIRM_ANSWER, and None for all else."""

    kind: RouteKind
    call: Call | None = None
    confirmed: bool | None = None


def route(
    *,
    text: str,
    interview_open: bool,
    question_choices: Collection[str],
    confirming: bool,
    open_asks: int,
    replied_to_ask: bool,
    open_assignments: int = 0,
    open_items: int = 0,
    may_decline: bool = False,
) -> Route:
    """What *text* is meant for.

    question_choices: the open question's exact choices, folded. confirming: a yes or no was the last thing we asked
    for, so it wins over a question from before. open_asks: how many can be answered. replied_to_ask: it was written as
    a reply to the card of an ask that can be answered. open_assignments: those among the open asks; without one, and in
    the middle of an interview, the words that are only meant for one are an answer like any other. open_items: what is
    only to be gone through, of which there is nothing to say but that it is done. may_decline: a colleague's question
    is open, and no other is in the middle of being answered.
    """
    if confirming and (confirmed := yes_or_no(text)) is not None:
        return Route(kind=RouteKind.CONFIRM_ANSWER, confirmed=confirmed)
    if interview_open and fold(text) in question_choices:
        return Route(kind=RouteKind.INTERVIEW_ANSWER)
    call = parse(text)
    if call is not None and call.command in OF_ASSIGNMENTS:
        meant = open_assignments + (open_items if call.command is Command.DONE else 0)
        call = None if interview_open or not meant else call
    if call is not None and call.command is Command.DECLINE and not may_decline:
        call = None
    if call is not None and not (interview_open and call.command is Command.LATER):
        return Route(kind=RouteKind.COMMAND, call=call)
    if is_small_talk(text):
        return Route(kind=RouteKind.SMALL_TALK)
    if interview_open:
        return Route(kind=RouteKind.INTERVIEW_ANSWER)
    if not fold(text):
        return Route(kind=RouteKind.UNKNOWN)
    if replied_to_ask or open_asks == 1:
        return Route(kind=RouteKind.ANSWER_ONE)
    return Route(kind=RouteKind.WHICH_ASK if open_asks else RouteKind.UNKNOWN)


def is_small_talk(text: str) -> bool:
    """Whether the whole text is thanks, assent or goodbye in any of the languages, or nothing but emoji."""
    said = " ".join(word for word in fold(text).split() if word != "sparri")
    return said in _small_talk() or _is_emoji(text)


@cache
def _small_talk() -> frozenset[str]:
    return frozenset(fold(phrase) for language in Language for phrase in listed(language, "small_talk.words"))


def _is_emoji(text: str) -> bool:
    """Whether there are emoji, and only their joiners, skin tones and spaces beside them."""
    kinds = {unicodedata.category(letter) for letter in text}
    return "So" in kinds and kinds <= {"So", "Sk", "Mn", "Me", "Cf", "Zs", "Cc"}
