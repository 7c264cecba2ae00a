"""Each by itself: what fails is told and stops no other, and what is much leaves room for others."""

import asyncio
import time
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from coaching.people import Person
from scheduler.each import another_may_be_faster, bit_by_bit, failing_alone
from storage.store import AlreadyThere, Store, Unit
from tests.builders import person


async def test_one_that_fails_stops_no_other_and_is_told_by_its_number_and_the_kind_of_its_error_only() -> None:
    done = []

    with capture_logs() as log:
        for number in (1, 2, 3):
            with failing_alone("not done", share=number):
                if number == 2:
                    raise ValueError("what somebody wrote")
                done.append(number)

    assert done == [1, 3]
    assert log == [{"event": "not done", "log_level": "error", "share": 2, "error": "ValueError"}]


async def test_a_stop_is_no_failure() -> None:
    stopped = pytest.raises(asyncio.CancelledError)

    with capture_logs() as log, stopped, failing_alone("not done", share=1), another_may_be_faster(share=1):
        raise asyncio.CancelledError

    assert log == []


async def test_that_another_was_faster_is_no_failure() -> None:
    with capture_logs() as log, failing_alone("not done", share=1), another_may_be_faster(share=1):
        raise AlreadyThere

    assert log == [{"event": "another replica was faster", "log_level": "info", "share": 1}]


async def test_a_row_that_is_there_already_is_a_failure_where_nobody_else_may_write_it() -> None:
    with capture_logs() as log, failing_alone("not done", share=1):
        raise AlreadyThere

    assert log == [{"event": "not done", "log_level": "error", "share": 1, "error": "AlreadyThere"}]


async def test_only_that_another_was_faster_is_passed_over() -> None:
    with pytest.raises(ValueError, match="a fault"), another_may_be_faster():
        raise ValueError("a fault")


async def test_bits_go_on_until_nothing_is_left(store: Store) -> None:
    added: list[int] = []

    async def add_one(unit: Unit) -> bool:
        added.append((await unit.people.add(numbered(len(added)))).id)
        return len(added) == 3

    await bit_by_bit(store, add_one)

    assert await kept(store, added) == added
    assert len(added) == 3


async def test_what_was_done_before_a_bit_that_fails_is_kept(store: Store) -> None:
    added: list[int] = []

    async def add_one(unit: Unit) -> bool:
        added.append((await unit.people.add(numbered(len(added)))).id)
        if len(added) == 3:
            raise ValueError("a fault")
        return False

    with pytest.raises(ValueError, match="a fault"):
        await bit_by_bit(store, add_one)

    assert await kept(store, added) == added[:2]


async def test_after_each_bit_others_can_write_for_as_long_as_it_took(store: Store) -> None:
    times: list[float] = []

    async def read_much(unit: Unit) -> bool:
        times.append(time.monotonic())
        for _ in range(100):
            await unit.visits.count_due()
        times.append(time.monotonic())
        return len(times) == 6

    await bit_by_bit(store, read_much)

    marks = list(pairwise(times))
    took, rested = marks[0::2], marks[1::2]
    assert len(rested) == 2
    assert all(rest[1] - rest[0] >= bit[1] - bit[0] for bit, rest in zip(took, rested, strict=False))


def numbered(number: int) -> Person:
    return person(email=f"p{number}@ministry.example")


async def kept(store: Store, ids: list[int]) -> list[int]:
    async with store.transaction() as unit:
        return sorted(await unit.people.by_ids(ids))
