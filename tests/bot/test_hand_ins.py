"""Hand-ins over HTTP: a coach sees who is how far, reads what was handed in, and gives feedback into the chat."""

from datetime import timedelta
from typing import Any

import pytest

from coaching.asks import AskKind, AskState
from coaching.people import Language, Member, Person, Role
from demo.teams import User
from dialogs.cards import words
from dialogs.wording import t
from storage.tables import asks, errands
from tests.bot.conftest import Chat
from tests.bot.hands import Said, Way, button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.test_assignments import PLAN, STEPS, ask_now, assigned, met, told
from tests.bot.test_follow_up_files import coach_of, hand_in, part_of
from tests.builders import Clock, add_ask, add_element, in_all


async def looked_at(chat: Chat, coach: User) -> tuple[str, dict[str, Any]]:
    """The card of the people, by the overview's button."""
    await say(chat, coach, "yleiskatsaus")
    at, card = last_card(chat, coach)
    element = next(each for each in card["body"] if each.get("id") == "element")
    before = len(chat.teams.cards(coach))
    await press(chat, coach, at, button(card, "follow_up_people"), {"element": element["value"]})
    return await told(chat, coach, "Kuka on missäkin vaiheessa", but=before)


async def read(chat: Chat, coach: User, name: str) -> tuple[str, dict[str, Any]]:
    """The card of what somebody handed in, by the buttons."""
    at, card = await looked_at(chat, coach)
    choice = next(each for each in card["body"] if each.get("id") == "ask")
    asked = next(each["value"] for each in choice["choices"] if each["title"] == name)
    before = len(chat.teams.cards(coach))
    await press(chat, coach, at, button(card, "follow_up_read"), {"ask": asked})
    return await told(chat, coach, f"Lähettäjä: {name}", but=before)


async def give(chat: Chat, coach: User, at: str, card: dict[str, Any], *, way: Way = Way.EXECUTE, **given: str) -> Said:
    return await press(chat, coach, at, button(card, "follow_up_feedback"), given, way=way)


async def kinds(chat: Chat) -> list[str]:
    return [row.kind for row in await rows_of(chat, errands)]


async def test_a_coach_sees_who_is_how_far_and_reads_what_one_handed_in(chat: Chat) -> None:
    people = [await met(chat, name) for name in ("Aino Aalto", "Bertta Berg", "Cecilia Ceder")]
    await assigned(chat, *(person for _, person in people), steps=STEPS)
    kaisa, _, _ = await coach_of(chat)
    await hand_in(chat, people[0][0], step_try="Kokeilin **kahvilla**", evidence="Hyvin")
    at, card = await told(chat, people[1][0], "Kokeilu (fi)")
    form = await press(chat, people[1][0], at, button(card, "turn", argument="plan"))
    assert form.card is not None
    await press(chat, people[1][0], at, button(form.card, "submit"), PLAN)
    await told(chat, people[2][0], "Kokeilu (fi)")

    _, crowd = await looked_at(chat, kaisa)
    _, card = await read(chat, kaisa, "Aino Aalto")

    said = words(crowd)
    assert "Tehty 1: Aino Aalto" in said
    assert "Suunniteltu 1: Bertta Berg" in said
    assert "Avoinna 1: Cecilia Ceder" in said
    assert "kahvi" not in said.lower()
    assert "Kokeilin **kahvilla**" in words(card)
    assert "Kokeile (fi)" in words(card)
    assert "Kerro (fi)" not in words(card)


async def test_feedback_without_a_wish_is_told_and_asks_nothing(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person)
    kaisa, _, _ = await coach_of(chat)
    await hand_in(chat, aino, evidence="Kokeilin")
    at, card = await read(chat, kaisa, "Aino Aalto")

    for _ in range(2):
        receipt = await give(chat, kaisa, at, card, words="Hieno **kokeilu**!")

    assert "Palautteesi on matkalla" in receipt.words
    assert "Hieno **kokeilu**!" in receipt.words
    _, feedback = await told(chat, aino, "Sait palautetta valmentajaltasi")
    assert "Viesti: Hieno **kokeilu**!" in words(feedback)
    assert not [action for action in feedback.get("actions", []) if action.get("verb") == "submit"]
    assert await kinds(chat) == ["feedback"]
    (row,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.MESSAGE]
    assert not row.wants_answer
    assert not any(b"kokeilu" in bytes(row.sealed) for row in await rows_of(chat, errands))
    assert (await ask_now(chat, ask)).state is AskState.ANSWERED


@pytest.mark.parametrize("way", Way)
async def test_feedback_with_a_wish_is_an_ask_and_its_answer_comes_back_to_the_one_who_asked(
    chat: Chat, way: Way
) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    first, _, _ = await coach_of(chat, "Pekka Pelto")
    kaisa, _, _ = await coach_of(chat)
    await hand_in(chat, aino, evidence="Kokeilin")
    at, card = await read(chat, kaisa, "Aino Aalto")
    await give(chat, kaisa, at, card, way=way, words="Mitä seuraavaksi?", wish="answer")

    their_at, asked = await told(chat, aino, "toivoo vastausta")
    assert "Viesti: Mitä seuraavaksi?" in words(asked)
    await press(chat, aino, their_at, button(asked, "submit"), {"words": "Kysyn Veikolta"}, way=way)

    _, reply = await told(chat, kaisa, "Sait vastauksen palautteeseesi")
    assert "Viesti: Kysyn Veikolta" in words(reply)
    assert "Lähettäjä: Aino Aalto" in words(reply)
    assert "Kysyn Veikolta" not in "".join(words(each) for each in chat.teams.cards(first).values())
    assert await kinds(chat) == ["asking", "reply"]


@pytest.mark.parametrize(
    ("language", "hand_ins", "feedback"),
    [
        pytest.param(Language.FI, "palautukset 1 aino aalto", "kysy palautteessa 1", id="in Finnish"),
        pytest.param(Language.SV, "inlämningar 1 AINO AALTO", "fråga i responsen 1", id="in Swedish"),
        pytest.param(Language.EN, "hand-ins 1 aino.aalto@ministry.example", "ask in feedback 1", id="in English"),
    ],
)
async def test_all_of_it_can_be_typed(chat: Chat, language: Language, hand_ins: str, feedback: str) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    kaisa, _, _ = await coach_of(chat)
    await hand_in(chat, aino, evidence="Kokeilin kahvilla")
    await say(chat, kaisa, {"fi": "suomi", "sv": "svenska", "en": "English"}[language])
    said = "Ensimmäinen kappale.\n\nToinen: " + "pitkä " * 60

    crowd = await say(chat, kaisa, hand_ins.rsplit(" ", hand_ins.count(" ") - 1)[0])
    whole = await say(chat, kaisa, hand_ins)
    receipt = await say(chat, kaisa, f"{feedback} Aino Aalto: {said}")

    assert "Aino Aalto" in crowd
    assert "Kokeilin kahvilla" not in crowd
    assert "Kokeilin kahvilla" in whole
    assert t(language, "follow_up.feedback.sent") in receipt
    _, asked = await told(chat, aino, "toivoo vastausta")
    assert f"Viesti: {said.strip()}" in words(asked)


async def test_typed_feedback_that_finds_nobody_says_why_and_sends_nothing(chat: Chat) -> None:
    for name in ("Aino Aalto", "Bertta Berg"):
        _, person = await met(chat, name)
        await assigned(chat, person) if name == "Aino Aalto" else await part_of(chat, person, Role.PARTICIPANT)
    kaisa, _, _ = await coach_of(chat)

    for typed, key in (
        ("anna palautetta 1 Olli Outo: Hei", "follow_up.nobody"),
        ("anna palautetta 1 Aino Aalto: Hei", "follow_up.nothing_yet"),
        ("anna palautetta 1 Bertta Berg: Hei", "follow_up.nothing_yet"),
        ("anna palautetta 1 Aino Aalto", "follow_up.feedback.how"),
        ("anna palautetta", "follow_up.feedback.how"),
    ):
        assert await say(chat, kaisa, typed) == t(Language.FI, key), typed
    assert await say(chat, kaisa, "palautukset 7") == t(Language.FI, "follow_up.no_number", most=1)
    assert await kinds(chat) == []


async def test_of_two_of_one_name_the_address_says_who_is_meant(chat: Chat) -> None:
    people = [await met(chat, name) for name in ("Aino Aalto", "Aino  Aalto")]
    await assigned(chat, *(person for _, person in people))
    kaisa, _, _ = await coach_of(chat)
    for number, (user, _) in enumerate(people, start=1):
        await hand_in(chat, user, evidence=f"Palautus {number}")

    assert await say(chat, kaisa, "palautukset 1 Aino Aalto") == t(Language.FI, "follow_up.several")
    assert "Palautus 2" in await say(chat, kaisa, f"palautukset 1 {people[1][1].email}")


async def test_of_a_reflection_a_coach_sees_who_has_answered_and_can_read_nothing(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    element = await add_element(chat.store, title="Pohdi", questions=1, tenant=chat.teams.tenant)
    ask = await add_ask(chat.store, person, element)
    kaisa, _, _ = await coach_of(chat)
    await say(chat, aino, "Oma salaisuus")
    at, card = await looked_at(chat, kaisa)

    assert "Tehty 1: Aino Aalto" in words(card)
    assert not any(each.get("id") == "ask" for each in card["body"])
    forged = {"sparri": {"v": 1, "verb": "follow_up_read", "arg": str(ask.id)}}
    assert (await press(chat, kaisa, at, forged)).words == t(Language.FI, "follow_up.not_yours")
    assert await say(chat, kaisa, "palautukset 1 Aino Aalto") == t(Language.FI, "follow_up.private")
    assert "salaisuus" not in "".join(words(each) for each in chat.teams.cards(kaisa).values())


@pytest.mark.parametrize("verb", ["follow_up_people", "follow_up_read", "follow_up_feedback"])
async def test_whoever_does_not_coach_them_is_shown_nothing_and_sends_nothing(chat: Chat, verb: str) -> None:
    aino, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person)
    _, kaisa, programme_id = await coach_of(chat)
    await part_of(chat, person, Role.PARTICIPANT, coach_id=kaisa.id)
    await hand_in(chat, aino, evidence="Salaisuus")
    participant, other = await met(chat, "Bertta Berg")
    await part_of(chat, other, Role.PARTICIPANT)
    colleague, _, _ = await coach_of(chat, "Pekka Pelto")
    foreign, coach = await met(chat, "Feliks Foreign", role=Role.COACH)
    former, gone, _ = await coach_of(chat, "Gunilla Gone")
    async with chat.store.transaction() as unit:
        elsewhere = await unit.programmes.add(tenant=chat.teams.tenant, key="om", name=in_all("OM"))
        await unit.people.save_part(Member(person_id=coach.id, programme_id=elsewhere, role=Role.COACH))
        await unit.members.leave(programme_id, gone.id)
    carried = str(ask.source_id if verb == "follow_up_people" else ask.id)
    forged = {"sparri": {"v": 1, "verb": verb, "arg": carried}}

    for user in (aino, participant, colleague, foreign, former):
        said = await press(chat, user, None, forged, {"words": "Hei"})
        assert "Salaisuus" not in said.words
        if user is not colleague or verb != "follow_up_people":
            assert said.words == t(Language.FI, "follow_up.not_yours"), user.name
    assert await kinds(chat) == []
    assert "Salaisuus" not in "".join(words(card) for card in chat.teams.cards(colleague).values())


@pytest.mark.parametrize("carried", ["", "0", "x", "-1", "9" * 16, "99999999"])
async def test_a_number_that_is_none_of_ours_is_answered_with_a_sentence(chat: Chat, carried: str) -> None:
    await add_element(chat.store, tenant=chat.teams.tenant)
    kaisa, _, _ = await coach_of(chat)

    for verb in ("follow_up_people", "follow_up_read", "follow_up_feedback"):
        data = {"sparri": {"v": 1, "verb": verb, "arg": carried}}
        assert (await press(chat, kaisa, None, data)).words == t(Language.FI, "follow_up.not_yours")


async def test_feedback_with_nothing_in_it_or_too_much_is_asked_for_again_with_what_was_written(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    kaisa, _, _ = await coach_of(chat)
    await hand_in(chat, aino, evidence="Kokeilin")
    at, card = await read(chat, kaisa, "Aino Aalto")

    empty = await give(chat, kaisa, at, card, words="   ", wish="answer")
    long = await give(chat, kaisa, at, card, words="x" * 3001)

    assert t(Language.FI, "fault.missing") in empty.words
    assert "x" * 3001 in str(long.card)
    assert await kinds(chat) == []


async def test_feedback_to_a_draft_settles_what_asked_the_coach_for_it(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person, final=True)
    kaisa, coach, _ = await coach_of(chat)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="hand_in"))
    assert form.card is not None
    await press(chat, aino, at, button(form.card, "submit", argument="draft"), {"evidence": "Luonnos"})
    draft_at, _ = await told(chat, kaisa, "Sait luonnoksen luettavaksi")
    at, card = await read(chat, kaisa, "Aino Aalto")
    assert "Tämä on luonnos" in words(card)

    await give(chat, kaisa, at, card, words="Lisää esimerkki")

    await told(chat, aino, "Sait palautetta valmentajaltasi")
    clock.now += timedelta(seconds=10)
    await chat.teams.until(lambda: "Tämä on suljettu" in words(chat.teams.cards(kaisa)[draft_at]))
    async with chat.store.transaction() as unit:
        assert await unit.asks.open_of(coach.id) == []


async def test_a_changed_hand_in_is_read_as_it_is_now_and_gets_feedback_anew(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    kaisa, _, _ = await coach_of(chat)
    await hand_in(chat, aino, evidence="Ensin näin")
    at, card = await read(chat, kaisa, "Aino Aalto")
    await give(chat, kaisa, at, card, words="Hyvä")
    await say(chat, aino, "muokkaa vastaustani")
    await say(chat, aino, "Sitten noin")

    at, card = await read(chat, kaisa, "Aino Aalto")
    await give(chat, kaisa, at, card, words="Hyvä")

    assert "Sitten noin" in words(card)
    assert "Ensin näin" not in words(card)
    assert "versio 2" in words(card)
    assert await kinds(chat) == ["feedback", "feedback"]


async def test_with_two_programmes_each_thing_has_a_number_of_its_own(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    kaisa, coach, _ = await coach_of(chat)
    await hand_in(chat, aino, evidence="Ensimmäisessä ohjelmassa")
    async with chat.store.transaction() as unit:
        second = await unit.programmes.add(tenant=chat.teams.tenant, key="om", name=in_all("OM"))
        await unit.people.save_part(Member(person_id=coach.id, programme_id=second, role=Role.COACH))
    await second_assignment(chat, person, second)

    said = await say(chat, kaisa, "yleiskatsaus")

    assert "Kohta 1" in said
    assert "Kohta 2" in said
    assert "Ensimmäisessä ohjelmassa" in await say(chat, kaisa, "palautukset 1 Aino Aalto")
    assert await say(chat, kaisa, "palautukset 2 Aino Aalto") == t(Language.FI, "follow_up.nothing_yet")


async def second_assignment(chat: Chat, person: Person, programme_id: int) -> None:
    async with chat.store.transaction() as unit:
        element = await unit.programmes.elements_of((await unit.programmes.id_of(chat.teams.tenant, "ako")) or 0)
        like = next(each for each in element.values() if each.kind is AskKind.ASSIGNMENT)
        added = await unit.programmes.add_element(
            type(like)(id=0, programme_id=programme_id, key="toinen", kind=like.kind, title=in_all("Toinen"), intro={})
        )
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT))
        await unit.asks.add(person_id=person.id, element=added)


async def test_the_overview_names_who_is_not_reachable_and_says_what_to_do(chat: Chat) -> None:
    _, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    kaisa, _, _ = await coach_of(chat)
    stopped, quiet = await met(chat, "Bertta Berg")
    await part_of(chat, quiet, Role.PARTICIPANT)
    await say(chat, stopped, "lopeta")
    await say(chat, stopped, "kyllä")
    _, never = await chat.person("Cecilia Ceder")
    await part_of(chat, never, Role.PARTICIPANT)

    said = await say(chat, kaisa, "yleiskatsaus")

    assert f"{t(Language.FI, 'broadcast.reach.stopped', count=1)}\nBertta Berg" in said
    assert f"{t(Language.FI, 'broadcast.reach.not_met', count=1)}\nCecilia Ceder" in said
    assert "Aino" not in said
