"""Development plans over HTTP: written in sittings by card or by typing, reminded of, checked in on, changed."""

import asyncio
from datetime import time, timedelta
from typing import Any

import pytest

from coaching.asks import Ask, AskKind, AskState
from coaching.people import Member, Person, Role
from coaching.plans import Goal, GoalState
from demo.teams import User
from dialogs.cards import words
from storage.tables import answers, asks, drafts
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.builders import Clock, add_ask, add_element
from tests.serving import eventually

WHAT = {"what": "Kuuntelen loppuun", "why": "Tiimi uskaltaa puhua", "behaviour": "Kysyn ennen kuin neuvon"}
IF_THEN = {
    "when": "joku tulee ovelleni",
    "then": "kysyn ensin, mitä hän itse ajattelee",
    "day": "2026-11-18",
    "hour": "10:30",
    "again": "weekly",
}
FOLLOW = {"sign": "Puhun vähemmän", "measure": "ten", "weeks": "1", "weekday": "d0", "at": "09:00"}


async def met(chat: Chat, name: str = "Aino Aalto", **given: Any) -> tuple[User, Person]:
    """Somebody who has written to Sparri, and prefers the beginning of their day."""
    user, person = await chat.person(name, preferred=time(0), **given)
    await chat.write(user, "moi")
    return user, person


async def invited(chat: Chat, person: Person, **given: Any) -> Ask:
    """The programme's question for the first goal, told at once."""
    element = await add_element(
        chat.store, key="plan", title="Kehittymissuunnitelmasi", tenant=chat.teams.tenant, kind=AskKind.PLAN
    )
    return await add_ask(chat.store, person, element, **given)


async def told(chat: Chat, user: User, says: str, *, but: int = 0) -> tuple[str, dict[str, Any]]:
    """Wait for a card that says this; the newest of them. but: so many of the first cards do not count."""

    def found() -> list[tuple[str, dict[str, Any]]]:
        return [each for each in list(chat.teams.cards(user).items())[but:] if says in words(each[1])]

    await chat.teams.until(lambda: bool(found()))
    return found()[-1]


async def goals_of(chat: Chat, person: Person) -> list[Goal]:
    async with chat.store.transaction() as unit:
        return await unit.plans.goals_of(person.id)


async def whole_goal(chat: Chat, user: User, person: Person) -> tuple[str, Ask]:
    """A goal written in its three sittings; the message that its card is in."""
    ask = await invited(chat, person)
    at, card = await told(chat, user, "Mitä haluat kehittää?")
    second = await press(chat, user, at, button(card, "submit"), WHAT)
    assert second.card is not None
    third = await press(chat, user, at, button(second.card, "submit"), IF_THEN)
    assert third.card is not None
    await press(chat, user, at, button(third.card, "submit"), FOLLOW)
    return at, ask


async def test_a_goal_is_written_in_three_sittings_and_its_if_then_is_read_back_once(chat: Chat) -> None:
    aino, person = await met(chat)
    ask = await invited(chat, person)
    at, card = await told(chat, aino, "Mitä haluat kehittää?")

    second = await press(chat, aino, at, button(card, "submit"), WHAT)
    assert second.card is not None
    draft = await goals_of(chat, person)
    third = await press(chat, aino, at, button(second.card, "submit"), IF_THEN)
    assert third.card is not None
    done = await press(chat, aino, at, button(third.card, "submit"), FOLLOW)

    assert [goal.state for goal in draft] == [GoalState.DRAFT]
    assert "Lue tämä kerran itsellesi" in third.words
    assert "Kun joku tulee ovelleni, niin kysyn ensin, mitä hän itse ajattelee." in third.words
    assert "Lue tämä kerran" not in done.words
    assert "Muistutan joka viikko, seuraavaksi ke 18.11.2026 klo 10.30." in done.words
    assert "Kysyn tästä seuraavan kerran ma 23.11.2026." in done.words
    assert "Vain sinä näet tämän." in done.words
    (goal,) = await goals_of(chat, person)
    assert (goal.id, goal.state, goal.weeks) == (ask.id, GoalState.ACTIVE, 1)
    assert [len(each) for each in await answers_of(chat, ask.id)] == [3, 8, 13]
    assert all(row.value is None and b"Kuuntelen" not in bytes(row.sealed) for row in await rows_of(chat, answers))


async def test_a_goal_can_be_typed_over_days(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await invited(chat, person)
    await told(chat, aino, "Mitä haluat kehittää?")

    first = await say(chat, aino, "Tavoitteet")
    why = await say(chat, aino, "Kuuntelen loppuun")
    await say(chat, aino, "Tiimi uskaltaa puhua")
    when = await say(chat, aino, "ohita")
    then = await say(chat, aino, "joku tulee ovelleni")
    broken_off = await say(chat, aino, "myöhemmin")
    clock.pass_by(days=2)
    again = await say(chat, aino, "kun niin")
    await say(chat, aino, "ohita")
    await say(chat, aino, "kysyn ensin")
    for _ in range(2):
        await say(chat, aino, "ohita")
    read_back = await say(chat, aino, "ohita")

    assert "Mitä haluat kehittää?" in first
    assert "Miksi se on sinulle tärkeää?" in why
    assert "Kun … (missä tilanteessa" in when
    assert "… niin minä …" in then
    assert "Tallensin sen, mitä ehdit kirjoittaa" in broken_off
    assert "Kun … (missä tilanteessa" in again
    assert "Kun joku tulee ovelleni, niin kysyn ensin" in read_back
    assert "Mistä huomaat, että edistyt?" in read_back
    (goal,) = await goals_of(chat, person)
    assert goal.state is GoalState.ACTIVE


async def test_the_moment_brings_the_persons_own_words_every_week(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)

    for _ in range(2):
        before = len(chat.teams.cards(aino))
        (goal,) = await goals_of(chat, person)
        assert goal.moment is not None
        clock.now = goal.moment + timedelta(minutes=1)
        _, cue = await told(chat, aino, "Tämän hetken valitsit itse", but=before)
        assert "Kun joku tulee ovelleni, niin kysyn ensin, mitä hän itse ajattelee." in words(cue)

        async def moved_on(passed: Any = goal.moment) -> bool:
            return bool((await goals_of(chat, person))[0].moment == passed + timedelta(weeks=1))

        await eventually(moved_on)


async def test_a_check_in_comes_in_the_persons_rhythm_and_shows_how_it_goes(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    shown = []

    for progress in ("3", "5"):
        before = len(chat.teams.cards(aino))
        clock.pass_by(days=7)
        at, card = await told(chat, aino, "Missä olet nyt?", but=before)
        assert "Kun joku tulee ovelleni" in words(card)
        done = await press(
            chat, aino, at, button(card, "submit"), {"progress_1": progress, "decision_1": "keep", "helped_1": "Tauko"}
        )
        shown.append(done.words)

    assert "Edistymisesi asteikolla 0–10, vanhin ensin: 3." in shown[0]
    assert "vanhin ensin: 3, 5." in shown[1]
    assert "▃▄" in shown[1]


async def test_the_next_if_then_of_a_check_in_becomes_the_goals(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    _, ask = await whole_goal(chat, aino, person)
    before = len(chat.teams.cards(aino))
    clock.pass_by(days=7)
    at, card = await told(chat, aino, "Missä olet nyt?", but=before)

    await press(
        chat,
        aino,
        at,
        button(card, "submit"),
        {"progress_1": "4", "decision_1": "keep", "next_1": "Kun palaveri venyy, niin ehdotan taukoa."},
    )

    newest = (await answers_of(chat, ask.id))[-1]
    assert (newest["when"], newest["then"]) == ("palaveri venyy", "ehdotan taukoa")
    assert newest["what"] == "Kuuntelen loppuun"


async def test_a_goal_that_is_to_be_changed_comes_to_be_written_in(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    before = len(chat.teams.cards(aino))
    clock.pass_by(days=7)
    at, card = await told(chat, aino, "Missä olet nyt?", but=before)

    await press(chat, aino, at, button(card, "submit"), {"progress_1": "2", "decision_1": "change"})

    await chat.teams.until(lambda: "Mitä haluat kehittää?" in words(last_card(chat, aino)[1]))
    assert "Kuuntelen loppuun" in str(last_card(chat, aino)[1])


async def test_a_goal_that_is_reached_is_asked_about_no_more(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    before = len(chat.teams.cards(aino))
    clock.pass_by(days=7)
    at, card = await told(chat, aino, "Missä olet nyt?", but=before)

    await press(chat, aino, at, button(card, "submit"), {"progress_1": "9", "decision_1": "finish"})

    (goal,) = await goals_of(chat, person)
    assert (goal.state, goal.moment) == (GoalState.FINISHED, None)
    async with chat.store.transaction() as unit:
        (plan,) = await unit.plans.of_person(person.id)
        cue_id = await unit.plans.cue_of(goal.id)
        cue = await unit.asks.get(cue_id) if cue_id else None
    assert plan.next_at is None
    assert cue is not None
    assert cue.state is not AskState.OPEN


async def test_the_missing_half_of_a_goal_is_asked_for_once(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    ask = await invited(chat, person)
    at, card = await told(chat, aino, "Mitä haluat kehittää?")
    await press(chat, aino, at, button(card, "submit"), WHAT)

    before = len(chat.teams.cards(aino))
    clock.pass_by(days=3)
    at, card = await told(chat, aino, "puuttuu vielä puolet", but=before)
    done = await press(chat, aino, at, button(card, "submit"), {"when": "kiire iskee", "then": "hengitän kerran"})

    assert "Kuuntelen loppuun" in words(card)
    assert "Kun kiire iskee, niin hengitän kerran." in done.words
    assert (await answers_of(chat, ask.id))[-1]["then"] == "hengitän kerran"
    (goal,) = await goals_of(chat, person)
    assert (goal.state, goal.half_at, goal.half_asked) == (GoalState.ACTIVE, None, True)
    halves = [row for row in await rows_of(chat, asks) if row.kind == AskKind.HALF_GOAL]
    assert len(halves) == 1


async def test_too_much_now_halves_the_pace_of_check_ins(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)

    said = await say(chat, aino, "liikaa nyt")

    assert "puolitan tahdin ma 7.12.2026 asti" in said
    async with chat.store.transaction() as unit:
        (plan,) = await unit.plans.of_person(person.id)
    assert plan.next_at is not None
    assert plan.next_at == clock.now.replace(hour=7, minute=0) + timedelta(weeks=2)


async def test_when_it_is_no_longer_too_much_there_is_one_question(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    await say(chat, aino, "liikaa nyt")
    before = len(chat.teams.cards(aino))

    clock.pass_by(days=21, hours=1)
    at, card = await told(chat, aino, "Kolme viikkoa sitten", but=before)
    await press(chat, aino, at, button(card, "submit"), {"pace": "usual"})

    async with chat.store.transaction() as unit:
        now = await unit.people.get(person.id)
    assert now is not None
    assert now.slow_until is None
    asked = [row for row in await rows_of(chat, asks) if row.kind == AskKind.PACE]
    assert len(asked) == 1


async def test_a_goal_is_paused_and_taken_up_by_typing_and_by_button(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    at, _ = await whole_goal(chat, aino, person)

    paused = await say(chat, aino, "keskeytä tavoite 1")
    clock.pass_by(seconds=6)
    await chat.teams.until(lambda: "Tauolla" in words(dict(chat.teams.cards(aino))[at]))
    card = dict(chat.teams.cards(aino))[at]
    resumed = await press(chat, aino, at, button(card, "turn", argument="resume"))

    assert "Tavoite 1 on tauolla" in paused
    assert "Työn alla." in resumed.words
    (goal,) = await goals_of(chat, person)
    assert goal.state is GoalState.ACTIVE


async def test_a_plan_holds_three_goals_under_way(chat: Chat) -> None:
    aino, person = await met(chat)
    await whole_goal(chat, aino, person)
    for _ in range(2):
        await say(chat, aino, "uusi tavoite")
        at, card = last_card(chat, aino)
        await press(chat, aino, at, button(card, "submit"), WHAT)

    refused = await say(chat, aino, "uusi tavoite")
    plan = await say(chat, aino, "tavoitteet")

    assert "Sinulla on jo 3 tavoitetta" in refused
    assert [f"Tavoite {number}" in plan for number in (1, 2, 3)] == [True, True, True]
    assert [goal.number for goal in await goals_of(chat, person)] == [1, 2, 3]
    assert await rows_of(chat, drafts) == []


async def test_a_deleted_message_leaves_no_copy_of_a_goals_words_and_the_goal_is_a_draft_again(chat: Chat) -> None:
    aino, person = await met(chat)
    await invited(chat, person)
    await told(chat, aino, "Mitä haluat kehittää?")
    await say(chat, aino, "tavoitteet")
    for typed in ("Kuuntelen", "ohita", "ohita", "joku tulee"):
        await say(chat, aino, typed)
    message = chat.teams.message(aino, "kysyn ensin")
    await chat.post(message)
    for _ in range(3):
        await say(chat, aino, "ohita")
    (before,) = await goals_of(chat, person)

    await chat.post(chat.teams.deleted(aino, message["id"]))

    (after,) = await goals_of(chat, person)
    assert (before.state, after.state) == (GoalState.ACTIVE, GoalState.DRAFT)
    async with chat.store.transaction() as unit:
        owner = await unit.people.get(person.id)
        assert owner is not None
        _, cipher = await unit.cipher(owner)
        words_now = await unit.plans.words(cipher, person_id=person.id, goal_ids=[after.id])
    assert (words_now[after.id].when, words_now[after.id].then) == ("joku tulee", "")


@pytest.mark.parametrize(
    ("verb", "argument"),
    [
        *(("submit", step) for step in ("goal", "if_then", "follow")),
        *(("turn", act) for act in ("goal", "pause", "resume", "finish", "drop", "nonsense", "")),
        ("edit", ""),
        ("former", ""),
        ("later", ""),
        ("show", ""),
        ("team_calendar", ""),
    ],
)
async def test_nobody_touches_or_sees_somebody_elses_goal(chat: Chat, verb: str, argument: str) -> None:
    aino, person = await met(chat)
    at, ask = await whole_goal(chat, aino, person)
    veikko, _ = await met(chat, "Veikko Virta")
    before, card = await goals_of(chat, person), chat.teams.cards(aino)[at]
    data = {"sparri": {"v": 1, "verb": verb, "ask": ask.id, "card": 1, "revision": 1, "arg": argument}}

    said = await press(chat, veikko, at, data, WHAT | {"what": "Varastettu"})

    assert "Kuuntelen" not in said.words
    assert await goals_of(chat, person) == before
    assert len(await answers_of(chat, ask.id)) == 3
    assert chat.teams.cards(aino)[at] == card


@pytest.mark.parametrize("argument", ["nonsense", "", "0", "plan"])
async def test_a_press_without_sense_changes_nothing_of_a_goal(chat: Chat, argument: str) -> None:
    aino, person = await met(chat)
    at, ask = await whole_goal(chat, aino, person)
    before = await goals_of(chat, person)
    data = {"sparri": {"v": 1, "verb": "turn", "ask": ask.id, "arg": argument}}

    said = await press(chat, aino, at, data)

    assert "Kuuntelen loppuun" in said.words
    assert await goals_of(chat, person) == before


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        pytest.param({"day": "2026-11-15", "hour": "10:00"}, "Se on jo mennyt", id="a moment that has passed"),
        pytest.param({"day": "2026-11-18"}, "Tästä puuttuu vielä vastaus", id="a day without an hour"),
        pytest.param({"hour": "10:00"}, "Tästä puuttuu vielä vastaus", id="an hour without a day"),
        pytest.param({"again": "hourly"}, "Valitse jokin", id="no such rhythm"),
        pytest.param({"when": "x" * 501}, "Tähän mahtuu 500 merkkiä", id="too long"),
    ],
)
async def test_what_does_not_fit_comes_back_and_nothing_is_lost(
    chat: Chat, entries: dict[str, str], fault: str
) -> None:
    aino, person = await met(chat)
    ask = await invited(chat, person)
    at, card = await told(chat, aino, "Mitä haluat kehittää?")
    second = await press(chat, aino, at, button(card, "submit"), WHAT)
    assert second.card is not None

    said = await press(chat, aino, at, button(second.card, "submit"), {"then": "kysyn ensin"} | entries)

    assert fault in said.words
    assert "kysyn ensin" in str(said.card)
    assert len(await answers_of(chat, ask.id)) == 1


async def test_a_whole_group_that_begins_its_plans_at_the_same_moment_has_them(chat: Chat) -> None:
    people = [await met(chat, f"Aino Aalto{letter}") for letter in "abcdef"]
    element = await add_element(chat.store, key="plan", tenant=chat.teams.tenant)
    async with chat.store.transaction() as unit:
        for _, person in people:
            part = Member(person_id=person.id, programme_id=element.programme_id, role=Role.PARTICIPANT)
            await unit.people.save_part(part)

    await asyncio.gather(*(say(chat, user, "uusi tavoite") for user, _ in people))

    shown = [words(last_card(chat, user)[1]) for user, _ in people]
    assert ["Mitä haluat kehittää?" in card for card in shown] == [True] * len(people)


async def test_the_same_press_delivered_twice_is_one_version(chat: Chat) -> None:
    aino, person = await met(chat)
    ask = await invited(chat, person)
    at, card = await told(chat, aino, "Mitä haluat kehittää?")
    data = button(card, "submit")

    for _ in range(3):
        await press(chat, aino, at, data, WHAT)

    assert len(await answers_of(chat, ask.id)) == 1
    assert len(await goals_of(chat, person)) == 1
