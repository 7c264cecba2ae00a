"""The words that always work, over the wire: in three languages, whatever one's own, typed and pressed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from coaching.people import Language, Person
from dialogs.wording import t
from storage.tables import answers, dialogs, drafts, people, turns
from tests.bot.conftest import Chat
from tests.bot.hands import DEBRIEF, asked, button, last_card, press, said_to, say
from tests.bot.reading import answers_of, rows_of
from tests.builders import Clock, add_ask, add_element

#: What is typed, and the text that the answer has in it.
WORDS: dict[Language, dict[str, str]] = {
    Language.FI: {
        "OHJE": "help.title",
        "moi!": "help.title",
        "mitä on auki": "list.title",
        "kieli": "language.title",
        "tauko": "pause.title",
        "tauko 2 viikkoa": "pause.set_title",
        "paasta sisaan K7QF-2M": "let_in.not_allowed",
        "jatka": "pause.not_paused",
        "Kuka näkee mitä?": "visibility.title",
        "miksi sain taman": "why.title",
        "lopeta": "stop.question",
        "kuka olet": "who_are_you.text",
        "viestien kellonaika 18": "writing_time.outside",
        "työaikani 15-9": "working_hours.too_short",
    },
    Language.SV: {
        "Hjälp": "help.title",
        "hej": "help.title",
        "vad ar oppet?": "list.title",
        "språk": "language.title",
        "paus": "pause.title",
        "paus till 1.12.": "pause.set_title",
        "släpp in K7QF-2M": "let_in.not_allowed",
        "FORTSÄTT": "pause.not_paused",
        "vem ser vad": "visibility.title",
        "varför fick jag det här": "why.title",
        "sluta": "stop.question",
        "vem är du?": "who_are_you.text",
        "skriv till mig kl. 18": "writing_time.outside",
        "min arbetstid 15-9": "working_hours.too_short",
    },
    Language.EN: {
        "help": "help.title",
        "Hello": "help.title",
        "What's open?": "list.title",
        "language": "language.title",
        "pause": "pause.title",
        "pause until 1 December": "pause.set_title",
        "let in K7QF-2M": "let_in.not_allowed",
        "resume": "pause.not_paused",
        "who sees what": "visibility.title",
        "why did I get this": "why.title",
        "/stop": "stop.question",
        "are you a bot": "who_are_you.text",
        "write to me at 6 pm": "writing_time.outside",
        "my working hours 3 pm to 9 am": "working_hours.too_short",
    },
}


USUAL_HOURS = {Language.FI: "klo 8.30–16.00", Language.SV: "kl. 8.30–16.00", Language.EN: "8:30–16:00"}


@pytest.mark.parametrize("own", Language)
async def test_every_word_works_in_every_language_whatever_ones_own(chat: Chat, own: Language) -> None:
    elements = [await add_element(chat.store, key=key, tenant=chat.teams.tenant) for key in ("first", "second")]
    for language in Language:
        for number, (text, key) in enumerate(WORDS[language].items()):
            user, person = await chat.person(f"Henkilö {language} {number}")
            await speaks(chat, person, own)
            for element in elements:
                await add_ask(chat.store, person, element)

            assert t(own, key, count=2, hours=USUAL_HOURS[own]) in await say(chat, user, text), text


async def speaks(chat: Chat, person: Person, language: Language) -> None:
    """That is the person's language from now on."""
    async with chat.store.transaction() as unit:
        found = await unit.people.get(person.id)
        assert found is not None
        await unit.people.save(replace(found, language=language))


async def stored(chat: Chat, person: Person) -> Person:
    """The person as they are in the database."""
    async with chat.store.transaction() as unit:
        found = await unit.people.get(person.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("tauko 2 viikkoa", datetime(2026, 11, 29, 22, tzinfo=UTC)),
        ("tauko 1.12. asti", datetime(2026, 11, 30, 22, tzinfo=UTC)),
        ("paus till måndag", datetime(2026, 11, 22, 22, tzinfo=UTC)),
        ("pause until 1 August", datetime(2027, 7, 31, 21, tzinfo=UTC)),
        ("Pause a month", datetime(2026, 12, 15, 22, tzinfo=UTC)),
    ],
)
async def test_a_pause_lasts_until_a_date_or_for_a_time_and_can_be_ended(
    chat: Chat, text: str, until: datetime
) -> None:
    aino, person = await chat.person("Aino Aalto")

    assert "Pidän taukoa ja palaan" in await say(chat, aino, text)
    assert (await stored(chat, person)).paused_until == until

    assert "Tervetuloa takaisin" in await say(chat, aino, "jatka")
    assert (await stored(chat, person)).paused_until is None


async def test_the_time_of_day_for_messages_is_told_chosen_and_left_open_again(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    assert "työpäivinäsi klo 8.30–16.00" in await say(chat, aino, "mihin aikaan kirjoitat")

    for text, hour, said in [
        ("viestien kellonaika 14", time(14), "tästä lähtien klo 14.00 tai sen jälkeen"),
        ("Kirjoita minulle klo 9.30!", time(9, 30), "tästä lähtien klo 9.30 tai sen jälkeen"),
        ("skriv till mig kl. 8.30", time(8, 30), "tästä lähtien klo 8.30 tai sen jälkeen"),
        ("write to me at 3 pm", time(15), "tästä lähtien klo 15.00 tai sen jälkeen"),
    ]:
        assert said in await say(chat, aino, text)
        assert (await stored(chat, person)).preferred == hour
    assert "toiveesi mukaan klo 15.00" in await say(chat, aino, "viestien kellonaika")

    assert "taas mihin aikaan vain" in await say(chat, aino, "viestien kellonaika milloin vain")
    assert (await stored(chat, person)).preferred is None


@pytest.mark.parametrize("text", ["viestien kellonaika 16", "kirjoita minulle klo 8.29", "write to me at 25"])
async def test_a_time_outside_ones_hours_changes_nothing(chat: Chat, text: str) -> None:
    aino, person = await chat.person("Aino Aalto", preferred=time(10))

    assert "vain klo 8.30–16.00" in await say(chat, aino, text)
    assert (await stored(chat, person)).preferred == time(10)


async def test_what_is_due_comes_at_the_time_that_was_chosen(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    clock.now = datetime(2026, 11, 16, 7, tzinfo=UTC)
    await say(chat, aino, "viestien kellonaika 14")
    await add_ask(chat.store, person, await add_element(chat.store, tenant=chat.teams.tenant))

    async with chat.store.transaction() as unit:
        visit = (await unit.visits.of(person)).decide(unit.now).visit

    assert visit is not None
    assert visit.at == datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["tauko 1.1.2020", "pause until 2099-01-01", "tauko eiliseen asti", "paus till midsommar"]
)
async def test_a_pause_that_cannot_be_is_asked_again(chat: Chat, text: str) -> None:
    aino, person = await chat.person("Aino Aalto")

    assert "Kuinka pitkä tauko?" in await say(chat, aino, text)
    assert (await stored(chat, person)).paused_until is None


async def test_a_pause_is_chosen_and_ended_with_buttons(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await say(chat, aino, "tauko")
    at, card = last_card(chat, aino)

    paused = await press(chat, aino, at, button(card, "pause", argument="1 week"))
    assert paused.card is not None
    assert (await stored(chat, person)).paused_until == datetime(2026, 11, 22, 22, tzinfo=UTC)
    await press(chat, aino, at, card["actions"][-1]["data"], {"until": "2026-12-24"})
    assert (await stored(chat, person)).paused_until == datetime(2026, 12, 23, 22, tzinfo=UTC)
    await press(chat, aino, at, card["actions"][-1]["data"], {"until": "2020-01-01"})
    assert (await stored(chat, person)).paused_until == datetime(2026, 12, 23, 22, tzinfo=UTC)
    assert "Tervetuloa takaisin" in (await press(chat, aino, at, button(paused.card, "resume"))).words

    assert (await stored(chat, person)).paused_until is None


@pytest.mark.parametrize("word", ["kyllä", "JA", "yes!"])
async def test_stop_is_done_when_it_is_confirmed_in_writing(chat: Chat, word: str) -> None:
    aino, person = await chat.person("Aino Aalto")

    await say(chat, aino, "stop")
    assert (await stored(chat, person)).stopped_at is None
    assert "En enää lähetä" in await say(chat, aino, word)

    assert (await stored(chat, person)).stopped_at is not None
    assert "Tervetuloa takaisin" in await say(chat, aino, "jatka")
    assert (await stored(chat, person)).stopped_at is None


async def test_stop_is_not_done_when_it_is_denied_or_answered_with_something_else(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")

    await say(chat, aino, "lopeta")
    assert "kuten ennenkin" in await say(chat, aino, "ei")
    await say(chat, aino, "lopeta")
    assert "Lopetanko" in await say(chat, aino, "ok")
    await say(chat, aino, "ohje")
    assert "En enää lähetä" not in await say(chat, aino, "kyllä")

    assert (await stored(chat, person)).stopped_at is None


async def test_the_buttons_of_the_stop_card_count_also_later(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await say(chat, aino, "lopeta")
    at, card = last_card(chat, aino)
    await say(chat, aino, "ohje")

    assert "kuten ennenkin" in (await press(chat, aino, at, button(card, "confirm", argument="no"))).words
    assert "En enää lähetä" in (await press(chat, aino, at, button(card, "confirm", argument="yes"))).words
    assert "En enää lähetä" in (await press(chat, aino, at, button(card, "confirm", argument="no"))).words

    assert (await stored(chat, person)).stopped_at is not None


async def test_why_names_the_programme_and_the_times_on_ones_own_clock(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1", due_at=clock.now.replace(hour=14))

    said = await say(chat, aino, "miksi")

    assert "Ohjelma: AKO (fi)" in said
    assert "ma 16.11.2026 klo 10.00" in said
    assert "ma 16.11.2026 klo 16.00" in said


@pytest.mark.parametrize("language", Language)
async def test_a_text_that_nobody_understands_gets_a_way_on(chat: Chat, language: Language) -> None:
    aino, person = await chat.person("Aino Aalto")
    await speaks(chat, person, language)

    assert await say(chat, aino, "qwerty") == t(language, "unknown.text")


def attached(kind: str, **content: Any) -> dict[str, Any]:
    """A message's attachment."""
    return {"attachments": [{"contentType": kind, **content}]}


WORDLESS: dict[str, tuple[str | None, dict[str, Any]]] = {
    "nothing at all": ("", {}),
    "no text at all": (None, {}),
    "invisible signs": ("\u200b \u200f", {}),
    "a picture": ("", attached("image/png", contentUrl="https://pictures.example/1.png")),
    "a sticker": ("", attached("text/html", content='<img alt="hei">')),
    "a file": ("", attached("application/vnd.microsoft.teams.file.download.info", name="muistio.docx", content={})),
    "a thumb up": ("👍", {}),
    "a row of emoji": ("🎉🎉 ❤️", {}),
    "dots": ("...", {}),
    "a question mark": ("?", {}),
}


@pytest.mark.parametrize("open_asks", [0, 1, 2])
async def test_a_message_without_words_is_answered_and_nothing_of_it_is_stored(chat: Chat, open_asks: int) -> None:
    aino, person = await chat.person("Aino Aalto")
    found = await asked(chat, person, *[f"Istunto {number}" for number in range(open_asks)])

    for name, (text, overrides) in WORDLESS.items():
        activity = chat.teams.message(aino, text or "", **overrides)
        if text is None:
            del activity["text"]
        assert await said_to(chat, aino, activity) != "", name

    assert await rows_of(chat, drafts) == []
    assert await rows_of(chat, dialogs) == []
    assert [await answers_of(chat, ask.id) for ask in found] == [[]] * open_asks


async def test_a_picture_in_the_middle_of_an_answer_is_no_step_of_it(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    for step in DEBRIEF.values():
        picture = chat.teams.message(aino, "", **attached("image/png", contentUrl="https://pictures.example/1.png"))
        assert await said_to(chat, aino, picture) != ""
        await say(chat, aino, step)

    assert await answers_of(chat, ask.id) == [DEBRIEF]


@pytest.mark.parametrize("text", ["kiitos", "Tack!", "thanks", "OK", "👍", "Kiitos paljon 🙂"])
async def test_small_talk_is_no_answer_and_no_step_of_one(chat: Chat, text: str) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")

    assert await say(chat, aino, text) == t(Language.FI, "small_talk.text")
    assert await rows_of(chat, drafts) == []
    await say(chat, aino, DEBRIEF["intended"])
    assert await say(chat, aino, text) == t(Language.FI, "small_talk.text")
    await say(chat, aino, DEBRIEF["happened"])
    await say(chat, aino, DEBRIEF["next"])

    assert await answers_of(chat, ask.id) == [DEBRIEF]


def in_group(chat: Chat) -> dict[str, Any]:
    """What makes a message one in a group chat."""
    conversation = {"id": "19:group@thread.v2", "conversationType": "groupChat", "isGroup": True}
    return {"conversation": {**conversation, "tenantId": chat.teams.tenant}}


def in_channel(chat: Chat) -> dict[str, Any]:
    """What makes a message one in a channel."""
    conversation = {"id": "19:channel@thread.tacv2;messageid=1", "conversationType": "channel", "isGroup": True}
    return {"conversation": {**conversation, "tenantId": chat.teams.tenant}}


@pytest.mark.parametrize("where", [in_group, in_channel], ids=["group", "channel"])
@pytest.mark.parametrize("known", [True, False], ids=["somebody known", "a stranger"])
async def test_elsewhere_one_line_points_to_the_personal_chat_and_nothing_is_stored(
    chat: Chat, where: Callable[[Chat], dict[str, Any]], known: bool
) -> None:
    aino = chat.teams.user("Vieras Vuori")
    if known:
        aino, person = await chat.person("Aino Aalto")
        await asked(chat, person, "Istunto 1")
    rows = [await rows_of(chat, table) for table in (people, turns, drafts, answers)]
    mention = {"type": "mention", "mentioned": {"id": chat.teams.bot_id}, "text": "<at>Sparri</at>"}
    place = where(chat)

    for text in ("<at>Sparri</at> Kuuntelin", "<at>Sparri</at> lopeta"):
        answer = await chat.post(chat.teams.message(aino, text, entities=[mention], **place))
        assert answer.status == 200

    said = [call for call in chat.teams.sent if call.method == "POST"]
    assert {call.conversation_id for call in said} == {place["conversation"]["id"]}
    assert [call.body["text"] for call in said] == [t(Language.FI, "elsewhere.text")] * 2
    assert [await rows_of(chat, table) for table in (people, turns, drafts, answers)] == rows
