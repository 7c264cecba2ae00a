"""Working hours: on which days and when somebody works, as they say it themselves; only then Sparri writes to them.

What they say wins over what their programmes say, from then on and until they take it back.
"""

from dataclasses import replace
from datetime import time

from coaching.hours import Hours
from dialogs import waiting, weeks
from dialogs.folding import fold
from dialogs.reply import Reply
from dialogs.turn import Turn
from dialogs.typed import said_as
from dialogs.wording import hour_in_words, times_in_words

#: In [interview.words]: that the programme's hours will do.
USUAL = "usual"
EARLIEST, LATEST = time(5), time(22)
SHORTEST_MINUTES = 60


async def said(turn: Turn, argument: str) -> Reply:
    """What was said of them is taken where it can be; with nothing said, how it is."""
    return Reply.of(await _said(turn, argument), *await waiting.reminder(turn))


async def _said(turn: Turn, argument: str) -> str:
    present = await _hours(turn)
    if not argument:
        how = "own" if turn.person.hours else "usual"
        return _told(turn, how, present)
    if fold(argument) in said_as(USUAL):
        await turn.unit.people.works(replace(turn.person, hours=None))
        return _told(turn, "usual_again", await _hours(turn))
    week = weeks.named(argument)
    if week is None:
        return turn.t("working_hours.unread")
    start, end = week.hours or (present.start, present.end)
    if week.hours and _minutes(end) - _minutes(start) < SHORTEST_MINUTES:
        return turn.t("working_hours.too_short")
    if week.hours and not EARLIEST <= start < end <= LATEST:
        return turn.t("working_hours.outside", hours=times_in_words(turn.language, EARLIEST, LATEST))
    wanted = Hours(start=start, end=end, weekdays=week.weekdays or present.weekdays)
    await turn.unit.people.works(replace(turn.person, hours=wanted))
    return _told(turn, "set", wanted)


async def _hours(turn: Turn) -> Hours:
    return (await turn.unit.visits.of(turn.person)).availability.hours


def _told(turn: Turn, how: str, hours: Hours) -> str:
    """That it is so, and that the time of messages that was wished for is not in it, where it is not."""
    text = turn.t(f"working_hours.{how}", week=weeks.in_words(turn.language, hours))
    wish = turn.person.preferred
    if wish is None or wish in hours:
        return text
    return f"{text} {turn.t('working_hours.wish_outside', hour=hour_in_words(turn.language, wish))}"


def _minutes(local: time) -> int:
    return local.hour * 60 + local.minute
