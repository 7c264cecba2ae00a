"""A coach corrects what was sent: the cards that people have change in place, and answers stay as they are."""

from demo.teams import User
from dialogs.cards import words
from scheduler.broadcasting import Broadcasting
from tests.bot.conftest import Chat
from tests.bot.desks import Desk, all_is_settled, coached, got, in_time, previewed
from tests.bot.hands import button, last_card, press, say
from tests.bot.test_nudges import coached_elsewhere
from tests.builders import Clock, add_ask, add_element
from tests.serving import eventually

BETTER = {"text_fi": "Rauhallinen viikko\nKokeile olla hiljaa.", "text_en": "A calm week\nBe quiet."}


def newest(chat: Chat, user: User) -> str:
    """What the newest card of somebody says."""
    return words(last_card(chat, user)[1])


async def corrected(chat: Chat, desk: Desk, **texts: str) -> tuple[str, str]:
    """The correction's preview, which the coach has agreed to, and where its card is."""
    await desk.press("correct")
    await chat.teams.until(lambda: "Korjaa lähetys" in newest(chat, desk.coach))
    at, card = last_card(chat, desk.coach)
    preview = await press(chat, desk.coach, at, button(card, "propose_preview"), BETTER | texts)
    assert preview.card is not None
    await press(chat, desk.coach, at, button(preview.card, "propose_do"))
    return preview.words, at


async def test_who_has_a_message_sees_the_correction_in_its_place_and_who_gets_it_later_only_that(
    chat: Chat, clock: Clock
) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Bertta Berg")
    await say(chat, people[1][0], "tauko 1 viikko")
    desk = await previewed(chat, coach)
    await desk.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1, 0])
    await eventually(lambda: all_is_settled(chat))
    before = len(chat.teams.cards(people[0][0]))

    preview, at = await corrected(chat, desk)

    assert "1 ihminen on jo saanut viestin" in preview
    assert "1 ihminen saa suoraan korjatun viestin." in preview
    assert any("Kokeile olla hiljaa." in words(card) for card in chat.teams.cards(coach).values())
    await chat.teams.until(lambda: got(chat, people, "Rauhallinen viikko") == [1, 0])
    assert got(chat, people, "Hiljainen viikko") == [0, 0]
    assert len(chat.teams.cards(people[0][0])) == before
    await in_time(clock, lambda: "Viesti on korjattu" in words(chat.teams.cards(coach)[at]))
    clock.pass_by(days=8)
    await chat.teams.until(lambda: got(chat, people, "Rauhallinen viikko") == [1, 1])
    assert got(chat, people, "Hiljainen viikko") == [0, 0]


async def test_an_answer_and_its_receipt_stay_and_who_has_not_answered_sees_the_new_question(
    chat: Chat, clock: Clock
) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Bertta Berg")
    desk = await previewed(chat, coach, what="question")
    await desk.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1, 1])
    await eventually(lambda: all_is_settled(chat))
    at, card = last_card(chat, people[0][0])
    receipt = await press(chat, people[0][0], at, button(card, "submit"), {"q1": "Kuuntelin"})

    preview, _ = await corrected(chat, desk)

    assert "1 ihminen on jo vastannut" in preview
    await chat.teams.until(lambda: got(chat, people, "Rauhallinen viikko") == [0, 1])
    assert words(chat.teams.cards(people[0][0])[at]) == receipt.words
    at, card = last_card(chat, people[1][0])
    assert "Kokeile olla hiljaa." in words(card)
    assert (
        "Vastauksesi on tallessa"
        in (await press(chat, people[1][0], at, button(card, "submit"), {"q1": "Hiljaa"})).words
    )


async def test_what_came_together_stays_together_when_one_part_is_corrected(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    element = await add_element(chat.store, tenant=chat.teams.tenant, key="muu", title="Muu kysymys", questions=1)
    await say(chat, people[0][0], "tauko 1 viikko")
    await add_ask(chat.store, people[0][1], element, at_once=True)
    desk = await previewed(chat, coach)
    await desk.press("send")
    clock.pass_by(minutes=2)
    await Broadcasting(chat.store).go()
    clock.pass_by(days=8)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])
    await eventually(lambda: all_is_settled(chat))
    assert "Muu kysymys" in newest(chat, people[0][0])

    await corrected(chat, desk)

    await chat.teams.until(lambda: got(chat, people, "Rauhallinen viikko") == [1])
    assert "Muu kysymys" in newest(chat, people[0][0])
    at, card = last_card(chat, people[0][0])
    await press(chat, people[0][0], at, button(card, "submit"), {"q1": "Vastaus"})


async def test_the_former_words_come_back_where_the_correction_is_undone(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach)
    await desk.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])
    await eventually(lambda: all_is_settled(chat))
    _, at = await corrected(chat, desk)
    await chat.teams.until(lambda: got(chat, people, "Rauhallinen viikko") == [1])
    await in_time(clock, lambda: "Viesti on korjattu" in words(chat.teams.cards(coach)[at]))

    await say(chat, coach, "peru muutos")

    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])
    assert got(chat, people, "Rauhallinen viikko") == [0]


async def test_all_of_it_can_be_typed(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach)
    await desk.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])
    await eventually(lambda: all_is_settled(chat))

    assert "Kysymys 1/3" in await say(chat, coach, "korjaa lähetys")
    await say(chat, coach, "Rauhallinen viikko\nOle hiljaa.")
    await say(chat, coach, "ohita")
    said = await say(chat, coach, "ohita")

    assert "Näin viesti korjattaisiin" in said
    await say(chat, coach, "tee se")
    await chat.teams.until(lambda: got(chat, people, "Rauhallinen viikko") == [1])


async def test_a_correction_without_words_or_without_a_change_is_refused(chat: Chat, clock: Clock) -> None:
    coach, _ = await coached(chat, "Aino Aalto")
    assert "Et ole lähettänyt mitään" in await say(chat, coach, "korjaa lähetys")
    desk = await previewed(chat, coach)
    await desk.press("send")
    await desk.press("correct")
    await chat.teams.until(lambda: "Korjaa lähetys" in newest(chat, coach))
    at, card = last_card(chat, coach)
    preview = button(card, "propose_preview")

    empty = await press(chat, coach, at, preview, {"text_fi": " ", "text_sv": "", "text_en": ""})
    same = await press(
        chat,
        coach,
        at,
        preview,
        {"text_fi": "Hiljainen viikko\nKokeile kuunnella.", "text_en": "A quiet week\nTry to listen."},
    )

    assert "Yksi kohta pitää vielä korjata." in empty.words
    assert "Teksti on sama kuin ennen." in same.words
    assert "Korjaa\n" not in f"{same.words}\n"


async def test_nobody_else_corrects(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    stranger, _ = await coached_elsewhere(chat)
    desk = await previewed(chat, coach)
    await desk.press("send")
    correct = button(desk.card, "correct")
    await desk.press("correct")
    await chat.teams.until(lambda: "Korjaa lähetys" in newest(chat, coach))
    preview = button(last_card(chat, coach)[1], "propose_preview")

    for other in (stranger, people[0][0]):
        assert "toisen valmentajan" in (await press(chat, other, None, correct)).words
        assert "toisen valmentajan" in (await press(chat, other, None, preview, BETTER)).words
