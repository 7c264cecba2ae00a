"""Writing time: at which time of the day Sparri writes to somebody, as they say it themselves."""

from dataclasses import replace
from datetime import time

from coaching.hours import Hours
from dialogs import waiting
from dialogs.folding import fold
from dialogs.reply import Reply
from dialogs.turn import Turn
from dialogs.typed import said_as, time_of
from dialogs.wording import hour_in_words, times_in_words

#: In [interview.words]: that any time of the day will do.
ANY_TIME = "any_time"


async def wished(turn: Turn, argument: str) -> Reply:
    """The wish that was written, or which one there is. It is only taken where it lies in the person's own hours."""
    return Reply.of(await _wished(turn, argument), *await waiting.reminder(turn))


async def _wished(turn: Turn, argument: str) -> str:
    hours = (await turn.unit.visits.of(turn.person)).availability.hours
    if not argument:
        return _as_it_is(turn, hours)
    if fold(argument) in said_as(ANY_TIME):
        await turn.unit.people.works(replace(turn.person, preferred=None))
        return turn.t("writing_time.any_again", hours=_in_words(turn, hours))
    named = time_of(argument)
    wanted = time.fromisoformat(named) if named else None
    if wanted is None or wanted not in hours:
        return turn.t("writing_time.outside", hours=_in_words(turn, hours))
    await turn.unit.people.works(replace(turn.person, preferred=wanted))
    return turn.t("writing_time.set", hour=hour_in_words(turn.language, wanted))


def _as_it_is(turn: Turn, hours: Hours) -> str:
    preferred = turn.person.preferred
    if preferred is None or preferred not in hours:
        return turn.t("writing_time.any", hours=_in_words(turn, hours))
    return turn.t("writing_time.now", hour=hour_in_words(turn.language, preferred))


def _in_words(turn: Turn, hours: Hours) -> str:
    return times_in_words(turn.language, hours.start, hours.end)
