"""The conversation: one activity, one transaction. Who is it, was it answered before, and what is the answer."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.teams.incoming import Incoming, Kind
from bot.teams.outgoing import Connector, Member, SendError
from bot.whereabouts import located
from coaching import people
from coaching.people import Address, Contact, Language, Person
from dialogs import everyday
from dialogs.newcomers import welcomed
from dialogs.pressed import pressed
from dialogs.reader import NO_LINKS, Links
from dialogs.reply import Reply
from dialogs.taken_back import deleted, edited
from dialogs.turn import UNDO, Turn
from dialogs.written import written
from storage.conversations import activity_key
from storage.store import AlreadyThere, Store, Unit

#: Letters and digits that nobody mistakes for each other. A code ends in a digit: "let in abcd e2" is no phrase.
_CODE_DIGITS = "23456789"
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ" + _CODE_DIGITS
_LONGEST_NAME = 256
_LONGEST_EMAIL = 320
#: What makes us get to know somebody. Nobody is remembered for having deleted a message.
_INTRODUCES = frozenset({Kind.MESSAGE, Kind.PRESS, Kind.WINDOW, Kind.INSTALLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an activity came to, committed. turn_id: None when nothing was kept of it.

    said_before: the same activity was answered and its reply reached Teams; only an invoke is told again.
    """

    reply: Reply
    address: Address
    language: Language
    turn_id: int | None = None
    said_before: bool = False


class Conversation:
    """Hears activities and answers them."""

    def __init__(
        self,
        store: Store,
        connector: Connector,
        *,
        language: Language = Language.FI,
        links: Links = NO_LINKS,
        undo: timedelta = UNDO,
    ) -> None:
        """language: for people whose own is not known. links: for what is said to have links that lead back here.

        undo: how long a coach can take back what they send, before anybody gets it.
        """
        self._store = store
        self._connector = connector
        self._language = language
        self._links = links
        self._undo = undo

    async def hear(self, incoming: Incoming) -> Answered:
        """The answer to one activity. What it says was stored is stored when this returns."""
        if incoming.kind is Kind.IGNORED:
            return self._nothing(incoming)
        if not incoming.personal:
            return await self._elsewhere(incoming)
        answered = await self._tried(incoming, None)
        if answered is None:
            answered = await self._tried(incoming, await self._member(incoming.contact))
        return answered or self._nothing(incoming)

    async def _tried(self, incoming: Incoming, member: Member | None) -> Answered | None:
        """As `_try`; once more where two at once wrote what may be there once: by now the other one's is there."""
        try:
            return await self._try(incoming, member)
        except AlreadyThere:
            return await self._try(incoming, member)

    async def _try(self, incoming: Incoming, member: Member | None) -> Answered | None:
        """One transaction; None when Teams must first tell who this is."""
        async with self._store.transaction() as unit:
            activity = activity_key(
                incoming.contact.address.conversation_id, incoming.contact.aad_id, _occasion(incoming)
            )
            person = await self._known(unit, incoming, member)
            if person is None:
                return self._nothing(incoming) if await unit.erasures.was_asked_by(activity) else None
            person, cipher = await unit.cipher(person)
            known = await unit.turns.known(cipher, person_id=person.id, activity=activity)
            address, language = incoming.contact.address, person.language
            if known is not None:
                said = Reply.from_json(known.said) if known.said else Reply()
                return Answered(
                    reply=said, address=address, language=language, turn_id=known.id, said_before=known.replied
                )
            turn = Turn(
                unit=unit,
                person=person,
                cipher=cipher,
                message=incoming.activity_id,
                text=incoming.text,
                press=incoming.press,
                reply_to=incoming.reply_to,
                links=self._links,
                undo=self._undo,
            )
            reply = await _answer(turn, incoming)
            turn_id = await unit.turns.add(cipher, reply.as_json(), person_id=person.id, activity=activity)
        return Answered(reply=reply, address=address, language=language, turn_id=turn_id)

    async def _known(self, unit: Unit, incoming: Incoming, member: Member | None) -> Person | None:
        """The person, with what this activity tells anew; None when Teams must first tell more, or nobody is meant."""
        contact = incoming.contact
        person = await unit.people.by_aad(contact.tenant, contact.aad_id)
        if person is None:
            if incoming.kind not in _INTRODUCES or member is None:
                return None
            return await self._introduced(unit, contact, member)
        if not person.admitted and incoming.kind in _INTRODUCES:
            if member is None:
                return None
            person = await _recognised(unit, person, member)
        fresh = _refreshed(person, contact)
        if incoming.kind in _INTRODUCES:
            fresh = people.heard_from(fresh)
        if fresh != person:
            await unit.people.save(fresh)
        return fresh

    async def _introduced(self, unit: Unit, contact: Contact, member: Member) -> Person:
        """Somebody's first contact: the person of the roster with that e-mail, or a newcomer with a code.

        A newcomer keeps their e-mail, so that a roster of a later day finds them.
        """
        own_email = None
        for email in _emails(member):
            found = await unit.people.by_email(contact.tenant, email)
            if found is None:
                own_email = own_email or email
            elif found.aad_id is None:
                person = _refreshed(replace(found, aad_id=contact.aad_id), contact)
                await unit.people.save(person)
                return person
        newcomer = Person(
            id=0,
            tenant=contact.tenant,
            aad_id=contact.aad_id,
            email=own_email,
            name=(member.name or contact.name)[:_LONGEST_NAME],
            language=contact.language or self._language,
            code=_code(),
        )
        return await unit.people.add(_refreshed(newcomer, contact))

    async def _member(self, contact: Contact) -> Member:
        """What Teams tells of the sender; nothing when it does not answer."""
        try:
            return await self._connector.member(contact.address, contact.address.user_id)
        except SendError:
            return Member(aad_id=contact.aad_id, name=contact.name, email=None, user_principal_name=None)

    async def _elsewhere(self, incoming: Incoming) -> Answered:
        if incoming.kind is not Kind.MESSAGE:
            return self._nothing(incoming)
        contact = incoming.contact
        async with self._store.transaction() as unit:
            person = await unit.people.by_aad(contact.tenant, contact.aad_id)
        language = person.language if person else contact.language or self._language
        return Answered(reply=Reply.of(everyday.elsewhere(language)), address=contact.address, language=language)

    def _nothing(self, incoming: Incoming) -> Answered:
        return Answered(
            reply=Reply(),
            address=incoming.contact.address,
            language=incoming.contact.language or self._language,
        )


async def _answer(turn: Turn, incoming: Incoming) -> Reply:
    match incoming.kind:
        case Kind.INSTALLED:
            return await _installed(turn, incoming.at)
        case Kind.UNINSTALLED:
            return await _uninstalled(turn, incoming.at)
        case Kind.DELETED:
            return await deleted(turn)
        case Kind.EDITED:
            return await edited(turn)
    if not turn.person.admitted:
        return await welcomed(turn)
    if incoming.press is not None:
        return await pressed(turn, incoming.press)
    return await written(turn)


async def _installed(turn: Turn, at: datetime) -> Reply:
    person = people.installed(turn.person, at)
    await turn.unit.people.save(person)
    if turn.person.installed or not person.installed:
        return Reply()
    welcome = everyday.welcome(
        turn.language, name=person.name, programmes=await turn.unit.people.programme_names(person)
    )
    if person.admitted:
        return Reply.of(welcome)
    return Reply.of(welcome, everyday.newcomer(turn.language, code=person.code or ""))


async def _uninstalled(turn: Turn, at: datetime) -> Reply:
    person = people.uninstalled(turn.person, at)
    if not person.installed:
        person = replace(person, unreachable="uninstalled")
    await turn.unit.people.save(person)
    return Reply()


async def _recognised(unit: Unit, newcomer: Person, member: Member) -> Person:
    """The newcomer, or the person of a roster that has been loaded since, who they turn out to be."""
    for email in _emails(member):
        found = await unit.people.by_email(newcomer.tenant, email)
        if found is not None and found.aad_id is None:
            return await unit.people.recognise(found, newcomer)
    return newcomer


def _refreshed(person: Person, contact: Contact) -> Person:
    """The person with the address, the language and the time zone that the activity came with."""
    language = contact.language if contact.language and not person.language_chosen else person.language
    person = located(person, contact.timezone or person.timezone)
    return replace(person, address=contact.address, language=language)


def _emails(member: Member) -> list[str]:
    told = (email.strip().lower() for email in (member.email, member.user_principal_name) if email)
    return [email for email in told if email and len(email) <= _LONGEST_EMAIL]


def _code() -> str:
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(5)) + secrets.choice(_CODE_DIGITS)
    return f"{letters[:4]}-{letters[4:]}"


def _occasion(incoming: Incoming) -> str:
    """What an activity is known by. A deletion or an edit carries the id of the message that it is about."""
    if incoming.kind in {Kind.DELETED, Kind.EDITED}:
        return f"{incoming.kind} {incoming.activity_id} {incoming.at.isoformat()}"
    return incoming.activity_id
