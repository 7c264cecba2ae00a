"""Learning: something to go through on one's own, and the questions by which it is remembered afterwards.

A question to remember by comes so long after the person said that they are done; who never says so gets none. That
some days and then some weeks lie between is what makes it last (Cepeda et al. 2008).
"""

from collections.abc import Iterator

from coaching.anchors import EVERY_SKIP, Anchor, AnchorKind, At, Offset, OwnTime
from coaching.elements import LearningItem, Retrieval

#: Longer after its moment than this nobody is asked any more: the spacing would be another one.
BROUGHT_UP_FOR = Offset(weeks=2)


def retrievals(item: LearningItem) -> Iterator[Retrieval]:
    """The questions to remember it by, in the order of the file, for the same people.

    Of an item that comes several times they follow the first time that it was done. Each is on a day of work of the
    person's, at their own time.
    """
    for number, offset in enumerate(item.retrieval, start=1):
        done = Anchor(kind=AnchorKind.ASK_ANSWERED, key=item.id)
        at = At(anchor=done, offset=offset, time=OwnTime.PERSON, skip=EVERY_SKIP)
        yield Retrieval(
            id=retrieval_id(item.id, number),
            item=item.id,
            title=item.title,
            question=item.retrieval_question,
            audience=item.audience,
            at=at,
            late=BROUGHT_UP_FOR,
            start_mode=item.start_mode,
        )


def retrieval_id(item_id: str, number: int) -> str:
    """What such a question is known by; no id in a file can be the same."""
    return f"{item_id}+{number}"
