"""Nobody reads more than the table and the owner's word allow, whoever leads, coaches and shares with whom, and when.

Rosters and shares are thrown together at random, also such as nobody could make; what is then drawn for a reader, or
written into a file for them, is compared with the policy told the long way.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from bot.files import NotTheirs, Order
from bot.follow_up_files import as_csv
from bot.my_data import gathered
from coaching.access import READERS, SHAREABLE, Audience, Matter
from coaching.asks import AskKind
from coaching.forms import FieldKind
from coaching.people import Language, Person, Role
from coaching.plans import Goal
from coaching.shares import Share, ShareState, Subject, Thing, taken_back
from dialogs import catalogue
from dialogs.cards import words
from dialogs.share_drawing import draw_shared
from storage.cards import Face
from storage.engine import Engine, open_engine
from storage.keys import KeyRing
from storage.shares import SHAREABLE_KINDS
from storage.store import Store
from storage.tables import members, people, shares
from tests.bot.test_my_data_whole import answer, ask_of
from tests.builders import MASTER_KEY, TENANT, Clock, add_person, in_all
from tests.conftest import Database

PEOPLE, PROGRAMMES = 5, 2
KINDS = (*SHAREABLE_KINDS, AskKind.PLAN)
#: Policy states that are looked at: a reader, somebody's text, and a moment in a world.
STATES, MOST = 10_000, 12
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A field that somebody has filled in. It says something that nothing else says."""

    owner: int
    ask_id: int
    field: str
    matter: Matter
    programme_id: int

    def __str__(self) -> str:
        return f"<{self.owner}.{self.ask_id}.{self.field}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Somebody's part in a programme. coach: their own; people are counted from 0 here."""

    role: Role
    coach: int | None
    is_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A share, whether it could be made or not. what: the place of one of the owner's texts. to: nobody's of a team."""

    owner: int
    what: int
    is_whole: bool
    audience: Audience
    to: int
    days: int
    state: ShareState


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Who leads whom, takes part in what, and shares what."""

    managers: Sequence[int | None]
    parts: Sequence[Sequence[Part | None]]
    shares: Sequence[Given]


one = st.integers(0, PEOPLE - 1)
nobody_or_one = st.one_of(st.none(), one)
parts = st.one_of(
    st.none(),
    st.builds(
        Part,
        role=st.sampled_from([Role.PARTICIPANT, Role.PARTICIPANT, Role.COACH, Role.OWNER]),
        coach=nobody_or_one,
        is_left=st.sampled_from([False, False, True]),
    ),
)
all_given = st.builds(
    Given,
    owner=one,
    what=st.integers(0, 30),
    is_whole=st.booleans(),
    audience=st.sampled_from([Audience.COACH, Audience.MANAGER, Audience.TEAM, Audience.PEER, Audience.COUNTERPART]),
    to=one,
    days=st.sampled_from([-1, 1, 1, 3]),
    state=st.sampled_from([ShareState.SHARED, ShareState.SHARED, ShareState.SHARED, *ShareState]),
)
worlds = st.builds(
    World,
    managers=st.lists(nobody_or_one, min_size=PEOPLE, max_size=PEOPLE),
    parts=st.lists(st.lists(parts, min_size=PROGRAMMES, max_size=PROGRAMMES), min_size=PEOPLE, max_size=PEOPLE),
    shares=st.lists(all_given, min_size=2, max_size=12),
)


@dataclass
class Ground:
    """Five people who have written something of each kind, on a database that every world is laid over."""

    store: Store
    clock: Clock
    engines: Sequence[Engine]
    persons: list[Person] = field(default_factory=list)
    cards: list[int] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    programmes: list[int] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    async def prepare(self) -> None:
        for number in range(PEOPLE):
            person = await add_person(self.store, email=f"h{number}@ministry.example", name=f"Henkilö {number}")
            self.persons.append(person)
            async with self.store.transaction() as unit:
                self.cards.append((await unit.cards.add(person_id=person.id, ask_id=None, face=Face.SHARE)).id)
            for kind in KINDS:
                await self._written(number, kind)
        async with self.store.transaction() as unit:
            other = await unit.programmes.add(tenant=TENANT, key="om", name=in_all("OM"))
        self.programmes = [self.texts[0].programme_id, other]

    async def _written(self, number: int, kind: AskKind) -> None:
        person = self.persons[number]
        ask = await ask_of(self.store, person, f"{kind}{number}", kind)
        form = catalogue.form(ask, Language.FI, about="whole" if kind is AskKind.PLAN else "")
        new = [
            Text(owner=number, ask_id=ask.id, field=each.name, matter=each.matter, programme_id=ask.programme_id)
            for each in form.fields
            if each.matter is not None and each.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT)
        ]
        async with self.store.transaction() as unit:
            known = await unit.people.get(person.id)
            assert known is not None
            await answer(unit, known, ask, {text.field: str(text) for text in new})
            if kind is AskKind.PLAN:
                plan = await unit.plans.begin(person.id, ask.programme_id)
                await unit.plans.add_goal(
                    Goal(id=ask.id, plan_id=plan.id, person_id=person.id, number=1, created_at=unit.now)
                )
        self.texts += new

    async def lay(self, world: World) -> list[Share]:
        """Make the world so; its shares."""
        start = self.clock.now
        async with self.store.transaction() as unit:
            connection = unit._connection
            await connection.execute(delete(shares))
            await connection.execute(delete(members))
            for person, manager in zip(self.persons, world.managers, strict=True):
                leads = self.persons[manager].id if manager is not None else None
                leads = None if leads == person.id else leads
                await connection.execute(update(people).where(people.c.id == person.id).values(manager_id=leads))
            rows: list[dict[str, object]] = [
                {
                    "person_id": person.id,
                    "programme_id": programme_id,
                    "role": part.role.value,
                    "groups": [],
                    "coach_id": self.persons[part.coach].id if part.coach is not None else None,
                    "joined_at": start,
                    "left_at": start if part.is_left else None,
                }
                for person, own in zip(self.persons, world.parts, strict=True)
                for programme_id, part in zip(self.programmes, own, strict=True)
                if part is not None
            ]
            if rows:
                await connection.execute(insert(members), rows)
            laid = []
            for given_ in world.shares:
                share = await unit.shares.add(owner_id=self.persons[given_.owner].id, card_id=self.cards[given_.owner])
                laid.append(self._share(share, given_, start))
                await unit.shares.save(laid[-1])
        return laid

    def _share(self, new: Share, given_: Given, start: datetime) -> Share:
        own = [text for text in self.texts if text.owner == given_.owner]
        text = own[given_.what % len(own)]
        whole = Thing(subject=Subject.ASK, subject_id=text.ask_id)
        return replace(
            new,
            state=given_.state,
            things=frozenset({whole if given_.is_whole else replace(whole, field=text.field)}),
            audience=given_.audience,
            person_id=None if given_.audience is Audience.TEAM else self.persons[given_.to].id,
            shared_at=start,
            ends_at=start + given_.days * DAY,
        )

    async def look(self, world: World, laid: Sequence[Share]) -> None:
        """Compare what each reads of each other with what they may, at this moment."""
        for reader in range(PEOPLE):
            read = await self._files_of(reader)
            for owner in range(PEOPLE):
                if owner == reader:
                    continue
                async with self.store.transaction() as unit:
                    drawn, _ = await draw_shared(unit, self.persons[reader], self.persons[owner].id)
                shown = words(drawn.card)
                for text in self.texts:
                    if text.owner == owner:
                        self._compare(world, laid, reader, text, shown=shown, read=read)

    def _compare(
        self, world: World, laid: Sequence[Share], reader: int, text: Text, *, shown: str, read: Mapping[str, str]
    ) -> None:
        self.seen["states"] += 1
        is_shared = any(self._is_given(world, share, reader, text) for share in laid)
        by_table = is_coach_of(world, reader, text.owner) and Audience.COACH in READERS[text.matter]
        assert (str(text) in shown) is (is_shared or (by_table and self._shares_with(world, laid, reader, text)))
        assert str(text) not in read["my data"]
        if str(text) in read["follow-up"]:
            assert follows(world, reader, text.owner, programme=0)
            assert Audience.COACH in READERS[text.matter]
            self.seen["in a follow-up"] += 1
        self.seen["shared"] += is_shared

    def _is_given(self, world: World, share: Share, reader: int, text: Text) -> bool:
        """Whether the share, told the long way, lets the reader read that text now."""
        if share.owner_id != self.persons[text.owner].id or share.audience not in SHAREABLE[text.matter]:
            return False
        if share.state != ShareState.SHARED or share.ends_at is None or share.ends_at <= self.clock.now:
            return False
        if share.person_id not in (None, self.persons[reader].id):
            return False
        if not _is(world, share.audience, reader, text.owner):
            return False
        whole = f"ask:{text.ask_id}"
        return bool({whole, f"{whole}/{text.field}"} & {str(thing) for thing in share.things})

    def _shares_with(self, world: World, laid: Sequence[Share], reader: int, text: Text) -> bool:
        """Whether a live share of the owner's reaches the reader and names that text, though not for that audience."""
        own = [share for share in laid if share.owner_id == self.persons[text.owner].id]
        live = [
            share
            for share in own
            if share.state == ShareState.SHARED and (share.ends_at or self.clock.now) > self.clock.now
        ]
        reached = [
            share
            for share in live
            if share.person_id == self.persons[reader].id
            or (share.audience is Audience.TEAM and world.managers[reader] == text.owner != reader)
        ]
        names = {str(thing) for share in reached for thing in share.things}
        return bool({f"ask:{text.ask_id}", f"ask:{text.ask_id}/{text.field}"} & names)

    async def _files_of(self, reader: int) -> Mapping[str, str]:
        """What the reader can fetch."""
        person = self.persons[reader]
        own = await gathered(self.store, person)
        try:
            order = Order(person=person, about={"programme": self.programmes[0]}, language=Language.FI)
            follow_up = (await as_csv(self.store, order)).content.decode("utf-8-sig")
        except NotTheirs:
            follow_up = ""
        return {"my data": str(own.rows), "follow-up": follow_up}


def _is(world: World, audience: Audience | None, reader: int, owner: int) -> bool:
    """What the reader is to the owner, by the rosters."""
    leads = world.managers[owner] == reader != owner
    is_led = world.managers[reader] == owner != reader
    match audience:
        case Audience.MANAGER:
            return leads
        case Audience.TEAM:
            return is_led
        case Audience.COUNTERPART:
            return leads or is_led
        case Audience.COACH:
            return is_coach_of(world, reader, owner)
        case Audience.PEER:
            return any(ours is not None and theirs is not None for ours, theirs in _common(world, reader, owner))
    return False


def is_coach_of(world: World, reader: int, owner: int) -> bool:
    """Their own coach, or a coach of a programme that both are in."""
    own = [part for part in world.parts[owner] if part is not None and not part.is_left]
    common = [ours for ours, theirs in _common(world, reader, owner) if ours is not None and theirs is not None]
    return any(part.coach == reader for part in own) or any(part.role is Role.COACH for part in common)


def _common(world: World, reader: int, owner: int) -> list[tuple[Part | None, Part | None]]:
    def there(part: Part | None) -> Part | None:
        return part if part is not None and not part.is_left else None

    pairs = zip(world.parts[reader], world.parts[owner], strict=True)
    return [(there(ours), there(theirs)) for ours, theirs in pairs]


def follows(world: World, reader: int, owner: int, *, programme: int) -> bool:
    """Whether the owner's answers belong in the reader's follow-up of that programme."""
    ours, theirs = _common(world, reader, owner)[programme]
    if ours is None or theirs is None or ours.role is not Role.COACH or theirs.role is not Role.PARTICIPANT:
        return False
    own = world.parts[theirs.coach][programme] if theirs.coach is not None else None
    has_own = own is not None and own.role is Role.COACH and not own.is_left
    return theirs.coach == reader or not has_own


@pytest.fixture
def ground(database: Database) -> Ground:
    engines = [open_engine(url) for url in (database.url, database.keys_url)]
    clock = Clock()
    store = Store(engines[0], KeyRing(engines[1], [MASTER_KEY]), clock=clock)
    return Ground(store=store, clock=clock, engines=engines)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_in_ten_thousand_states_nobody_is_shown_or_given_what_is_not_theirs_to_read(ground: Ground) -> None:
    async def lived(world: World) -> None:
        start = ground.clock.now
        laid = await ground.lay(world)
        await ground.look(world, laid)
        ground.clock.pass_by(days=2)
        await ground.look(world, laid)
        over = [taken_back(share, ground.clock.now) for share in laid]
        async with ground.store.transaction() as unit:
            for share in over:
                await unit.shares.save(share)
        await ground.look(world, over)
        ground.clock.now = start

    with asyncio.Runner() as runner:
        runner.run(ground.prepare())

        @settings(max_examples=MOST, derandomize=True, database=None, phases=[Phase.generate])
        @given(world=worlds)
        def holds(world: World) -> None:
            runner.run(lived(world))

        holds()
        for engine in ground.engines:
            runner.run(engine.dispose())
    assert ground.seen["states"] >= STATES
    assert ground.seen["shared"] > 0
    assert ground.seen["in a follow-up"] > 0
