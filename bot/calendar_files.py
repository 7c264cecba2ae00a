"""Calendar files: a session as iCalendar, for whoever has a link to it.

The same session has the same UID for ever, and a SEQUENCE that is raised when it changes, so that a calendar which has
it takes the new time for the old one.
"""

from datetime import datetime

from aiohttp import web

from bot.links import SignedLinks
from coaching.people import Language, in_language
from coaching.programmes import Programme
from coaching.sessions import SessionFacts, facts_of
from dialogs.pieces import address
from dialogs.sessions import materials_in, speakers_in_words, title_of, where
from dialogs.wording import t
from storage.store import Store

_PRODUCT = "-//Sparri//Sessions//EN"


class CalendarFiles:
    """Answers the links that lead to a session's calendar file."""

    def __init__(self, store: Store, links: SignedLinks) -> None:
        self._store = store
        self._links = links

    async def answer(self, request: web.Request) -> web.Response:
        """The file as the programme stands now; 404 with a sentence for any other address, whatever it is."""
        token, _, ending = request.match_info["file"].rpartition(".")
        link = self._links.read(token, self._store.now()) if ending == "ics" else None
        if link is None:
            return _gone()
        async with self._store.transaction() as unit:
            programme = await unit.revisions.newest(link.programme_id)
        session = (
            next((each for each in programme.sessions if each.number == link.session), None) if programme else None
        )
        if programme is None or session is None:
            return _gone()
        facts = facts_of(programme, session)
        return web.Response(
            body=calendar_file(programme, facts, link.language, now=self._store.now()),
            content_type="text/calendar",
            charset="utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="session-{facts.number}.ics"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )


def calendar_file(programme: Programme, facts: SessionFacts, language: Language, *, now: datetime) -> bytes:
    """One session as iCalendar, in UTC; with the method CANCEL for one that was cancelled. now: UTC."""
    import icalendar  # few ever need it, so it is no part of the start

    event = icalendar.Event()
    event.add("uid", f"{facts.programme}-session-{facts.number}@sparri")
    event.add("sequence", facts.sequence)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", facts.starts)
    event.add("dtend", facts.ends)
    name = in_language(programme.name, language)
    event.add("summary", t(language, "calendar.title", programme=name, session=title_of(facts, language)))
    event.add("status", "CANCELLED" if facts.cancelled else "CONFIRMED")
    if place := where(facts, language):
        event.add("location", place)
    if description := _description(facts, language):
        event.add("description", description)
    if found := address(facts.link):
        event.add("url", found)
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if facts.cancelled else "PUBLISH")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _description(facts: SessionFacts, language: Language) -> str:
    """What the session is about and how to join it; never whose it is."""
    theme = in_language(facts.theme, language)
    told = [
        (t(language, "session.join"), address(facts.link) or ""),
        (t(language, "session.speakers"), speakers_in_words(facts.speakers, language)),
        *((in_language(each.title, language), each.url) for each in materials_in(language, facts.materials)),
    ]
    lines = [t(language, "session.fact", label=label, value=value) for label, value in told if value]
    return "\n".join([*([theme] if theme else []), *lines])


def _gone() -> web.Response:
    """In each language, for nobody knows who asks."""
    sentences = "\n".join(t(language, "calendar.gone") for language in Language)
    return web.Response(status=404, text=sentences, headers={"Cache-Control": "no-store"})
