"""Followed: what follows from an answer: how far an assignment is now, and what is brought to others."""

from collections.abc import Mapping

from coaching import asks, assignments, talks
from coaching.asks import Ask, AskKind, AskState
from coaching.assignments import AssignmentState, Progress
from coaching.forms import Value
from dialogs import assignment
from dialogs.turn import Turn
from storage.errands import ANSWERED_BY, ErrandKind

#: With these a first version of what has one is still awaited, or waits for the coach.
_BEFORE_FEEDBACK = frozenset({AssignmentState.NOT_STARTED, AssignmentState.PLANNED, AssignmentState.DRAFTED})


async def answered(
    turn: Turn, ask: Ask, values: Mapping[str, Value], *, once: str, is_draft: bool | None = None
) -> Ask:
    """The ask with one more version of its answer, and what follows from that. Raises Closed and NotYours.

    is_draft: of an assignment with a draft, whether it is that; None where nobody said so.
    """
    match ask.kind:
        case AskKind.ASSIGNMENT:
            return await _handed_in(turn, ask, values, once=once, is_draft=is_draft)
        case AskKind.MESSAGE:
            await _replied(turn, ask, values, once=once)
        case AskKind.HELD:
            await _confirmed(turn, ask, values)
        case AskKind.SUMMARY:
            await _summarised(turn, ask)
        case AskKind.DISCUSSION | AskKind.NOTES:
            await turn.unit.talks.draw_again(turn.person.id)
    return asks.answered(ask, turn.person.id, turn.now)


async def _handed_in(turn: Turn, ask: Ask, values: Mapping[str, Value], *, once: str, is_draft: bool | None) -> Ask:
    progress = await turn.unit.assignments.get(ask.id)
    facts = assignment.facts(ask.element)
    drafted = facts.final and (_is_first(ask, progress) if is_draft is None else is_draft)
    done, progress = assignments.handed_in(
        ask, progress, turn.person.id, turn.now, adapted="adapted" in values, is_draft=drafted
    )
    await keep(turn, progress)
    if drafted:
        text = "\n\n".join(str(value) for value in values.values())
        await errand(turn, ErrandKind.DRAFT, ask, words=text, once=once)
    if facts.group_work:
        await errand(turn, ErrandKind.GROUP, ask, once=once)
    return done


async def _confirmed(turn: Turn, ask: Ask, values: Mapping[str, Value]) -> None:
    """The participant said whether a discussion was held; of one that was marked anew since, it does not count."""
    talk = await turn.unit.talks.get(ask.occurrence // talks.MOST_ASKED)
    if talk is None or talk.participant_id != turn.person.id or talk.asked != ask.occurrence % talks.MOST_ASKED:
        return
    is_held = values.get("held") is True
    await turn.unit.talks.save(talks.confirmed(talk, turn.now) if is_held else talks.denied(talk))


async def _summarised(turn: Turn, ask: Ask) -> None:
    talk = await turn.unit.talks.get(ask.occurrence)
    if talk is not None and turn.person.id in (talk.participant_id, talk.manager_id):
        await turn.unit.talks.save(talks.summarised(talk, turn.now))


async def summary_taken_back(turn: Turn, ask: Ask) -> None:
    """What the person had written of a discussion is gone; the other one may still have written something."""
    talk = await turn.unit.talks.get(ask.occurrence)
    if talk is None or turn.person.id not in (talk.participant_id, talk.manager_id):
        return
    both = await turn.unit.asks.of_element(ask.source_id, [talk.participant_id, talk.manager_id], occurrence=talk.id)
    if not any(each.state is AskState.ANSWERED for each in both.values() if each.id != ask.id):
        await turn.unit.talks.save(talks.unsummarised(talk))


async def keep(turn: Turn, progress: Progress, words: Mapping[str, object] | None = None) -> None:
    """How far the person is now. words: their own; None leaves those that there are."""
    own = {"person_id": turn.person.id, "ask_id": progress.ask_id}
    if words is None:
        words = await turn.unit.assignments.words(turn.cipher, **own)
    sealed = turn.unit.assignments.sealed(turn.cipher, words, **own) if words else None
    await turn.unit.assignments.save(progress, sealed=sealed)


async def errand(turn: Turn, kind: ErrandKind, ask: Ask, **said: object) -> None:
    """Something for somebody else, about an assignment of the person's. said: as `storage.errands.Errands.add`."""
    await turn.unit.errands.add(turn.cipher, kind=kind, ask_id=ask.id, by_id=turn.person.id, **said)  # type: ignore[arg-type]


async def _replied(turn: Turn, ask: Ask, values: Mapping[str, Value], *, once: str) -> None:
    """What the coach answers goes to the one who asked."""
    asked = await turn.unit.errands.get(ask.occurrence)
    if asked is None:
        return
    await turn.unit.errands.add(
        turn.cipher,
        kind=ANSWERED_BY[asked.kind],
        ask_id=asked.ask_id,
        by_id=turn.person.id,
        words=str(values.get("words", "")),
        until=asked.until if values.get("granted") else None,
        once=f"{ask.id}:{once}"[:128],
        answers_id=asked.id,
    )


def _is_first(ask: Ask, progress: Progress) -> bool:
    return ask.state is not AskState.ANSWERED and progress.state in _BEFORE_FEEDBACK
