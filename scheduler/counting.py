"""Counting: when a survey has closed for everybody, its ballots come together, or are thrown away as too few.

Either way each coach of its programme is told, once, by the same transaction.

Any number of processes may do this: whoever comes goes on where the last one was.
"""

from collections.abc import Collection

from coaching.asks import AskKind, OnUnknown
from coaching.ballots import counted
from coaching.elements import Survey
from coaching.sources import SURVEYS, unworded
from scheduler.each import another_may_be_faster, failing_alone
from storage.ballot_boxes import Box
from storage.store import Store, Unit

#: Boxes that are looked at in one go.
AT_ONCE = 50


async def count_ballots(store: Store) -> None:
    """Count what is in the boxes into which nobody can put anything any more. One that fails stops no other."""
    async with store.transaction() as unit:
        found = await unit.ballot_boxes.due(limit=AT_ONCE)
    for box_id in found:
        with failing_alone("ballot box left as it is", box=box_id), another_may_be_faster(box=box_id):
            async with store.transaction() as unit:
                await _count(unit, box_id)


async def _count(unit: Unit, box_id: int) -> None:
    coaches = await unit.people.by_ids(await unit.ballot_boxes.coaches(box_id))
    box = await unit.ballot_boxes.take(box_id)
    if box is None or box.closed_at is not None:
        return
    tenant = (await unit.revisions.get(box.programme_id)).tenant
    survey = (await unit.programmes.element(box.element_id)).own
    if not isinstance(survey, Survey):
        return
    ballots = await unit.ballot_boxes.ballots(box, tenant=tenant)
    threshold = max(box.threshold, survey.pooled_from)
    count = counted(survey.items, ballots, threshold=threshold, salt=str(box.id))
    await unit.ballot_boxes.close(box, count, tenant=tenant, threshold=threshold)
    await _tell(unit, box, coaches)


async def _tell(unit: Unit, box: Box, coaches: Collection[int]) -> None:
    """That it was counted. Nothing comes afterwards that would repair its loss, so it is said again where in doubt."""
    source = await unit.programmes.known(unworded(box.programme_id, SURVEYS, AskKind.SURVEY_RESULTS))
    for coach_id in sorted(coaches):
        await unit.asks.add(
            person_id=coach_id,
            element=source,
            occurrence=box.id,
            wants_answer=False,
            on_unknown=OnUnknown.RESEND,
            opens_at=unit.now,
        )
