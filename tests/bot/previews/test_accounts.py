"""Accounts: what a preview counts, by the week in which its reader lives."""

from datetime import UTC, date, datetime, time

from bot.previews.accounts import Message, weeks_of


def test_messages_are_counted_by_their_week_over_new_year_too() -> None:
    days = [date(2026, 12, 30), date(2027, 1, 3), date(2027, 1, 4)]
    messages = [Message(at=datetime.combine(day, time(9), UTC), said=()) for day in days]

    weeks = weeks_of(messages, date(2026, 12, 23), date(2027, 1, 6))

    assert weeks == {date(2026, 12, 21): 0, date(2026, 12, 28): 2, date(2027, 1, 4): 1}
