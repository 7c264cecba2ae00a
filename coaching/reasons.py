"""Reasons: why an open ask is not brought up now, in one word that is the same everywhere."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from coaching.asks import Ask, AskKind, comes_back
from coaching.chances import Outlook, Prospect, Purpose
from coaching.dose import History


class Waiting(StrEnum):
    """Why an open ask is not brought up now. Of several reasons the earliest in this list is given.

    Between place_taken and silence the one that lasts longest is given.
    """

    ON_THE_WIRE = "on_the_wire"
    #: It was told or closed; only being filed is left.
    OVER = "over"
    STOPPED = "stopped"
    #: It comes with the week's message about the person's people, and there is none just now.
    WITH_THE_WEEK = "with_the_week"
    #: The person is busy with another; it could go otherwise.
    IN_DIALOG = "in_dialog"
    NOT_OPEN_YET = "not_open_yet"
    PUT_OFF = "put_off"
    #: It was told; the person's answer is waited for, and no reminder is due.
    ANSWER_AWAITED = "answer_awaited"
    PAUSED = "paused"
    LEAVE = "leave"
    #: Another ask is to be answered first.
    PLACE_TAKEN = "place_taken"
    DOSE_DAY = "dose_day"
    DOSE_WEEK = "dose_week"
    #: Earlier asks got no answer, so Sparri comes less often or not at all.
    SILENCE = "silence"
    #: A weekend, a holiday, a break.
    DAY_OFF = "day_off"
    OUTSIDE_HOURS = "outside_hours"
    #: The last of the person's day, in which nobody is reminded.
    LAST_HOUR = "last_hour"
    PREFERRED_TIME = "preferred_time"
    SPREAD = "spread"
    #: It could go, and waits for what opens soon, so that both make one visit.
    MERGED_LATER = "merged_later"


def rides(ask: Ask) -> bool:
    """Whether it is never said by itself, but only in a visit that brings the week's message."""
    return ask.kind is AskKind.MANAGER_NOTICE


def reason(
    each: Prospect,
    outlook: Outlook,
    history: History,
    parts: Mapping[int | None, Purpose],
    *,
    is_queued: bool,
) -> Waiting:
    """Why an ask that lives is not brought up now; *parts* are those of the next visit."""
    ask, now, is_held_back = each.ask, outlook.now, not each.ask.urgent or each.ask.told_at is not None
    person = outlook.diary.person
    if rides(ask) and ask.id not in parts and ask.opens_at is not None and ask.opens_at <= now:
        return Waiting.WITH_THE_WEEK
    if is_queued:
        return Waiting.IN_DIALOG
    if not any(opens <= now and (closes is None or now < closes) for opens, closes in each.openings):
        return _own_reason(ask, now)
    if person.paused_until is not None and now < person.paused_until:
        return Waiting.PAUSED
    if outlook.diary.is_on_leave(outlook.today):
        return Waiting.LEAVE
    if each.chance is None and history.unanswered >= outlook.policy.stop_after:
        return Waiting.SILENCE
    place_from = outlook.place_from if outlook.needs_the_place(ask) else now
    if is_held_back and max(place_from, outlook.dose_from) > now:
        return Waiting.PLACE_TAKEN if place_from > outlook.dose_from else _dose_reason(outlook)
    if each.chance is None or each.chance.at > now:
        return _hours_reason(each, outlook)
    return Waiting.MERGED_LATER if ask.id in parts or Purpose.NEW not in parts.values() else Waiting.PLACE_TAKEN


def _own_reason(ask: Ask, now: datetime) -> Waiting:
    if ask.put_off_until is not None and now < ask.put_off_until:
        return Waiting.PUT_OFF
    return Waiting.ANSWER_AWAITED if ask.told_at is not None or ask.version else Waiting.NOT_OPEN_YET


def _dose_reason(outlook: Outlook) -> Waiting:
    free = outlook.free
    if free.after_silence > max(free.a_day, free.a_week):
        return Waiting.SILENCE
    return Waiting.DOSE_WEEK if free.a_week > free.a_day else Waiting.DOSE_DAY


def _hours_reason(each: Prospect, outlook: Outlook) -> Waiting:
    if not outlook.diary.is_workday(outlook.today):
        return Waiting.DAY_OFF
    window = outlook.diary.window(outlook.today)
    if window is None or not window[0] <= outlook.now < window[1]:
        return Waiting.OUTSIDE_HOURS
    if (
        each.ask.told_at is not None
        and not comes_back(each.ask)
        and outlook.now >= window[1] - outlook.policy.quiet_at_end
    ):
        return Waiting.LAST_HOUR
    if outlook.now < outlook.opening_of(outlook.today, window):
        return Waiting.PREFERRED_TIME if outlook.prefers(outlook.today, window) else Waiting.SPREAD
    return Waiting.OUTSIDE_HOURS
