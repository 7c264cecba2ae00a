"""Guarantees, looked for when a programme is over: what Sparri promises, and each time that it did not keep it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from coaching.asks import Ask, AskKind, AskState
from coaching.facts import Said
from coaching.forms import Value
from coaching.people import Person
from coaching.programmes import Programme, break_days
from coaching.stories import Record
from coaching.telling import DeliveryState
from coaching.visits import Purpose
from demo.habits import Simulated
from demo.world import World
from storage.public_holidays import public_holidays

#: What was due so long ago and was neither said nor given up is forgotten; a pause in the pace is not longer.
FORGOTTEN_AFTER = timedelta(days=45)
WEEK = timedelta(days=7)


@dataclass(kw_only=True)
class Account:
    """What became of a programme. broken: a line for each promise that was not kept.

    doses: how many visits a week, and in how many weeks of somebody's it was so many.
    """

    people: int = 0
    asks: int = 0
    visits: int = 0
    answered: int = 0
    reminders: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    lost: int = 0
    doses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


async def looked_over(world: World, simulated: Sequence[Simulated]) -> Account:
    """Everything that was said to everybody, and whether it was as promised."""
    account, in_boxes = Account(), Counter[tuple[int, int]]()
    by_email = {each.inhabitant.row.email: each for each in simulated}
    emails = [each.row.email for each in world.inhabitants]
    async with world.store.transaction() as unit:
        people = list((await unit.people.by_emails(world.teams.tenant, emails)).values())
    for person in people:
        async with world.store.transaction() as unit:
            story = await unit.stories.of(person)
        somebody = by_email.get(person.email or "")
        records = [record for enrolment in story.enrolments for record in enrolment.records]
        planned = somebody.planned if somebody else frozenset()
        look_over(account, world.programme, person, records, planned=planned, now=world.now)
        cast = [each.ask for each in records if _is_cast(each.ask)]
        in_boxes.update((ask.source_id, ask.occurrence) for ask in cast)
        if somebody:
            await _read_back(account, world, person, somebody, cast={ask.id for ask in cast})
    await _count_ballots(account, world, in_boxes)
    return account


def look_over(
    account: Account,
    programme: Programme,
    person: Person,
    records: Sequence[Record],
    *,
    planned: Collection[int] = (),
    now: datetime,
) -> None:
    """Add to the account what was said to one person, about all that they were asked.

    planned: the asks for which they have chosen a moment, at which each is brought up once more.
    """
    account.people += 1
    account.asks += len(records)
    account.answered += sum(record.ask.state is AskState.ANSWERED for record in records)
    account.skipped.update(record.ask.skipped.value for record in records if record.ask.skipped)
    for record in records:
        sent = [said for said in record.said if said.state is DeliveryState.SENT]
        said = Counter(each.purpose for each in sent)
        account.reminders += said[Purpose.REMINDER]
        more = said[Purpose.NEW] + said[Purpose.NOTICE] - 1 - (record.ask.id in planned)
        if more > 0:
            account.duplicates += more
            account.broken.append(f"ask {record.ask.id} was brought up {more} times too often")
        if said[Purpose.REMINDER] > programme.rules.dose.most_reminders:
            account.broken.append(f"ask {record.ask.id} had {said[Purpose.REMINDER]} reminders")
        if _is_forgotten(record, person, now):
            account.lost += 1
            account.broken.append(f"ask {record.ask.id} was due on {record.ask.opens_at:%d %b %Y} and is forgotten")
    visits = _visits(records, ZoneInfo(person.timezone))
    account.visits += len(visits)
    _check_moments(account, programme, person.id, visits)


def _is_forgotten(record: Record, person: Person, now: datetime) -> bool:
    ask = record.ask
    if ask.state is not AskState.OPEN or ask.told_at is not None or person.unanswered:
        return False
    return ask.opens_at is not None and ask.opens_at < now - FORGOTTEN_AFTER


def _visits(records: Iterable[Record], zone: ZoneInfo) -> list[tuple[datetime, bool]]:
    """The moments, local, at which somebody was written to, and whether all that was said then was urgent."""
    said: list[tuple[datetime, bool]] = sorted(
        (each.at.astimezone(zone), record.ask.urgent) for record in records for each in record.said if _was_sent(each)
    )
    return [(at, all(urgent for _, urgent in group)) for at, group in groupby(said, key=lambda each: each[0])]


def _was_sent(said: Said) -> bool:
    return said.state is DeliveryState.SENT


def _check_moments(
    account: Account, programme: Programme, person_id: int, visits: Sequence[tuple[datetime, bool]]
) -> None:
    rules = programme.rules
    breaks = break_days(programme)
    holidays = _holidays(programme, visits)
    hours, dose = rules.hours, rules.dose
    before: list[datetime] = []
    for at, urgent in visits:
        who = f"person {person_id}, {at:%a %d %b %Y %H:%M}"
        if not hours.start <= at.time() < hours.end or at.weekday() not in hours.weekdays:
            account.broken.append(f"{who}: outside their hours")
        if at.date() in holidays or at.date() in breaks:
            account.broken.append(f"{who}: on a holiday or in a break")
        today = sum(each.date() == at.date() for each in before)
        week = sum(at.date() - each.date() < WEEK for each in before)
        if not urgent and (today >= dose.most_a_day or week >= dose.most_a_week):
            account.broken.append(f"{who}: more than the dose, {today} that day and {week} that week before it")
        before.append(at)
    weeks = Counter(at.date() - timedelta(days=at.weekday()) for at, _ in visits)
    account.doses.update(weeks[monday] for monday in _mondays(weeks))


def _holidays(programme: Programme, visits: Sequence[tuple[datetime, bool]]) -> frozenset[date]:
    by_year = partial(public_holidays, programme.rules.holidays)
    return frozenset().union(*(by_year(year) for year in {at.year for at, _ in visits}))


def _mondays(weeks: Mapping[date, int]) -> Iterator[date]:
    """Every Monday from the first week to the last, those without a visit too."""
    if weeks:
        monday = min(weeks)
        while monday <= max(weeks):
            yield monday
            monday += WEEK


async def _read_back(
    account: Account, world: World, person: Person, simulated: Simulated, *, cast: Collection[int]
) -> None:
    """What was thanked for is stored, in a version of its own where it was changed later.

    cast: the asks whose answers are in a survey's box, where nobody's can be found again; those are counted.
    """
    for ask_id, entries in simulated.thanked.items():
        if ask_id in cast:
            continue
        if entries not in [
            {name: str(kept.get(name)) for name in entries} for kept in await _kept(world, person, ask_id)
        ]:
            account.lost += 1
            account.broken.append(f"ask {ask_id}: what was thanked for is not stored")
    for ask_id in simulated.planned:
        async with world.store.transaction() as unit:
            progress = await unit.assignments.get(ask_id)
        if progress.planned_at is None and ask_id not in simulated.thanked:
            account.lost += 1
            account.broken.append(f"ask {ask_id}: a plan was thanked for and is not there")


def _is_cast(ask: Ask) -> bool:
    return ask.kind is AskKind.BALLOT and ask.state is AskState.ANSWERED


async def _count_ballots(account: Account, world: World, answered: Counter[tuple[int, int]]) -> None:
    """In the box of each survey are as many ballots as people have answered it."""
    async with world.store.transaction() as unit:
        boxes = await unit.ballot_boxes.numbers()
    for place in answered.keys() | boxes.keys():
        if answered[place] != boxes.get(place, 0):
            account.lost += abs(answered[place] - boxes.get(place, 0))
            account.broken.append(f"survey {place}: {answered[place]} answered, {boxes.get(place, 0)} in the box")


async def _kept(world: World, person: Person, ask_id: int) -> list[dict[str, Value]]:
    """Every version of an answer. What completes a goal is kept with the goal."""
    async with world.store.transaction() as unit:
        ask, about = await unit.asks.get(ask_id), await unit.plans.about(ask_id)
        if ask is not None and about is not None and ask.kind is AskKind.HALF_GOAL:
            ask_id = about.goals[0]
        _, cipher = await unit.cipher(person)
        newest = await unit.answers.latest(ask_id) or 0
        given = {"person_id": person.id, "ask_id": ask_id}
        return [await unit.answers.read(cipher, version=version, **given) for version in range(1, newest + 1)]
