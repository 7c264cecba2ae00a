"""From an assessment elsewhere to the first goal: the coach releases the result, the rest is the person's own.

A guided reflection on strengths, what to develop and one surprise leads into the first goal, as one flow. Nobody but
the person can read it, whatever they open or fetch; the coach sees that it is done.
"""

from coaching.access import Audience, may_read
from coaching.asks import AskKind
from coaching.people import Language, Member, Person, Role
from coaching.plans import GoalState
from demo.teams import User
from dialogs import catalogue
from dialogs.cards import words
from storage.tables import answers, asks
from tests.bot.conftest import Chat
from tests.bot.desks import Desk, coached, previewed
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.bot.talking import Some, is_led_by, somebody
from tests.bot.test_follow_up_files import fetched, links_on
from tests.bot.test_plans import IF_THEN, goals_of, told
from tests.builders import Clock

RELEASED = "360-tuloksesi\nTulos on sinua varten: https://arviointi.example/tulos/7?a=1."
REFLECTED = {
    "strength_1": "Kuuntelen",
    "strength_2": "Pidän lupaukset",
    "target_1": "Annan palautetta useammin",
    "surprise": "Minua pidetään rauhallisena",
}


ALL_OF_IT = {"strength_3": "Kysyn ennen kuin neuvon", "target_2": "Jätän tilaa hiljaisuudelle"}


async def released(chat: Chat, clock: Clock, *names: str) -> tuple[Desk, list[tuple[User, Person]]]:
    """What the coach released to these people, and who they are."""
    coach, people = await coached(chat, *names)
    desk = await previewed(chat, coach, what="result", text_fi=RELEASED, text_en="")
    await desk.press("send")
    clock.pass_by(minutes=3)
    return desk, people


async def test_a_released_result_leads_to_the_first_goal_in_one_flow(chat: Chat, clock: Clock) -> None:
    desk, ((aino, person),) = await released(chat, clock, "Aino Aalto")

    at, card = await told(chat, aino, "Mikä on yksi vahvuutesi")
    link = next(action for action in card["actions"] if action["type"] == "Action.OpenUrl")
    await press(chat, aino, at, button(card, "submit"), REFLECTED)
    await chat.teams.until(lambda: "Mitä haluat kehittää?" in words(last_card(chat, aino)[1]))
    at, goal = last_card(chat, aino)
    begun = next(inner for each in goal["body"] for inner in each.get("items", []) if inner.get("id") == "what")
    second = await press(chat, aino, at, button(goal, "submit"), {"what": "Annan palautetta useammin"})
    assert second.card is not None
    await press(chat, aino, at, button(second.card, "submit"), IF_THEN)

    assert link["url"] == "https://arviointi.example/tulos/7?a=1"
    assert begun["value"] == "Annan palautetta useammin"
    assert "Vain sinä näet tämän." in words(card)
    (goal_now,) = await goals_of(chat, person)
    assert goal_now.state is GoalState.ACTIVE
    (asked,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.PLAN]
    assert (asked.due_at - clock.now).days == 10
    assert all(row.value is None for row in await rows_of(chat, answers))
    await desk.until(clock, "On vastannut: 1")
    assert "Annan palautetta" not in words(desk.card)


async def test_the_same_can_be_typed_and_the_goal_begins_with_the_target(chat: Chat, clock: Clock) -> None:
    _, ((aino, person),) = await released(chat, clock, "Aino Aalto")
    await told(chat, aino, "Mikä on yksi vahvuutesi")

    for typed in ("Kuuntelen", "ohita", "ohita", "Annan palautetta useammin", "ohita"):
        await say(chat, aino, typed)
    said = await say(chat, aino, "ohita")
    why = await say(chat, aino, "ohita")

    assert "Tästä on hyvä aloittaa ensimmäinen tavoitteesi" in said
    assert "Mitä haluat kehittää?" in said
    assert "Miksi se on sinulle tärkeää?" in why
    for typed in ("ohita", "ohita"):
        await say(chat, aino, typed)
    (goal,) = await goals_of(chat, person)
    assert (await answers_of(chat, goal.id))[-1]["what"] == "Annan palautetta useammin"


async def test_a_result_without_a_link_is_not_sent(chat: Chat) -> None:
    coach, _ = await coached(chat, "Aino Aalto")

    desk = await previewed(chat, coach, what="result", text_fi="Tuloksesi\nKatso portaalista.", text_en="")

    assert "En tunnistanut linkkiä" in words(desk.card)


async def test_who_has_a_goal_already_is_not_asked_for_another(chat: Chat, clock: Clock) -> None:
    _, ((aino, person),) = await released(chat, clock, "Aino Aalto")
    at, card = await told(chat, aino, "Mikä on yksi vahvuutesi")
    await say(chat, aino, "uusi tavoite")
    goal_at, goal = last_card(chat, aino)
    await press(chat, aino, goal_at, button(goal, "submit"), {"what": "Jo aloitettu"})

    await press(chat, aino, at, button(card, "submit"), REFLECTED)

    assert len(await goals_of(chat, person)) == 1
    assert "Tästä on hyvä aloittaa" not in str(chat.teams.texts(aino))


async def test_a_coach_reads_nothing_of_what_somebody_makes_of_their_result(chat: Chat, clock: Clock) -> None:
    _, ((aino, _),) = await released(chat, clock, "Aino Aalto")
    await told(chat, aino, "Mikä on yksi vahvuutesi")
    (row,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.RESULT]
    async with chat.store.transaction() as unit:
        ask = await unit.asks.get(row.id)

    assert ask is not None
    matters = {field.matter for field in catalogue.form(ask, Language.FI).fields if field.matter}
    assert matters
    assert not any(may_read(Audience.COACH, matter) for matter in matters)


async def test_nobody_but_the_person_can_read_it_and_the_coach_sees_that_it_is_done(chat: Chat, clock: Clock) -> None:
    desk, ((aino, person), (bertta, _)) = await released(chat, clock, "Aino Aalto", "Bertta Bok")
    pekka = await somebody(chat, "Pekka Pomo", role=Role.MANAGER)
    outi = await somebody(chat, "Outi Oja", role=Role.OWNER)
    programme_id = await programme_of(chat)
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=pekka.person.id, programme_id=programme_id, role=Role.MANAGER))
        await unit.people.save_part(Member(person_id=outi.person.id, programme_id=programme_id, role=Role.OWNER))
    await is_led_by(chat, Some(user=aino, person=person), pekka)
    at, card = await told(chat, aino, "Mikä on yksi vahvuutesi")

    await press(chat, aino, at, button(card, "submit"), REFLECTED | ALL_OF_IT)
    await say(chat, aino, "myöhemmin")
    for user in (desk.coach, pekka.user, outi.user, bertta):
        for typed in (
            "tilanne",
            "palautukset 1 Aino Aalto",
            "minulle jaettu",
            "minulle jaettu 1",
            "keskustelut",
            "miksi",
        ):
            await say(chat, user, typed)
    await say(chat, desk.coach, "seuranta tiedostona")
    files = [(await fetched(chat, link))[1] for link in links_on(last_card(chat, desk.coach)[1]).values()]

    await desk.until(clock, "On vastannut: 1")
    others = {user.conversation_id for user in (desk.coach, pekka.user, outi.user, bertta)}
    heard = [str(call.body) for call in chat.teams.sent if call.conversation_id in others]
    assert files
    for text in (REFLECTED | ALL_OF_IT).values():
        assert not any(text in said for said in heard)
        assert not any(text.encode() in file for file in files)
    assert "Annan palautetta useammin" in words(last_card(chat, aino)[1]) + str(chat.teams.cards(aino))


async def programme_of(chat: Chat) -> int:
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(chat.teams.tenant, "ako")
    assert programme_id is not None
    return programme_id
