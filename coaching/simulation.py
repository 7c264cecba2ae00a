"""Simulation: a programme's months in a moment, by the same rules that the pump goes by."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from coaching import asks as rules
from coaching.anchors import Anchor, AnchorKind
from coaching.asks import Ask, AskKind, AskState, can_be_answered
from coaching.chances import LOOK_BACK
from coaching.dose import History
from coaching.elements import BY_PLANS, DELIVERED, CheckIn, Element, is_sent
from coaching.lives import Fate, Life, Somebody, Visited
from coaching.placing import LeftOut, Placed, placed
from coaching.programmes import Programme, break_days
from coaching.reasons import Waiting
from coaching.replying import Answers, Replying
from coaching.rhythms import PLANNED
from coaching.sources import asked, facts_by_kind, moments_of
from coaching.telling import brought_up
from coaching.visits import Decision, Purpose, Visit, decide

__all__ = ["Answers", "Fate", "Life", "Somebody", "Visited", "simulated"]

#: What opens later than so far ahead has no say in what is told now.
NEAR = timedelta(days=LOOK_BACK + 4)
#: The rule looks back over visits of so long.
HISTORY = timedelta(days=29)
_NEVER = datetime.max.replace(tzinfo=UTC)
_ORDER = {reason: place for place, reason in enumerate(Waiting)}


def simulated(
    programme: Programme,
    people: Sequence[Somebody],
    *,
    until: datetime,
    answers: Answers,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Life]:
    """The lives of *people* from the programme's start until *until* (UTC). progress: people done, of how many.

    Nobody is in a dialog, and every message arrives at once. Who leaves gets nothing more.
    """
    elements = {each.id: _element(id, each, programme) for id, each in enumerate(programme.all_elements, start=1)}
    breaks, awaited = break_days(programme), frozenset(_awaited(programme))
    lives: list[Life] = []
    for somebody in people:
        lives.append(_Living(programme, somebody, elements, breaks, awaited, answers).life(until))
        progress(len(lives), len(people))
    return lives


def _awaited(programme: Programme) -> Iterator[Anchor]:
    """The anchors that are only there once the person has done something."""
    for each in programme.all_elements:
        if isinstance(each, CheckIn):
            yield PLANNED
        for at in (each.at, each.due, each.closes, each.repeat.until if each.repeat else None):
            if at is not None and at.anchor.kind in (AnchorKind.ASK_ANSWERED, AnchorKind.PLAN_CREATED):
                yield at.anchor


def _element(id: int, template: Element, programme: Programme) -> rules.Element:
    return rules.Element(
        id=id,
        programme_id=0,
        key=template.id,
        kind=DELIVERED.get(template.kind) or BY_PLANS.get(template.kind, AskKind.REFLECTION),
        title=template.title,
        intro=template.intro,
        **facts_by_kind(programme, template),
    )


class _Living:
    """One person while they live through it: what is open, what was said, and what they are about to answer."""

    def __init__(
        self,
        programme: Programme,
        somebody: Somebody,
        elements: Mapping[str, rules.Element],
        breaks: frozenset[date],
        awaited: frozenset[Anchor],
        answers: Answers,
    ) -> None:
        enrolled = somebody.enrolled
        self.programme = programme
        self.somebody = somebody
        self.elements = elements
        self.awaited = awaited
        self.enrolled = enrolled
        self.person = replace(enrolled.availability, days_off=enrolled.availability.days_off | breaks)
        self.replying = Replying(answers, self.person, somebody.key)
        self.plan: dict[tuple[str, int], Placed] = {}
        self.ids: dict[tuple[str, int], int] = {}
        self.numbers = count(1)
        self.asks: dict[int, Ask] = {}
        self.open: dict[int, Ask] = {}
        self.visits: list[Visited] = []
        self.unanswered = 0
        self.told_of_stop = False
        self.pending: list[tuple[datetime, int]] = []
        self.reminders: dict[int, list[datetime]] = {}
        self.waited: dict[int, set[Waiting]] = {}
        plan = placed(programme, enrolled)
        openings = [each.opens_at for each in plan if each.opens_at is not None and each.left_out is None]
        self.now = max(enrolled.joined_at, min(openings, default=enrolled.joined_at) - NEAR)
        self.place(plan)

    def life(self, until: datetime) -> Life:
        """Everything until *until*, or until they leave."""
        left_at = self.enrolled.left_at
        ends = until if left_at is None else min(until, left_at)
        while self.now < ends:
            decision = self.decided()
            self.take_note(decision)
            if decision.visit is not None and decision.visit.at <= self.now:
                self.receive(decision.visit)
                continue
            self.now = min(self.next_event(decision), ends)
            if self.now < ends:
                self.reply()
        self.take_note(self.decided())
        return self.told_of(ends, has_left=left_at is not None and left_at <= until)

    def place(self, plan: Sequence[Placed]) -> None:
        """Take a plan over: what is new, what has other times, what is not any more. What was told stays."""
        self.plan = {(each.element.id, each.occurrence): each for each in plan} | {
            key: self.plan[key] for key, id in self.ids.items() if id not in self.open or self.open[id].told_at
        }
        for key, each in self.plan.items():
            if each.opens_at is None or each.left_out is not None:
                continue
            known = self.asks.get(self.ids.get(key, 0))
            if known is None:
                self.ids[key] = next(self.numbers)
                self.keep(self._ask(self.ids[key], each))
            elif known.id in self.open and known.told_at is None:
                self.keep(replace(known, **moments_of(each)))
        for key in self.ids.keys() - self.plan.keys():
            self.keep(replace(self.asks[self.ids.pop(key)], state=AskState.CLOSED))

    def decided(self) -> Decision:
        """What the rule says now about what is near."""
        now = self.now
        for ask in list(self.open.values()):
            if ask.told_at is not None and ask.closes_at is not None and ask.closes_at <= now:
                self.keep(replace(ask, state=AskState.CLOSED))
        near = [ask for ask in self.open.values() if ask.told_at or ask.opens_at is None or ask.opens_at <= now + NEAR]
        history = History(
            visits=tuple(visit.at for visit in self.visits if visit.at > now - HISTORY),
            unanswered=self.unanswered,
            told_of_stop=self.told_of_stop,
        )
        return decide(self.person, near, history, now, self.programme.rules.dose, spread_key=self.somebody.key)

    def take_note(self, decision: Decision) -> None:
        """Remember why what has opened does not go, and give up what is given up."""
        for id, reason in decision.waiting.items():
            ask = self.open[id]
            if ask.told_at is None and ask.opens_at is not None and ask.opens_at <= self.now:
                self.waited.setdefault(id, set()).add(reason)
        for id, skipped in decision.skipped.items():
            self.keep(rules.skipped(self.open[id], skipped))

    def receive(self, visit: Visit) -> None:
        """A visit reaches the person now, who may then answer at some time."""
        now = self.now
        self.visits.append(Visited(at=now, parts=visit.parts))
        for part in visit.parts:
            if part.purpose is Purpose.STOPPING:
                self.told_of_stop = True
            if part.ask_id is None:
                continue
            ask = brought_up(self.open[part.ask_id], part.purpose, now)
            self.keep(ask)
            if part.purpose is Purpose.REMINDER:
                self.reminders.setdefault(ask.id, []).append(now)
                answers_at = self.replying.after_reminder(ask, now)
            else:
                self.unanswered += part.purpose is Purpose.NEW
                answers_at = self.replying.after_telling(ask, now) if ask.wants_answer else None
                if ask.kind is AskKind.PLAN:
                    answers_at = self.replying.plan_by(answers_at, ask, now)
            if answers_at is not None:
                heappush(self.pending, (answers_at, ask.id))

    def next_event(self, decision: Decision) -> datetime:
        """When there is something to decide about or to answer next; the end of time where there is not."""
        moments = [decision.visit.at if decision.visit else None, decision.again_at]
        moments.append(self.pending[0][0] if self.pending else None)
        for ask in self.open.values():
            if ask.told_at is None and ask.opens_at is not None and ask.opens_at > self.now:
                moments.append(ask.opens_at if ask.opens_at <= self.now + NEAR else ask.opens_at - NEAR)
        return min((moment for moment in moments if moment is not None), default=_NEVER)

    def reply(self) -> None:
        """Answer what is to be answered by now; what waited for the answers is then placed."""
        happened: dict[Anchor, datetime] = {}
        while self.pending and self.pending[0][0] <= self.now:
            _, id = heappop(self.pending)
            if id not in self.open or not can_be_answered(self.open[id], self.now):
                continue
            ask = self.open[id]
            self.keep(rules.answered(ask, ask.person_id, self.now))
            self.unanswered, self.told_of_stop = 0, False
            happened[Anchor(kind=AnchorKind.ASK_ANSWERED, key=ask.element.key)] = self.now
            if self.plan[ask.element.key, ask.occurrence].element.kind == "plan":
                happened[PLANNED] = self.now
        if (happened.keys() & self.awaited) - self.enrolled.happened.keys():
            self.enrolled = replace(self.enrolled, happened={**happened, **self.enrolled.happened})
            self.place(placed(self.programme, self.enrolled))

    def keep(self, ask: Ask) -> None:
        """Remember an ask as it is now."""
        self.asks[ask.id] = ask
        if ask.state is AskState.OPEN:
            self.open[ask.id] = ask
        else:
            self.open.pop(ask.id, None)

    def told_of(self, ends: datetime, *, has_left: bool) -> Life:
        """The whole life, after its end."""
        fates: list[Fate] = []
        left: list[Placed] = []
        for key, each in self.plan.items():
            if each.waits_until is not None and each.waits_until <= ends:
                left.append(replace(each, left_out=LeftOut.NO_PLAN))
                continue
            ask = self.asks.get(self.ids.get(key, 0))
            is_out = each.left_out is not None or each.opens_at is None
            if ask is None or is_out or (_begins(ask) >= ends and not _is_settled(ask)):
                left.append(each)
            elif has_left and not _is_settled(ask):
                left.append(replace(each, left_out=LeftOut.AFTER_LEAVING))
            else:
                fates.append(self._fate(ask, each))
        return Life(somebody=self.somebody, visits=tuple(self.visits), fates=tuple(fates), left=tuple(left))

    def _fate(self, ask: Ask, each: Placed) -> Fate:
        return Fate(
            ask=ask,
            placed=each,
            told_at=ask.told_at,
            answered_at=ask.answered_at,
            reminded_at=tuple(self.reminders.get(ask.id, ())),
            waited=tuple(sorted(self.waited.get(ask.id, ()), key=_ORDER.__getitem__)),
            skipped=ask.skipped,
            delivered=is_sent(each.element),
        )

    def _ask(self, id: int, each: Placed) -> Ask:
        return replace(asked(each, self.elements[each.element.id], person_id=1, now=self.now), id=id)


def _begins(ask: Ask) -> datetime:
    return max(ask.created_at, ask.opens_at or ask.created_at)


def _is_settled(ask: Ask) -> bool:
    return ask.told_at is not None or ask.skipped is not None
