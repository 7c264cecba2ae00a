"""Nudging: a coach wishes that those who owe an answer are reminded soon. A reminder comes sooner; never one more."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coaching.broadcasts import Reach


class Nudge(StrEnum):
    """What a nudge comes to for one of those who were asked and have not answered."""

    #: Their next reminder comes as soon as their hours and their dose allow.
    REACHED = "reached"
    #: It has not been brought up with them yet.
    AHEAD = "ahead"
    #: They have had every reminder that there is.
    REMINDED = "reminded"
    #: A nudge from before has not come to them yet.
    NUDGED = "nudged"
    #: They said when it is to be brought up again.
    PUT_OFF = "put_off"
    #: They have paused Sparri, or are away.
    PAUSED = "paused"
    #: There is no way to them, or they answer nothing any more.
    UNREACHABLE = "unreachable"
    #: It cannot be answered any more.
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """One of those who were asked and have not answered.

    is_told: it was brought up with them. reminders: how many they have had. is_nudged, is_put_off: since it was last
    mentioned. is_over: its closing time has come. is_away: they have paused Sparri, or are on leave. is_silent: Sparri
    fell silent, for they answered nothing. reach: None where there is a way to them.
    """

    is_told: bool = True
    reminders: int = 0
    is_nudged: bool = False
    is_put_off: bool = False
    is_over: bool = False
    is_away: bool = False
    is_silent: bool = False
    reach: Reach | None = None


def nudge(one: Owing, *, most_reminders: int) -> Nudge:
    """What a nudge comes to for them; of several causes the one that nothing mends comes first."""
    causes = (
        (one.is_over, Nudge.OVER),
        (one.reach is not None or one.is_silent, Nudge.UNREACHABLE),
        (not one.is_told, Nudge.AHEAD),
        (one.reminders >= most_reminders, Nudge.REMINDED),
        (one.is_put_off, Nudge.PUT_OFF),
        (one.is_away, Nudge.PAUSED),
        (one.is_nudged, Nudge.NUDGED),
    )
    return next((cause for holds, cause in causes if holds), Nudge.REACHED)


def nudges(counted: Iterable[tuple[Owing, int]], *, most_reminders: int) -> Mapping[Nudge, int]:
    """How many come to what, of people who come counted by what is the same of them."""
    found: Counter[Nudge] = Counter()
    for one, number in counted:
        found[nudge(one, most_reminders=most_reminders)] += number
    return dict(found)
