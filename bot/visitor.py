"""The visitor: draws what a claimed visit says, hands it to Teams, and tells what became of it."""

from dataclasses import replace

import structlog

from bot.drawings import Drawings
from bot.send_outcomes import outcome_of
from bot.teams.outgoing import (
    Activity,
    Connector,
    Gone,
    MaybeDelivered,
    SendError,
    Written,
)
from coaching.people import Address, Person
from dialogs.reader import NO_LINKS, Links
from dialogs.wording import MissingText
from scheduler.claims import Claimed
from scheduler.outcomes import Outcome, OutcomeKind

_log = structlog.get_logger(__name__)


class Visitor:
    """Brings visits to people in Teams."""

    def __init__(self, connector: Connector, *, bot_id: str, service_url: str, links: Links = NO_LINKS) -> None:
        """bot_id, service_url: for people whose id is known, and who have not been met in Teams yet."""
        self._connector = connector
        self._bot_id = bot_id
        self._service_url = service_url
        self._drawings = Drawings(links)

    async def deliver(self, claimed: Claimed) -> Outcome:
        """Send one visit. Raises nothing that Teams may answer."""
        person = claimed.person
        try:
            said = self._drawings.visit(claimed)
        except MissingText:
            _log.error("dead letter", delivery=claimed.delivery_id, code="no_words")
            return Outcome(kind=OutcomeKind.REFUSED, reason="no_words", requests=0)
        sending = _Sending(self._connector, claimed, said)
        try:
            if person.address is not None:
                return await sending.to(person.address)
        except Gone:
            pass
        except SendError as error:
            return sending.failed(error)
        try:
            return await sending.to_a_new_conversation(person.address or self._unmet(person))
        except SendError as error:
            return sending.failed(error)

    def _unmet(self, person: Person) -> Address:
        return Address(
            service_url=self._service_url, conversation_id="", user_id=person.aad_id or "", bot_id=self._bot_id
        )


class _Sending:
    """One visit on its way. Before each request it is asked whether there is still time for it."""

    def __init__(self, connector: Connector, claimed: Claimed, activity: Activity | Written) -> None:
        self._connector = connector
        self._claimed = claimed
        self._activity = activity
        self._requests = 0

    async def to(self, address: Address, *, is_new: bool = False) -> Outcome:
        """Send it there."""
        if not self._claimed.may_leave():
            return Outcome(kind=OutcomeKind.EXPIRED, reason="lease", requests=self._requests)
        self._requests += 1
        activity_id = await self._connector.send(address, self._activity)
        return Outcome(
            kind=OutcomeKind.SENT,
            activity_id=activity_id,
            address=address if is_new else None,
            requests=self._requests,
        )

    async def to_a_new_conversation(self, address: Address) -> Outcome:
        """Ask Teams for the conversation that there is now, and send it there."""
        person = self._claimed.person
        self._requests += 1
        try:
            conversation_id = await self._connector.create_conversation(
                service_url=address.service_url,
                bot_id=address.bot_id,
                tenant=person.tenant,
                aad_id=person.aad_id or "",
            )
        except MaybeDelivered as error:
            # Of a conversation, not of the visit: asking for it again does no harm.
            return self._outcome(OutcomeKind.LATER, f"no_conversation_{error.status or 'no_answer'}")
        return await self.to(replace(address, conversation_id=conversation_id), is_new=True)

    def failed(self, error: SendError) -> Outcome:
        """What an error means for the visit."""
        return outcome_of(error, requests=self._requests, delivery=self._claimed.delivery_id)

    def _outcome(self, kind: OutcomeKind, reason: str) -> Outcome:
        return Outcome(kind=kind, reason=reason, requests=self._requests)
