"""Why, in words: what somebody gets and when, and why something waits or does not come at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from coaching.anchors import Anchor, AnchorKind, Offset
from coaching.asks import Ask, AskState
from coaching.elements import Words
from coaching.explaining import Explanation
from coaching.facts import (
    Answered,
    Changed,
    Closed,
    Comes,
    Fact,
    FollowsPlan,
    GivenUp,
    Held,
    LeftOutFor,
    Made,
    MovedOn,
    NoLongerPlanned,
    NotMade,
    Planned,
    PutOff,
    Said,
    TakenBack,
    TellsOfRevision,
    Waits,
    WaitsForAnchor,
)
from coaching.people import Language, in_language
from coaching.telling import DeliveryState
from coaching.visits import Purpose, Visit
from dialogs.wording import in_a_row, moment_in_words, t

#: Of what happened between the plan and today the newest so many are told.
MOST_BETWEEN = 3
_SESSIONS = (AnchorKind.SESSION_START, AnchorKind.SESSION_END)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Explains in one language, on one clock."""

    language: Language
    zone: ZoneInfo

    def whole(self, explanation: Explanation) -> tuple[str, ...]:
        """A chain in short: its programme, its plan, the newest of what happened to it, and where it stands."""
        *between, standing = explanation.facts[1:]
        told = [self.sentence(fact) for fact in between[-MOST_BETWEEN:]]
        last = [self.sentence(standing), *self._due(explanation.ask)]
        return (*self._beginning(explanation), *told, " ".join(last))

    def short(self, explanation: Explanation) -> tuple[str, ...]:
        """Its programme and its plan alone, and until when an answer is hoped for."""
        programme, origin = self._beginning(explanation)
        return (programme, " ".join([origin, *self._due(explanation.ask)]))

    def next_visit(self, visit: Visit | None, asks: Sequence[Ask]) -> str:
        """What comes next. asks: those of the visit at least."""
        titles = {ask.id: in_language(ask.element.title, self.language) for ask in asks}
        named = [titles[part.ask_id] for part in visit.parts if part.ask_id is not None] if visit else []
        if visit is not None and any(part.purpose is Purpose.STOPPING for part in visit.parts):
            return self._t("next_farewell", when=self._when(visit.at))
        if visit is None or not named:
            return self._t("next_none")
        return self._t("next", when=self._when(visit.at), titles=in_a_row(self.language, named))

    def sentence(self, fact: Fact) -> str:
        """One fact."""
        match fact:
            case Planned() | Made() | FollowsPlan() | TellsOfRevision():
                return self._origin(fact)
            case MovedOn(by=by, to=to):
                why = in_a_row(self.language, [t(self.language, f"moved_by.{each}") for each in by])
                return self._t("moved", when=self._when(to), why=why)
            case Changed():
                return self._changed(fact)
            case Said(at=at, purpose=purpose, state=state):
                key = purpose if state is DeliveryState.SENT else state
                return self._t(f"said.{key}", when=self._when(at))
            case PutOff(until=until):
                return self._t("put_off", when=self._when(until))
            case TakenBack():
                return self._t("taken_back")
            case NoLongerPlanned():
                return self._t("no_longer")
            case WaitsForAnchor(anchor=anchor, about=about, until=until):
                anchored = self._anchored(anchor, Offset(), about)
                if until is None:
                    return self._t("waits_for", anchored=anchored)
                return self._t("waits_for_until", anchored=anchored, when=self._when(until))
        return self._standing(fact)

    def _standing(self, fact: LeftOutFor | Waits | Comes | Held | Answered | Closed | GivenUp | NotMade) -> str:
        match fact:
            case Waits(reason=reason, not_before=None):
                return self._t(f"waiting.{reason}")
            case Waits(reason=reason, not_before=datetime() as at):
                key = "not_before_again" if fact.was_told else "not_before"
                return f"{self._t(f'waiting.{reason}')} {self._t(key, when=self._when(at))}"
            case Comes(at=at, purpose=purpose):
                return self._t(f"comes.{purpose}", when=self._when(at))
            case Held(by=by):
                return self._t(f"held.{by}")
            case Answered(at=datetime() as at):
                return self._t("answered", when=self._when(at))
            case Closed(was_told=True):
                return self._t("no_answer")
            case Closed(at=datetime() as at):
                return self._t("closed", when=self._when(at))
            case GivenUp(reason=reason):
                return self._t(f"skipped.{reason}")
            case LeftOutFor(reason=reason):
                return self._t(f"left_out.{reason}")
            case NotMade(reason=reason):
                return self._t(f"not_asked.{reason}")
        return self._t("waiting.over")

    def _beginning(self, explanation: Explanation) -> tuple[str, str]:
        programme = in_language(explanation.programme_name, self.language)
        return self._t("programme", programme=programme), self.sentence(explanation.origin)

    def _due(self, ask: Ask | None) -> Iterator[str]:
        if ask is not None and ask.wants_answer and ask.state is AskState.OPEN:
            yield self._t("due", when=self._when(ask.due_at)) if ask.due_at else self._t("no_due")

    def _origin(self, fact: Planned | Made | FollowsPlan | TellsOfRevision) -> str:
        match fact:
            case FollowsPlan(at=at):
                return self._t("follows_plan", when=self._when(at)) if at else self._t("follows_plan_undated")
            case Made(at=at):
                return self._t("made", when=self._when(at))
            case TellsOfRevision(at=at):
                return self._t("tells_of_change", when=self._when(at))
        anchored = self._anchored(fact.anchor, fact.offset, fact.about)
        if fact.at is None:
            return self._t("planned_undated", anchored=anchored)
        if not anchored:
            return self._t("planned_plain", when=self._when(fact.at))
        return self._t("planned", anchored=anchored, when=self._when(fact.at))

    def _changed(self, fact: Changed) -> str:
        if fact.after is None:
            return self._t("withdrawn", when=self._when(fact.at))
        if fact.before is None:
            return self._t("taken_up_again", after=self._when(fact.after))
        return self._t("changed", before=self._when(fact.before), after=self._when(fact.after))

    def _anchored(self, anchor: Anchor, offset: Offset, about: Words) -> str:
        """How far from which point; empty for the session after one that nobody knows."""
        if anchor.kind in _SESSIONS and not anchor.key.isdecimal():
            return ""
        unit, count = next(
            ((field.name, count) for field in fields(offset) if (count := getattr(offset, field.name))), ("days", 0)
        )
        side = "at" if not count else "after" if count > 0 else "before"
        length = t(self.language, f"offset.{unit}", count=abs(count))
        key = f"anchor.{anchor.kind.value.replace('.', '_')}.{side}"
        title = in_language(about, self.language) or anchor.key
        return t(self.language, key, offset=length, number=anchor.key, title=title)

    def _when(self, moment: datetime) -> str:
        return moment_in_words(self.language, moment.astimezone(self.zone))

    def _t(self, key: str, **gaps: object) -> str:
        return t(self.language, f"why.{key}", **gaps)
