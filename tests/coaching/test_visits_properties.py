"""What holds of visits whatever the zone, the hours and the asks: people's weeks, lived through from visit to visit."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.asks import Ask, AskState, SkipReason, StartMode, answered, put_off, reminded, skipped, told
from coaching.hours import Availability, DateRange, Hours, window_of, workdays_after
from coaching.visits import Decision, History, Part, Policy, Purpose, Waiting, decide
from tests.coaching.asking import DAY, HOUR, ask

ZONES = [
    "Africa/Cairo",
    "America/New_York",
    "America/Santiago",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Brussels",
    "Europe/Helsinki",
    "Pacific/Apia",
]
#: What an ask may wait for when nothing more will happen by itself.
AT_REST = {Waiting.ANSWER_AWAITED, Waiting.OVER, Waiting.STOPPED, Waiting.SILENCE}
POLICY = Policy()
LONGEST = 400  # steps; a life that is not at rest by then goes round in circles

#: Around the changes of the clocks in spring and autumn, and Christmas.
beginnings = st.sampled_from(
    [datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 12, 15, tzinfo=UTC)]
)
minutes = st.integers(min_value=0, max_value=24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
moments = st.integers(min_value=0, max_value=30 * 24 * 60).map(lambda n: n * timedelta(minutes=1))


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    ends = draw(st.lists(minutes, min_size=2, max_size=2, unique=True))
    weekdays = draw(st.frozensets(st.integers(min_value=0, max_value=6), min_size=1))
    return Hours(start=min(ends), end=max(ends), weekdays=weekdays)


@st.composite
def people(draw: st.DrawFn, beginning: datetime) -> Availability:
    def days(most: int) -> list[date]:
        offsets = draw(st.lists(st.integers(min_value=0, max_value=40), max_size=most))
        return [beginning.date() + offset * DAY for offset in offsets]

    return Availability(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        hours=draw(st.one_of(st.just(Hours()), hours())),
        preferred=draw(st.none() | minutes),
        leave=tuple(DateRange(first=day, last=day + 9 * DAY) for day in days(1)),
        days_off=frozenset(days(5)),
        half_days={day: draw(minutes) for day in days(2)},
        paused_until=draw(st.none() | moments.map(lambda offset: beginning + offset)),
    )


@st.composite
def several_asks(draw: st.DrawFn, beginning: datetime) -> list[Ask]:
    def moment_after(opens: datetime) -> datetime | None:
        return draw(st.none() | moments.map(lambda offset: opens + offset))

    asks = []
    for id in range(1, draw(st.integers(min_value=1, max_value=7)) + 1):
        opens = beginning + draw(moments)
        asks.append(
            ask(
                id,
                created_at=beginning,
                opens_at=opens,
                due_at=moment_after(opens),
                closes_at=moment_after(opens),
                late_until=moment_after(opens),
                wants_answer=draw(st.booleans()),
                urgent=draw(st.integers(min_value=0, max_value=4)) == 0,
            )
        )
    return asks


@dataclass
class Life:
    """One person from the beginning until nothing more will happen, and what they were sent on the way.

    replies: what becomes of each ask once it is told: it is answered (True) or put off once (False) a day later.
    naps: for how long nothing runs, before each moment at which something would be done.
    """

    person: Availability
    asks: dict[int, Ask]
    now: datetime
    replies: dict[int, bool]
    naps: list[timedelta]
    visits: list[datetime] = field(default_factory=list)
    ordinary: list[datetime] = field(default_factory=list)
    reminders: Counter[int] = field(default_factory=Counter)
    pending: dict[int, datetime] = field(default_factory=dict)
    unanswered: int = 0
    told_of_stop: bool = False

    def decision(self, now: datetime) -> Decision:
        visits = tuple(visit for visit in self.visits if visit > now - 15 * DAY)
        history = History(visits=visits, unanswered=self.unanswered, told_of_stop=self.told_of_stop)
        return decide(self.person, list(self.asks.values()), history, now, POLICY, spread_key="aino")

    def live(self) -> None:
        for step in range(LONGEST):
            decision = self.decision(self.now)
            self.check(decision)
            for id, reason in decision.skipped.items():
                self.skip(id, reason)
            if decision.visit is not None and decision.visit.at <= self.now:
                self.receive(decision.visit.parts)
                continue
            if decision.again_at is None and not self.pending:
                assert all(reason in AT_REST for id, reason in decision.waiting.items() if not self.asks[id].told_at)
                return
            self.sleep(decision, step)
        raise AssertionError(f"not at rest after {LONGEST} steps")

    def check(self, decision: Decision) -> None:
        """Every open ask is in this visit, waits, or is given up; and in no two of them."""
        is_now = decision.visit is not None and decision.visit.at <= self.now
        going = [part.ask_id for part in decision.visit.parts if part.ask_id] if decision.visit and is_now else []
        accounted = [*going, *decision.waiting, *decision.skipped]
        assert sorted(accounted) == sorted(ask.id for ask in self.asks.values() if ask.state is AskState.OPEN)
        assert decision.again_at is None or is_now or decision.again_at > self.now or decision.skipped

    def skip(self, id: int, reason: SkipReason) -> None:
        ask = self.asks[id]
        ends = [end for end in (ask.late_until, ask.closes_at) if end is not None]
        assert (reason, ask.told_at) == (SkipReason.TOO_LATE, None)
        assert min(ends) <= self.now
        self.asks[id] = skipped(ask, reason)

    def receive(self, parts: tuple[Part, ...]) -> None:
        now = self.now
        local = now.astimezone(self.person.zone)
        window = window_of(local.date(), self.person)
        assert window is not None
        assert window[0] <= now < window[1]
        assert self.person.paused_until is None or now >= self.person.paused_until
        assert not self.told_of_stop
        assert [part.purpose for part in parts].count(Purpose.NEW) <= 1
        if not all(part.ask_id and self.is_urgent(part) for part in parts):
            self.check_dose(local.date())
            self.ordinary.append(now)
        self.visits.append(now)
        for part in parts:
            assert not self.has_to_wait(part) or not any(map(self.holds_the_place, self.asks.values()))
        for part in parts:
            self.hear(part, window[1])

    def is_urgent(self, part: Part) -> bool:
        return part.ask_id is not None and self.asks[part.ask_id].urgent and part.purpose is not Purpose.REMINDER

    def has_to_wait(self, part: Part) -> bool:
        """Whether it is of those that come one after the other."""
        return part.purpose is Purpose.NEW and not self.is_urgent(part) and self.asks[part.ask_id or 0].told_at is None

    def holds_the_place(self, ask: Ask) -> bool:
        """Whether it was told less than five workdays ago, and is neither answered, nor put off, nor closed."""
        if ask.state is not AskState.OPEN or ask.told_at is None or ask.version or not ask.wants_answer:
            return False
        if ask.put_off_until is not None or (ask.closes_at is not None and self.now >= ask.closes_at):
            return False
        told_on, today = (moment.astimezone(self.person.zone).date() for moment in (ask.told_at, self.now))
        return workdays_after(told_on, 5, self.person) > today

    def check_dose(self, today: date) -> None:
        """Of the visits up to this one, none was today and two at most in the six days before; fewer after silence."""
        days = [visit.astimezone(self.person.zone).date() for visit in self.visits]
        assert today not in days
        assert sum(day > today - 7 * DAY for day in days) <= 2
        if self.unanswered >= 4:
            assert not any(day > today - 14 * DAY for day in days)
        elif self.unanswered >= 2:
            assert sum(day > today - 14 * DAY for day in days) <= 2

    def hear(self, part: Part, end: datetime) -> None:
        if part.ask_id is None:
            assert self.unanswered >= (6 if part.purpose is Purpose.STOPPING else 4)
            self.told_of_stop = self.told_of_stop or part.purpose is Purpose.STOPPING
            return
        ask = self.asks[part.ask_id]
        assert ask.state is AskState.OPEN
        assert ask.closes_at is None or self.now < ask.closes_at
        if part.purpose is Purpose.REMINDER:
            assert self.now < end - HOUR
            self.reminders[ask.id] += 1
            assert self.reminders[ask.id] <= 2
            self.asks[ask.id] = reminded(ask, self.now)
            return
        if ask.told_at is None:
            assert ask.urgent or (ask.opens_at is not None and self.now >= ask.opens_at)
            assert ask.late_until is None or self.now < ask.late_until
        else:
            assert ask.put_off_until is not None
            assert self.now >= ask.put_off_until
        self.unanswered += ask.told_at is None and ask.wants_answer
        self.asks[ask.id] = told(ask, self.now)
        if ask.id in self.replies and ask.wants_answer:
            self.pending[ask.id] = self.now + DAY

    def sleep(self, decision: Decision, step: int) -> None:
        """Until something is to be done, or the person replies; perhaps longer. Looking in between changes nothing."""
        wakes = [moment for moment in (decision.again_at, *self.pending.values()) if moment is not None]
        until = max(self.now, min(wakes))
        between = self.decision(self.now + (until - self.now) / 2)
        assert between.visit == decision.visit
        assert until == self.now or between.skipped == {}
        self.now = until
        if self.pending and until >= min(self.pending.values()):
            self.reply()
            return
        if decision.visit is not None and until == decision.visit.at:
            assert self.decision(until).visit == decision.visit
        if step < len(self.naps):
            self.now += self.naps[step]

    def reply(self) -> None:
        id = min(self.pending, key=lambda id: self.pending[id])
        del self.pending[id]
        ask = self.asks[id]
        self.unanswered = 0
        self.told_of_stop = False
        if ask.closes_at is not None and self.now >= ask.closes_at:
            return
        if self.replies.pop(id):
            self.asks[id] = answered(ask, 1, self.now)
        else:
            self.asks[id] = put_off(ask, self.now + 3 * DAY)


@settings(max_examples=300)
@given(st.data())
def test_a_life_with_sparri_is_quiet_complete_and_explained(data: st.DataObject) -> None:
    beginning = data.draw(beginnings)
    asks = data.draw(several_asks(beginning))
    life = Life(
        person=data.draw(people(beginning)),
        asks={ask.id: ask for ask in asks},
        now=beginning,
        replies=data.draw(st.dictionaries(st.integers(min_value=1, max_value=7), st.booleans())),
        naps=data.draw(st.lists(moments.map(lambda offset: offset / 10), max_size=12)),
    )

    life.live()

    silenced = life.told_of_stop
    for each in life.asks.values():
        assert each.told_at is not None or each.state is AskState.SKIPPED or silenced


@settings(max_examples=200)
@given(st.data())
def test_in_a_dialog_only_what_may_come_comes(data: st.DataObject) -> None:
    beginning = data.draw(beginnings)
    modes = data.draw(st.lists(st.sampled_from(StartMode), min_size=1, max_size=6))
    asks = [ask(id, created_at=beginning, start_mode=mode) for id, mode in enumerate(modes, start=1)]
    person = Availability(zone=ZoneInfo("Europe/Helsinki"), hours=Hours(weekdays=frozenset(range(7))))
    history = History(in_dialog=True)

    decision = decide(person, asks, history, beginning + 12 * HOUR, Policy(spread_over=timedelta()), spread_key="aino")

    going = [part.ask_id for part in decision.visit.parts if part.ask_id] if decision.visit else []
    assert sorted([*going, *decision.waiting, *decision.skipped]) == [ask.id for ask in asks]
    for each in asks:
        match each.start_mode:
            case StartMode.QUEUE:
                assert decision.waiting[each.id] is Waiting.IN_DIALOG
            case StartMode.SKIP:
                assert decision.skipped[each.id] is SkipReason.START_MODE
            case _:
                assert each.id in going or decision.waiting[each.id] is Waiting.PLACE_TAKEN


@settings(max_examples=200)
@given(st.data())
def test_what_the_clock_does_backwards_brings_nothing_twice(data: st.DataObject) -> None:
    beginning = data.draw(beginnings)
    person = replace(data.draw(people(beginning)), paused_until=None)
    asks = data.draw(several_asks(beginning))
    now = beginning + data.draw(moments)
    decision = decide(person, asks, History(), now, POLICY, spread_key="aino")
    if decision.visit is None or decision.visit.at > now:
        return
    parts = {part.ask_id: part.purpose for part in decision.visit.parts}
    after = [told(each, now) if each.id in parts else each for each in asks]

    stepped = now - data.draw(st.integers(min_value=0, max_value=120)) * timedelta(minutes=1)
    again = decide(person, after, History(visits=(now,), unanswered=1), stepped, POLICY, spread_key="aino")

    going = [part.ask_id for part in again.visit.parts] if again.visit and again.visit.at <= stepped else []
    assert not set(going) & set(parts)
    assert all(each.urgent for each in asks if each.id in going)
