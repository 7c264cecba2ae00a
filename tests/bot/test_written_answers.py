"""What comes of typing: answers one question at a time, and words that could belong to several asks."""

import pytest

from coaching.asks import AskState
from coaching.people import Language
from dialogs.cards import words
from storage.conversations import DialogKind
from storage.tables import dialogs, drafts
from tests.bot.conftest import Chat, running
from tests.bot.hands import DEBRIEF, Way, asked, button, form_of, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.builders import Clock

TEXT = "Kiire hellitti, kun sanoin ei"
WHICH = "Mihin kysymykseen tekstisi kuuluu?"
FIRST, SECOND, THIRD = "Mitä aioit tehdä?", "Mitä tapahtui?", "Mitä teet seuraavaksi?"


async def kept_of(chat: Chat) -> list[str]:
    """What is kept in the database for the only person in it, opened with their key; it is nowhere in plain."""
    (row,) = await rows_of(chat, dialogs)
    async with chat.store.transaction() as unit:
        person = await unit.people.get(row.person_id)
        assert person is not None
        _, cipher = await unit.cipher(person)
        dialog = await unit.dialogs.get(cipher, person.id)
    assert dialog is not None
    assert not any(part["text"].encode() in bytes(row.sealed) for part in dialog.kept)
    return [part["text"] for part in dialog.kept]


async def test_a_number_picks_from_the_list_of_what_is_open(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    _, second, _ = await asked(chat, person, "Istunto 1", "Istunto 2", "Istunto 3", questions=1)

    assert "2: Istunto 2" in await say(chat, aino, "auki")
    form = await say(chat, aino, "2.")

    assert "Kysymys 1 (fi)" in form
    at, card = last_card(chat, aino)
    await press(chat, aino, at, button(card, "submit"), {"q1": "Kuuntelin"})
    assert await answers_of(chat, second.id) == [{"q1": "Kuuntelin"}]


async def test_words_with_two_asks_open_are_sealed_before_we_ask_where_they_belong(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1", "Istunto 2")
    chat.teams.fail(500, conversation_id=aino.conversation_id, method="POST")

    await say(chat, aino, TEXT)

    assert await kept_of(chat) == [TEXT]


@pytest.mark.parametrize("how", ["2", "istunto 2 (FI)", "button"])
async def test_kept_words_go_where_they_are_said_to_belong(chat: Chat, how: str) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, second = await asked(chat, person, "Istunto 1", "Istunto 2", questions=1)

    assert WHICH in await say(chat, aino, TEXT)
    at, card = last_card(chat, aino)
    assert TEXT not in str(card)
    if how == "button":
        thanks = (await press(chat, aino, at, button(card, "pick", argument=str(second.id)))).words
    else:
        thanks = await say(chat, aino, how)

    assert "Kiitos, vastauksesi on tallessa: Istunto 2 (fi)" in thanks
    assert await answers_of(chat, second.id) == [{"q1": TEXT}]
    assert await answers_of(chat, first.id) == []
    assert await rows_of(chat, dialogs) == []


@pytest.mark.parametrize("how", ["En mihinkään näistä", "None of these", "button", "ei"])
async def test_words_that_belong_to_none_are_deleted(chat: Chat, how: str) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1", "Istunto 2")
    await say(chat, aino, TEXT)
    at, card = last_card(chat, aino)
    none = card["actions"][-1]["title"]

    if how == "button":
        said = (await press(chat, aino, at, button(card, "pick", argument="none"))).words
    else:
        said = await say(chat, aino, none if how.startswith("En") else how)

    assert "poistin sen" in said
    assert await rows_of(chat, dialogs) == []
    assert await rows_of(chat, drafts) == []


async def test_a_second_message_while_we_ask_back_is_kept_too(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, _ = await asked(chat, person, "Istunto 1", "Istunto 2", questions=1)

    await say(chat, aino, TEXT)
    assert WHICH in await say(chat, aino, "Ja kysyin\n\nkaksi kertaa.")

    assert await kept_of(chat) == [TEXT, "Ja kysyin\n\nkaksi kertaa."]
    await say(chat, aino, "1")
    assert await answers_of(chat, first.id) == [{"q1": f"{TEXT}\n\nJa kysyin\nkaksi kertaa."}]


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(["ohje"], id="help"),
        pytest.param(["lopeta", "ei"], id="stop, and not after all"),
        pytest.param(["lopeta", "kyllä"], id="stop, and really"),
        pytest.param(["lopeta"], id="stop, left open"),
        pytest.param(["auki"], id="open"),
        pytest.param(["auki", "lopeta", "auki", "ei nyt"], id="all at once"),
        pytest.param(["tauko", "tauko 2 viikkoa", "jatka"], id="a pause"),
        pytest.param(["ruotsi", "suomi"], id="other languages"),
        pytest.param(["kiitos", "👍", ""], id="small talk and a picture"),
        pytest.param(["muokkaa"], id="edit, with nothing to edit"),
    ],
)
async def test_commands_in_between_do_not_lose_kept_words(chat: Chat, between: list[str]) -> None:
    aino, person = await chat.person("Aino Aalto")
    _, second = await asked(chat, person, "Istunto 1", "Istunto 2", questions=1)
    await say(chat, aino, TEXT)

    for each in between:
        assert await say(chat, aino, each) != ""

    assert await kept_of(chat) == [TEXT]
    assert "tallessa" in await say(chat, aino, "Istunto 2 (fi)" if between != ["lopeta"] else "2")
    assert await answers_of(chat, second.id) == [{"q1": TEXT}]


async def test_kept_words_wait_while_another_answer_is_typed_or_pressed(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, second, third = await asked(chat, person, "Istunto 1", "Istunto 2", "Istunto 3", questions=1)
    await say(chat, aino, TEXT)

    at, listed = next((at, card) for at, card in [await form_of(chat, aino)])
    assert WHICH in words(listed)
    cards = list(chat.teams.cards(aino).items())
    shown = await press(chat, aino, cards[-2][0], button(cards[-2][1], "show", ask=first.id))
    assert shown.card is not None
    await press(chat, aino, cards[-2][0], button(shown.card, "submit"), {"q1": "Ensimmäinen"})

    assert await kept_of(chat) == [TEXT]
    said = await press(chat, aino, at, button(listed, "pick", argument=str(third.id)))
    assert "tallessa: Istunto 3" in said.words
    assert await answers_of(chat, first.id) == [{"q1": "Ensimmäinen"}]
    assert await answers_of(chat, second.id) == []
    assert await answers_of(chat, third.id) == [{"q1": TEXT}]


async def test_a_made_up_pick_does_not_lose_kept_words(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1", "Istunto 2")
    await say(chat, aino, TEXT)
    at, card = last_card(chat, aino)

    for argument in ("987654", "", "all", "-1", "9" * 500):
        data = button(card, "pick", argument="none")
        data = data | {"sparri": data["sparri"] | {"arg": argument}}
        assert (await press(chat, aino, at, data)).words != ""

    assert await kept_of(chat) == [TEXT]


async def test_more_than_can_be_kept_is_not_said_to_be_kept(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1", "Istunto 2")
    for number in range(20):
        await say(chat, aino, f"Osa {number} tarinaa")

    said = await say(chat, aino, "Vielä yksi")

    assert "en voinut tallentaa" in said
    assert len(await kept_of(chat)) == 20


async def test_stop_in_an_interview_leaves_the_interview_open(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, second = await asked(chat, person, "Istunto 1", "Istunto 2")
    await say(chat, aino, "auki")
    await say(chat, aino, TEXT)
    await say(chat, aino, "1")

    for each in ("lopeta", "kiitos", "ei", "auki", "ohje"):
        await say(chat, aino, each)
    assert THIRD in await say(chat, aino, "Kuuntelin")
    assert "tallessa" in await say(chat, aino, "Jatkan")

    assert await answers_of(chat, first.id) == [{"intended": TEXT, "happened": "Kuuntelin", "next": "Jatkan"}]
    assert await answers_of(chat, second.id) == []


@pytest.mark.parametrize(
    ("back", "skip", "later", "cancel"),
    [
        pytest.param("takaisin", "ohita", "myöhemmin", "peru", id="in Finnish"),
        pytest.param("TILLBAKA", "Hoppa över", "senare", "avbryt!", id="in Swedish"),
        pytest.param("back", "skip", "Not now", "never mind", id="in English"),
    ],
)
async def test_one_moves_in_an_interview_in_any_language(
    chat: Chat, back: str, skip: str, later: str, cancel: str
) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")

    assert SECOND in await say(chat, aino, "Aioin kuunnella")
    assert FIRST in await say(chat, aino, back)
    assert SECOND in await say(chat, aino, skip)
    assert "en voi ohittaa" in await say(chat, aino, skip)
    assert "ti 17.11.2026" in await say(chat, aino, later)
    assert THIRD in await say(chat, aino, "Kuuntelin")
    assert "keskeytin" in await say(chat, aino, cancel)
    assert await rows_of(chat, drafts) == []
    assert SECOND in await say(chat, aino, "Alusta siis")
    assert await answers_of(chat, ask.id) == []


async def test_an_interview_goes_on_after_a_week_and_a_restart(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    await say(chat, aino, DEBRIEF["intended"])
    clock.pass_by(days=8)

    async with running(clock) as url:
        restarted = Chat(teams=chat.teams, store=chat.store, url=url)
        assert THIRD in await say(restarted, aino, DEBRIEF["happened"])
        assert "tallessa" in await say(restarted, aino, DEBRIEF["next"])

    assert await answers_of(chat, ask.id) == [DEBRIEF]


async def test_an_interview_whose_ask_closed_in_between_says_so(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1", closes_at=clock.now.replace(hour=12))
    await say(chat, aino, DEBRIEF["intended"])
    clock.pass_by(hours=5)

    assert "suljettu" in await say(chat, aino, DEBRIEF["happened"])
    assert await rows_of(chat, drafts) == []
    assert await answers_of(chat, ask.id) == []


async def test_a_typed_edit_keeps_what_is_skipped(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    for step in DEBRIEF.values():
        await say(chat, aino, step)

    said = await say(chat, aino, "muokkaa")
    assert FIRST in said
    assert "pysyy ennallaan" in said
    await say(chat, aino, "ohita")
    await say(chat, aino, "Puhuin itse")
    assert "tallessa" in await say(chat, aino, "ohita")

    assert await answers_of(chat, ask.id) == [DEBRIEF, {**DEBRIEF, "happened": "Puhuin itse"}]
    assert "Palautin" in await say(chat, aino, "palauta aiempi")
    assert (await answers_of(chat, ask.id))[2] == DEBRIEF


@pytest.mark.parametrize("word", ["peru", "myöhemmin"])
async def test_a_typed_edit_that_is_broken_off_leaves_the_answer(chat: Chat, word: str) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    for step in DEBRIEF.values():
        await say(chat, aino, step)
    await say(chat, aino, "muokkaa")
    await say(chat, aino, "Jotain muuta")

    assert "pysyy ennallaan" in await say(chat, aino, word)

    assert await rows_of(chat, drafts) == []
    assert await answers_of(chat, ask.id) == [DEBRIEF]


@pytest.mark.parametrize("way", Way)
async def test_a_card_submitted_after_typing_began_is_the_one_answer(chat: Chat, way: Way) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    await say(chat, aino, "Aioin jotain muuta")

    await press(chat, aino, at, button(form, "submit"), DEBRIEF, way=way)

    assert await answers_of(chat, ask.id) == [DEBRIEF]
    assert await rows_of(chat, drafts) == []
    assert await rows_of(chat, dialogs) == []
    assert "ihan ymmärtänyt" in await say(chat, aino, "Vielä yksi ajatus")


async def test_putting_one_ask_off_on_its_card_leaves_the_interview_of_another(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, second = await asked(chat, person, "Istunto 1", "Istunto 2")
    await say(chat, aino, TEXT)
    await say(chat, aino, "1")
    await say(chat, aino, "auki")
    at, listed = last_card(chat, aino)
    shown = await press(chat, aino, at, button(listed, "show", ask=second.id))
    assert shown.card is not None

    await press(chat, aino, at, button(shown.card, "later"))

    assert THIRD in await say(chat, aino, "Kuuntelin")
    (row,) = await rows_of(chat, dialogs)
    assert (row.kind, row.ask_id) == (DialogKind.INTERVIEW, first.id)


async def test_a_reply_to_a_card_answers_its_ask(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, second = await asked(chat, person, "Istunto 1", "Istunto 2", questions=1)
    await say(chat, aino, "auki")
    await say(chat, aino, "2")
    at, _ = last_card(chat, aino)
    async with chat.store.transaction() as unit:
        await unit.cards.found_at(1, at)

    await chat.post(chat.teams.message(aino, TEXT, replyToId=at))

    assert await answers_of(chat, second.id) == [{"q1": TEXT}]
    assert await answers_of(chat, first.id) == []


async def test_too_long_an_answer_is_told_and_the_rest_stays(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    await say(chat, aino, DEBRIEF["intended"])

    assert "liian pitkä" in await say(chat, aino, "x" * 3301)
    await say(chat, aino, DEBRIEF["happened"])
    await say(chat, aino, DEBRIEF["next"])

    assert await answers_of(chat, ask.id) == [DEBRIEF]


async def test_the_language_may_change_in_the_middle_of_an_answer(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    await say(chat, aino, DEBRIEF["intended"])

    await say(chat, aino, "svenska")
    assert "Vad gör du härnäst?" in await say(chat, aino, DEBRIEF["happened"])
    assert "Tack, ditt svar är sparat" in await say(chat, aino, DEBRIEF["next"])

    assert await answers_of(chat, ask.id) == [DEBRIEF]
    async with chat.store.transaction() as unit:
        after = await unit.people.get(person.id)
        ask_after = await unit.asks.get(ask.id)
    assert after is not None
    assert after.language is Language.SV
    assert ask_after is not None
    assert ask_after.state is AskState.ANSWERED
