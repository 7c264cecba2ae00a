"""Retention: what is no longer needed is forgotten, in batches that can be stopped and run again at any moment.

It looks each hour; a programme's time is over at a midnight of its own, so that this happens in the night.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from coaching.retention import USUAL, kept_until
from storage.erasures import AskedBy
from storage.store import Store, Unit

#: An answer that was begun, and words that wait to be told where they belong, are kept so long untouched.
UNFINISHED_KEPT = timedelta(days=180)
#: What was sent to whom and when, without what it said.
LEDGER_KEPT = timedelta(days=730)
#: Whoever has no part in anything is known so long: people who were never let in, and those of programmes long over.
UNHELD_KEPT = timedelta(days=90)

#: People whose keys are looked up at a time.
LOOKED_AT = 500

_log = structlog.get_logger(__name__)


async def retain(store: Store) -> int:
    """Forget whatever is to be forgotten by now; how many rows went and people were ordered to be erased."""
    async with store.transaction() as unit:
        programmes = await unit.retention.programmes()
    forgotten = 0
    for programme_id in programmes:
        forgotten += await _forget_programme(store, programme_id)
    forgotten += await _until_done(store, lambda unit: unit.retention.forget_unfinished(unit.now - UNFINISHED_KEPT))
    forgotten += await _until_done(store, lambda unit: unit.retention.forget_ledger(unit.now - LEDGER_KEPT))
    return forgotten + await _erase_unheld(store) + await _erase_restored(store)


async def _forget_programme(store: Store, programme_id: int) -> int:
    async with store.transaction() as unit:
        if not await _is_over(unit, programme_id):
            return 0
    rows = await _until_done(store, lambda unit: unit.retention.forget_some(programme_id))
    if rows:
        _log.info("programme forgotten", programme=programme_id, rows=rows)
    return rows


async def _is_over(unit: Unit, programme_id: int) -> bool:
    """Whether the time for which what people wrote is kept has passed."""
    loaded = await unit.revisions.get(programme_id)
    programme = await unit.revisions.newest(programme_id)
    if programme is not None:
        return kept_until(programme, loaded.ended_at) <= unit.now
    last = await unit.retention.last_asked(loaded)
    return last is not None and last + USUAL <= unit.now


async def _until_done(store: Store, forget: Callable[[Unit], Awaitable[int]]) -> int:
    rows = 0
    while True:
        async with store.transaction() as unit:
            gone = await forget(unit)
        if not gone:
            return rows
        rows += gone


async def _erase_unheld(store: Store) -> int:
    """Order that whoever has no part in anything any more is erased, as if they had asked for it."""
    async with store.transaction() as unit:
        unheld = await unit.retention.unheld(unit.now - UNHELD_KEPT)
    for person_id in unheld:
        async with store.transaction() as unit:
            person = await unit.people.get(person_id)
            if person is not None and not await unit.people.parts(person_id):
                await unit.erasures.order(person, by=AskedBy.RETENTION)
    return len(unheld)


async def _erase_restored(store: Store) -> int:
    """Order once more that those are erased whom an older backup brought back: their keys are gone."""
    after, number = 0, 0
    while True:
        async with store.transaction() as unit:
            keys = await unit.retention.keys_after(after, limit=LOOKED_AT)
        gone = await store.keys.destroyed(keys.values())
        for person_id in [person_id for person_id, key_id in keys.items() if key_id in gone]:
            async with store.transaction() as unit:
                person = await unit.people.get(person_id)
                if person is not None and person.key_id in gone:
                    await unit.erasures.order(person, by=AskedBy.RESTORED)
                    number += 1
        if len(keys) < LOOKED_AT:
            return number
        after = max(keys)
