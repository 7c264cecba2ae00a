"""Counting: when a survey has closed for everybody, its ballots come together, or are thrown away as too few.

Any number of processes may do this: whoever comes goes on where the last one was.
"""

from coaching.ballots import counted
from coaching.elements import Survey
from scheduler.each import another_may_be_faster, failing_alone
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
    await unit.ballot_boxes.close(box, count, tenant=tenant)
