"""The pump: brings what Teams shows to what it should show. It decides nothing and knows no chat."""

import asyncio
from datetime import timedelta
from typing import Protocol

from storage.conversations import ShownCard
from storage.store import Store

#: Cards brought up to date at once; well under what Teams takes from one app in one tenant a second.
AT_ONCE = 10
#: A card that cannot be changed now is tried again after so long, then twice as long, and so on.
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=6)
#: So often at the most; the answer is stored and thanked for all the while.
MOST_ATTEMPTS = 12


class Messenger(Protocol):
    """What the pump needs of the chat."""

    async def bring_up_to_date(self, card: ShownCard) -> bool:
        """Make Teams show the card as it should be; False when that is to be tried again later."""
        ...


class Pump:
    """One of these runs in each process; any number of processes may."""

    def __init__(self, store: Store, messenger: Messenger) -> None:
        self._store = store
        self._messenger = messenger
        self._running = asyncio.Lock()

    async def tick(self) -> None:
        """Do what is due now."""
        async with self._running:
            async with self._store.transaction() as unit:
                cards = await unit.cards.behind(limit=AT_ONCE)
            await asyncio.gather(*(self._bring(card) for card in cards))

    async def drain(self) -> None:
        """Wait for what is on the wire."""
        async with self._running:
            pass

    async def _bring(self, card: ShownCard) -> None:
        if await self._messenger.bring_up_to_date(card):
            return
        async with self._store.transaction() as unit:
            if card.attempts + 1 >= MOST_ATTEMPTS:
                await unit.cards.give_up(card.id)
            else:
                wait = min(FIRST_RETRY * 2**card.attempts, LONGEST_RETRY)
                await unit.cards.try_again(card.id, at=unit.now + wait)
