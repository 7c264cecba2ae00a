"""The outbox: what was decided and committed goes to Teams, and what became of it is settled."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from bot.send_outcomes import outcome_of
from bot.teams.outgoing import Activity, Connector, Gone, SendError, TryLater, message
from coaching.people import Address, Language, Person
from dialogs import erasing
from dialogs.broadcast_drawing import draw_broadcast
from dialogs.drawing import Drawn, draw, plan_drawn
from dialogs.proposal_drawing import draw_proposal
from dialogs.reader import NO_LINKS, Links
from dialogs.reply import ChangedCard, NewCard, Part, Text
from dialogs.share_drawing import draw_share, draw_shared
from dialogs.talk_drawing import draw_talks
from dialogs.visit_drawing import draw_visit
from scheduler.metrics import DEAD_LETTERS
from scheduler.outcomes import Outcome, OutcomeKind
from storage.cards import EMPTY, Face, Shown, ShownCard
from storage.sealing import Unreadable
from storage.store import Store, Unit

#: Outcomes that come within this time are written in one transaction. What a kill leaves unsettled is only shown again.
SETTLE_SECONDS = 0.1
#: Before a message that Teams did not take yet is sent once more, in seconds; Teams' own wish counts up to the longest.
#: Together well under the 15 seconds that Teams waits for a turn.
WAITS = (1.0, 3.0)
LONGEST_WAIT = 4.0
#: How long what was said, and where its card went, is remembered here once that is settled, for a turn that began
#: before; in seconds.
REMEMBERED_SECONDS = 30.0

#: After these a card never comes to what it should show.
_NEVER = (OutcomeKind.UNREACHABLE, OutcomeKind.REFUSED)

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Outcomes:
    """What has become of things since the last settling."""

    turns: list[int] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    erasures: list[int] = field(default_factory=list)


class Outbox:
    """Speaks to people, and keeps the ledger of it."""

    def __init__(
        self, store: Store, connector: Connector, *, waits: Sequence[float] = WAITS, links: Links = NO_LINKS
    ) -> None:
        """waits: seconds before each further try of a message that was not delivered. links: for cards drawn anew."""
        self._store = store
        self._links = links
        self._connector = connector
        self._waits = waits
        self._saying: dict[int, asyncio.Task[bool]] = {}
        self._places: dict[int, str] = {}
        self._outcomes = _Outcomes()
        self._news = asyncio.Event()
        self._settling: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Begin to settle outcomes."""
        self._settling = asyncio.create_task(self._settle_for_ever())

    async def stop(self) -> None:
        """Settle what is left, and end."""
        self._stopping.set()
        self._news.set()
        if self._settling is not None:
            await self._settling
        await self._settle()

    async def say(
        self, address: Address, parts: Sequence[Part], *, language: Language, turn_id: int | None = None
    ) -> None:
        """Say a reply, part by part. What Teams does not take is logged; a card is brought up to date later.

        turn_id: its turn, which is said once, also when it is asked for again while it is on the wire.
        """
        if turn_id is None:
            await self._say_all(address, parts, language, None)
            return
        saying = self._saying.get(turn_id)
        if saying is None:
            saying = asyncio.create_task(self._say_all(address, parts, language, turn_id))
            self._saying[turn_id] = saying
        said = False
        try:
            said = await asyncio.shield(saying)
        finally:
            if not said and saying.done():
                self._saying.pop(turn_id, None)

    async def _say_all(self, address: Address, parts: Sequence[Part], language: Language, turn_id: int | None) -> bool:
        said = True
        for part in parts:
            try:
                await self._say(address, part, language)
            except SendError as error:
                said = False
                _log.warning("reply not delivered", turn=turn_id, error=type(error).__name__)
                if outcome_of(error, turn=turn_id).kind is OutcomeKind.REFUSED:
                    DEAD_LETTERS.inc()
                    await self._say_instead(address, part, parts, language)
        if said and turn_id is not None:
            self._outcomes.turns.append(turn_id)
            self._news.set()
        return said

    async def _say_instead(self, address: Address, part: Part, parts: Sequence[Part], language: Language) -> None:
        """Of a card that Teams will never change, what it would say in short, where nothing else is said."""
        if isinstance(part, ChangedCard) and not any(isinstance(each, Text) and each.to is None for each in parts):
            with suppress(SendError):
                await self._send(address, message(Text(text=part.summary), language=language))

    async def tell_of_erasing(self, person: Person, erasure_id: int) -> None:
        """Tell somebody once more that their data is being erased: whoever was to say it never came to it."""
        if person.address is not None:
            await self.say(person.address, [erasing.begun(person.language, erasure_id)], language=person.language)

    async def bring_up_to_date(self, card: ShownCard) -> Outcome | None:
        """Draw the card as its ask stands and put it in place of what Teams shows.

        None when that is done, or given up; else what Teams said.
        """
        async with self._store.transaction() as unit:
            person = await unit.people.get(card.person_id)
            now = await unit.cards.get(card.id)
            drawn = None
            if person is not None and person.address is not None and now is not None and now.activity_id is not None:
                drawn = await _drawn(unit, person, now, self._links)
            if person is None or person.address is None or now is None or now.activity_id is None or drawn is None:
                await unit.cards.give_up(card.id)
                return None
            address = person.address
        part = ChangedCard(card=drawn.card, summary=drawn.summary, card_id=card.id, revision=now.wanted)
        try:
            await self._connector.update(address, now.activity_id, message(part, language=person.language))
        except SendError as error:
            outcome = outcome_of(error, card=card.id)
            if outcome.kind not in _NEVER:
                return outcome
            DEAD_LETTERS.inc(outcome.kind is OutcomeKind.REFUSED)
            _log.info("card given up", card=card.id, error=type(error).__name__)
            async with self._store.transaction() as unit:
                await unit.cards.give_up(card.id)
            return None
        self._shows(card.id, now.wanted, None)
        return None

    async def _say(self, address: Address, part: Part, language: Language) -> None:
        if isinstance(part, Text) and part.to is not None:
            await self._tell(part.to, part.text)
            return
        activity = message(part, language=language)
        place = (part.activity_id or self._places.get(part.card_id)) if isinstance(part, ChangedCard) else None
        if isinstance(part, ChangedCard) and place is not None:
            try:
                await self._connector.update(address, place, activity)
                self._shows(part.card_id, part.revision, place)
                return
            except Gone:
                # The person deleted the card: they get it as a new one.
                pass
        activity_id = await self._send(address, activity)
        if isinstance(part, Text) and part.erasure is not None:
            self._outcomes.erasures.append(part.erasure)
            self._news.set()
        if isinstance(part, ChangedCard):
            self._shows(part.card_id, part.revision, activity_id)
        elif isinstance(part, NewCard) and part.card_id is not None:
            self._shows(part.card_id, 1, activity_id)

    async def _tell(self, person_id: int, text: str) -> None:
        """A plain message to somebody else than the one who is answered."""
        async with self._store.transaction() as unit:
            person = await unit.people.get(person_id)
        if person is not None and person.address is not None:
            await self._send(person.address, message(Text(text=text), language=person.language))

    async def _send(self, address: Address, activity: Activity) -> str | None:
        """A new message; what was certainly not delivered is tried again, what may have been is not said twice."""
        for wait in self._waits:
            try:
                return await self._connector.send(address, activity)
            except TryLater as error:
                asked = error.after.total_seconds() if error.after else 0.0
                if asked > LONGEST_WAIT or self._stopping.is_set():
                    raise
                await asyncio.sleep(max(asked, wait))
        return await self._connector.send(address, activity)

    def _shows(self, card_id: int, revision: int, activity_id: str | None) -> None:
        self._outcomes.shown.append(Shown(card_id, revision, activity_id))
        if activity_id is not None:
            self._places[card_id] = activity_id
        self._news.set()

    async def _settle_for_ever(self) -> None:
        while not self._stopping.is_set():
            await self._news.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(SETTLE_SECONDS):
                    await self._stopping.wait()
            try:
                await self._settle()
            except Exception as error:
                _log.error("outcomes not settled", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _settle(self) -> None:
        self._news.clear()
        outcomes, self._outcomes = self._outcomes, _Outcomes()
        if not outcomes.turns and not outcomes.shown and not outcomes.erasures:
            return
        try:
            if outcomes.erasures:  # in its own: whoever carries one on holds it, and takes turns away
                async with self._store.transaction() as unit:
                    await unit.erasures.told(outcomes.erasures)
            async with self._store.transaction() as unit:
                # In one order, each once: PostgreSQL looks at the person and the ask of a row that is changed twice in
                # a transaction, and locks them, while a turn holds those and waits for the card.
                await unit.cards.all_show(sorted(_newest(outcomes.shown)))
                await unit.turns.said(outcomes.turns)
        except Exception:
            self._outcomes.erasures[:0] = outcomes.erasures
            self._outcomes.turns[:0] = outcomes.turns
            self._outcomes.shown[:0] = outcomes.shown
            self._news.set()
            raise
        asyncio.get_running_loop().call_later(REMEMBERED_SECONDS, self._forget, outcomes)

    def _forget(self, settled: _Outcomes) -> None:
        for turn_id in settled.turns:
            self._saying.pop(turn_id, None)
        for each in settled.shown:
            if self._places.get(each.card_id) == each.activity_id:
                self._places.pop(each.card_id, None)


async def _drawn(unit: Unit, person: Person, card: ShownCard, links: Links) -> Drawn | None:
    """The card as what it is about stands; None where that is gone or cannot be opened."""
    if card.face in EMPTY:
        return erasing.gone(person.language)
    if card.face is Face.BROADCAST:
        broadcast = await unit.broadcasts.on_card(card.id)
        return None if broadcast is None else await draw_broadcast(unit, person, broadcast)
    if card.face is Face.PROPOSAL:
        proposal = await unit.proposals.on_card(card.id)
        return None if proposal is None else await draw_proposal(unit, person, proposal)
    if card.face is Face.SHARE:
        share = await unit.shares.on_card(card.id)
        return None if share is None else await draw_share(unit, person, share)
    if card.face is Face.TALKS:
        return await draw_talks(unit, person)
    if card.face is Face.SHARED:
        drawn, _ = await draw_shared(unit, person, await unit.readings.owner_on(card.id))
        return drawn
    ask = await unit.asks.get(card.ask_id) if card.ask_id is not None else None
    if card.face is not Face.PLAN_OVERVIEW:
        visit = await draw_visit(unit, person, card, ask, links)
        if visit is not None or ask is None:
            return visit
    person, cipher = await unit.cipher(person)
    try:
        if ask is None:
            plan = next(iter(await unit.plans.of_person(person.id)), None)
            return None if plan is None else await plan_drawn(unit, person, cipher, plan)
        return await draw(unit, person, cipher, ask, card)
    except Unreadable:
        return None


def _newest(shown: Sequence[Shown]) -> Collection[Shown]:
    """What was put into Teams last of each card, and where the card is, if that was told."""
    newest: dict[int, Shown] = {}
    for each in shown:
        before = newest.get(each.card_id, each)
        newest[each.card_id] = each._replace(activity_id=each.activity_id or before.activity_id)
    return newest.values()
