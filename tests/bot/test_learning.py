"""Something to learn on one's own, over HTTP: opened, done by a press or a word, put off, and remembered later."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coaching.anchors import offset_of
from coaching.asks import AskKind, AskState, Element
from coaching.elements import Instrument, LearningItem, Principles, Question, Reflection, Repeat
from coaching.people import Language, Member, Person, Role
from coaching.programmes import Programme
from demo.teams import User
from dialogs import hand_ins
from dialogs.cards import words
from storage.cards import CARD_GRACE
from storage.store import Store
from storage.tables import answers, asks, submissions
from tests.bot.conftest import Chat, Served
from tests.bot.enrolling import takes_part
from tests.bot.explaining import explaining
from tests.bot.hands import DEBRIEF, button, form_of, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.bot.test_kills import killed_while_saying
from tests.bot.test_plans import met, told
from tests.builders import Clock, add_ask, add_element, in_all
from tests.coaching.programming import at
from tests.serving import eventually

LINK = "https://oppiminen.example/etatiimi"
VIDEO = LearningItem(
    id="video",
    title=in_all("Etätiimi"),
    intro=in_all("Lyhyt osio"),
    at=at("programme.start", "+1 day", "person"),
    link=LINK,
    minutes=15,
    retrieval=(offset_of("+3 days"), offset_of("+21 days")),
    retrieval_question=in_all("Mitä otat käyttöön?"),
)
RUSH = Reflection(
    id="rush",
    title=in_all("Kiire"),
    questions=(),
    at=at("programme.start", "+1 day", "person"),
)


def trial(*elements: Any) -> Programme:
    return Programme(
        id="trial",
        name=in_all("Kokeilu"),
        languages=tuple(Language),
        timezone="Europe/Helsinki",
        starts=date(2026, 11, 16),
        ends=date(2027, 6, 18),
        elements=elements or (VIDEO,),
    )


async def learner(chat: Chat, clock: Clock, *elements: Any) -> tuple[User, Person]:
    """Somebody in a programme with these elements, on the day that the first is brought up."""
    found = await takes_part(chat, trial(*elements))
    clock.pass_by(days=1)
    return found


async def of_kind(chat: Chat, kind: AskKind) -> list[Any]:
    return sorted((row for row in await rows_of(chat, asks) if row.kind == kind), key=lambda row: row.opens_at)


async def placed(chat: Chat) -> list[Any]:
    """The questions to remember it by, once they have their moments."""

    async def there() -> bool:
        return len(await of_kind(chat, AskKind.RETRIEVAL)) == 2

    await eventually(there)
    return await of_kind(chat, AskKind.RETRIEVAL)


async def test_it_is_opened_done_and_asked_about_after_days_and_after_weeks(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock)
    where, card = await told(chat, aino, "Etätiimi (fi)")

    done = await press(chat, aino, where, button(card, "submit"))
    moments = [row.opens_at - clock.now for row in await placed(chat)]
    clock.pass_by(days=3)
    asked_at, question = await told(chat, aino, "Mitä otat käyttöön?")
    thanked = await press(chat, aino, asked_at, button(question, "submit"), {"remembered": "Aloitan kierroksella"})
    clock.pass_by(days=18)
    await told(chat, aino, "Mitä otat käyttöön?", but=len(chat.teams.cards(aino)))

    opens = [action for action in card["actions"] if action["type"] == "Action.OpenUrl"]
    assert [action["url"] for action in opens] == [LINK]
    assert "Tähän menee noin 15 minuuttia." in words(card)
    assert "Merkitty tehdyksi" in done.words
    assert "Kysyn sinulta myöhemmin" in done.words
    assert [each.days for each in moments] == [2, 20]  # earlier in the day than the press
    assert "Mitä jäi mieleen: Etätiimi (fi)" in words(question)
    assert "Vain sinä näet tämän." in words(question)
    assert "Vastauksesi on tallessa" in thanked.words
    first, second = await of_kind(chat, AskKind.RETRIEVAL)
    assert await answers_of(chat, first.id) == [{"remembered": "Aloitan kierroksella"}]
    assert second.state == AskState.OPEN
    assert all(row.value is None for row in await rows_of(chat, answers))


@pytest.mark.parametrize("word", ["tehty", "klart", "Done!", "valmis 1"])
async def test_a_word_says_that_it_is_done_in_any_language(chat: Chat, clock: Clock, word: str) -> None:
    aino, _ = await learner(chat, clock)
    where, _ = await told(chat, aino, "Etätiimi (fi)")

    said = await say(chat, aino, word)

    assert "merkitsin tehdyksi: Etätiimi (fi)" in said
    (row,) = await of_kind(chat, AskKind.LEARNING_ITEM)
    assert (row.state, row.version) == (AskState.ANSWERED, 1)
    clock.now += CARD_GRACE
    await chat.teams.until(lambda: "Merkitty tehdyksi" in words(chat.teams.cards(aino)[where]))


async def test_it_is_put_off_by_its_button_or_a_word(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock)
    where, card = await told(chat, aino, "Etätiimi (fi)")

    pressed = await press(chat, aino, where, button(card, "later"))
    typed = await say(chat, aino, "ei nyt")

    assert pressed.words == typed == "Selvä. Palaan asiaan ke 18.11.2026."
    clock.pass_by(days=1)
    await told(chat, aino, "Etätiimi (fi)", but=1)


async def test_done_twice_is_done_once_and_moves_no_question(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock)
    where, card = await told(chat, aino, "Etätiimi (fi)")
    other_at, other = await form_of(chat, aino)

    await press(chat, aino, where, button(card, "submit"))
    before = [row.opens_at for row in await placed(chat)]
    clock.pass_by(hours=30)
    again = await press(chat, aino, where, button(card, "submit"))
    on_the_other = await press(chat, aino, other_at, button(other, "submit"))

    assert "Merkitty tehdyksi" in again.words
    assert "Merkitty tehdyksi" in on_the_other.words
    assert len(await rows_of(chat, submissions)) == 1
    assert [row.opens_at for row in await placed(chat)] == before


async def test_words_are_no_answer_to_it_and_go_where_they_can_be_one(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock)
    await told(chat, aino, "Etätiimi (fi)")

    alone = await say(chat, aino, "Hyvä osio, kiitos vinkistä")
    await say(chat, aino, "muokkaa")

    assert "kirjoita minulle ”tehty”" in alone
    (row,) = await of_kind(chat, AskKind.LEARNING_ITEM)
    assert (row.state, row.version) == (AskState.OPEN, 0)


async def test_words_go_to_the_question_that_is_open_beside_it(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock, VIDEO, RUSH)
    await told(chat, aino, "(fi)")

    second = await say(chat, aino, DEBRIEF["intended"])

    assert "Mitä tapahtui?" in second
    assert "Mihin kysymykseen" not in second


async def test_what_is_done_can_be_looked_at_again_and_has_no_questions_to_edit(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock)
    where, card = await told(chat, aino, "Etätiimi (fi)")
    await press(chat, aino, where, button(card, "submit"))

    said = await say(chat, aino, "muokkaa vastausta")

    assert "Merkitty tehdyksi" in said
    assert "Merkitty tehdyksi" in words(last_card(chat, aino)[1])


async def test_a_coach_sees_that_it_is_done_and_reads_nothing_of_what_is_remembered(chat: Chat, clock: Clock) -> None:
    await learner(chat, clock)
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "trial")
        assert programme_id is not None
        sources = await unit.revisions.sources(programme_id)

    assert set(sources) == {"video", "video+1", "video+2"}
    assert all(hand_ins.readable(each, Language.FI) == () for each in sources.values())


async def test_who_never_says_done_is_reminded_once_and_asked_nothing(store: Store, clock: Clock) -> None:
    days = explaining(store, clock)
    await days.load(trial())
    aino = await days.enrolled("Aino Aalto")

    for _ in range(30 * 3):
        clock.pass_by(hours=8)
        await days.visit()

    told_of = [part for claimed in days.wire.taken for part in claimed.parts]
    ask = await days.ask_of(aino, "video")
    assert [part.purpose for part in told_of if part.ask_id == ask.id] == ["new", "reminder"]
    assert [(await days.chain(aino, f"video+{number}")).ask for number in (1, 2)] == [None, None]


async def test_a_coach_tells_the_item_and_the_questions_after_it_apart(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock)
    kaisa, coach = await met(chat, "Kaisa Coach", role=Role.COACH)
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "trial")
        await unit.people.save_part(Member(person_id=coach.id, programme_id=programme_id, role=Role.COACH))
    where, card = await told(chat, aino, "Etätiimi (fi)")
    await press(chat, aino, where, button(card, "submit"))
    await placed(chat)
    clock.pass_by(days=3)
    await told(chat, aino, "Mitä otat käyttöön?")

    said = await say(chat, kaisa, "yleiskatsaus")

    assert "Etätiimi (fi)" in said
    assert "Mitä jäi mieleen: Etätiimi (fi)" in said


async def test_a_broadcast_of_it_asks_nothing_later(chat: Chat, clock: Clock) -> None:
    aino, person = await learner(chat, clock, RUSH)
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "trial")
        assert programme_id is not None
        again = await unit.programmes.add_element(
            Element(
                id=0,
                programme_id=programme_id,
                key="broadcast:1",
                kind=AskKind.LEARNING_ITEM,
                title=VIDEO.title,
                intro=VIDEO.intro,
                own=VIDEO,
            )
        )
        await unit.asks.add(person_id=person.id, element=again, urgent=True)
    where, card = await told(chat, aino, "Etätiimi (fi)")

    done = await press(chat, aino, where, button(card, "submit"))

    assert "Merkitty tehdyksi" in done.words
    assert "Kysyn sinulta myöhemmin" not in done.words


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_done_that_was_killed_on_its_way_is_done_once(served: Served) -> None:
    aino, person = await served.person("Aino Aalto")
    element = await add_element(served.store, kind=AskKind.LEARNING_ITEM, tenant=served.teams.tenant, own=VIDEO)
    ask = await add_ask(served.store, person, element)
    await served.write(aino, "auki")
    ((where, card),) = served.teams.cards(aino).items()
    done = served.teams.submit(aino, button(card, "submit"), reply_to=where)
    await killed_while_saying(served, done)

    await served.sparri.start()
    await served.post(done)

    await served.teams.until(lambda: "Merkitty tehdyksi" in words(served.teams.cards(aino)[where]))
    assert await answers_of(served, ask.id) == [{}]


PRINCIPLES = Principles(
    id="ours",
    title=in_all("Yksi periaatteistamme"),
    at=at("programme.start", "+1 day", "person"),
    repeat=Repeat(every=offset_of("+1 week"), times=3),
    principles=(in_all("Kysymme ensin."), in_all("Kerromme myös keskeneräisestä.")),
)


async def test_principles_are_asked_about_in_turn_and_answered_for_oneself(chat: Chat, clock: Clock) -> None:
    aino, _ = await learner(chat, clock, PRINCIPLES)
    where, first = await told(chat, aino, "Kysymme ensin.")

    thanked = await press(chat, aino, where, button(first, "submit"), {"q1": "Eilen palaverissa"})
    clock.pass_by(days=7)
    await told(chat, aino, "Kerromme myös keskeneräisestä.")
    typed = await say(chat, aino, "Maanantaina")

    assert "Missä tilanteessa tämä periaate näkyi työssäsi" in words(first)
    assert "Vain sinä näet tämän." in words(first)
    assert "Vastauksesi on tallessa" in thanked.words
    assert "vastauksesi on tallessa" in typed
    rows = sorted(await of_kind(chat, AskKind.PRINCIPLE), key=lambda row: row.occurrence)
    assert [await answers_of(chat, row.id) for row in rows] == [
        [{"q1": "Eilen palaverissa"}],
        [{"q1": "Maanantaina"}],
        [],
    ]


async def test_an_assessment_elsewhere_is_opened_and_done_and_leads_to_what_waits_for_it(
    chat: Chat, clock: Clock
) -> None:
    assessment = Instrument(
        id="assessment",
        title=in_all("360-arviointi"),
        at=at("programme.start", "+1 day", "person"),
        link="https://arviointi.example/360",
    )
    after = replace(RUSH, id="after", at=at("ask.assessment.answered", "+1 day", "person"))
    aino, _ = await learner(chat, clock, assessment, after)
    _, card = await told(chat, aino, "360-arviointi (fi)")

    said = await say(chat, aino, "tehty")
    clock.pass_by(days=1)
    await told(chat, aino, "Mitä aioit tehdä?")

    assert card["actions"][0]["url"] == "https://arviointi.example/360"
    assert "merkitsin tehdyksi: 360-arviointi (fi)" in said


async def test_an_assessment_with_items_of_its_own_is_not_sent_yet(chat: Chat, clock: Clock) -> None:
    items = (Question(id="listens", text=in_all("Kuuntelee")),)
    own = Instrument(id="assessment", title=in_all("360"), at=at("programme.start", "+1 day", "person"), items=items)

    await learner(chat, clock, own, RUSH)

    assert await of_kind(chat, AskKind.INSTRUMENT) == []
