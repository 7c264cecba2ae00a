"""Talks brought about: discussions open in their time, managers get one message a week, and changes are followed up.

Any number of processes may do so at once; the rows' unique keys are the referees.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coaching import talks
from coaching.asks import AskKind, Element
from coaching.calendar import MIDNIGHT, instant_of
from coaching.elements import Discussion
from coaching.people import Person, Role
from coaching.placing import is_for
from coaching.programmes import Programme, break_days
from coaching.sources import TALKS, unworded
from coaching.talks import News, Talk, TalkKind
from scheduler.each import another_may_be_faster, failing_alone
from storage.store import Store, Unit
from storage.talks import Pair, Planner

#: People that one short transaction looks at.
AT_ONCE = 50
#: Messages of so many weeks are looked at, whether they were told.
LOOKED_BACK = timedelta(weeks=8)
#: Whether a discussion was held is asked for so long.
ASKED_FOR = timedelta(days=60)


async def bring_talks(store: Store) -> None:
    """Open what is to be opened, and write to the managers. What fails of it stops nothing else."""
    await open_talks(store)
    await write_to_managers(store)


async def open_talks(store: Store) -> int:
    """Open the discussions whose time has come; how many."""
    async with store.transaction() as unit:
        programme_ids = await unit.talks.programmes_with_stages()
    opened = 0
    for programme_id in programme_ids:
        with failing_alone("discussions not opened", programme=programme_id), another_may_be_faster():
            opened += await _open_stages(store, programme_id)
    with failing_alone("discussions of plans not opened"), another_may_be_faster():
        opened += await _open_follow_ups(store)
    return opened


async def _open_stages(store: Store, programme_id: int) -> int:
    async with store.transaction() as unit:
        programme = await unit.revisions.newest(programme_id)
        sources = await unit.revisions.sources(programme_id)
    if programme is None:
        return 0
    stages = [stage for stage in _stages(programme) if stage.id in sources]
    return sum([await _open_stage(store, programme_id, programme, stage, sources) for stage in stages])


def _stages(programme: Programme) -> Iterator[Discussion]:
    return (each for each in programme.elements if isinstance(each, Discussion))


async def _open_stage(
    store: Store, programme_id: int, programme: Programme, stage: Discussion, sources: Mapping[str, Element]
) -> int:
    window = next(each for each in programme.windows if each.id == stage.window)
    before = sources.get(stage.follows) if stage.follows else None
    new = Talk(
        id=0,
        programme_id=programme_id,
        element_id=sources[stage.id].id,
        participant_id=0,
        manager_id=0,
        first=window.first,
        last=window.last,
    )
    is_followed = any(each.follows == stage.id for each in _stages(programme))
    opened = after = 0
    while True:
        async with store.transaction() as unit:
            today = unit.now.astimezone(ZoneInfo(programme.timezone)).date()
            if today < window.first or today > window.last + talks.LATE_FOR:
                return opened
            pairs = await unit.talks.pairs(new, before_id=before.id if before else None, after=after, limit=AT_ONCE)
            for pair in pairs:
                talk = _opened(new, stage, pair, today)
                if talk is not None:
                    await unit.talks.add(talk, is_followed=is_followed)
                    opened += 1
        if len(pairs) < AT_ONCE:
            return opened
        after = pairs[-1].participant_id


def _opened(new: Talk, stage: Discussion, pair: Pair, today: date) -> Talk | None:
    """The discussion of a pair, if it opens. new: the stage's, of nobody, with the days of its window."""
    if not is_for(stage, {Role.PARTICIPANT}, pair.groups) or pair.manager_id == pair.participant_id:
        return None
    waits = stage.follows is not None and pair.has_before and not pair.held_before
    days = talks.stage_opens(new.first, new.last, waits=waits, today=today)
    if days is None:
        return None
    return replace(new, participant_id=pair.participant_id, manager_id=pair.manager_id, first=days[0], last=days[1])


async def _open_follow_ups(store: Store) -> int:
    """Those of plans: a while after the plan was begun, and after the programme's end."""
    opened = after = 0
    while True:
        async with store.transaction() as unit:
            planners = await unit.talks.planners(after=after, limit=AT_ONCE)
            for planner in planners:
                opened += await _open_follow_up(unit, planner)
        if len(planners) < AT_ONCE:
            return opened
        after = planners[-1].plan_id


async def _open_follow_up(unit: Unit, planner: Planner) -> int:
    programme = await unit.revisions.newest(planner.programme_id)
    if programme is None or planner.manager_id == planner.participant_id:
        return 0
    zone = ZoneInfo(programme.timezone)
    today, begun = unit.now.astimezone(zone).date(), planner.created_at.astimezone(zone).date()
    due = [
        (number, days)
        for number, days in enumerate(talks.follow_ups(begun, programme.ends))
        if days[0] <= today <= days[1]
    ]
    if not due:
        return 0
    element = await unit.programmes.known(unworded(planner.programme_id, f"{TALKS}follow_up", AskKind.NOTES))
    known = await unit.talks.known(element.id, [planner.participant_id])
    opened = 0
    for number, (first, last) in due:
        if (planner.participant_id, number) in known:
            continue
        await unit.talks.add(
            Talk(
                id=0,
                programme_id=planner.programme_id,
                element_id=element.id,
                occurrence=number,
                kind=TalkKind.FOLLOW_UP,
                participant_id=planner.participant_id,
                manager_id=planner.manager_id,
                first=first,
                last=last,
            )
        )
        opened += 1
    return opened


async def write_to_managers(store: Store) -> int:
    """One message of the week to each manager who has news of their people; how many there were.

    News is what is to be held, what a programme tells managers, and what their people share with them.
    """
    await _take_up_untold(store)
    async with store.transaction() as unit:
        spoken_of = await unit.manager_weeks.programmes_spoken_of()
        going = [number for number in spoken_of if not await _is_on_break(unit, number)]
        news = talks.news(talks.monday_of(unit.now.date()))
        managers = await unit.manager_weeks.managers(news, programme_ids=going, limit=AT_ONCE) if going else []
    written = 0
    for manager_id in sorted({*managers, *await _to_be_told(store, news)}):
        with failing_alone("manager not written to", manager=manager_id), another_may_be_faster(manager=manager_id):
            async with store.transaction() as unit:
                written += await _write_to(unit, manager_id, news, set(going))
    return written


async def _take_up_untold(store: Store) -> None:
    """What a message would have told that was given up, such as one written on a Friday evening, is news again."""
    async with store.transaction() as unit:
        monday = talks.monday_of(unit.now.date())
        untold = await unit.manager_weeks.untold(since=monday - LOOKED_BACK)
    for manager_id, week, written_at in untold:
        async with store.transaction() as unit:
            await unit.people.get(manager_id)
            await unit.manager_weeks.not_told(manager_id, week, written_at)


async def _to_be_told(store: Store, news: News) -> list[int]:
    """Managers for whom there is something else than discussions, as many as there are."""
    found: list[int] = []
    while True:
        async with store.transaction() as unit:
            after = found[-1] if found else 0
            some = await unit.manager_weeks.to_be_told(news.monday, after=after, limit=AT_ONCE)
        found += some
        if len(some) < AT_ONCE:
            return found


async def _is_on_break(unit: Unit, programme_id: int) -> bool:
    programme = await unit.revisions.newest(programme_id)
    if programme is None:
        return False
    return unit.now.astimezone(ZoneInfo(programme.timezone)).date() in break_days(programme)


async def _write_to(unit: Unit, manager_id: int, news: News, going: set[int]) -> bool:
    person = await unit.people.get(manager_id)
    programme_ids = await _spoken_of_to(unit, manager_id, news, going)
    if person is None or not programme_ids:
        return False
    programme_id = min(programme_ids)
    source = await unit.programmes.known(unworded(programme_id, TALKS, AskKind.TALKS))
    ask = await unit.asks.add(
        person_id=manager_id,
        element=source,
        occurrence=news.monday.toordinal(),
        wants_answer=False,
        opens_at=unit.now,
        late_until=await _end_of_week(unit, person, programme_id, news.monday),
    )
    await unit.manager_weeks.written_to(manager_id, news.monday, ask.id)
    return True


async def _spoken_of_to(unit: Unit, manager_id: int, news: News, going: set[int]) -> set[int]:
    """The programmes of which there is something to tell a manager in this week, and that have no break now."""
    due = [talk for talk in await unit.talks.of_manager(manager_id) if talks.is_news(talk, news)]
    found = {talk.programme_id for talk in due} & going
    others = {*await unit.manager_weeks.notices_for(manager_id)}
    for owner_id, _ in await unit.manager_weeks.sharers(manager_id, untold=True):
        programme_id = await unit.shares.programme_of(owner_id)
        others |= {programme_id} if programme_id is not None else set()
    return found | {number for number in others if not await _is_on_break(unit, number)}


async def _end_of_week(unit: Unit, person: Person, programme_id: int, monday: date) -> datetime:
    """Until when the week's message may be told: to the end of the week, and not into a break of the programme."""
    programme = await unit.revisions.newest(programme_id)
    off = break_days(programme) if programme is not None else frozenset[date]()
    zone = ZoneInfo(person.timezone)
    today = unit.now.astimezone(zone).date()
    day = monday + talks.WEEK
    ahead = [each for each in off if today < each < day]
    return instant_of(min(ahead, default=day), MIDNIGHT, zone)


async def follow_changes(store: Store) -> int:
    """Ask participants whether a discussion was held, and have the cards of both drawn anew; how many changed."""
    async with store.transaction() as unit:
        changed = await unit.talks.changed(limit=AT_ONCE)
    for talk_id, participant_id in changed:
        with failing_alone("discussion not followed up", talk=talk_id):
            async with store.transaction() as unit:
                await unit.people.get(participant_id)
                await _follow(unit, talk_id)
    return len(changed)


async def _follow(unit: Unit, talk_id: int) -> None:
    talk = await unit.talks.get(talk_id)
    if talk is None:
        return
    asked = talk.asked
    if talk.to_ask and talk.confirmed_at is None and asked < talks.MOST_ASKED - 1:
        asked += 1
        source = await unit.programmes.known(unworded(talk.programme_id, f"{TALKS}held", AskKind.HELD))
        await unit.asks.add(
            person_id=talk.participant_id,
            element=source,
            occurrence=talk.id * talks.MOST_ASKED + asked,
            wants_answer=True,
            urgent=False,
            opens_at=unit.now,
            closes_at=unit.now + ASKED_FOR,
        )
    await unit.talks.save(talks.followed_up(talk, asked=asked))
    for person_id in (talk.manager_id, talk.participant_id):
        await unit.talks.draw_again(person_id)
