"""Follow-up files over HTTP: a coach fetches how far their people are, and never what a coach does not read."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientResponse

from bot.files import NotTheirs, Order
from bot.follow_up_files import AT_ONCE, as_csv
from coaching.access import READERS, Audience, Matter
from coaching.asks import WANTING_ANSWERS, AskKind, AskState, Element
from coaching.assignments import AssignmentFacts
from coaching.elements import DELIVERED, Evidence, Step
from coaching.forms import Form
from coaching.people import Language, Member, Person, Role
from demo.teams import StandIn, User
from dialogs import catalogue
from dialogs.hand_ins import readable
from dialogs.wording import t
from storage.cards import Face
from storage.one_time_links import FileKind
from storage.store import Store
from tests.bot.conftest import PUBLIC_URL, Chat, running
from tests.bot.hands import button, last_card, press, say
from tests.bot.test_assignments import assigned, met, told
from tests.builders import Clock, add_ask, add_element, in_all
from tests.serving import Ended, command

pytestmark = pytest.mark.usefixtures("public_address")
HEADINGS = ["Nimi", "Sähköposti", "Ryhmät", "Mitä kysyttiin", "Vaihe", "Vastattu", "Versio"]


async def part_of(chat: Chat, person: Person, role: Role, **given: Any) -> int:
    """The person takes part in the programme; its number."""
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "ako")
        assert programme_id is not None
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=role, **given))
    return programme_id


async def coach_of(chat: Chat, name: str = "Kaisa Coach") -> tuple[User, Person, int]:
    """A coach of the programme, and its number."""
    user, person = await met(chat, name, role=Role.COACH)
    return user, person, await part_of(chat, person, Role.COACH)


def links_on(card: dict[str, Any]) -> dict[str, str]:
    return {each["title"]: each["url"] for each in card["actions"] if each["type"] == "Action.OpenUrl"}


async def fetched(chat: Chat, address: str) -> tuple[ClientResponse, bytes]:
    assert address.startswith(f"{PUBLIC_URL}/files/")
    async with aiohttp.ClientSession() as session:
        async with session.get(chat.url + address.removeprefix(PUBLIC_URL)) as page:
            assert page.status == 200
        async with session.post(chat.url + address.removeprefix(PUBLIC_URL)) as answer:
            return answer, await answer.read()


def rows_in(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


async def made(chat: Chat, coach: Person, programme_id: int) -> list[dict[str, str]]:
    order = Order(person=coach, about={"programme": programme_id}, language=Language.FI)
    return rows_in((await as_csv(chat.store, order)).content)


async def hand_in(chat: Chat, user: User, **entries: str) -> None:
    at, card = await told(chat, user, "Kokeilu (fi)")
    form = await press(chat, user, at, button(card, "turn", argument="hand_in"))
    assert form.card is not None
    await press(chat, user, at, button(form.card, "submit"), entries)


async def test_a_coach_fetches_the_follow_up_by_a_word_and_one_press(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person, steps=(Step(id="try", text=in_all("Kokeile")),), evidence=Evidence.SCALE)
    kaisa, _, _ = await coach_of(chat)
    await hand_in(chat, aino, step_try="=Kysyin; ja kuuntelin", evidence="7")

    said = await say(chat, kaisa, "seuranta tiedostona")
    links = links_on(last_card(chat, kaisa)[1])
    answer, content = await fetched(chat, links["CSV-tiedostona"])
    excel, book = await fetched(chat, links["Excel-tiedostona"])

    assert "Tiedostosi on noudettavissa" in said
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sparri-follow-up.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = rows_in(content)
    assert [*rows[0]][:7] == HEADINGS
    assert [(row["Nimi"], row["Vaihe"], row["Vastattu"], row["Kysymys"], row["Vastaus"]) for row in rows] == [
        ("Aino Aalto", "tehty", "2026-11-16 10:00", "Kokeile (fi)", "'=Kysyin; ja kuuntelin"),
        ("Aino Aalto", "tehty", "2026-11-16 10:00", "Kuinka hyvin se sujui?", "7"),
    ]
    assert excel.headers["Content-Disposition"] == 'attachment; filename="sparri-follow-up.xlsx"'
    assert book.startswith(b"PK")


async def test_the_overview_has_a_button_for_the_file(chat: Chat) -> None:
    _, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    kaisa, _, _ = await coach_of(chat)
    await say(chat, kaisa, "yleiskatsaus")
    at, card = last_card(chat, kaisa)

    await press(chat, kaisa, at, button(card, "follow_up_file"))

    await chat.teams.until(lambda: len(links_on(last_card(chat, kaisa)[1])) == 2)
    assert chat.teams.cards(kaisa)[at] == card


async def test_the_file_is_as_things_stand_when_it_is_fetched(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    kaisa, _, _ = await coach_of(chat)
    await told(chat, aino, "Kokeilu (fi)")
    await say(chat, kaisa, "seurantatiedosto")
    link = links_on(last_card(chat, kaisa)[1])["CSV-tiedostona"]
    await hand_in(chat, aino, evidence="Vasta nyt")

    _, content = await fetched(chat, link)

    assert [row["Vastaus"] for row in rows_in(content)] == ["Vasta nyt"]


async def test_who_does_not_coach_the_programme_any_more_gets_no_file(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    kaisa, coach, programme_id = await coach_of(chat)
    await hand_in(chat, aino, evidence="Salaisuus")
    await say(chat, kaisa, "seurantatiedosto")
    link = links_on(last_card(chat, kaisa)[1])["CSV-tiedostona"]
    async with chat.store.transaction() as unit:
        await unit.members.leave(programme_id, coach.id)

    answer, content = await fetched(chat, link)

    assert answer.status == 403
    assert b"Salaisuus" not in content


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COACH])
async def test_only_a_coach_of_the_programme_is_offered_a_file_or_made_one(chat: Chat, role: Role) -> None:
    element = await add_element(chat.store, tenant=chat.teams.tenant)
    other, person = await met(chat, "Olli Outo", role=role)
    await part_of(chat, person, role)

    assert "Vain valmentaja" in await say(chat, other, "seurantatiedosto")
    with pytest.raises(NotTheirs):
        await made(chat, person, element.programme_id)


async def test_a_coach_of_another_programme_is_made_no_file(chat: Chat) -> None:
    element = await add_element(chat.store, tenant=chat.teams.tenant)
    _, coach = await met(chat, "Kaisa Coach", role=Role.COACH)
    async with chat.store.transaction() as unit:
        other = await unit.programmes.add(tenant=chat.teams.tenant, key="om", name=in_all("OM"))
        await unit.people.save_part(Member(person_id=coach.id, programme_id=other, role=Role.COACH))

    with pytest.raises(NotTheirs):
        await made(chat, coach, element.programme_id)
    assert await made(chat, coach, other) == []


async def test_without_a_public_address_the_chat_says_what_to_do(
    teams: StandIn, environment: dict[str, str], store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PUBLIC_URL")
    async with running(clock) as url:
        chat = Chat(teams=teams, store=store, url=url)
        await add_element(chat.store, tenant=chat.teams.tenant)
        kaisa, _, _ = await coach_of(chat)

        assert await say(chat, kaisa, "seurantatiedosto") == t(Language.FI, "file.no_address")


async def test_a_file_holds_what_the_access_table_lets_a_coach_read_and_nothing_else(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    reflection = await add_element(chat.store, title="Pohdi", questions=1, tenant=chat.teams.tenant)
    _, coach, programme_id = await coach_of(chat)
    await add_ask(chat.store, person, reflection)
    await say(chat, aino, "MIETE")
    await assigned(chat, person)
    for typed in ("suunnittele", "huomenna", "klo 10.30", "AIE", "AIE"):
        await say(chat, aino, typed)
    await say(chat, aino, "tehty")
    await say(chat, aino, "PALAUTUS")
    told_by = {Matter.REFLECTION: "MIETE", Matter.INTENTION: "AIE", Matter.HAND_IN: "PALAUTUS"}

    rows = await made(chat, coach, programme_id)

    for matter, canary in told_by.items():
        assert (canary in str(rows)) is (Audience.COACH in READERS[matter]), matter
    assert {row["Vaihe"] for row in rows if row["Mitä kysyttiin"] == "Pohdi (fi)"} == {"tehty"}


@pytest.mark.parametrize("kind", sorted(WANTING_ANSWERS & set(DELIVERED.values())))
async def test_every_answer_of_every_kind_is_in_the_file_where_the_access_table_says_so_and_nowhere_else(
    chat: Chat, kind: AskKind
) -> None:
    _, person = await met(chat, "Aino Aalto")
    facts = AssignmentFacts(steps=(Step(id="try", text=in_all("Kokeile")),), evidence=Evidence.TEXT)
    element = await add_element(
        chat.store, key="kaikki", kind=kind, tenant=chat.teams.tenant, questions=2, assignment=facts
    )
    _, coach, programme_id = await coach_of(chat)
    ask = await add_ask(chat.store, person, element, state=AskState.ANSWERED, version=1)
    fields = {
        field.name: field
        for about in ABOUT
        for field in catalogue.form_of(element, Language.FI, about=about).fields
        if field.matter is not None
    }
    async with chat.store.transaction() as unit:
        found = await unit.people.get(person.id)
        assert found is not None
        _, cipher = await unit.cipher(found)
        await unit.answers.add(
            cipher,
            person_id=person.id,
            ask_id=ask.id,
            version=1,
            once="x",
            form=Form(title="", fields=tuple(fields.values())),
            values={name: f"SANAT-{name}-LOPPU" for name in fields},
        )
    own = {
        field.name
        for about in ("", Face.ADAPT)
        for field in catalogue.form_of(element, Language.FI, about=about).fields
    }

    written = str(await made(chat, coach, programme_id))

    assert fields or kind not in (AskKind.REFLECTION, AskKind.ASSIGNMENT)
    for name, field in fields.items():
        is_read = field.matter is not None and Audience.COACH in READERS[field.matter]
        assert (f"SANAT-{name}-LOPPU" in written) is (is_read and name in own), name


ABOUT = ["", Face.ADAPT, Face.PLAN, Face.DROP, Face.QUESTION, Face.MORE_TIME]


@pytest.mark.parametrize("kind", sorted(set(DELIVERED.values())))
@pytest.mark.parametrize("about", ["", Face.ADAPT, Face.PLAN, Face.DROP, Face.QUESTION, Face.MORE_TIME])
def test_a_coach_reads_exactly_the_fields_that_the_access_table_says(kind: AskKind, about: str) -> None:
    facts = AssignmentFacts(steps=(Step(id="try", text=in_all("Kokeile")),), evidence=Evidence.TEXT)
    element = Element(id=1, programme_id=1, key="x", kind=kind, title=in_all("Otsikko"), intro={}, assignment=facts)

    read = {field.name for field in readable(element, Language.FI)}

    for field in catalogue.form_of(element, Language.FI, about=about).fields:
        assert field.matter is not None
        if field.name in read:
            assert Audience.COACH in READERS[field.matter]


async def test_a_participant_with_a_coach_of_their_own_is_in_that_coachs_file_only(chat: Chat) -> None:
    people = [await met(chat, name) for name in ("Aino Aalto", "Bertta Berg", "Cecilia Ceder")]
    await assigned(chat, *(person for _, person in people))
    _, kaisa, programme_id = await coach_of(chat)
    _, pekka, _ = await coach_of(chat, "Pekka Pelto")
    _, former, _ = await coach_of(chat, "Former Coach")
    for (_, person), coach in zip(people, (kaisa, None, former), strict=True):
        await part_of(chat, person, Role.PARTICIPANT, coach_id=coach and coach.id)
    async with chat.store.transaction() as unit:
        await unit.members.leave(programme_id, former.id)

    mine, other = [{row["Nimi"] for row in await made(chat, coach, programme_id)} for coach in (kaisa, pekka)]

    assert mine == {"Aino Aalto", "Bertta Berg", "Cecilia Ceder"}
    assert other == {"Bertta Berg", "Cecilia Ceder"}


async def test_a_file_of_more_people_than_are_read_at_once_has_each_of_them_once(chat: Chat) -> None:
    element = await add_element(chat.store, title="Pohdi", questions=1, tenant=chat.teams.tenant)
    _, coach, programme_id = await coach_of(chat)
    names = [f"Henkilö {number:02}" for number in range(2 * AT_ONCE + 1)]
    for name in names:
        _, person = await chat.person(name)
        await add_ask(chat.store, person, element)

    rows = await made(chat, coach, programme_id)

    assert [row["Nimi"] for row in rows] == names


async def test_what_nobody_can_open_any_more_is_left_out(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    _, coach, programme_id = await coach_of(chat)
    await hand_in(chat, aino, evidence="Poissa")
    async with chat.store.transaction() as unit:
        found = await unit.people.get(person.id)
    assert found is not None
    assert found.key_id is not None
    await chat.store.keys.destroy(found.key_id, clock.now)

    rows = await made(chat, coach, programme_id)

    assert [(row["Nimi"], row["Vaihe"], row["Vastaus"]) for row in rows] == [("Aino Aalto", "tehty", "")]


async def test_a_link_is_over_after_an_hour_also_where_its_page_is_open(chat: Chat, clock: Clock) -> None:
    await add_element(chat.store, tenant=chat.teams.tenant)
    kaisa, _, _ = await coach_of(chat)
    await say(chat, kaisa, "seurantatiedosto")
    link = links_on(last_card(chat, kaisa)[1])["CSV-tiedostona"]
    clock.now += timedelta(minutes=59)
    async with aiohttp.ClientSession() as session:
        async with session.get(chat.url + link.removeprefix(PUBLIC_URL)) as page:
            assert page.status == 200
        clock.now += timedelta(minutes=2)
        async with session.post(chat.url + link.removeprefix(PUBLIC_URL)) as answer:
            assert answer.status == 410
            assert t(Language.FI, f"file.kind.{FileKind.FOLLOW_UP_CSV}") not in await answer.text()


async def test_an_administrator_writes_what_a_coach_may_read_where_there_are_no_links(
    chat: Chat, environment: dict[str, str], tmp_path: Path
) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    await coach_of(chat)
    await hand_in(chat, aino, evidence="Hyvin meni")

    async def follow_up(coach: str, file: str, programme: str = "ako") -> Ended:
        return await command(
            "follow-up", programme, f"{coach}@ministry.example", file, environment=environment, folder=tmp_path
        )

    done = await follow_up("kaisa.coach", "a.csv")
    excel = await follow_up("kaisa.coach", "a.xlsx")
    refused = [
        await follow_up("kaisa.coach", "a.csv"),
        await follow_up("kaisa.coach", "a.doc"),
        await follow_up("aino.aalto", "b.csv"),
        await follow_up("nobody", "b.csv"),
        await follow_up("kaisa.coach", "b.csv", programme="om"),
    ]

    assert (done.code, excel.code) == (0, 0), done.errors
    assert [row["Vastaus"] for row in rows_in((tmp_path / "a.csv").read_bytes())] == ["Hyvin meni"]
    assert (tmp_path / "a.csv").stat().st_mode & 0o077 == 0
    assert [each.code for each in refused] == [1] * len(refused)
    assert not any("Traceback" in each.errors for each in refused)
    assert not (tmp_path / "b.csv").exists()
