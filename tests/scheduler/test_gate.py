"""The gate: never more in any second than may leave, however late the loop is; and whoever is in time does not wait."""

from heapq import heapify, heappop, heappush

from hypothesis import given
from hypothesis import strategies as st

from scheduler.gate import Gate
from scheduler.pump import Pump
from scheduler.rounds import Rounds
from scheduler.slots import PLANNED_PART
from storage.cards import CARD_GRACE, ShownCard
from storage.store import Store
from tests.builders import TENANT, Clock
from tests.scheduler.conftest import RATE, Coaching, Wire

OTHER = "other"


class Late:
    """A clock that a loop looks at, too late each time."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(begin <= each < begin + 1 for each in moments) for begin in moments)


def leaves(rate: float, comes_at: list[float], *, stands_still: tuple[float, float] = (0, 0)) -> list[float]:
    """When each leaves of those that a loop comes to at these moments. stands_still: it does nothing from, and until.

    Who is to wait asks again when the time is over, or when the loop comes to it.
    """
    clock, (begins, ends) = Late(), stands_still
    gate = Gate(rate=rate, clock=clock)
    left = [0.0] * len(comes_at)
    waiting = [(at, number) for number, at in enumerate(comes_at)]
    heapify(waiting)
    while waiting:
        at, number = heappop(waiting)
        clock.now = max(clock.now, ends if begins < at < ends else at)
        if wait := gate.wait(TENANT):
            heappush(waiting, (clock.now + wait, number))
        else:
            left[number] = clock.now
    return left


def test_a_loop_that_stood_still_for_a_while_lets_no_more_leave_in_the_second_after_it() -> None:
    even = [number / (25 * PLANNED_PART) for number in range(100)]
    late = [max(at, 2.0) if 1.5 < at < 2.0 else at for at in even]

    assert most_in_a_second(late) > 25
    assert most_in_a_second(leaves(25, late)) == 25


def test_who_waited_and_is_woken_too_late_is_counted_when_they_really_leave() -> None:
    left = leaves(25, [0.0] * 100, stands_still=(1.0, 1.5))

    assert left[25:50] == [1.5] * 25
    assert most_in_a_second(left) == 25


def test_who_is_in_time_does_not_wait_and_who_was_late_makes_nobody_else_late() -> None:
    even = [number / (25 * PLANNED_PART) for number in range(200)]
    late = [*even[:50], *(max(at, even[50] + 0.2) for at in even[50:])]

    assert leaves(25, even) == even
    is_late = [left > at for left, at in zip(leaves(25, late), even, strict=True)]
    assert sum(is_late[50:75]) == sum(is_late[-25:]) == 5


@given(st.sampled_from([0.5, 1.0, 1.9, 25.0]), st.lists(st.floats(0, 2), min_size=1, max_size=80))
def test_never_more_than_may_leave_in_any_second_and_never_before_they_come(rate: float, apart: list[float]) -> None:
    comes_at = [sum(apart[: number + 1]) for number in range(len(apart))]

    left = leaves(rate, comes_at)

    assert most_in_a_second(left) <= max(1, int(rate)) + (rate % 1 > 0)
    assert all(leaves >= comes for leaves, comes in zip(left, comes_at, strict=True))


def test_tenants_do_not_wait_for_each_other() -> None:
    gate = Gate(rate=1, clock=Late())

    assert [gate.wait(TENANT), gate.wait(OTHER), gate.wait(TENANT) > 1] == [0, 0, True]


class ReluctantGate(Gate):
    """Lets somebody leave when they have asked for the third time."""

    def __init__(self) -> None:
        super().__init__(rate=RATE)
        self.asked = 0

    def wait(self, tenant: str) -> float:
        self.asked += 1
        return 0.0 if self.asked == 3 else 0.001


async def test_who_waited_leaves_only_when_they_may() -> None:
    gate = ReluctantGate()

    await gate.passed(TENANT, slot=0.0)

    assert gate.asked == 3


class NotingGate(Gate):
    """Notes who passed."""

    def __init__(self) -> None:
        super().__init__(rate=RATE)
        self.noted: list[str] = []

    async def passed(self, tenant: str, slot: float) -> None:
        await super().passed(tenant, slot)
        self.noted.append(tenant)


class Messenger:
    """Has every card up to date at once."""

    async def bring_up_to_date(self, card: ShownCard) -> None:
        """That it is."""


async def test_a_visit_and_a_card_that_is_changed_pass_the_same_gate(store: Store, wire: Wire, clock: Clock) -> None:
    gate = NotingGate()
    coaching = Coaching(store, wire, Rounds(store, wire.deliver, rate=RATE, gate=gate))
    ask = await coaching.ask(await coaching.person())
    await coaching.visit()
    async with store.transaction() as unit:
        await unit.cards.raise_wanted(ask.id)
        (card,) = await unit.cards.raise_wanted(ask.id)
        await unit.cards.shows(card.id, revision=1, activity_id="1:card")
    clock.now += CARD_GRACE

    await Pump(store, Messenger(), rate=RATE, gate=gate).tick()

    assert gate.noted == [TENANT, TENANT]
