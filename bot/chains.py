"""Chains: what was, is and will be asked of somebody, in plain English for whoever runs Sparri: ids, moments, codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from coaching.asks import Ask, AskState
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
    HeldUp,
    LeftOutFor,
    Made,
    MovedOn,
    NoLongerPlanned,
    NotAsked,
    NotMade,
    Planned,
    PutOff,
    Said,
    Standing,
    TakenBack,
    TellsOfRevision,
    Waits,
    WaitsForAnchor,
)
from coaching.people import Language
from coaching.telling import DeliveryState
from coaching.visits import Purpose
from dialogs.wording import t

HELD: Mapping[HeldUp, str] = MappingProxyType(
    {
        HeldUp.NOT_LET_IN: "no roster and no coach has let the person in",
        HeldUp.UNREACHABLE: "Teams lets nothing through to the person",
        HeldUp.NOT_MET: "the person has not met Sparri in Teams",
        HeldUp.BEHIND: "a programme of theirs has changed, and what they are asked is about to",
        HeldUp.ALL_PAUSED: "everything is stopped by pause-all",
    }
)
NOT_ASKED: Mapping[NotAsked, str] = MappingProxyType(
    {
        NotAsked.KIND: "Sparri cannot deliver this kind yet",
        NotAsked.ENDED: "the programme has ended",
        NotAsked.BEHIND: "the programme has just changed, and this is about to be asked",
        NotAsked.NO_GOAL: "no goal of the person's plan is followed now",
        NotAsked.BACKLOG: "it was over, or had been open for long, when it could first have been asked",
    }
)
_PURPOSES = MappingProxyType(
    {
        Purpose.NEW: "Brought up",
        Purpose.REMINDER: "Reminded",
        Purpose.NOTICE: "Told",
        Purpose.CHECK_BACK: "Asked whether to go on",
        Purpose.STOPPING: "Said farewell",
    }
)
_OUTCOMES = MappingProxyType(
    {
        DeliveryState.SENDING: "on its way",
        DeliveryState.SENT: "sent",
        DeliveryState.UNKNOWN: "unknown whether it arrived",
        DeliveryState.FAILED: "refused by Teams",
        DeliveryState.CANCELLED: "not sent",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """Words for chains of one person, whose clock shows *zone*."""

    zone: ZoneInfo

    def lines(self, explanation: Explanation) -> list[str]:
        """The whole chain: what it is, then a line for each fact."""
        ask, named = explanation.ask, explanation.named
        number = f"ask {ask.id}, {state_of(ask)}" if ask else "no ask"
        head = f"{named} ({explanation.kind}) of {explanation.programme}: {number}"
        return [head, *(f"  {self.sentence(fact)}" for fact in explanation.facts)]

    def summary(self, fact: Fact) -> str:
        """Where it stands, for a table: a moment or a reason, on the person's clock."""
        match fact:
            case Comes(at=at, purpose=purpose):
                return f"{self._local(at)} ({purpose})"
            case Waits(reason=reason, not_before=None):
                return t(Language.EN, f"preview.waiting.{reason}")
            case Waits(reason=reason, not_before=datetime() as at):
                return f"{self._local(at)} at the earliest: {t(Language.EN, f'preview.waiting.{reason}')}"
            case Held(by=by):
                return HELD[by]
            case NotMade(reason=reason):
                return NOT_ASKED[reason]
            case Answered(at=datetime() as at) | Closed(at=datetime() as at):
                return self._local(at)
            case GivenUp(reason=reason):
                return t(Language.EN, f"preview.skipped.{reason}")
            case LeftOutFor(reason=reason):
                return t(Language.EN, f"preview.left_out.{reason}")
            case WaitsForAnchor(anchor=anchor):
                return f"until {anchor}"
        return ""

    def sentence(self, fact: Fact) -> str:
        """One fact."""
        match fact:
            case Planned() | Made() | FollowsPlan() | TellsOfRevision() | MovedOn() | Changed() | NoLongerPlanned():
                return self._of_plan(fact)
            case Said() | PutOff() | TakenBack():
                return self._of_past(fact)
        return self._of_standing(fact)

    def _of_plan(
        self, fact: Planned | Made | FollowsPlan | TellsOfRevision | MovedOn | Changed | NoLongerPlanned
    ) -> str:
        match fact:
            case Planned(session=session, every=every):
                of = f" of session {session}" if session is not None else f", again {every}" if every else ""
                at = self._when(fact.at) if fact.at else "it has no date yet"
                time = f", time {fact.time}" if fact.time else ""
                return f"Planned{of}: {fact.anchor} {fact.offset}{time}: {at}."
            case Made(at=at, opens_at=opens_at):
                opens = f", to open {self._when(opens_at)}" if opens_at else ""
                return f"Made without a programme file {self._when(at)}{opens}."
            case FollowsPlan(at=at):
                when = self._when(at) if at else "it has no date now"
                return f"Comes from the person's own plan, in their rhythm: {when}."
            case TellsOfRevision(revision=revision, at=at):
                return f"Tells of the sessions that revision {revision} changed; made {self._when(at)}."
            case MovedOn(by=by, to=to):
                why = ", ".join(t(Language.EN, f"moved_by.{each}") for each in by)
                return f"Moved on to {self._when(to)}, because of {why}."
            case Changed(revision=revision, at=at, before=before, after=after):
                on = f"revision {revision} on {self._when(at)}"
                if after is None:
                    return f"Withdrawn by {on}; it would have opened {self._when(before)}."
                if before is None:
                    return f"Taken up again by {on}; it opens {self._when(after)}."
                return f"Moved by {on}: from {self._when(before)} to {self._when(after)}."
            case NoLongerPlanned(revision=revision):
                return f"Revision {revision} of the programme has it no more for this person."

    def _of_past(self, fact: Said | PutOff | TakenBack) -> str:
        match fact:
            case Said(state=state, reason=reason, again_at=again_at):
                outcome = _OUTCOMES[state] + (f" ({reason})" if reason else "")
                again = f"; tried again from {self._when(again_at)} on" if again_at else ""
                return f"{_PURPOSES[fact.purpose]} {self._when(fact.at)}: {outcome}{again}."
            case PutOff(until=until):
                return f"Put off by the person until {self._when(until)}."
            case TakenBack(versions=versions):
                return f"Answered ({versions} version{'s' if versions > 1 else ''}), and taken back by the person."

    def _of_standing(self, fact: Standing) -> str:
        match fact:
            case Waits(reason=reason, not_before=at):
                earliest = f", at the earliest {self._when(at)}" if at else ""
                return f"Waits ({reason}): {t(Language.EN, f'preview.waiting.{reason}')}{earliest}."
            case Comes(at=at, purpose=purpose):
                return f"Comes with the next visit, as {purpose}: {self._when(at)}."
            case Held(by=by, code=code, since=since):
                details = f" ({code})" if code else f", since {self._when(since)}" if since else ""
                return f"Nothing is sent now ({by}): {HELD[by]}{details}."
            case Answered(at=at, version=version):
                return f"Answered {self._when(at)} (version {version})."
            case Closed(at=at, was_told=was_told):
                return f"Closed {self._when(at)}{': it wants no answer and was told' if was_told else ''}."
            case GivenUp(reason=reason, at=at):
                when = f" {self._when(at)}" if at else ""
                done = "Given up" if fact.is_done else "To be given up"
                return f"{done}{when} ({reason}): {t(Language.EN, f'preview.skipped.{reason}')}."
            case LeftOutFor(reason=reason):
                return f"Left out ({reason}): {t(Language.EN, f'preview.left_out.{reason}')}."
            case WaitsForAnchor(anchor=anchor, until=until):
                latest = f"; left out {self._when(until)} at the latest" if until else ""
                return f"Waits for {anchor}, which has not happened{latest}."
            case NotMade(reason=reason):
                return f"Not asked ({reason}): {NOT_ASKED[reason]}."

    def _when(self, moment: datetime | None) -> str:
        if moment is None:
            return "at an unknown time"
        there = "" if self.zone.key == "UTC" else f" ({self._local(moment)} {self.zone.key})"
        return f"{moment.astimezone(UTC):%a %Y-%m-%d %H:%M} UTC{there}"

    def _local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%a %Y-%m-%d %H:%M}"


def state_of(ask: Ask) -> str:
    """Where an ask stands, in one word."""
    return "told" if ask.state is AskState.OPEN and ask.told_at is not None else ask.state.value
