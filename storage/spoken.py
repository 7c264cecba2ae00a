"""Spoken: what somebody wrote that a card says again, opened with their own key at the last moment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from coaching.asks import Ask, AskKind
from coaching.people import Language
from coaching.pooled import Pooled
from coaching.shares import ShareState
from coaching.talks import MOST_ASKED, OFFERED_FOR, listed
from storage import assignments as plans
from storage import errands as said
from storage import pools as pooled
from storage.among import among
from storage.answers import Answers
from storage.engine import Connection
from storage.keys import KeyLost, KeyRing, Unreadable
from storage.manager_weeks import ManagerWeeks
from storage.plan_progress import PROMISED
from storage.pools import Pool
from storage.sealing import Cipher
from storage.survey_news import SurveyNews, survey_news
from storage.tables import asks, assignments, elements, errands, people, plan_asks, pools, shares, talks
from storage.tables import goals as goal_rows
from storage.talk_lines import TalkLine, lines
from storage.talks import SHOWN, Talks, talk_of

_OF_TALKS = frozenset({AskKind.TALKS, AskKind.HELD, AskKind.SUMMARY})
_WHICH: Mapping[AskKind, Callable[[Ask], ColumnElement[bool]]] = {
    AskKind.TALKS: lambda ask: and_(talks.c.manager_id == ask.person_id, SHOWN),
    AskKind.HELD: lambda ask: talks.c.id == ask.occurrence // MOST_ASKED,
    AskKind.SUMMARY: lambda ask: and_(
        talks.c.id == ask.occurrence,
        or_(talks.c.participant_id == ask.person_id, talks.c.manager_id == ask.person_id),
    ),
}
_OF_TEAMS = frozenset({AskKind.TEAM_QUESTION, AskKind.TEAM_ANSWERS})
_WRITER = people.c.id.label("by_id"), people.c.tenant, people.c.key_id, people.c.name
_PLANS = (
    select(assignments.c.ask_id, assignments.c.planned_at, assignments.c.sealed, *_WRITER)
    .join(asks, asks.c.id == assignments.c.ask_id)
    .join(people, people.c.id == asks.c.person_id)
    .where(among(assignments.c.ask_id, "ids_"), assignments.c.planned_at.is_not(None))
)
_ERRANDS = (
    select(errands.c.id, errands.c.sealed, errands.c.until, elements.c.content, *_WRITER)
    .join(people, people.c.id == errands.c.by_id)
    .join(asks, asks.c.id == errands.c.ask_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(among(errands.c.id, "ids_"))
)
_GOALS = (
    select(plan_asks.c.ask_id, plan_asks.c.plan_id, plan_asks.c.goals, asks.c.kind, asks.c.created_at, *_WRITER)
    .join(asks, asks.c.id == plan_asks.c.ask_id)
    .join(people, people.c.id == asks.c.person_id)
    .where(among(plan_asks.c.ask_id, "ids_"))
)
_POOLS = (
    select(pools.c.id, pools.c.closes_at, pools.c.is_enough, pools.c.sealed, *_WRITER)
    .join(people, people.c.id == pools.c.asker_id)
    .where(among(pools.c.id, "ids_"))
)
_NAMES = select(people.c.id, people.c.name).where(among(people.c.id, "ids_"))
_EARLIER = (
    select(plan_asks.c.goals, asks.c.created_at)
    .join(asks, asks.c.id == plan_asks.c.ask_id)
    .where(
        plan_asks.c.plan_id == bindparam("plan_"),
        asks.c.kind == AskKind.CHECK_IN.value,
        asks.c.created_at < bindparam("before_"),
    )
    .order_by(asks.c.created_at)
)
_NUMBER = select(goal_rows.c.number).where(goal_rows.c.ask_id == bindparam("goal_"))
_ABOUT_GOALS = frozenset({AskKind.CHECK_IN, AskKind.HALF_GOAL, AskKind.CUE})
_live = shares.alias("live")
#: Of what was shared together one is told of: it holds while any of it is shared.
_SHARES = (
    select(shares.c.id, people.c.id.label("by_id"), people.c.name)
    .join(people, people.c.id == shares.c.owner_id)
    .join(
        _live,
        and_(
            _live.c.owner_id == shares.c.owner_id,
            _live.c.audience == shares.c.audience,
            _live.c.person_id.is_not_distinct_from(shares.c.person_id),
        ),
    )
    .where(
        among(shares.c.id, "ids_"),
        _live.c.state == ShareState.SHARED.value,
        _live.c.ends_at > bindparam("now_"),
    )
    .distinct()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a card says again. words: by field, of a message under "words", of a plan's ask a list under "goals"; empty
    where nobody can open them any more.

    by, by_id: who wrote it; empty for the reader. at: their own moment, or until when there is more time, or an
    answer is taken (UTC). about: the title of the assignment that a message is about. pooled: what came of a question
    to several; None also where the answers are too few, and then is_enough is False. talks: discussions; gone_over: the
    names of those whose discussions were the reader's to hold, and are somebody else's now; sharers: of those who share
    something with them, without any of these discussions. survey: that was counted, for who coaches its programme.
    """

    words: Mapping[str, Any]
    by: str = ""
    by_id: int | None = None
    at: datetime | None = None
    about: Mapping[Language, str] | None = None
    pooled: Pooled | None = None
    talks: Sequence[TalkLine] = ()
    gone_over: Sequence[str] = ()
    sharers: Sequence[str] = ()
    survey: SurveyNews | None = None
    is_enough: bool = True


class Speech:
    """What can be said again in this transaction. Locks nothing."""

    def __init__(self, connection: Connection, keys: KeyRing, now: datetime) -> None:
        self._connection = connection
        self._keys = keys
        self._now = now
        self._answers = Answers(connection, now)

    async def of(self, asked: Iterable[Ask]) -> dict[int, Spoken]:
        """What the cards of these asks say again, by the asks' numbers: plans, and what others say."""
        found: dict[int, Spoken] = {}
        asked = list(asked)
        planned = [ask.id for ask in asked if ask.kind is AskKind.ASSIGNMENT]
        messages = {ask.occurrence: ask.id for ask in asked if ask.kind is AskKind.MESSAGE}
        for row in await self._connection.execute(_PLANS, {"ids_": planned}) if planned else ():
            words = await self._opened(row, plans.SEALED, row.ask_id)
            found[row.ask_id] = Spoken(words=words or {}, at=row.planned_at)
        for row in await self._connection.execute(_ERRANDS, {"ids_": sorted(messages)}) if messages else ():
            text = await self._opened(row, said.SEALED, row.id)
            about = {Language(language): title for language, title in row.content["title"].items()}
            words = {"words": text} if text else {}
            found[messages[row.id]] = Spoken(words=words, by=row.name, at=row.until, about=about)
        goals = [ask.id for ask in asked if ask.kind in _ABOUT_GOALS]
        for row in (await self._connection.execute(_GOALS, {"ids_": goals})).all() if goals else ():
            found[row.ask_id] = Spoken(words={"goals": await self._own_goals(row)})
        found |= await self._about([ask for ask in asked if ask.kind is AskKind.NOTES])
        found |= await self._talks([ask for ask in asked if ask.kind in _OF_TALKS])
        found |= await self._shared([ask for ask in asked if ask.kind is AskKind.SHARED])
        told = await survey_news(self._connection, [ask for ask in asked if ask.kind is AskKind.SURVEY_RESULTS])
        found |= {ask_id: Spoken(words={}, survey=news) for ask_id, news in told.items()}
        return found | await self._of_teams([ask for ask in asked if ask.kind in _OF_TEAMS])

    async def _of_teams(self, asked: Sequence[Ask]) -> dict[int, Spoken]:
        """Who asks the person and until when; or what came of the person's own question, for them alone."""
        if not asked:
            return {}
        rows = await self._connection.execute(_POOLS, {"ids_": sorted({ask.occurrence for ask in asked})})
        by_pool = {row.id: row for row in rows}
        found: dict[int, Spoken] = {}
        for ask in asked:
            row = by_pool.get(ask.occurrence)
            if row is None:
                continue
            if ask.kind is AskKind.TEAM_QUESTION:
                found[ask.id] = Spoken(words={}, by=row.name, at=row.closes_at)
            elif row.by_id == ask.person_id:
                found[ask.id] = await self._came_of(row)
        return found

    async def _about(self, asked: Sequence[Ask]) -> dict[int, Spoken]:
        """Whom a manager's notes are about."""
        given = {"ids_": sorted({ask.occurrence for ask in asked})}
        names = {row.id: row.name for row in await self._connection.execute(_NAMES, given)} if asked else {}
        return {ask.id: Spoken(words={}, by=names.get(ask.occurrence, "")) for ask in asked}

    async def _talks(self, asked: Sequence[Ask]) -> dict[int, Spoken]:
        """The discussions of the week, as the one whom it is told to sees them now; what is about one, that one."""
        found: dict[int, Spoken] = {}
        theirs, weeks = Talks(self._connection, self._now), ManagerWeeks(self._connection, self._now)
        for ask in asked:
            which = _WHICH[ask.kind](ask)
            given = {"since_": self._now - OFFERED_FOR} if ask.kind is AskKind.TALKS else {}
            rows = await self._connection.execute(select(talks).where(which).order_by(talks.c.id), given)
            told = await lines(self._connection, ask.person_id, listed(talk_of(row) for row in rows), self._now)
            if ask.kind is not AskKind.TALKS:
                found[ask.id] = Spoken(words={}, talks=told)
                continue
            named = {line.talk.participant_id for line in told}
            sharers = [name for number, name in await weeks.sharers(ask.person_id) if number not in named]
            gone = await theirs.gone_over(ask.person_id)
            found[ask.id] = Spoken(words={}, talks=told, gone_over=gone, sharers=sharers)
        return found

    async def _shared(self, asked: Sequence[Ask]) -> dict[int, Spoken]:
        """Who shares something with the person; nothing where it is over."""
        given = {"ids_": sorted({ask.occurrence for ask in asked}), "now_": self._now}
        rows = {row.id: row for row in await self._connection.execute(_SHARES, given)} if asked else {}
        shared = [(ask.id, rows[ask.occurrence]) for ask in asked if ask.occurrence in rows]
        return {ask_id: Spoken(words={}, by=row.name, by_id=row.by_id) for ask_id, row in shared}

    async def came_of(self, pool: Pool, person_id: int) -> Spoken | None:
        """What came of a closed question of that person's; None where it is not theirs."""
        rows = await self._connection.execute(_POOLS, {"ids_": [pool.id]})
        row = rows.first()
        return None if row is None or row.by_id != person_id else await self._came_of(row)

    async def _came_of(self, row: Any) -> Spoken:
        opened = await self._opened(row, pooled.SEALED, row.id)
        if opened is None:
            return Spoken(words={}, at=row.closes_at, is_enough=bool(row.is_enough))
        result = pooled.result_of(opened)
        numbers = sorted({int(voice.by) for voice in result.voices if voice.by})
        found = await self._connection.execute(_NAMES, {"ids_": numbers}) if numbers else ()
        names = {str(each.id): each.name for each in found}
        voices = tuple(replace(voice, by=names.get(voice.by, "")) for voice in result.voices)
        return Spoken(words={}, at=row.closes_at, pooled=replace(result, voices=voices))

    async def _own_goals(self, row: Any) -> list[dict[str, Any]]:
        """The goals that an ask is about, in their owner's words; without those that nobody can open any more."""
        told = []
        with suppress(Unreadable, KeyLost):
            cipher = await self._keys.cipher(tenant=row.tenant, key_id=row.key_id, now=self._now)
            for goal_id in row.goals:
                values = await self._answers.newest(cipher, person_id=row.by_id, ask_id=goal_id)
                number = (await self._connection.execute(_NUMBER, {"goal_": goal_id})).scalar_one_or_none()
                told.append({**values, "number": number})
            for own, goal_id in zip(told, row.goals, strict=True):
                promise = await self._promise(cipher, row, goal_id)
                own |= {"promised": promise} if promise else {}
        return told

    async def _promise(self, cipher: Cipher, row: Any, goal_id: int) -> str:
        """What the owner's team promised about a goal since the check-in before this one; empty for nothing."""
        if row.kind != AskKind.CHECK_IN:
            return ""
        said = [
            each
            for each in (await self._connection.execute(PROMISED, {"plan_": row.plan_id})).all()
            if not each.goals or goal_id in each.goals
        ]
        given = {"plan_": row.plan_id, "before_": row.created_at}
        earlier = [
            each.created_at for each in (await self._connection.execute(_EARLIER, given)).all() if goal_id in each.goals
        ]
        if not said or (earlier and said[-1].answered_at <= earlier[-1]):
            return ""
        values = await self._answers.newest(cipher, person_id=row.by_id, ask_id=said[-1].ask_id)
        return str(values.get("promise", "")).strip()

    async def _opened(self, row: Any, column: str, place: int) -> Any:
        if row.sealed is None:
            return None
        with suppress(Unreadable, KeyLost):
            cipher = await self._keys.cipher(tenant=row.tenant, key_id=row.key_id, now=self._now)
            return cipher.unseal(row.sealed, person_id=row.by_id, column=column, row=place)
        return None
