"""Plan files over HTTP: somebody fetches their own plan, once, and nobody else's; whatever they wrote, it opens."""

import io
import json
from datetime import timedelta

import aiohttp
import pytest
from docx import Document

from bot.files import NotTheirs, Order
from bot.plan_files import as_docx, as_json, as_markdown
from coaching.people import Language, Person
from demo.teams import User
from tests.bot.conftest import PUBLIC_URL, Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.test_follow_up_files import fetched, links_on
from tests.bot.test_plans import WHAT, invited, met, told, whole_goal
from tests.builders import Clock

pytestmark = pytest.mark.usefixtures("public_address")

NASTY = "# *Kuuntelen* <b>loppuun</b>\x0b [linkki](https://x.example)\n1. ja kysyn"


async def order_of(chat: Chat, person: Person, language: Language = Language.FI) -> Order:
    async with chat.store.transaction() as unit:
        (plan,) = await unit.plans.of_person(person.id)
        owner = await unit.people.get(person.id)
    assert owner is not None
    return Order(person=owner, about={"plan": plan.id}, language=language)


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


async def posted(chat: Chat, address: str) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(chat.url + address.removeprefix(PUBLIC_URL)) as answer,
    ):
        return answer.status, await answer.read()


async def checked_in(chat: Chat, user: User, clock: Clock) -> None:
    before = len(chat.teams.cards(user))
    clock.pass_by(days=7)
    at, card = await told(chat, user, "Missä olet nyt?", but=before)
    entries = {"progress_1": "4", "helped_1": "Tauko auttoi", "decision_1": "keep"}
    await press(chat, user, at, button(card, "submit"), entries)


async def test_a_plan_is_fetched_in_three_forms_by_links_that_work_once(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    await checked_in(chat, aino, clock)

    await say(chat, aino, "vie suunnitelma")
    links = links_on(last_card(chat, aino)[1])
    word, document = await fetched(chat, links["Word-tiedostona"])
    text, markdown = await fetched(chat, links["Tekstinä (Markdown)"])
    data, plan = await fetched(chat, links["JSON-tiedostona"])
    again, _ = await posted(chat, links["JSON-tiedostona"])

    assert word.headers["Content-Disposition"] == 'attachment; filename="sparri-plan.docx"'
    assert {each.headers["Cache-Control"] for each in (word, text, data)} == {"no-store"}
    for said in (text_of(document), markdown.decode()):
        assert "Kehittymissuunnitelmasi" in said
        assert "joku tulee ovelleni" in said
        assert "Tauko auttoi" in said
        assert "ma 23.11.2026: 4" in said
    (goal,) = json.loads(plan)["goals"]
    assert (goal["what"], goal["check_ins"][0]["progress"]) == ("Kuuntelen loppuun", 4)
    assert again == 410


async def test_the_plans_card_has_a_button_for_the_file(chat: Chat) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    await say(chat, aino, "tavoitteet")
    at, card = last_card(chat, aino)

    await press(chat, aino, at, button(card, "plan_file"))

    await chat.teams.until(lambda: len(links_on(last_card(chat, aino)[1])) == 3)


async def test_a_plan_is_nobody_elses_to_have(chat: Chat) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    _, veikko = await met(chat, "Veikko Virta")
    mine = await order_of(chat, person)

    for make in (as_docx, as_markdown, as_json):
        with pytest.raises(NotTheirs):
            await make(chat.store, Order(person=veikko, about=mine.about, language=Language.FI))
        with pytest.raises(NotTheirs):
            await make(chat.store, Order(person=mine.person, about={}, language=Language.FI))


@pytest.mark.parametrize("language", Language)
async def test_whatever_was_written_the_files_open_and_show_it_as_it_is(chat: Chat, language: Language) -> None:
    aino, person = await met(chat)
    await invited(chat, person)
    at, card = await told(chat, aino, "Mitä haluat kehittää?")
    await press(chat, aino, at, button(card, "submit"), WHAT | {"what": NASTY})
    order = await order_of(chat, person, language)

    document = text_of((await as_docx(chat.store, order)).content)
    markdown = (await as_markdown(chat.store, order)).content.decode()
    data = json.loads((await as_json(chat.store, order)).content)

    assert "# *Kuuntelen* <b>loppuun</b> [linkki](https://x.example)" in document
    assert "\\# \\*Kuuntelen\\* \\<b\\>loppuun\\</b\\>" in markdown
    assert "\\[linkki\\]\\(https://x.example\\)" in markdown
    assert data["goals"][0]["what"] == NASTY.replace("\x0b", "")
    assert data["language"] == language


async def test_a_link_is_over_after_an_hour(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    await say(chat, aino, "vie suunnitelma")
    link = links_on(last_card(chat, aino)[1])["JSON-tiedostona"]

    clock.now += timedelta(hours=1)
    over, content = await posted(chat, link)

    assert over == 410
    assert b"Kuuntelen" not in content
