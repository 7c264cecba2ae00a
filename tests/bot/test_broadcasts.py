"""Broadcasts: what a coach sends to many from the chat, how they see that it goes, and how they take it back."""

from typing import Any

import pytest

from coaching.people import Member, Role
from dialogs.cards import words
from scheduler.broadcasting import Broadcasting
from tests.bot.conftest import Chat
from tests.bot.desks import BLOCKED, Desk, all_is_settled, coached, got, previewed
from tests.bot.hands import button, last_card, press, say
from tests.builders import Clock
from tests.serving import eventually


async def test_a_coach_sends_a_message_and_everybody_gets_it_once(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Bertta Berg")
    desk = await previewed(chat, coach)

    said = await desk.press("send")

    assert "Odottaa lähtöä" in said
    assert "Lähetetty yhteensä 2 ihmiselle." in said
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1, 1])
    await desk.until(clock, "On saanut: 2")


async def test_sent_again_and_again_it_comes_once(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach)
    send = button(desk.card, "send")
    delivered_twice = chat.teams.execute(coach, "send", send, reply_to=desk.at)

    for activity in (delivered_twice, delivered_twice, chat.teams.execute(coach, "send", send, reply_to=desk.at)):
        assert (await chat.post(activity)).status == 200

    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])
    await desk.until(clock, "On saanut: 1")
    assert got(chat, people, "Hiljainen viikko") == [1]


async def test_what_is_undone_in_time_nobody_gets(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach)
    await desk.press("send")
    clock.pass_by(seconds=119)

    said = await desk.press("undo")

    assert "kukaan ei saanut sitä" in said
    clock.pass_by(minutes=10)
    await Broadcasting(chat.store).go()
    assert got(chat, people, "Hiljainen viikko") == [0]


async def test_all_of_it_can_be_typed(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Siri Sjö")
    said = await say(chat, coach, "lähetä tehtävä")
    assert "Kysymys 1/10" in said

    for typed in ("2", "Mitä opit?\nYksi asia riittää.", "ohita", "ohita", "ohita", "1", *["ohita"] * 4):
        said = await say(chat, coach, typed)
    assert "Tämä menee 2 ihmiselle." in said
    said = await say(chat, coach, "lähetä")

    assert "Lähetys on matkalla" in said
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Mitä opit?") == [1, 1])


async def test_typed_undo_takes_it_back(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach)
    await desk.press("send")

    said = await say(chat, coach, "peru lähetys")

    assert "Peruttu. Kukaan ei saanut sitä." in said
    clock.pass_by(minutes=10)
    await Broadcasting(chat.store).go()
    assert got(chat, people, "Hiljainen viikko") == [0]


async def test_only_a_coach_of_the_programme_sends(chat: Chat) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach)
    stranger, _ = await chat.person("Olli Oja", role=Role.COACH)
    send = button(desk.card, "send")

    assert "Vain valmentaja" in await say(chat, people[0][0], "lähetä tehtävä")
    assert "Vain valmentaja" in await say(chat, stranger, "lähetä tehtävä")
    assert "toisen valmentajan" in (await press(chat, stranger, None, send)).words
    assert "toisen valmentajan" in (await press(chat, people[0][0], None, send)).words


async def test_a_form_with_faults_comes_back_with_what_was_written(chat: Chat) -> None:
    coach, _ = await coached(chat, "Aino Aalto")

    desk = await previewed(chat, coach, to="", people="Aino Aalto, Joku Muu", hour="25", due="2020-01-01")

    shown = words(desk.card)
    assert "En löytänyt näitä kaikkia osallistujista" in shown
    assert "En tunnistanut kellonaikaa" in shown
    assert "Se on jo mennyt" in shown
    assert "Hiljainen viikko" in str(desk.card)
    assert "Tämä menee 1 ihmiselle." in await desk.press("preview", what="message", people="Aino Aalto", text_sv="Hej")


async def test_it_goes_out_at_the_time_that_the_coach_names(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach, day="2026-11-17", hour="klo 9.30")
    await desk.press("send")

    clock.pass_by(hours=23, minutes=29)
    await Broadcasting(chat.store).go()
    assert got(chat, people, "Hiljainen viikko") == [0]
    clock.pass_by(minutes=1)

    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])


async def test_each_language_is_previewed_as_it_is_got(chat: Chat) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Siri Sjö")
    await chat.write(people[1][0], "svenska")

    await previewed(chat, coach, text_sv="En stilla vecka\nLyssna.")

    await chat.teams.until(lambda: len(chat.teams.cards(coach)) == 3)
    shown = [words(card) for card in chat.teams.cards(coach).values()]
    assert any("Hiljainen viikko" in card and "AKO (fi)" in card for card in shown)
    assert any("En stilla vecka" in card and "AKO (sv)" in card for card in shown)
    assert not any("A quiet week" in card for card in shown)


async def test_who_is_not_reachable_is_counted_with_the_cause_and_the_sum_is_right(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, *(f"Henkilö {letter}" for letter in "ABCDEFGHIJKLM"))
    _, not_met = await chat.person("Nea Niemi")
    gone, blocking = await chat.person("Olavi Oksa")
    await chat.write(gone, "hei")
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "ako")
        for person in (not_met, blocking):
            part = Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT)
            await unit.people.save_part(part)
    chat.teams.fail(403, body=BLOCKED, times=5, conversation_id=gone.conversation_id)
    desk = await previewed(chat, coach, what="question")
    await desk.press("send")

    clock.pass_by(minutes=2)

    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1] * 13)
    await chat.teams.until(lambda: any(call.status == 403 for call in chat.teams.sent))
    await desk.until(clock, "Ei tavoitettavissa: 2")
    assert "Lähetetty yhteensä 15 ihmiselle." in desk.shown()
    assert "On saanut: 13" in desk.shown()
    assert "1 ei ole vielä avannut Sparria" in desk.shown()
    assert "1 on estänyt sovelluksen" in desk.shown()
    answering, _ = people[0]
    at, card = last_card(chat, answering)
    await press(chat, answering, at, button(card, "submit"), {"q1": "Hiljaisuus auttoi"})
    await desk.until(clock, "On vastannut: 1")
    assert "Hiljaisuus" not in desk.shown()
    assert "On saanut: 12" in desk.shown()


async def test_what_has_not_gone_out_can_be_recalled(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach)
    await desk.press("send")
    await say(chat, people[0][0], "tauko 1 viikko")
    clock.pass_by(minutes=2)
    await Broadcasting(chat.store).go()
    await desk.press("refresh")

    await desk.press("undo")

    await desk.until(clock, "Ei saa enää: 1")
    clock.pass_by(days=8)
    assert got(chat, people, "Hiljainen viikko") == [0]


async def test_the_overview_counts_who_is_how_far_and_leads_to_those_who_owe_an_answer(
    chat: Chat, clock: Clock
) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Bertta Berg", "Cecilia Ceder")
    desk = await previewed(chat, coach, what="question")
    await desk.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1, 1, 1])
    at, card = last_card(chat, people[0][0])
    await press(chat, people[0][0], at, button(card, "submit"), {"q1": "Oma salaisuus"})
    await eventually(lambda: all_is_settled(chat))

    said = await say(chat, coach, "yleiskatsaus")

    assert "Mukana on 3 ihmistä." in said
    assert "avoinna 2 ja tehty 1" in said
    assert "salaisuus" not in said
    at, card = last_card(chat, coach)
    await press(chat, coach, at, button(card, "write_to_owing"))
    await chat.teams.until(lambda: "Mitä haluat lähettää?" in words(last_card(chat, coach)[1]))
    nudge = Desk(chat, coach, *last_card(chat, coach))
    owing = next(item["value"] for item in _inputs(nudge.card) if item["id"] == "to")
    assert "Tämä menee 2 ihmiselle." in await nudge.press(
        "preview", what="message", to=owing, text_fi="Vielä ehdit vastata"
    )
    assert "Vain valmentaja" in await say(chat, people[1][0], "yleiskatsaus")


def _inputs(card: Any) -> list[dict[str, Any]]:
    return [item for element in card["body"] for item in element.get("items", []) if "id" in item]


async def test_an_urgent_message_breaks_the_dose_and_only_as_often_as_the_programme_allows(
    chat: Chat, clock: Clock
) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    desk = await previewed(chat, coach)
    await desk.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])
    await eventually(lambda: all_is_settled(chat))
    urgent = await previewed(chat, coach, text_fi="Tila vaihtui", urgency="urgent")
    assert "Kiireellinen" in words(urgent.card)
    await urgent.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Tila vaihtui") == [1])

    again = await previewed(chat, coach, text_fi="Ja taas", urgency="urgent")

    assert "Kiireelliset viestit on nyt käytetty." in words(again.card)
    assert "Tämä menee 1 ihmiselle." in await again.press("preview", what="message", to="all", text_fi="Ja taas")
    clock.pass_by(days=7)
    later = await previewed(chat, coach, text_fi="Viikon päästä", urgency="urgent")
    assert "Tämä menee 1 ihmiselle." in words(later.card)


async def test_two_urgent_messages_that_were_previewed_before_either_was_sent_are_one(chat: Chat, clock: Clock) -> None:
    coach, _ = await coached(chat, "Aino Aalto")
    first = await previewed(chat, coach, text_fi="Tila vaihtui", urgency="urgent")
    second = await previewed(chat, coach, text_fi="Ja aika", urgency="urgent")
    await first.press("send")

    said = await second.press("send")

    assert "Kiireelliset viestit on nyt käytetty." in said
    assert "Odottaa lähtöä" not in said


async def test_only_what_wants_no_answer_can_be_urgent(chat: Chat) -> None:
    coach, _ = await coached(chat, "Aino Aalto")

    desk = await previewed(chat, coach, what="question", urgency="urgent")

    assert "Vain viesti, johon ei vastata, voi olla kiireellinen." in words(desk.card)


@pytest.mark.parametrize("way", ["peru", "undo"])
async def test_what_was_begun_and_is_thrown_away_says_so_however_little_of_it_there_is(chat: Chat, way: str) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    await say(chat, coach, "lähetä tehtävä")
    at, card = last_card(chat, coach)

    said = await say(chat, coach, "peru") if way == "peru" else (await press(chat, coach, at, button(card, way))).words

    assert "Peruttu: kukaan ei saanut sitä" in said
    assert got(chat, people, "Hiljainen viikko") == [0]
