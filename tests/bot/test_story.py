"""The story of an answer: asked, answered in Teams, stored, thanked for, changed, taken back."""

from coaching.asks import AskState
from dialogs.cards import words
from tests.bot.conftest import Chat
from tests.bot.reading import answers_of
from tests.builders import add_ask, add_element

DEBRIEF = {"intended": "Kuuntelen ensin", "happened": "Kuuntelin", "next": "Kysyn vielä kerran"}


async def test_a_participant_asks_what_is_open_and_answers_in_the_card(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    ask = await add_ask(chat.store, person, await add_element(chat.store, tenant=chat.teams.tenant))

    assert await chat.write(aino, "auki") == []
    ((card_at, form),) = chat.teams.cards(aino).items()
    assert "Mitä aioit tehdä?" in words(form)
    assert "Vain sinä näet tämän." in words(form)

    data = form["actions"][0]["data"]
    answer = await chat.post(chat.teams.execute(aino, "submit", data | DEBRIEF, reply_to=card_at))

    assert answer.status == 200
    assert answer.body["type"] == "application/vnd.microsoft.card.adaptive"
    assert "Vastauksesi on tallessa" in words(answer.body["value"])
    assert await answers_of(chat, ask.id) == [DEBRIEF]
    await chat.teams.until(lambda: "tallessa" in words(chat.teams.cards(aino)[card_at]))


async def test_the_same_in_writing(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    ask = await add_ask(chat.store, person, await add_element(chat.store, tenant=chat.teams.tenant))

    assert "Mitä tapahtui?" in (await chat.write(aino, DEBRIEF["intended"]))[0]
    assert "Mitä teet seuraavaksi?" in (await chat.write(aino, DEBRIEF["happened"]))[0]
    assert "Kiitos, vastauksesi on tallessa" in (await chat.write(aino, DEBRIEF["next"]))[0]

    assert await answers_of(chat, ask.id) == [DEBRIEF]
    async with chat.store.transaction() as unit:
        after = await unit.asks.get(ask.id)
    assert after is not None
    assert after.state is AskState.ANSWERED
