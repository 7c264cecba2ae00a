"""The store: one unit of work a turn. To change a row, get it through the unit: that locks it.

Lock order everywhere: the tenant's pace, people by id, then the rest. Nothing is sent inside a transaction.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from coaching.forms import Value
from coaching.people import Person
from storage.answers import Answers, Drafts
from storage.asks import Asks
from storage.assignments import Assignments
from storage.audiences import Audiences
from storage.ballot_boxes import BallotBoxes
from storage.belongings import Belongings
from storage.broadcasts import Broadcasts
from storage.cards import Cards
from storage.circles import Circles
from storage.conversations import Dialogs, Turns
from storage.corrections import Corrections
from storage.deliveries import Deliveries
from storage.engine import Connection, Engine, check
from storage.erasures import Erasures
from storage.errands import Errands
from storage.group_work import Groups, GroupWork
from storage.hand_ins import Given, HandIns, opened
from storage.handovers import HandOvers
from storage.keys import KeyRing
from storage.leaves import Leaves
from storage.manager_weeks import ManagerWeeks
from storage.memberships import Memberships
from storage.nudges import Nudges
from storage.numbers import Numbers
from storage.one_time_links import OneTimeLinks
from storage.organisation_days import OrganisationDays
from storage.own_data import OwnData
from storage.paces import Paces
from storage.people import People
from storage.plan_progress import PlanProgress
from storage.plans import Plans
from storage.pools import Pools
from storage.programmes import Programmes
from storage.proposals import Proposals
from storage.readings import Readings
from storage.retention import Retention
from storage.revisions import Documents, Revisions
from storage.sealing import Cipher
from storage.share_news import ShareNews
from storage.shares import Shares
from storage.spoken import Speech
from storage.standings import Standings
from storage.stories import Stories
from storage.talk_counts import TalkCounts
from storage.talks import Talks
from storage.traces import Traces
from storage.visits import Visits


def utc_now() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


class AlreadyThere(Exception):
    """A row that must be there once only is there already; the transaction was rolled back."""


class Unit:
    """One transaction: all of it is kept, or nothing. now: the one moment that everything in it happens at (UTC)."""

    def __init__(
        self, connection: Connection, keys: KeyRing, now: datetime, documents: Documents, groups: Groups
    ) -> None:
        """documents: programmes that were read already. groups: and those of their members."""
        self._connection = connection
        self._keys = keys
        self.now = now
        self._to_decide: set[int] = set()
        self.people = People(connection, now, self._to_decide.add)
        self.programmes = Programmes(connection, now)
        self.revisions = Revisions(connection, now, documents)
        self.members = Memberships(connection, now, self._to_decide.add)
        self.asks = Asks(connection, now, self._to_decide.add)
        self.answers = Answers(connection, now)
        self.assignments = Assignments(connection, now)
        self.errands = Errands(connection, now)
        self.group_work = GroupWork(connection, groups)
        self.plans = Plans(connection, now)
        self.plan_progress = PlanProgress(connection, now)
        self.pools = Pools(connection, now, self.programmes)
        self.ballot_boxes = BallotBoxes(connection, keys, now)
        self.speech = Speech(connection, keys, now)
        self.shares = Shares(connection, keys, now)
        self.readings = Readings(connection, now)
        self.circles = Circles(connection)
        self.share_news = ShareNews(connection, now)
        self.talks = Talks(connection, now)
        self.talk_counts = TalkCounts(connection)
        self.manager_weeks = ManagerWeeks(connection, now)
        self.drafts = Drafts(connection, now)
        self.dialogs = Dialogs(connection, now)
        self.turns = Turns(connection, now)
        self.cards = Cards(connection, now)
        self.visits = Visits(connection, now, self._to_decide.discard)
        self.paces = Paces(connection, now)
        self.deliveries = Deliveries(connection, now)
        self.audiences = Audiences(connection)
        self.broadcasts = Broadcasts(connection, now, self.audiences, self._to_decide.add)
        self.standings = Standings(connection, now, self.programmes, self.broadcasts)
        self.proposals = Proposals(connection, now)
        self.hand_ins = HandIns(connection, keys, now)
        self.one_time_links = OneTimeLinks(connection, now)
        self.erasures = Erasures(connection, keys, now)
        self.belongings = Belongings(connection, now)
        self.traces = Traces(connection, now)
        self.own_data = OwnData(connection, keys)
        self.nudges = Nudges(connection, now, self._to_decide.add)
        self.corrections = Corrections(connection, now)
        self.retention = Retention(connection)
        self.numbers = Numbers(connection)
        self.handovers = HandOvers(connection, now)
        self.leaves = Leaves(connection, self._to_decide.add)
        self.organisation_days = OrganisationDays(connection)
        self.stories = Stories(connection, now, self.visits, self.revisions)

    async def cipher(self, person: Person) -> tuple[Person, Cipher]:
        """The person's own key, made now if there is none; the person comes back with its name. Raises KeyLost."""
        cipher = await self._keys.cipher(tenant=person.tenant, key_id=person.key_id, now=self.now)
        if cipher.key_id != person.key_id:
            person = replace(person, key_id=cipher.key_id)
            await self.people.save(person)
        return person, cipher

    async def opened(self, person: Person, given: Sequence[Given]) -> Mapping[str, Value]:
        """What a person gave, by field; without what nobody can open any more. Raises MasterKeyMissing."""
        return await opened(self._keys, person, given, self.now)

    async def finish(self) -> None:
        """The last thing in the transaction: whoever was changed is decided about anew, at once."""
        if self._to_decide:
            await self.visits.decide_again(sorted(self._to_decide))


class Store:
    """Where facts rest."""

    def __init__(self, engine: Engine, keys: KeyRing, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock
        self._documents: Documents = {}
        self._groups: Groups = {}
        self.keys = keys
        #: Whether another process answers the statements, and others go on meanwhile.
        self.is_apart = engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def transaction(self, now: datetime | None = None) -> AsyncIterator[Unit]:
        """A unit of work; committed when the block ends, rolled back when it raises. now: the clock's, if not given.

        Raises AlreadyThere when it wrote what must be there once only.
        """
        try:
            async with self._engine.begin() as connection:
                unit = Unit(connection, self.keys, now or self._clock(), self._documents, self._groups)
                yield unit
                await unit.finish()
        except IntegrityError as error:
            raise AlreadyThere from error

    def now(self) -> datetime:
        """The clock's time, UTC."""
        return self._clock()

    async def check(self) -> None:
        """That the database can be written to. Raises DatabaseGone, or what the driver raises."""
        await check(self._engine)

    async def wipe(self) -> bool:
        """Have what was deleted leave the files of both databases; False where another process keeps that from it."""
        return await self._engine.wipe() and await self.keys.wipe()
