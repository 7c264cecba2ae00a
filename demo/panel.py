"""The panel beside the chats: who gets what when, and why then; what was sent; and the weekly dose."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from tomllib import loads
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from coaching.people import Language, Role, in_language
from coaching.telling import DeliveryState
from coaching.visits import Decision, Part
from demo.world import World
from dialogs.wording import in_a_row, moment_in_words
from storage.deliveries import Delivery
from storage.store import Unit
from storage.visits import Situation

TEXTS = Path(__file__).parent / "page" / "texts"
MOST_COMING, MOST_PAST, MOST_WEEKS = 8, 12, 12
ALL = 10_000

Rows: TypeAlias = list[dict[str, str]]


def texts(language: Language) -> dict[str, Any]:
    """The page's own words."""
    return loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))


async def panel(world: World, language: Language) -> dict[str, Any]:
    """All that the panel shows: `coming` and `past` as rows of words, `dose` as weeks with a number each."""
    return await _Panel(world, language).drawn()


class _Panel:
    def __init__(self, world: World, language: Language) -> None:
        self._world = world
        self._language = language
        self._texts = texts(language)
        self._zone = ZoneInfo(world.programme.timezone)

    async def drawn(self) -> dict[str, Any]:
        async with self._world.store.transaction() as unit:
            emails = [each.row.email for each in self._world.inhabitants]
            people = (await unit.people.by_emails(self._world.teams.tenant, emails)).values()
            situations = [await unit.visits.of(person) for person in people]
            deliveries = await unit.deliveries.listed(person_id=None, state=None, limit=ALL)
            names = {person.id: person.name for person in people}
            past = [
                {
                    "when": self._when(each.settled_at or each.due_at),
                    "who": names.get(each.person_id, ""),
                    "what": await self._about(unit, parts),
                    "outcome": self._texts["state"][each.state],
                }
                for each, parts in await self._with_parts(unit, deliveries[:MOST_PAST])
            ]
        sent = [each for each in deliveries if each.state is DeliveryState.SENT and each.settled_at]
        participants = {each.row.email for each in self._world.of_role(Role.PARTICIPANT)}
        own = {person.id for person in people if person.email in participants}
        weeks = Counter(
            _monday(each.settled_at.astimezone(self._zone))
            for each in sent
            if each.settled_at and each.person_id in own
        )
        return {"coming": self._coming(situations), "past": past, "dose": self._dose(weeks, len(own))}

    def _coming(self, situations: Sequence[Situation]) -> Rows:
        decided = [(each, each.decide(self._world.now)) for each in situations]
        ahead = [(visit.at, each, decision) for each, decision in decided if (visit := decision.visit)]
        ahead.sort(key=lambda found: found[0])
        return [self._visit(situation, decision) for _, situation, decision in ahead[:MOST_COMING]]

    def _visit(self, situation: Situation, decision: Decision) -> dict[str, str]:
        visit = decision.visit
        parts = visit.parts if visit else ()
        titles = {ask.id: in_language(ask.element.title, self._language) for ask in situation.asks}
        ids = [part.ask_id for part in parts if part.ask_id is not None]
        reasons = dict.fromkeys(self._texts["waiting"][decision.waiting[id]] for id in ids if id in decision.waiting)
        purposes = dict.fromkeys(self._texts["purpose"][part.purpose] for part in parts if part.ask_id is None)
        return {
            "when": self._when(visit.at) if visit else "",
            "who": situation.person.name,
            "what": in_a_row(self._language, [*(titles[id] for id in ids), *purposes]),
            "why": "; ".join(reasons) or self._texts["waiting"]["soon"],
        }

    async def _with_parts(self, unit: Unit, deliveries: Sequence[Delivery]) -> list[tuple[Delivery, tuple[Part, ...]]]:
        parts = await unit.deliveries.parts([each.id for each in deliveries])
        return [(each, parts.get(each.id, ())) for each in deliveries]

    async def _about(self, unit: Unit, parts: tuple[Part, ...]) -> str:
        asks = await unit.asks.by_ids({part.ask_id for part in parts if part.ask_id is not None})
        said = []
        for part in parts:
            purpose = self._texts["purpose"][part.purpose]
            ask = asks.get(part.ask_id) if part.ask_id is not None else None
            said.append(f"{in_language(ask.element.title, self._language)} ({purpose})" if ask else purpose)
        return "; ".join(said)

    def _dose(self, weeks: Mapping[date, int], people: int) -> list[dict[str, Any]]:
        found = sorted(weeks)[-MOST_WEEKS:]
        return [
            {"week": str(monday.isocalendar().week), "messages": round(weeks[monday] / people, 2)} for monday in found
        ]

    def _when(self, moment: datetime) -> str:
        return moment_in_words(self._language, moment.astimezone(self._zone))


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())
