"""My data over HTTP: the word brings a link, the link one file, and in it is what the person wrote and nobody else."""

import io
import json
import re
import zipfile

import aiohttp
import pytest

from tests.bot.conftest import PUBLIC_URL, Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.test_assignments import assigned, coached, met, told
from tests.bot.test_plans import whole_goal
from tests.builders import add_ask, add_element

pytestmark = pytest.mark.usefixtures("public_address")

WORDS = "Kuuntelin <b>ensin</b> & kysyin"


async def fetched(chat: Chat, card: object) -> tuple[dict[str, list[dict[str, object]]], str]:
    """What is behind the link on a card: the tables, and the page."""
    found = re.search(rf"{PUBLIC_URL}(/files/[\w-]+)", str(card))
    assert found is not None
    async with aiohttp.ClientSession() as session, session.post(chat.url + found[1]) as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        content = await answer.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("my-data.json"))["tables"], archive.read("my-data.html").decode()


async def test_a_person_fetches_what_they_wrote_and_what_they_were_told(chat: Chat) -> None:
    kaisa, coach = await met(chat, "Kaisa Coach")
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    await coached(chat, coach, person)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="question"))
    assert form.card is not None
    await press(chat, aino, at, button(form.card, "submit"), {"question": "Saako tehdä kaksin?"})
    at, card = await told(chat, kaisa, "Sinulta kysytään")
    await press(chat, kaisa, at, button(card, "submit"), {"words": "Totta kai saa"})
    await told(chat, aino, "Totta kai saa")
    await add_ask(chat.store, person, await add_element(chat.store, questions=1, tenant=chat.teams.tenant))
    await say(chat, aino, "auki")
    await say(chat, aino, "2")
    at, card = last_card(chat, aino)
    await press(chat, aino, at, button(card, "submit"), {"q1": WORDS})

    await say(chat, aino, "omat tietoni")
    tables, page = await fetched(chat, last_card(chat, aino)[1])

    assert [row["value"] for row in tables["answers"]] == [WORDS]
    assert {row["words"] for row in tables["errands"]} == {"Saako tehdä kaksin?", "Totta kai saa"}
    assert "Kuuntelin &lt;b&gt;ensin&lt;/b&gt; &amp; kysyin" in page
    assert "Kysymys 1 (fi)" in page
    assert "Totta kai saa" in page
    assert 'lang="fi"' in page


async def test_nobody_gets_what_somebody_else_wrote(chat: Chat) -> None:
    kaisa, coach = await met(chat, "Kaisa Coach")
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    await coached(chat, coach, person)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="question"))
    assert form.card is not None
    await press(chat, aino, at, button(form.card, "submit"), {"question": "Salaisuus"})
    await told(chat, kaisa, "Salaisuus")

    await say(chat, kaisa, "my data")
    tables, page = await fetched(chat, last_card(chat, kaisa)[1])

    assert "Salaisuus" not in page
    assert "Salaisuus" not in str(tables)
    assert "Aino Aalto" not in page + str(tables)


async def test_a_development_plan_is_on_the_page_in_the_words_of_its_owner(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await whole_goal(chat, aino, person)

    await say(chat, aino, "mina personuppgifter")
    tables, page = await fetched(chat, last_card(chat, aino)[1])

    assert len(tables["goals"]) == len(tables["plans"]) == 1
    assert "Kuuntelen loppuun" in page
    assert "Tiimi uskaltaa" in page
