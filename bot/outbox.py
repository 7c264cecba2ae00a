"""The outbox: what was decided and committed goes to Teams, and what became of it is settled."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from bot.teams.outgoing import Connector, Gone, Refused, SendError, Unreachable, message
from coaching.people import Address, Language
from dialogs.drawing import draw
from dialogs.reply import ChangedCard, NewCard, Part
from storage.conversations import ShownCard
from storage.sealing import Unreadable
from storage.store import Store

#: Outcomes that come within this time are written in one transaction.
SETTLE_SECONDS = 0.005

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Outcomes:
    """What has become of things since the last settling."""

    turns: list[int] = field(default_factory=list)
    shown: list[tuple[int, int, str | None]] = field(default_factory=list)


class Outbox:
    """Speaks to people, and keeps the ledger of it."""

    def __init__(self, store: Store, connector: Connector) -> None:
        self._store = store
        self._connector = connector
        self._outcomes = _Outcomes()
        self._news = asyncio.Event()
        self._settling: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to settle outcomes."""
        self._settling = asyncio.create_task(self._settle_for_ever())

    async def stop(self) -> None:
        """Settle what is left, and end."""
        self._stopping = True
        self._news.set()
        if self._settling is not None:
            await self._settling
        await self._settle()

    async def say(
        self, address: Address, parts: Sequence[Part], *, language: Language, turn_id: int | None = None
    ) -> None:
        """Say a reply, part by part. What Teams does not take is logged; a card is brought up to date later."""
        said = True
        for part in parts:
            try:
                await self._say(address, part, language)
            except SendError as error:
                said = False
                _log.warning("reply not delivered", turn=turn_id, error=type(error).__name__)
        if said and turn_id is not None:
            self._outcomes.turns.append(turn_id)
            self._news.set()

    async def bring_up_to_date(self, card: ShownCard) -> bool:
        """Draw the card as its ask stands and put it in place of what Teams shows; False to try it again later."""
        async with self._store.transaction() as unit:
            person = await unit.people.get(card.person_id)
            ask = await unit.asks.get(card.ask_id) if card.ask_id is not None else None
            now = await unit.cards.get(card.id)
            if person is None or person.address is None or ask is None or now is None or now.activity_id is None:
                await unit.cards.give_up(card.id)
                return True
            address = person.address
            person, cipher = await unit.cipher(person)
            try:
                drawn = await draw(unit, person, cipher, ask, now)
            except Unreadable:
                await unit.cards.give_up(card.id)
                return True
        part = ChangedCard(card=drawn.card, summary=drawn.summary, card_id=card.id, revision=now.wanted)
        try:
            await self._connector.update(address, now.activity_id, message(part, language=person.language))
        except (Gone, Refused, Unreachable) as error:
            _log.info("card given up", card=card.id, error=type(error).__name__)
            async with self._store.transaction() as unit:
                await unit.cards.give_up(card.id)
            return True
        except SendError:
            return False
        self._shows(card.id, now.wanted, None)
        return True

    async def _say(self, address: Address, part: Part, language: Language) -> None:
        activity = message(part, language=language)
        if isinstance(part, ChangedCard) and part.activity_id is not None:
            try:
                await self._connector.update(address, part.activity_id, activity)
                self._shows(part.card_id, part.revision, part.activity_id)
                return
            except Gone:
                # The person deleted the card: they get it as a new one.
                pass
        activity_id = await self._connector.send(address, activity)
        if isinstance(part, ChangedCard):
            self._shows(part.card_id, part.revision, activity_id)
        elif isinstance(part, NewCard) and part.card_id is not None:
            self._shows(part.card_id, 1, activity_id)

    def _shows(self, card_id: int, revision: int, activity_id: str | None) -> None:
        self._outcomes.shown.append((card_id, revision, activity_id))
        self._news.set()

    async def _settle_for_ever(self) -> None:
        while not self._stopping:
            await self._news.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            try:
                await self._settle()
            except Exception as error:
                _log.error("outcomes not settled", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _settle(self) -> None:
        self._news.clear()
        outcomes, self._outcomes = self._outcomes, _Outcomes()
        if not outcomes.turns and not outcomes.shown:
            return
        try:
            async with self._store.transaction() as unit:
                if outcomes.turns:
                    await unit.turns.said(outcomes.turns)
                for card_id, revision, activity_id in outcomes.shown:
                    await unit.cards.shows(card_id, revision=revision, activity_id=activity_id)
        except Exception:
            self._outcomes.turns[:0] = outcomes.turns
            self._outcomes.shown[:0] = outcomes.shown
            self._news.set()
            raise
