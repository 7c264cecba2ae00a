"""Team meeting files: when a team talks about somebody's plan, as iCalendar, with the sentences that were ticked."""

from datetime import date, time
from zoneinfo import ZoneInfo

from bot.files import File, NotTheirs, Order
from coaching.asks import AskKind, AskState
from coaching.calendar import instant_of
from coaching.team_plans import TALK
from dialogs.wording import t
from storage.store import Store

_PRODUCT = "-//Sparri//Team meetings//EN"


async def made(store: Store, order: Order) -> File:
    """The talk as a calendar file: exactly what stands on its page. Raises NotTheirs."""
    import icalendar  # few ever need it, so it is no part of the start

    async with store.transaction() as unit:
        ask = await unit.asks.get(order.about.get("ask", 0))
        is_theirs = ask is not None and ask.person_id == order.person.id
        if ask is None or not is_theirs or ask.kind is not AskKind.TEAM_PLAN or ask.state is not AskState.ANSWERED:
            raise NotTheirs
        _, cipher = await unit.cipher(order.person)
        values = await unit.answers.newest(cipher, person_id=order.person.id, ask_id=ask.id)
        now = unit.now
    starts = instant_of(
        date.fromisoformat(str(values["day"])),
        time.fromisoformat(str(values["hour"])),
        ZoneInfo(order.person.timezone),
    )
    chosen = values.get("sentences")
    event = icalendar.Event()
    event.add("uid", f"team-plan-{ask.id}@sparri")
    event.add("sequence", ask.version)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", starts)
    event.add("dtend", starts + TALK)
    event.add("summary", t(order.language, "team_plan.page"))
    event.add("description", "\n".join(chosen if isinstance(chosen, list) else []))
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return File(name="sparri-team.ics", media_type="text/calendar; charset=utf-8", content=calendar.to_ical())
