"""Survey news: of which surveys coaches are told that they were counted, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from coaching.asks import Ask
from coaching.people import Language, Role
from storage.among import among
from storage.asks import by_language
from storage.engine import Connection
from storage.tables import ballot_boxes, elements, members

#: A closed survey, and those who coach its programme.
_SURVEYS = (
    select(
        ballot_boxes.c.id,
        ballot_boxes.c.number,
        ballot_boxes.c.threshold,
        ballot_boxes.c.is_enough,
        elements.c.content,
        members.c.person_id,
    )
    .join(elements, elements.c.id == ballot_boxes.c.element_id)
    .join(members, members.c.programme_id == ballot_boxes.c.programme_id)
    .where(
        among(ballot_boxes.c.id, "ids_"),
        ballot_boxes.c.closed_at.is_not(None),
        members.c.role == Role.COACH.value,
        members.c.left_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyNews:
    """A survey that was counted. number: who answered. is_enough: False where they are fewer than *least*."""

    box_id: int
    title: Mapping[Language, str]
    number: int
    least: int
    is_enough: bool


async def survey_news(connection: Connection, told: Sequence[Ask]) -> dict[int, SurveyNews]:
    """What each of these asks tells of, by its number; nothing to who does not coach the programme any more.

    Locks nothing.
    """
    if not told:
        return {}
    rows = await connection.execute(_SURVEYS, {"ids_": sorted({ask.occurrence for ask in told})})
    found = {
        (row.id, row.person_id): SurveyNews(
            box_id=row.id,
            title=by_language(row.content["title"]),
            number=row.number,
            least=row.threshold,
            is_enough=bool(row.is_enough),
        )
        for row in rows
    }
    places = {ask.id: (ask.occurrence, ask.person_id) for ask in told}
    return {ask_id: found[place] for ask_id, place in places.items() if place in found}
