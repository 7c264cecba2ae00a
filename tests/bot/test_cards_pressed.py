"""What comes of pressing the buttons of cards: fresh, stale, closed, foreign and made-up ones."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from coaching.asks import AskState
from coaching.people import Role
from dialogs.cards import words
from storage.tables import answers, cards, submissions
from tests.bot.conftest import Chat
from tests.bot.hands import DEBRIEF, Way, asked, button, form_of, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.builders import Clock, add_ask, add_element

OTHERS = {**DEBRIEF, "happened": "Puhuin itse"}


def values_in(card: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the card's inputs."""
    inputs = (element for container in card["body"] for element in container.get("items", ()))
    return {element["id"]: element.get("value") for element in inputs if element["type"].startswith("Input.")}


@pytest.mark.parametrize("way", Way)
async def test_a_fault_comes_back_at_its_field_and_the_entries_stay(chat: Chat, way: Way) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    entries = {"intended": "Kuuntelen", "happened": "x" * 3301, "next": "  "}

    said = await press(chat, aino, at, button(form, "submit"), entries, way=way)

    assert said.card is not None
    assert "2 kohtaa pitää vielä korjata" in said.words
    first, second = (said.words.index(label) for label in ("Mitä tapahtui?", "Mitä teet seuraavaksi?"))
    assert said.words.index("Teksti on liian pitkä") < first < said.words.index("Tästä puuttuu vielä vastaus") < second
    assert values_in(said.card) | {"next": None} == entries | {"next": None}
    assert await answers_of(chat, ask.id) == []

    mended = await press(chat, aino, at, button(said.card, "submit"), DEBRIEF, way=way)

    assert "Vastauksesi on tallessa" in mended.words
    assert await answers_of(chat, ask.id) == [DEBRIEF]


@pytest.mark.parametrize("way", Way)
async def test_an_answer_is_changed_and_the_former_one_comes_back(chat: Chat, way: Way) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    receipt = await press(chat, aino, at, button(form, "submit"), DEBRIEF, way=way)
    assert receipt.card is not None

    edit = await press(chat, aino, at, button(receipt.card, "edit"), way=way)
    assert edit.card is not None
    assert values_in(edit.card) == DEBRIEF
    second = await press(chat, aino, at, button(edit.card, "submit"), OTHERS, way=way)
    assert second.card is not None
    assert "Tämä on vastauksesi versio 2" in second.words
    third = await press(chat, aino, at, button(second.card, "former"), way=way)

    assert "versio 3" in third.words
    assert await answers_of(chat, ask.id) == [DEBRIEF, OTHERS, DEBRIEF]


async def test_not_now_while_changing_an_answer_brings_the_receipt_back(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    receipt = await press(chat, aino, at, button(form, "submit"), DEBRIEF)
    assert receipt.card is not None
    edit = await press(chat, aino, at, button(receipt.card, "edit"))
    assert edit.card is not None

    later = await press(chat, aino, at, button(edit.card, "later"))

    assert "Vastauksesi on tallessa" in later.words
    assert await answers_of(chat, ask.id) == [DEBRIEF]


async def test_an_answer_sent_again_without_a_change_is_no_new_version(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    receipt = await press(chat, aino, at, button(form, "submit"), DEBRIEF)
    assert receipt.card is not None
    edit = await press(chat, aino, at, button(receipt.card, "edit"))
    assert edit.card is not None

    again = await press(chat, aino, at, button(edit.card, "submit"), DEBRIEF)

    assert again.words == receipt.words
    assert await answers_of(chat, ask.id) == [DEBRIEF]


@pytest.mark.parametrize("way", Way)
async def test_not_now_puts_the_ask_off_and_the_card_can_still_be_answered(chat: Chat, way: Way) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)

    said = await press(chat, aino, at, button(form, "later"), way=way)

    assert "ti 17.11.2026" in said.words
    async with chat.store.transaction() as unit:
        after = await unit.asks.get(ask.id)
    assert after is not None
    assert after.put_off_until is not None
    assert "tallessa" in (await press(chat, aino, at, button(form, "submit"), DEBRIEF, way=way)).words


@pytest.mark.parametrize("way", Way)
async def test_one_of_three_is_shown_from_the_list(chat: Chat, way: Way) -> None:
    aino, person = await chat.person("Aino Aalto")
    _, second, _ = await asked(chat, person, "Istunto 1", "Istunto 2", "Istunto 3", questions=1)
    at, listed = await form_of(chat, aino)
    assert "Sinulla on 3 avointa asiaa" in words(listed)

    shown = await press(chat, aino, at, button(listed, "show", ask=second.id), way=way)

    assert shown.card is not None
    assert "Istunto 2 (fi)" in shown.words
    done = await press(chat, aino, at, button(shown.card, "submit"), {"q1": "Kiire hellitti"}, way=way)
    assert "tallessa" in done.words
    assert await answers_of(chat, second.id) == [{"q1": "Kiire hellitti"}]


@pytest.mark.parametrize("way", Way)
async def test_a_stale_card_with_other_values_is_a_new_version_that_offers_the_former(chat: Chat, way: Way) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    await press(chat, aino, at, button(form, "submit"), DEBRIEF, way=way)

    stale = await press(chat, aino, at, button(form, "submit"), OTHERS, way=way)

    assert "Palauta aiempi vastaus" in stale.words
    assert await answers_of(chat, ask.id) == [DEBRIEF, OTHERS]


async def test_a_stale_card_with_the_same_values_gets_the_same_receipt(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    first = await press(chat, aino, at, button(form, "submit"), DEBRIEF)

    again = await press(chat, aino, at, button(form, "submit"), DEBRIEF)

    assert again == first
    assert await answers_of(chat, ask.id) == [DEBRIEF]


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("verb", ["submit", "later"])
async def test_a_closed_ask_takes_nothing_and_leaves_the_card_with_its_words(
    chat: Chat, clock: Clock, way: Way, verb: str
) -> None:
    aino, person = await chat.person("Aino Aalto")
    element = await add_element(chat.store, tenant=chat.teams.tenant)
    ask = await add_ask(chat.store, person, element, closes_at=clock.now.replace(hour=12))
    at, form = await form_of(chat, aino)
    clock.pass_by(hours=5)

    said = await press(chat, aino, at, button(form, verb), DEBRIEF, way=way)

    assert said.card is None
    assert "on jo suljettu" in said.words or "sulkeutu" in said.words
    assert chat.teams.cards(aino)[at] == form
    assert await answers_of(chat, ask.id) == []


async def test_an_answer_that_is_closed_can_no_longer_be_changed_but_is_still_thanked_for(
    chat: Chat, clock: Clock
) -> None:
    aino, person = await chat.person("Aino Aalto")
    element = await add_element(chat.store, tenant=chat.teams.tenant)
    ask = await add_ask(chat.store, person, element, closes_at=clock.now.replace(hour=12))
    at, form = await form_of(chat, aino)
    receipt = await press(chat, aino, at, button(form, "submit"), DEBRIEF)
    assert receipt.card is not None
    clock.pass_by(hours=5)

    for data in (button(receipt.card, "edit"), button(form, "later"), button(form, "submit") | OTHERS):
        assert (await press(chat, aino, at, data)).card is None
    same = await press(chat, aino, at, button(form, "submit"), DEBRIEF)

    assert "Vastauksesi on tallessa" in same.words
    assert await answers_of(chat, ask.id) == [DEBRIEF]


@pytest.mark.parametrize("version", [0, 2, 99, "1", None, -1, [1]])
async def test_a_card_of_an_unknown_version_is_answered_with_a_fresh_one(chat: Chat, version: object) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    data = copy.deepcopy(button(form, "submit"))
    data["sparri"]["v"] = version

    said = await press(chat, aino, at, data, DEBRIEF)

    assert said.card is not None
    assert "Mitä aioit tehdä?" in said.words
    assert await answers_of(chat, ask.id) == []
    done = await press(chat, aino, at, button(said.card, "submit"), DEBRIEF)
    assert "tallessa" in done.words


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("verb", ["submit", "edit", "former", "later", "show"])
async def test_another_persons_card_is_refused_and_tells_nothing(chat: Chat, way: Way, verb: str) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Salainen istunto")
    at, form = await form_of(chat, aino)
    await press(chat, aino, at, button(form, "submit"), DEBRIEF)
    eero, _ = await chat.person("Eero Ek", role=Role.COACH)
    data = copy.deepcopy(button(form, "submit"))
    data["sparri"]["verb"] = verb

    said = await press(chat, eero, at, data, OTHERS, way=way)

    assert said.card is None
    assert not any(secret in said.words for secret in ("Salainen", "Aino", *DEBRIEF.values()))
    assert await answers_of(chat, ask.id) == [DEBRIEF]
    assert "tallessa" in words(chat.teams.cards(aino)[at])
    assert len(await rows_of(chat, cards)) == 1


async def test_a_card_of_an_ask_that_does_not_exist_cannot_be_read(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    data = copy.deepcopy(button(form, "submit"))
    data["sparri"]["ask"] = 987_654

    said = await press(chat, aino, at, data, DEBRIEF)

    assert "Kirjoita ”auki”" in said.words
    assert await rows_of(chat, submissions) == []


GARBAGE: list[Any] = ["12", "", 2**80, 2**53, -1, 1.5, True, None, [1], {"a": 1}, "x" * 5000]


@pytest.mark.parametrize("key", ["ask", "card", "revision", "arg", "verb"])
async def test_a_card_with_garbage_in_it_breaks_nothing(chat: Chat, key: str) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    for garbage in GARBAGE:
        data = copy.deepcopy(button(form, "submit"))
        data["sparri"][key] = garbage
        sent = {"type": "x", **data, **DEBRIEF}

        invoked = await chat.post(chat.teams.execute(aino, "submit", sent, reply_to=at))
        sent_as_message = await chat.post(chat.teams.submit(aino, sent, reply_to=at))

        refused = garbage == 2**80
        assert (invoked.status, sent_as_message.status) == ((400, 400) if refused else (200, 200)), garbage

    stored = await answers_of(chat, ask.id)
    assert all(version == DEBRIEF for version in stored)
    assert len(stored) <= 1
    assert await say(chat, aino, "kuka olet") != ""


async def test_entries_that_no_input_sends_are_text_or_a_fault(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    for entry in (["a", "b"], {"a": {"b": "c"}}, True, 7, 1e300, None):
        said = await press(chat, aino, at, button(form, "submit"), {**DEBRIEF, "next": entry, "unknown": "x"})

        assert said.card is not None

    assert [version["next"] for version in await answers_of(chat, ask.id)] == [
        "['a', 'b']",
        "{'a': {'b': 'c'}}",
        "True",
        "7",
        "1e+300",
    ]


async def test_a_press_on_a_card_whose_row_is_not_known_finds_its_ask(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)
    data = copy.deepcopy(button(form, "submit"))
    data["sparri"]["card"] = 4_711

    said = await press(chat, aino, at, data, DEBRIEF)

    assert "tallessa" in said.words
    await chat.teams.until(lambda: "tallessa" in words(chat.teams.cards(aino)[at]))
    assert await answers_of(chat, ask.id) == [DEBRIEF]


async def test_a_press_that_names_somebody_elses_card_and_message_touches_only_ones_own(chat: Chat) -> None:
    aino, ainos = await chat.person("Aino Aalto")
    await asked(chat, ainos, "Istunto 1")
    theirs, their_form = await form_of(chat, aino)
    eero, eeros = await chat.person("Eero Ek")
    (ask,) = await asked(chat, eeros, "Istunto 2")
    _, form = await form_of(chat, eero)
    data = copy.deepcopy(button(form, "submit"))
    data["sparri"]["card"] = button(their_form, "submit")["sparri"]["card"]

    said = await press(chat, eero, theirs, data, DEBRIEF)

    assert "tallessa" in said.words
    assert await answers_of(chat, ask.id) == [DEBRIEF]
    assert chat.teams.cards(aino)[theirs] == their_form
    async with chat.store.transaction() as unit:
        card = await unit.cards.get(data["sparri"]["card"])
    assert card is not None
    assert (card.person_id, card.wanted) == (ainos.id, 1)


async def test_no_answer_on_a_card_is_stored_in_plain(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1")
    at, form = await form_of(chat, aino)

    await press(chat, aino, at, button(form, "submit"), DEBRIEF)

    rows = await rows_of(chat, answers)
    assert len(rows) == 3
    assert not any(word.encode() in bytes(row.sealed) for row in rows for word in DEBRIEF.values())


async def test_an_ask_withdrawn_by_its_closing_is_shown_as_closed_from_a_former_list(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, _ = await asked(chat, person, "Istunto 1", "Istunto 2", closes_at=clock.now.replace(hour=12))
    at, listed = await form_of(chat, aino)
    clock.pass_by(hours=5)

    said = await press(chat, aino, at, button(listed, "show", ask=first.id))

    assert said.card is not None
    assert "ei voi enää vastata" in said.words
    async with chat.store.transaction() as unit:
        after = await unit.asks.get(first.id)
    assert after is not None
    assert after.state is AskState.OPEN
    assert last_card(chat, aino)[0] == at
