"""Check-ins as a programme's file wants them: its questions and its rhythm, wherever the person has not chosen."""

import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from bot.my_data import TO_READ, my_data_file
from bot.plan_files import as_json, as_markdown
from bot.programme_loading import apply, prepare
from coaching.access import Matter
from coaching.anchors import offset_of
from coaching.asks import AskKind
from coaching.elements import CheckIn, Notice, Question, QuestionKind, Repeat
from coaching.explaining import Explanation, explanations
from coaching.facts import FollowsPlan, NotAsked, NotMade, Waits, WaitsForAnchor
from coaching.people import Language, Member, Person, Role
from coaching.plans import Plan
from coaching.programmes import Programme
from coaching.reasons import Waiting
from demo.teams import User
from dialogs.cards import words
from dialogs.who_sees import who_sees
from storage.tables import asks
from tests.bot.conftest import Chat
from tests.bot.enrolling import all_placed
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.bot.test_plan_files import order_of
from tests.bot.test_plans import FOLLOW, IF_THEN, WHAT, goals_of, met, told
from tests.builders import Clock, in_all
from tests.coaching.programming import at, programme

QUESTIONS = (
    Question(id="progress", text=in_all("Kuinka pitkällä olet?"), kind=QuestionKind.SCALE, lowest=0, highest=10),
    Question(id="energy", text=in_all("Paljonko voimia on?"), kind=QuestionKind.SCALE, lowest=1, highest=5),
    Question(id="support", text=in_all("Mitä tukea toivot?"), required=False),
)
CHECK_IN = CheckIn(
    id="check-in",
    title=in_all("Miten etenee?"),
    intro=in_all("Minuutti riittää."),
    questions=QUESTIONS,
    at=at("plan.created", "+3 weeks", "13:00"),
    repeat=Repeat(every=offset_of("+2 weeks"), until=at("programme.end")),
)
PROGRAMME = programme(CHECK_IN, languages=tuple(Language), starts=date(2026, 11, 2))


async def load(chat: Chat, loaded: Programme) -> int:
    """Its number."""
    number = await apply(chat.store, await prepare(chat.store, loaded, tenant=chat.teams.tenant))
    await all_placed(chat)
    return number


async def taking_part(chat: Chat, loaded: Programme = PROGRAMME) -> tuple[User, Person]:
    """A participant of the programme."""
    aino, person = await met(chat)
    programme_id = await load(chat, loaded)
    async with chat.store.transaction() as unit:
        part = Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT)
        await unit.people.save_part(part)
    await all_placed(chat)
    return aino, person


async def with_goal(chat: Chat, user: User) -> str:
    """A whole goal, without a word on how it is followed; the message that its card is in."""
    await say(chat, user, "uusi tavoite")
    at_, card = last_card(chat, user)
    for entries in (WHAT, IF_THEN):
        said = await press(chat, user, at_, button(card, "submit"), entries)
        assert said.card is not None
        card = said.card
    return at_


async def plan_of(chat: Chat, person: Person) -> Plan:
    async with chat.store.transaction() as unit:
        (found,) = await unit.plans.of_person(person.id)
    return found


async def answered(chat: Chat, user: User, person: Person, clock: Clock, **entries: str) -> tuple[str, str]:
    """The check-in that comes next, answered: what it said, and its receipt."""
    opens_at = (await plan_of(chat, person)).next_at
    assert opens_at is not None
    before = len(chat.teams.cards(user))
    clock.now = opens_at + timedelta(minutes=1)
    at_, card = await told(chat, user, "Miten etenee?", but=before)
    done = await press(chat, user, at_, button(card, "submit"), {"progress_1": "4", "decision_1": "keep"} | entries)
    return words(card), done.words


async def test_a_check_in_asks_what_the_programme_asks_and_nothing_twice(chat: Chat, clock: Clock) -> None:
    aino, person = await taking_part(chat)
    await with_goal(chat, aino)

    card, receipt = await answered(chat, aino, person, clock, own_energy="3", own_support="Liisan korvia")

    assert "Minuutti riittää. (fi)" in card
    assert "Kuinka pitkällä olet? (fi)" in card
    assert "Missä olet nyt?" not in card
    assert "Mikä auttoi tai oli tiellä?" in card
    assert [card.count(each) for each in ("Paljonko voimia on? (fi)", "Mitä tukea toivot? (fi)")] == [1, 1]
    assert card.count(who_sees(Language.FI, Matter.CHECK_IN)) >= 2
    assert "Paljonko voimia on? (fi) 3" in receipt
    assert "Mitä tukea toivot? (fi) Liisan korvia" in receipt


async def test_what_the_programme_asks_has_to_be_answered_where_it_says_so(chat: Chat, clock: Clock) -> None:
    aino, person = await taking_part(chat)
    await with_goal(chat, aino)

    _, said = await answered(chat, aino, person, clock, own_support="Liisan korvia")

    assert "Tästä puuttuu vielä vastaus" in said
    assert await goals_of(chat, person)
    assert [row.state for row in await rows_of(chat, asks) if row.kind == AskKind.CHECK_IN] == ["open"]


async def test_a_check_in_can_be_typed_from_beginning_to_end(chat: Chat, clock: Clock) -> None:
    aino, person = await taking_part(chat)
    await with_goal(chat, aino)
    opens_at = (await plan_of(chat, person)).next_at
    assert opens_at is not None
    shown = len(chat.teams.cards(aino))
    clock.now = opens_at + timedelta(minutes=1)
    await told(chat, aino, "Miten etenee?", but=shown)

    said = [await say(chat, aino, "auki")]
    said += [await say(chat, aino, typed) for typed in ("6", "Kävely", "ohita", "jatkan", "9", "4", "Liisan korvia")]

    assert "Kuinka pitkällä olet? (fi)" in said[0]
    assert "Paljonko voimia on? (fi)" in said[4]
    assert "Paljonko voimia on? (fi)" in said[5]
    assert "Mitä tukea toivot? (fi)" in said[6]
    (row,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.CHECK_IN]
    assert (await answers_of(chat, row.id))[-1] == {
        "progress_1": 6,
        "helped_1": "Kävely",
        "decision_1": "keep",
        "own_energy": 4,
        "own_support": "Liisan korvia",
    }


async def test_the_programmes_rhythm_holds_until_the_person_chooses_their_own(chat: Chat, clock: Clock) -> None:
    aino, person = await taking_part(chat)
    at_ = await with_goal(chat, aino)
    opens = [(await plan_of(chat, person)).next_at]
    for _ in range(2):
        await answered(chat, aino, person, clock, own_energy="3")
        opens.append((await plan_of(chat, person)).next_at)

    whole = await press(chat, aino, at_, button(chat.teams.cards(aino)[at_], "turn", argument="ask"))
    assert whole.card is not None
    turned = await press(chat, aino, at_, button(whole.card, "turn", argument="follow"))
    assert turned.card is not None
    await press(chat, aino, at_, button(turned.card, "submit"), FOLLOW)

    assert [f"{each:%d.%m. %H:%M}" for each in opens if each] == ["07.12. 11:00", "21.12. 11:00", "04.01. 11:00"]
    own = (await plan_of(chat, person)).next_at
    assert own is not None
    assert f"{own:%d.%m. %H:%M}" == "28.12. 07:00"
    (goal,) = await goals_of(chat, person)
    assert (goal.weeks, goal.own_weeks) == (1, True)


async def test_a_new_revision_moves_the_check_ins_of_those_who_chose_nothing_and_says_how_many(chat: Chat) -> None:
    aino, person = await taking_part(chat)
    await with_goal(chat, aino)
    sooner = replace(PROGRAMME, elements=(replace(CHECK_IN, at=at("plan.created", "+2 weeks", "09:00")),))

    loading = await prepare(chat.store, sooner, tenant=chat.teams.tenant)
    before = (await plan_of(chat, person)).next_at
    await load(chat, sooner)
    after = (await plan_of(chat, person)).next_at
    nothing = await prepare(chat.store, replace(sooner, name=in_all("Toinen nimi")), tenant=chat.teams.tenant)

    assert (loading.foreseen.moved, nothing.foreseen.moved) == (1, 0)
    assert [f"{each:%d.%m. %H:%M}" for each in (before, after) if each] == ["07.12. 11:00", "30.11. 07:00"]


async def test_numbers_that_the_programme_asks_for_stand_in_a_row_and_go_into_the_export(
    chat: Chat, clock: Clock
) -> None:
    aino, person = await taking_part(chat)
    await with_goal(chat, aino)
    await answered(chat, aino, person, clock, own_energy="2", own_support="*Lepoa*")
    _, receipt = await answered(chat, aino, person, clock, own_energy="4")

    order = await order_of(chat, person)
    markdown = (await as_markdown(chat.store, order)).content.decode()
    data: dict[str, Any] = json.loads((await as_json(chat.store, order)).content)

    assert "Paljonko voimia on? (fi) 2, 4 (vanhin ensin)" in receipt
    assert "Lepoa" not in receipt
    assert "ma 7.12.2026: Mitä tukea toivot? \\(fi\\) \\*Lepoa\\*" in markdown
    assert [(each["asked"], each["answer"]) for each in data["asked_beside"]] == [
        ("Paljonko voimia on? (fi)", 2),
        ("Mitä tukea toivot? (fi)", "*Lepoa*"),
        ("Paljonko voimia on? (fi)", 4),
    ]


async def test_my_data_has_what_was_answered_beside_its_question(chat: Chat, clock: Clock) -> None:
    aino, person = await taking_part(chat)
    await with_goal(chat, aino)
    await answered(chat, aino, person, clock, own_energy="2", own_support="Liisan korvia")
    async with chat.store.transaction() as unit:
        owner = await unit.people.get(person.id)
    assert owner is not None

    with zipfile.ZipFile(BytesIO(await my_data_file(chat.store, owner))) as archive:
        page = archive.read(TO_READ).decode()

    assert "<dt>Mitä tukea toivot? (fi)</dt><dd>Liisan korvia</dd>" in page
    assert "<dt>Paljonko voimia on? (fi)</dt><dd>2</dd>" in page


async def explained(chat: Chat, person: Person) -> list[Explanation]:
    async with chat.store.transaction() as unit:
        own = await unit.people.get(person.id)
        assert own is not None
        return [each for each in explanations(await unit.stories.of(own)) if each.kind == "check_in"]


async def test_why_tells_of_check_ins_as_they_come(chat: Chat, clock: Clock) -> None:
    aino, person = await taking_part(chat)
    (before,) = await explained(chat, person)
    await with_goal(chat, aino)
    opens_at = (await plan_of(chat, person)).next_at
    (ahead,) = await explained(chat, person)
    assert opens_at is not None
    shown = len(chat.teams.cards(aino))
    clock.now = opens_at + timedelta(minutes=1)
    await told(chat, aino, "Miten etenee?", but=shown)

    came, following = await explained(chat, person)
    said = await say(chat, aino, "miksi")

    assert isinstance(before.standing, WaitsForAnchor)
    assert ahead.facts == (
        FollowsPlan(at=opens_at),
        Waits(reason=Waiting.NOT_OPEN_YET, not_before=opens_at),
    )
    assert came.ask is not None
    assert isinstance(came.origin, FollowsPlan)
    assert following.origin == FollowsPlan(at=opens_at + timedelta(weeks=2))
    assert "Tämä tulee kehittymissuunnitelmastasi, sinun rytmissäsi: ma 7.12.2026 klo 13.0" in said


async def test_why_tells_that_no_goal_is_followed(chat: Chat) -> None:
    aino, person = await taking_part(chat)
    await with_goal(chat, aino)
    await say(chat, aino, "keskeytä tavoite 1")

    (found,) = await explained(chat, person)

    assert found.facts == (FollowsPlan(at=None), NotMade(reason=NotAsked.NO_GOAL))


async def test_what_waits_for_the_answer_to_a_check_in_comes_after_it(chat: Chat, clock: Clock) -> None:
    after = Notice(id="after", title=in_all("Hyvä sinä"), at=at("ask.check-in.answered", "+1 day"))
    aino, person = await taking_part(chat, replace(PROGRAMME, elements=(CHECK_IN, after)))
    await with_goal(chat, aino)
    await answered(chat, aino, person, clock, own_energy="3")
    shown = len(chat.teams.cards(aino))

    clock.pass_by(days=1, minutes=1)

    await told(chat, aino, "Hyvä sinä", but=shown)


async def test_a_check_in_that_was_asked_keeps_its_questions_when_the_programme_asks_others(
    chat: Chat, clock: Clock
) -> None:
    aino, person = await taking_part(chat)
    await with_goal(chat, aino)
    await answered(chat, aino, person, clock, own_energy="2")

    other = replace(CHECK_IN, questions=(Question(id="mood", text=in_all("Millä mielellä?")),))
    await load(chat, replace(PROGRAMME, elements=(other,)))
    card, _ = await answered(chat, aino, person, clock, own_mood="Hyvällä")
    data = json.loads((await as_json(chat.store, await order_of(chat, person))).content)

    assert "Millä mielellä? (fi)" in card
    assert "Paljonko voimia" not in card
    assert [each["asked"] for each in data["asked_beside"]] == ["Paljonko voimia on? (fi)", "Millä mielellä? (fi)"]
