"""Keys in step: whether each person's key is there, for backups of two databases may not fit each other."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.config import Settings
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.store import Store

#: People who are looked at in one transaction.
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class InStep:
    """People who have a key; those of them whose key was never in the keys database, and those whose was destroyed.

    surveys: whose ballots are under a key that was never in the keys database.
    """

    people: int
    absent: int
    destroyed: int
    surveys: int


async def keys_in_step(settings: Settings) -> InStep:
    """How the two databases fit. Nothing is changed. Raises what the databases raise."""
    async with AsyncExitStack() as closing:
        engine, keys_engine = open_engine(settings.database_url), open_engine(settings.keys_database_url)
        closing.push_async_callback(engine.dispose)
        closing.push_async_callback(keys_engine.dispose)
        store = Store(engine, KeyRing(keys_engine, settings.raw_master_keys()))
        async with store.transaction() as unit:
            boxes = await unit.ballot_boxes.keys()
        surveys = len(await store.keys.absent(boxes))
        people, absent, destroyed, after = 0, 0, 0, 0
        while True:
            async with store.transaction() as unit:
                keys = await unit.retention.keys_after(after, limit=AT_ONCE)
            people += len(keys)
            absent += len(await store.keys.absent(keys.values()))
            destroyed += len(await store.keys.destroyed(keys.values()))
            if len(keys) < AT_ONCE:
                return InStep(people=people, absent=absent, destroyed=destroyed, surveys=surveys)
            after = max(keys)
