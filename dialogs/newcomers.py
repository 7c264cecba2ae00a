"""Newcomers: people on no roster yet. They get a code to give to their coach, in the language that they choose."""

from dialogs import commanded, everyday
from dialogs.calls import Call, language_named, parse
from dialogs.commands import Command
from dialogs.pieces import Verb
from dialogs.reply import Reply
from dialogs.turn import Turn

#: What may be asked before anybody has let one in: what this is, who reads what, and all of it in one's own language.
_FOR_ALL = frozenset({Command.LANGUAGE, Command.WHO_ARE_YOU, Command.WHO_SEES})


async def welcomed(turn: Turn) -> Reply:
    """What a newcomer's message or press comes to."""
    call = _call(turn)
    if call is None or call.command not in _FOR_ALL:
        return Reply.of(everyday.newcomer(turn.language, code=turn.person.code or ""))
    reply = await commanded.carry_out(turn, call)
    chosen = language_named(call.argument) if call.command is Command.LANGUAGE else None
    if chosen is None:
        return reply
    return Reply.of(*reply.parts, everyday.newcomer(chosen, code=turn.person.code or ""))


def _call(turn: Turn) -> Call | None:
    if turn.press is None:
        return parse(turn.text)
    is_language = turn.press.verb == Verb.LANGUAGE
    return Call(command=Command.LANGUAGE, argument=turn.press.argument) if is_language else None
