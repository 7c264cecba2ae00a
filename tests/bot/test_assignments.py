"""Assignments over HTTP: planned, done, handed in, left out; a question reaches the coach and the answer comes back."""

from datetime import time, timedelta
from typing import Any

import pytest

from coaching.asks import Ask, AskKind, AskState, SkipReason
from coaching.assignments import AssignmentFacts, AssignmentState
from coaching.elements import Evidence, Step
from coaching.people import Language, Member, Person, Role
from demo.teams import User
from dialogs.cards import words
from storage.tables import assignments, drafts, errands
from tests.bot.conftest import Chat, running
from tests.bot.hands import Way, button, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.builders import Clock, add_ask, add_element, in_all
from tests.serving import eventually

STEPS = (Step(id="try", text=in_all("Kokeile")), Step(id="tell", text=in_all("Kerro")))
PLAN = {"when": "2026-11-18", "at": "10:30", "where": "Kahvihuoneessa", "how": "Kun Veikko tulee, niin kysyn"}


async def met(chat: Chat, name: str, **given: Any) -> tuple[User, Person]:
    """Somebody who has written to Sparri, and prefers the beginning of their day."""
    user, person = await chat.person(name, preferred=time(0), **given)
    await chat.write(user, "moi")
    return user, person


async def assigned(chat: Chat, *people: Person, key: str = "kokeilu", **given: Any) -> list[Ask]:
    """The same assignment for these people, told at once. given: of its facts, or of the asks."""
    facts = {name: given.pop(name) for name in ("steps", "evidence", "group_work", "final") if name in given}
    element = await add_element(
        chat.store,
        key=key,
        title="Kokeilu",
        tenant=chat.teams.tenant,
        kind=AskKind.ASSIGNMENT,
        assignment=AssignmentFacts(**facts),
    )
    return [await add_ask(chat.store, person, element, **given) for person in people]


async def ask_now(chat: Chat, ask: Ask) -> Ask:
    async with chat.store.transaction() as unit:
        found = await unit.asks.get(ask.id)
    assert found is not None
    return found


async def state_of(chat: Chat, ask: Ask) -> AssignmentState:
    async with chat.store.transaction() as unit:
        return (await unit.assignments.get(ask.id)).state


async def told(chat: Chat, user: User, says: str, *, but: int = 0) -> tuple[str, dict[str, Any]]:
    """Wait for a card that says this; the newest of them. but: so many of the first cards do not count."""

    def found() -> list[tuple[str, dict[str, Any]]]:
        return [each for each in list(chat.teams.cards(user).items())[but:] if says in words(each[1])]

    await chat.teams.until(lambda: bool(found()))
    return found()[-1]


async def all_brought(chat: Chat) -> None:
    """Wait until the pump has brought every errand."""

    async def done() -> bool:
        return all(row.brought_at is not None for row in await rows_of(chat, errands))

    await eventually(done)


async def is_told(chat: Chat, ask: Ask) -> None:
    async def settled() -> bool:
        return (await ask_now(chat, ask)).told_at is not None

    await eventually(settled)


async def coached(chat: Chat, coach: Person, *people: Person) -> None:
    """The coach is these people's in the programme."""
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "ako")
        for person in people:
            await unit.people.save_part(
                Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT, coach_id=coach.id)
            )


async def test_a_plan_comes_back_at_its_moment_in_the_persons_own_words(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person, steps=STEPS)
    at, card = await told(chat, aino, "1. Kokeile (fi)")
    await is_told(chat, ask)

    form = await press(chat, aino, at, button(card, "turn", argument="plan"))
    assert form.card is not None
    planned = await press(chat, aino, at, button(form.card, "submit"), PLAN)

    assert "Suunnittelit tekeväsi tämän ke 18.11.2026 klo 10.30" in planned.words
    await chat.teams.until(lambda: "Palaan asiaan ke 18.11.2026 klo 10.30" in str(chat.teams.texts(aino)))
    assert await state_of(chat, ask) is AssignmentState.PLANNED
    (row,) = await rows_of(chat, assignments)
    assert b"Kahvihuoneessa" not in bytes(row.sealed)
    before = len(chat.teams.cards(aino))
    clock.pass_by(hours=48, minutes=31)
    _, reminder = await told(chat, aino, "Tämän hetken valitsit itse", but=before)
    assert "Missä: Kahvihuoneessa" in words(reminder)
    assert "Miten: Kun Veikko tulee, niin kysyn" in words(reminder)

    async def counted() -> bool:
        now = await ask_now(chat, ask)
        return now.put_off_until is None and now.reminders == 0

    await eventually(counted)


@pytest.mark.parametrize("way", Way)
async def test_done_is_a_receipt_and_nothing_more_comes(chat: Chat, clock: Clock, way: Way) -> None:
    aino, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person, due_at=clock.now + timedelta(days=4))
    at, card = await told(chat, aino, "Kokeilu (fi)")

    form = await press(chat, aino, at, button(card, "turn", argument="hand_in"), way=way)
    assert form.card is not None
    receipt = await press(chat, aino, at, button(form.card, "submit"), {"evidence": "Kysyin, ja hän kertoi"}, way=way)

    assert "Vastauksesi on tallessa" in receipt.words
    assert await state_of(chat, ask) is AssignmentState.DONE
    assert await answers_of(chat, ask.id) == [{"evidence": "Kysyin, ja hän kertoi"}]
    clock.pass_by(days=30)
    async with chat.store.transaction() as unit:
        due = await unit.visits.due(person.tenant, limit=10)
    assert all(situation.decide(clock.now).visit is None for situation in due)


async def test_what_was_done_otherwise_is_told_and_changed(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person, evidence=Evidence.SCALE)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="adapt"))
    assert form.card is not None
    receipt = await press(chat, aino, at, button(form.card, "submit"), {"adapted": "Puhelimessa", "evidence": "7"})
    assert receipt.card is not None
    assert await state_of(chat, ask) is AssignmentState.ADAPTED

    edit = await press(chat, aino, at, button(receipt.card, "edit"))
    assert edit.card is not None
    await press(chat, aino, at, button(edit.card, "submit"), {"adapted": "Kävellen", "evidence": "8"})

    both = [{"adapted": "Puhelimessa", "evidence": 7}, {"adapted": "Kävellen", "evidence": 8}]
    assert await answers_of(chat, ask.id) == both
    assert await state_of(chat, ask) is AssignmentState.ADAPTED


async def test_what_is_left_out_stops_the_reminders_and_can_be_taken_up(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="drop"))
    assert form.card is not None
    left = await press(chat, aino, at, button(form.card, "submit"), {"reason": "Tiimini lomailee"})

    assert "Jätit tämän väliin" in left.words
    now = await ask_now(chat, ask)
    assert (now.state, now.skipped) == (AskState.SKIPPED, SkipReason.DROPPED)
    (row,) = await rows_of(chat, assignments)
    assert b"lomailee" not in bytes(row.sealed)
    assert left.card is not None
    form = await press(chat, aino, at, button(left.card, "turn", argument="hand_in"))
    assert form.card is not None
    await press(chat, aino, at, button(form.card, "submit"), {"evidence": "Ehdin sittenkin"})
    assert await state_of(chat, ask) is AssignmentState.DONE


async def test_the_first_step_is_there_after_a_restart_and_three_days(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person, steps=STEPS)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="hand_in"))
    assert form.card is not None
    saved = await press(chat, aino, at, button(form.card, "save"), {"step_try": "Kokeilin kahvilla", "evidence": ""})
    assert "on tallessa" in saved.words
    assert await answers_of(chat, ask.id) == []
    clock.pass_by(days=3)

    async with running(clock) as url:
        restarted = Chat(teams=chat.teams, store=chat.store, url=url)
        await restarted.write(aino, "auki")
        at, card = last_card(chat, aino)
        form = await press(restarted, aino, at, button(card, "turn", argument="hand_in"))
        assert form.card is not None
        assert "Kokeilin kahvilla" in str(form.card)
        assert "Kysymys 2/3" in await say(restarted, aino, "tehty")
        await say(restarted, aino, "Kerroin tiimille")
        assert "tallessa" in await say(restarted, aino, "Hyvin meni")

    whole = {"step_try": "Kokeilin kahvilla", "step_tell": "Kerroin tiimille", "evidence": "Hyvin meni"}
    assert await answers_of(chat, ask.id) == [whole]
    assert await rows_of(chat, drafts) == []


@pytest.mark.parametrize(
    ("language", "plan", "day", "hour", "skip"),
    [
        pytest.param(Language.FI, "suunnittele", "huomenna", "klo 10.30", "ohita", id="in Finnish"),
        pytest.param(Language.SV, "planera", "i morgon", "kl. 10.30", "hoppa över", id="in Swedish"),
        pytest.param(Language.EN, "plan", "tomorrow", "10:30 am", "skip", id="in English"),
    ],
)
async def test_a_plan_can_be_typed_and_a_saved_step_stays(
    chat: Chat, language: Language, plan: str, day: str, hour: str, skip: str
) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await say(chat, aino, {"fi": "suomi", "sv": "svenska", "en": "English"}[language])
    (ask,) = await assigned(chat, person, steps=STEPS)
    at, card = await told(chat, aino, f"Kokeilu ({language})")
    form = await press(chat, aino, at, button(card, "turn", argument="hand_in"))
    assert form.card is not None
    await press(chat, aino, at, button(form.card, "save"), {"step_try": "Aloitin"})

    await say(chat, aino, plan)
    await say(chat, aino, day)
    await say(chat, aino, hour)
    await say(chat, aino, skip)
    said = await say(chat, aino, "Kysyn ensin")

    assert "10.30" in said or "10:30" in said
    assert await state_of(chat, ask) is AssignmentState.PLANNED
    assert (await ask_now(chat, ask)).put_off_until is not None
    async with chat.store.transaction() as unit:
        own = await unit.people.get(person.id)
        assert own is not None
        _, cipher = await unit.cipher(own)
        draft = await unit.drafts.get(cipher, person_id=person.id, ask_id=ask.id)
        words_kept = await unit.assignments.words(cipher, person_id=person.id, ask_id=ask.id)
    assert draft is not None
    assert draft.entries == {"step_try": "Aloitin"}
    assert words_kept == {"how": "Kysyn ensin"}


async def test_a_moment_that_has_passed_is_asked_again(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, person)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="plan"))
    assert form.card is not None

    again = await press(chat, aino, at, button(form.card, "submit"), PLAN | {"when": "2026-11-16", "at": "09:00"})

    assert "jo mennyt" in again.words
    assert "Kun Veikko tulee" in str(again.card)
    assert await state_of(chat, ask) is AssignmentState.NOT_STARTED


@pytest.mark.parametrize("word", ["tehty", "valmis"])
async def test_done_is_an_answer_where_there_is_no_assignment(chat: Chat, word: str) -> None:
    aino, person = await met(chat, "Aino Aalto")
    element = await add_element(chat.store, questions=1, tenant=chat.teams.tenant)
    ask = await add_ask(chat.store, person, element)

    await say(chat, aino, word)

    assert await answers_of(chat, ask.id) == [{"q1": word}]


async def test_a_question_reaches_the_coach_and_the_answer_comes_back(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat, "Aino Aalto")
    kaisa, coach = await met(chat, "Kaisa Coach", role=Role.COACH)
    await assigned(chat, person)
    await coached(chat, coach, person)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="question"))
    assert form.card is not None
    for _ in range(2):
        sent = await press(chat, aino, at, button(form.card, "submit"), {"question": "Saako **tehdä** kaksin?"})
    assert "Kokeilu (fi)" in sent.words

    coach_at, asked = await told(chat, kaisa, "Sinulta kysytään")
    assert "Lähettäjä: Aino Aalto" in words(asked)
    assert "Viesti: Saako **tehdä** kaksin?" in words(asked)
    assert "Tehtävä: Kokeilu (fi)" in words(asked)
    await press(chat, kaisa, coach_at, button(asked, "submit"), {"words": "Totta kai saa"})

    _, answer = await told(chat, aino, "Valmentajasi vastasi")
    assert "Viesti: Totta kai saa" in words(answer)
    rows = await rows_of(chat, errands)
    assert [row.kind for row in rows] == ["question", "answer"]
    assert not any(b"kaksin" in bytes(row.sealed) for row in rows)


@pytest.mark.parametrize("granted", [True, False])
async def test_more_time_is_the_coachs_to_give_and_both_are_told(chat: Chat, clock: Clock, granted: bool) -> None:
    aino, person = await met(chat, "Aino Aalto")
    kaisa, coach = await met(chat, "Kaisa Coach", role=Role.COACH)
    due = clock.now + timedelta(days=2)
    (ask,) = await assigned(chat, person, due_at=due, closes_at=due + timedelta(days=1))
    await coached(chat, coach, person)
    await told(chat, aino, "Kokeilu (fi)")

    await say(chat, aino, "lisää aikaa")
    await say(chat, aino, "30.11.2026")
    assert "Vien pyyntösi" in await say(chat, aino, "Olen viikon poissa")
    _, asked = await told(chat, kaisa, "Sinulta pyydetään lisää aikaa")
    assert "30.11.2026" in words(asked)
    assert "Olen viikon poissa" in words(asked)
    await say(chat, kaisa, "kyllä" if granted else "ei")
    assert "tallessa" in await say(chat, kaisa, "Tsemppiä")

    _, decided = await told(chat, aino, "Valmentajasi päätti lisäajasta")
    assert ("Saat lisää aikaa ma 30.11.2026 asti" in words(decided)) is granted
    assert "Tsemppiä" in words(decided)
    now = await ask_now(chat, ask)
    assert (now.due_at is not None and now.due_at > due) is granted
    assert (now.closes_at is not None and now.closes_at > due + timedelta(days=1)) is granted


async def test_without_a_coach_nobody_is_promised_an_answer(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await assigned(chat, person)
    at, card = await told(chat, aino, "Kokeilu (fi)")

    said = await press(chat, aino, at, button(card, "turn", argument="question"))

    assert "En tiedä, kuka sinua valmentaa" in said.words
    assert "En tiedä, kuka sinua valmentaa" in await say(chat, aino, "lisää aikaa")


async def test_a_draft_gets_feedback_and_the_final_version_keeps_it(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat, "Aino Aalto")
    kaisa, coach = await met(chat, "Kaisa Coach", role=Role.COACH)
    (ask,) = await assigned(chat, person, final=True)
    await coached(chat, coach, person)
    at, card = await told(chat, aino, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="hand_in"))
    assert form.card is not None

    drafted = await press(chat, aino, at, button(form.card, "submit", argument="draft"), {"evidence": "Luonnos"})
    assert "Luonnoksesi on valmentajallasi" in drafted.words
    assert (await ask_now(chat, ask)).state is AskState.OPEN
    coach_at, asked = await told(chat, kaisa, "Sait luonnoksen luettavaksi")
    assert "Luonnos" in words(asked)
    await press(chat, kaisa, coach_at, button(asked, "submit"), {"words": "Lisää esimerkki"})
    _, said = await told(chat, aino, "Sait palautetta valmentajaltasi")
    assert "Lisää esimerkki" in words(said)
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: "kommentoinut luonnostasi" in words(chat.teams.cards(aino)[at]))
    form = await press(chat, aino, at, button(chat.teams.cards(aino)[at], "turn", argument="hand_in"))
    assert form.card is not None
    assert "Luonnos" in str(form.card)
    receipt = await press(chat, aino, at, button(form.card, "submit", argument="hand_in"), {"evidence": "Valmis"})

    assert "versio 2" in receipt.words
    assert await answers_of(chat, ask.id) == [{"evidence": "Luonnos"}, {"evidence": "Valmis"}]
    assert await state_of(chat, ask) is AssignmentState.DONE


async def test_one_hands_in_for_the_group_and_the_others_see_who(chat: Chat, clock: Clock) -> None:
    people = [await met(chat, name) for name in ("Aino Aalto", "Veikko Vuori", "Olli Outo")]
    (aino, first), (veikko, second), (_, outsider) = people
    asks = await assigned(chat, first, second, outsider, group_work=True)
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "ako")
        for person, group in ((first, "a"), (second, "a"), (outsider, "b")):
            await unit.people.save_part(
                Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT, groups=(group,))
            )
    at, card = await told(chat, aino, "Kokeilu (fi)")
    their_at, _ = await told(chat, veikko, "Kokeilu (fi)")
    form = await press(chat, aino, at, button(card, "turn", argument="hand_in"))
    assert form.card is not None

    await press(chat, aino, at, button(form.card, "submit"), {"evidence": "Periaatteemme"})

    await all_brought(chat)
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: "Palauttaja: Aino Aalto" in words(chat.teams.cards(veikko)[their_at]))
    states = [(await ask_now(chat, ask)).state for ask in asks]
    assert states == [AskState.ANSWERED, AskState.ANSWERED, AskState.OPEN]
    assert await answers_of(chat, asks[1].id) == []
