"""Calendar files over HTTP: signed links that end, the same event for ever, and one sentence for everything else."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.calendar_files import calendar_file
from bot.links import KEPT, SessionLink, SignedLinks
from bot.programme_loading import prepare
from coaching.asks import AskKind, Element
from coaching.people import Language, Member, Person, Role
from coaching.programmes import Material, Mode, Programme, Session
from coaching.sessions import SessionFacts, facts_of
from demo.teams import StandIn, User
from dialogs.cards import words
from dialogs.wording import t
from storage.store import Store
from tests.bot.conftest import PUBLIC_URL, Chat, running
from tests.builders import MASTER_KEY, Clock, in_all

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
OLD_KEY = bytes(range(32))
SESSION = Session(
    number=3,
    title=in_all("Kuunteleminen, osa 1; jatkuu"),
    starts=datetime(2027, 2, 4, 9, 0),  # noqa: DTZ001
    length=timedelta(hours=3, minutes=30),
    mode=Mode.HYBRID,
    theme=in_all("Mitä toinen oikeastaan sanoo? " * 5),
    place=in_all("Kokoushuone Kelo"),
    link="https://meet.example/kokeilu-3",
    coach="kaisa.coach@valmennus.example",
    materials=(Material(title=in_all("Luku"), url="https://materials.example/1.pdf"),),
)
PROGRAMME = Programme(
    id="kokeilu-2027",
    name=in_all("Kokeilu"),
    languages=tuple(Language),
    timezone="Europe/Helsinki",
    starts=date(2027, 2, 1),
    ends=date(2027, 6, 18),
    sessions=(SESSION,),
)
FACTS = facts_of(PROGRAMME, SESSION)
LINK = SessionLink(programme_id=7, session=3, language=Language.SV, ends=NOW + timedelta(days=1))


def links(*keys: bytes, public_url: str = PUBLIC_URL) -> SignedLinks:
    return SignedLinks(keys or (MASTER_KEY,), public_url=public_url)


def event_of(facts: SessionFacts, language: Language = Language.FI) -> Any:
    return event_in(calendar_file(PROGRAMME, facts, language, now=NOW))


def event_in(file: bytes) -> Any:
    [event] = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return event


def calendar_of(facts: SessionFacts, language: Language = Language.FI) -> Any:
    return icalendar.Calendar.from_ical(calendar_file(PROGRAMME, facts, language, now=NOW))


def test_a_link_reads_back_as_what_it_was_made_for() -> None:
    assert links().read(links().token(LINK), NOW) == LINK


def test_a_link_is_good_until_it_ends() -> None:
    token = links().token(LINK)

    assert links().read(token, LINK.ends - timedelta(seconds=1)) == LINK
    assert links().read(token, LINK.ends) is None


def test_an_old_master_key_still_reads_and_no_longer_signs() -> None:
    old = links(OLD_KEY).token(LINK)

    assert links(MASTER_KEY, OLD_KEY).read(old, NOW) == LINK
    assert links(MASTER_KEY, OLD_KEY).token(LINK) == links(MASTER_KEY).token(LINK)
    assert links(MASTER_KEY).read(old, NOW) is None


def test_the_address_of_a_session_is_the_same_each_time_and_holds_nothing_of_anybody() -> None:
    address = links(public_url=PUBLIC_URL + "/").calendar(7, FACTS, Language.FI)

    assert address is not None
    assert address == links().calendar(7, FACTS, Language.FI)
    assert address.startswith(f"{PUBLIC_URL}/calendar/")
    token = URL(address).name.removesuffix(".ics")
    assert len(base64.urlsafe_b64decode(token)) == 48
    link = links().read(token, NOW)
    assert link == SessionLink(programme_id=7, session=3, language=Language.FI, ends=FACTS.ends + KEPT)


def test_without_a_public_address_there_is_no_link() -> None:
    assert links(public_url="").calendar(7, FACTS, Language.FI) is None


@given(position=st.integers(0, 63), letter=st.sampled_from("ABCxyz019-_"))
def test_a_changed_letter_makes_a_link_nobodys(position: int, letter: str) -> None:
    token = links().token(LINK)
    changed = token[:position] + letter + token[position + 1 :]

    assert (links().read(changed, NOW) == LINK) is (changed == token)


@given(token=st.text() | st.binary(min_size=48, max_size=48).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_whatever_is_not_ours_is_no_link(token: str) -> None:
    assert links().read(token, NOW) is None


def test_a_session_is_one_event_in_utc_with_all_that_a_calendar_shows() -> None:
    calendar, event = calendar_of(FACTS, Language.SV), event_of(FACTS, Language.SV)

    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("PUBLISH", "CONFIRMED", 0)
    assert event["UID"] == "kokeilu-2027-session-3@sparri"
    assert event["DTSTART"].dt == datetime(2027, 2, 4, 7, 0, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2027, 2, 4, 10, 30, tzinfo=UTC)
    assert event["SUMMARY"] == "Kokeilu (sv): Kuunteleminen, osa 1; jatkuu (sv)"
    assert event["LOCATION"] == "Kokoushuone Kelo (sv) eller på distans"
    assert event["URL"] == "https://meet.example/kokeilu-3"
    assert "https://meet.example/kokeilu-3" in event["DESCRIPTION"]
    assert "https://materials.example/1.pdf" in event["DESCRIPTION"]


def test_a_calendar_file_has_short_lines_and_nobodys_address() -> None:
    written = calendar_file(PROGRAMME, FACTS, Language.FI, now=NOW)

    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert b"@valmennus" not in written.replace(b"\r\n ", b"")


def test_a_changed_session_is_the_same_event_with_a_higher_sequence() -> None:
    moved = replace(SESSION, starts=SESSION.starts + timedelta(days=7), sequence=1)

    before, after = event_of(FACTS), event_of(facts_of(PROGRAMME, moved))

    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt - before["DTSTART"].dt == timedelta(days=7)


def test_a_cancelled_session_takes_its_event_back() -> None:
    cancelled = replace(FACTS, sequence=2, cancelled=True)

    assert calendar_of(cancelled)["METHOD"] == "CANCEL"
    assert event_of(cancelled)["STATUS"] == "CANCELLED"
    assert event_of(cancelled)["UID"] == event_of(FACTS)["UID"]


@dataclass(frozen=True, kw_only=True)
class Got:
    """An answer over HTTP."""

    status: int
    headers: Any
    body: bytes


@pytest.fixture
async def chat(
    teams: StandIn, environment: dict[str, str], public_address: None, store: Store, clock: Clock
) -> AsyncIterator[Chat]:
    """Sparri, running, with a public address, at a set time."""
    clock.now = NOW
    async with running(clock) as url:
        yield Chat(teams=teams, store=store, url=url)


async def get(chat: Chat, path: str) -> Got:
    async with aiohttp.ClientSession() as session, session.get(URL(chat.url + path, encoded=True)) as answer:
        return Got(status=answer.status, headers=answer.headers, body=await answer.read())


async def load(chat: Chat, programme: Programme) -> int:
    """The programme as its next revision; its number."""
    async with chat.store.transaction() as unit:
        found = await unit.revisions.find(chat.teams.tenant, programme.id)
        loaded = await unit.revisions.add(found or await unit.revisions.first(chat.teams.tenant, programme), programme)
    return loaded.id


def path_to(programme_id: int, facts: SessionFacts = FACTS) -> str:
    address = links().calendar(programme_id, facts, Language.FI)
    assert address is not None
    return address.removeprefix(PUBLIC_URL)


def is_a_sentence(got: Got) -> bool:
    said = got.body.decode()
    return got.status == 404 and said == "\n".join(t(language, "calendar.gone") for language in Language)


async def test_a_link_brings_the_session_as_a_file_that_nobody_keeps(chat: Chat) -> None:
    programme_id = await load(chat, PROGRAMME)

    got = await get(chat, path_to(programme_id))

    assert got.status == 200
    assert got.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert got.headers["Content-Disposition"] == 'attachment; filename="session-3.ics"'
    assert got.headers["Cache-Control"] == "no-store"
    assert event_in(got.body)["UID"] == "kokeilu-2027-session-3@sparri"


async def test_an_old_link_brings_the_session_as_it_is_now(chat: Chat) -> None:
    path = path_to(await load(chat, PROGRAMME))
    moved = replace(SESSION, starts=SESSION.starts + timedelta(days=7), sequence=1)
    await load(chat, replace(PROGRAMME, sessions=(moved,)))

    event = event_in((await get(chat, path)).body)

    assert (event["UID"], event["SEQUENCE"]) == ("kokeilu-2027-session-3@sparri", 1)
    assert event["DTSTART"].dt == FACTS.starts + timedelta(days=7)


async def test_a_link_that_has_ended_or_leads_to_nothing_gets_a_sentence_in_each_language(
    chat: Chat, clock: Clock
) -> None:
    programme_id = await load(chat, PROGRAMME)
    nothing = [path_to(programme_id + 1), path_to(2**63 - 1), path_to(programme_id, replace(FACTS, number=4))]
    path = path_to(programme_id)

    clock.now = FACTS.ends + KEPT

    assert is_a_sentence(await get(chat, path))
    clock.now = NOW
    for each in nothing:
        assert is_a_sentence(await get(chat, each))
    assert (await get(chat, path)).status == 200


@pytest.mark.parametrize(
    "file",
    [
        "",
        ".ics",
        "x.ics",
        "../healthz.ics",
        "%00.ics",
        "%FF%FE.ics",
        "%",
        "%zz.ics",
        "a/b/c.ics",
        "%2e%2e%2f.ics",
        "?x=1",
    ],
)
async def test_any_other_address_gets_the_same_sentence(chat: Chat, file: str) -> None:
    got = await get(chat, f"/calendar/{file}")

    assert is_a_sentence(got)


@settings(max_examples=60)
@given(token=st.text(max_size=200))
async def test_no_token_is_a_fault_of_ours(chat: Chat, token: str) -> None:
    escaped = quote(token, safe="", errors="surrogatepass")

    got = await get(chat, f"/calendar/{escaped}.ics")

    assert is_a_sentence(got)


async def test_the_words_for_sessions_and_materials_are_answered_with_what_is_loaded_now(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    programme_id = await load(chat, PROGRAMME)
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT))
    later = Material(title=in_all("Lisätty myöhemmin"), url="https://materials.example/2.pdf")
    await load(chat, replace(PROGRAMME, sessions=(replace(SESSION, materials=(*SESSION.materials, later)),)))

    said = [await asked(chat, aino, text) for text in ("tapaamiset", "materiaalit 3", "materiaalit 8")]

    assert "to 4.2.2027 klo 9.00–12.30" in said[0]
    assert path_to(programme_id) in said[0]
    assert "https://meet.example/kokeilu-3" in said[0]
    assert "Lisätty myöhemmin (fi)" in said[1]
    assert "ei ole tapaamista 8" in said[2]


async def test_who_has_left_a_programme_has_no_sessions_of_it(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    programme_id = await load(chat, PROGRAMME)
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT))
    async with chat.store.transaction() as unit:
        await unit.members.leave(programme_id, person.id)

    assert "ei ole nyt tulevia tapaamisia" in await asked(chat, aino, "tapaamiset")


async def asked(chat: Chat, user: User, text: str) -> str:
    """All that is said to a message: texts, and the words of cards."""
    before = len(chat.teams.cards(user))
    texts = await chat.write(user, text)
    return "\n".join([*texts, *(words(card) for card in list(chat.teams.cards(user).values())[before:])])


async def test_the_card_before_a_session_brings_its_way_in_and_its_file(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto", preferred=time(0))
    await chat.write(aino, "moi")
    programme_id = await load(chat, PROGRAMME)
    before = len(chat.teams.cards(aino))

    await due(chat, person, programme_id)

    await chat.teams.until(lambda: len(chat.teams.cards(aino)) > before)
    card = list(chat.teams.cards(aino).values())[-1]
    assert "to 4.2.2027 klo 9.00–12.30" in words(card)
    way_in, calendar = [action["url"] for action in card["actions"]]
    assert way_in == SESSION.link
    got = await get(chat, calendar.removeprefix(PUBLIC_URL))
    assert event_in(got.body)["SUMMARY"] == "Kokeilu (fi): Kuunteleminen, osa 1; jatkuu (fi)"


async def due(chat: Chat, person: Person, programme_id: int) -> None:
    """The preparation of the session, to be brought up now."""
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT))
        await unit.members.placed(programme_id, [person.id], 1)
        prep = Element(
            id=0,
            programme_id=programme_id,
            key="prep.3",
            kind=AskKind.SESSION_PREP,
            title=in_all("Ensi tapaaminen"),
            intro={},
            session=FACTS,
        )
        element = await unit.programmes.add_element(prep)
        await unit.asks.add(person_id=person.id, element=element, occurrence=3, wants_answer=False)


@pytest.mark.parametrize(("moved", "offered"), [(1, [(3, 1)]), (2, [])], ids=["one", "several"])
async def test_the_notice_of_one_moved_session_offers_its_new_time_to_calendars(
    chat: Chat, moved: int, offered: list[tuple[int, int]]
) -> None:
    _, person = await chat.person("Aino Aalto")
    sessions = (SESSION, replace(SESSION, number=4, starts=SESSION.starts + timedelta(days=1)))
    programme_id = await load(chat, replace(PROGRAMME, sessions=sessions))
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT))
    later = [replace(each, starts=each.starts + timedelta(days=7)) for each in sessions[:moved]]

    changed = replace(PROGRAMME, sessions=(*later, *sessions[moved:]))
    loading = await prepare(chat.store, changed, tenant=chat.teams.tenant)

    (notice,) = [each for each in loading.sources if each.kind is AskKind.NOTICE]
    told = [notice.session] if notice.session else []
    assert [(each.number, each.sequence) for each in told] == offered
