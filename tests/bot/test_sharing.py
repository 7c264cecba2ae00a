"""Sharing over HTTP: one field for one person, seen before it is shared, read, and taken back at once."""

from dataclasses import dataclass
from typing import Any

import pytest

from coaching.asks import Ask
from coaching.people import Role
from dialogs.cards import words
from scheduler.sharing import see_shares_through
from storage.tables import erasures, readings, shares
from tests.bot.conftest import Chat
from tests.bot.hands import Way, button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.talking import Some, discussion, is_led_by, prepare, somebody, takes_part
from tests.bot.test_plans import whole_goal
from tests.builders import Clock
from tests.serving import eventually

SUCCEEDED, WISH = "Veikon *perehdytys* meni hyvin", "Enemmän aikaa"


@dataclass
class Pair:
    """Aino, who has prepared a discussion, and others around her."""

    aino: Some
    pekka: Some
    kaisa: Some
    ask: Ask


@pytest.fixture
async def pair(chat: Chat) -> Pair:
    """Aino has answered; Pekka leads her, and Kaisa coaches."""
    aino, pekka = await somebody(chat, "Aino Aalto"), await somebody(chat, "Pekka Ylijoki", role=Role.MANAGER)
    kaisa = await somebody(chat, "Kaisa Coach", role=Role.COACH)
    element = await discussion(chat)
    await is_led_by(chat, aino, pekka)
    ask = await prepare(chat, aino, element)
    await takes_part(chat, aino, element, coach=kaisa)
    await takes_part(chat, pekka, element, role=Role.MANAGER)
    await takes_part(chat, kaisa, element, role=Role.COACH)
    await chat.teams.until(lambda: bool(found(chat, aino, "Palautekeskustelu (fi)")))
    at, card = found(chat, aino, "Palautekeskustelu (fi)")[-1]
    assert "Vain sinä näet tämän" in words(card)
    await press(chat, aino.user, at, button(card, "submit"), {"succeeded": SUCCEEDED, "wish": WISH})
    return Pair(aino=aino, pekka=pekka, kaisa=kaisa, ask=ask)


def found(chat: Chat, some: Some, says: str) -> list[tuple[str, dict[str, Any]]]:
    """The cards of somebody's chat that say this."""
    return [each for each in chat.teams.cards(some.user).items() if says in words(each[1])]


async def share(chat: Chat, pair: Pair, *, what: str, to: str, until: str = "2026-11-30", **more: str) -> Any:
    """Aino's form, filled in; what comes of it, and the card's place."""
    await say(chat, pair.aino.user, "jaa")
    at, card = last_card(chat, pair.aino.user)
    entries = {"what": what, "to": to, "until": until} | more
    return at, await press(chat, pair.aino.user, at, button(card, "share_preview"), entries)


async def share_with_manager(chat: Chat, pair: Pair) -> tuple[str, dict[str, Any]]:
    """Aino shares the first field with Pekka; her card and its place."""
    what, to = f"ask:{pair.ask.id}/succeeded", f"manager:{pair.pekka.person.id}"
    at, previewed = await share(chat, pair, what=what, to=to)
    done = await press(chat, pair.aino.user, at, button(previewed.card, "share_now"))
    assert "Jaat tämän" in done.words
    assert done.card is not None
    return at, done.card


async def test_the_manager_sees_exactly_what_the_preview_showed_and_nothing_else(chat: Chat, pair: Pair) -> None:
    at, previewed = await share(chat, pair, what=f"ask:{pair.ask.id}/succeeded", to=f"manager:{pair.pekka.person.id}")
    assert SUCCEEDED in previewed.words
    assert WISH not in previewed.words
    before = await say(chat, pair.pekka.user, "minulle jaettu")
    await press(chat, pair.aino.user, at, button(previewed.card, "share_now"))

    opened = await say(chat, pair.pekka.user, "minulle jaettu 1")

    assert "Kukaan ei juuri nyt jaa sinulle mitään" in before
    assert f"Missä onnistuit? (fi) {SUCCEEDED}" in opened
    assert WISH not in opened
    line = f"Missä onnistuit? (fi) {SUCCEEDED}"
    assert line in previewed.words
    assert "ma 30.11.2026" in opened
    (row,) = await rows_of(chat, shares)
    assert row.things == [f"ask:{pair.ask.id}/succeeded"]


async def test_of_a_plan_the_manager_sees_the_goal_that_was_shared_and_its_card_says_who_sees_it(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    clock.pass_by(days=1)
    goal_at, goal = await whole_goal(chat, pair.aino.user, pair.aino.person)
    at, previewed = await share(chat, pair, what=f"ask:{goal.id}/what", to=f"manager:{pair.pekka.person.id}")
    assert "Tavoite 1" in previewed.words
    await press(chat, pair.aino.user, at, button(previewed.card, "share_now"))

    opened = await say(chat, pair.pekka.user, "minulle jaettu 1")

    assert "Kuuntelen loppuun" in opened
    assert not any(text in opened for text in ("Tiimi uskaltaa", "joku tulee ovelleni", SUCCEEDED))
    clock.pass_by(seconds=10)
    shared = "Sinä ja esihenkilösi näette tämän"
    await chat.teams.until(lambda: shared in words(chat.teams.cards(pair.aino.user)[goal_at]))


async def test_the_card_of_the_whole_plan_says_who_sees_it_as_long_as_they_do(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    clock.pass_by(days=1)
    _, goal = await whole_goal(chat, pair.aino.user, pair.aino.person)
    await say(chat, pair.aino.user, "tavoitteet")
    plan_at, card = last_card(chat, pair.aino.user)
    at, previewed = await share(chat, pair, what=f"ask:{goal.id}/what", to=f"manager:{pair.pekka.person.id}")

    done = await press(chat, pair.aino.user, at, button(previewed.card, "share_now"))
    clock.pass_by(seconds=10)
    await chat.teams.until(
        lambda: "Sinä ja esihenkilösi näette tämän" in words(chat.teams.cards(pair.aino.user)[plan_at])
    )
    assert done.card is not None
    await press(chat, pair.aino.user, at, button(done.card, "share_back"))
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: "Vain sinä näet tämän" in words(chat.teams.cards(pair.aino.user)[plan_at]))

    assert "Vain sinä näet tämän" in words(card)


async def test_what_is_taken_back_is_gone_at_the_next_open_and_from_the_card_that_showed_it(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    at, card = await share_with_manager(chat, pair)
    await say(chat, pair.pekka.user, "minulle jaettu 1")
    their_at, their_card = last_card(chat, pair.pekka.user)
    assert SUCCEEDED in words(their_card)

    taken_back = await press(chat, pair.aino.user, at, button(card, "share_back"))
    reopened = await press(
        chat,
        pair.pekka.user,
        their_at,
        {"sparri": {"v": 1, "verb": "share_open", "arg": str(pair.aino.person.id)}},
    )

    assert "Et jaa tätä enää" in taken_back.words
    assert SUCCEEDED not in str(reopened)
    assert "Kukaan ei juuri nyt jaa" in await say(chat, pair.pekka.user, "minulle jaettu")
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: "Ei enää jaettu" in words(chat.teams.cards(pair.pekka.user)[their_at]))
    assert SUCCEEDED not in str(chat.teams.cards(pair.pekka.user)[their_at])


async def test_the_receipt_of_what_is_shared_names_who_sees_it_as_long_as_they_do(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    ((receipt_at, before),) = found(chat, pair.aino, "Palautekeskustelu (fi)")
    at, card = await share_with_manager(chat, pair)
    shared = "Sinä ja esihenkilösi näette tämän"

    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: shared in words(chat.teams.cards(pair.aino.user)[receipt_at]))
    await press(chat, pair.aino.user, at, button(card, "share_back"))

    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: shared not in words(chat.teams.cards(pair.aino.user)[receipt_at]))
    assert shared not in words(before)


async def test_a_share_ends_with_its_last_day_by_itself(chat: Chat, pair: Pair, clock: Clock) -> None:
    await share_with_manager(chat, pair)
    await say(chat, pair.pekka.user, "minulle jaettu 1")
    their_at, _ = last_card(chat, pair.pekka.user)
    clock.now = clock.now.replace(day=30, hour=21, minute=59)
    assert SUCCEEDED in await say(chat, pair.pekka.user, "minulle jaettu 1")

    clock.pass_by(minutes=1)

    assert "Kukaan ei juuri nyt jaa" in await say(chat, pair.pekka.user, "minulle jaettu 1")
    await chat.teams.until(lambda: "Ei enää jaettu" in words(chat.teams.cards(pair.pekka.user)[their_at]))


async def test_a_share_that_ends_by_itself_leaves_the_card_of_the_whole_plan_too(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    clock.pass_by(days=1)
    _, goal = await whole_goal(chat, pair.aino.user, pair.aino.person)
    at, previewed = await share(chat, pair, what=f"ask:{goal.id}/what", to=f"manager:{pair.pekka.person.id}")
    await press(chat, pair.aino.user, at, button(previewed.card, "share_now"))
    await say(chat, pair.aino.user, "tavoitteet")
    plan_at, card = last_card(chat, pair.aino.user)

    clock.pass_by(days=20)
    await chat.teams.until(lambda: "Vain sinä näet tämän" in words(chat.teams.cards(pair.aino.user)[plan_at]))

    assert "Sinä ja esihenkilösi näette tämän" in words(card)


async def test_the_owner_sees_who_has_read(chat: Chat, pair: Pair) -> None:
    await share_with_manager(chat, pair)
    assert "Kukaan ei ole avannut" in await say(chat, pair.aino.user, "kuka on lukenut")

    await say(chat, pair.pekka.user, "minulle jaettu 1")
    await say(chat, pair.pekka.user, "minulle jaettu")

    read = await say(chat, pair.aino.user, "kuka on lukenut")
    assert "lukija: Pekka Ylijoki" in read
    assert "ma 16.11.2026 klo 10.00" in read
    (row,) = await rows_of(chat, readings)
    assert row.things == [f"ask:{pair.ask.id}/succeeded"]


async def test_a_new_manager_reads_nothing_of_what_the_former_was_shown(chat: Chat, pair: Pair) -> None:
    await share_with_manager(chat, pair)
    new = await somebody(chat, "Uusi Pomo", role=Role.MANAGER)

    await is_led_by(chat, pair.aino, new)

    for reader in (pair.pekka, new):
        assert "Kukaan ei juuri nyt jaa" in await say(chat, reader.user, "minulle jaettu 1")


async def test_a_coach_is_told_once_and_opens_it_by_a_press(chat: Chat, pair: Pair) -> None:
    at, previewed = await share(chat, pair, what=f"ask:{pair.ask.id}", to=f"coach:{pair.kaisa.person.id}")
    for _ in range(2):
        await press(chat, pair.aino.user, at, button(previewed.card, "share_now"))

    await chat.teams.until(lambda: bool(found(chat, pair.kaisa, "Sinulle on jaettu jotain")))
    told_at, told = found(chat, pair.kaisa, "Sinulle on jaettu jotain")[0]
    assert SUCCEEDED not in str(told)
    await press(chat, pair.kaisa.user, told_at, button(told, "share_open"))

    await chat.teams.until(lambda: bool(found(chat, pair.kaisa, SUCCEEDED)))
    assert len(found(chat, pair.kaisa, "Sinulle on jaettu jotain")) == 1
    ((_, opened),) = found(chat, pair.kaisa, SUCCEEDED)
    assert WISH in words(opened)
    assert len(await rows_of(chat, shares)) == 1


async def test_sharing_can_be_typed_from_beginning_to_end(chat: Chat, pair: Pair) -> None:
    await say(chat, pair.aino.user, "jaa")
    await say(chat, pair.aino.user, "2")
    await say(chat, pair.aino.user, "1")
    await say(chat, pair.aino.user, "ohita")
    previewed = await say(chat, pair.aino.user, "30.11.2026")
    assert SUCCEEDED in previewed
    assert "Mitään ei ole vielä jaettu" in previewed
    assert "Jaettu." in await say(chat, pair.aino.user, "jaa")

    assert SUCCEEDED in await say(chat, pair.pekka.user, "minulle jaettu 1")
    assert "Palautekeskustelu (fi): Missä onnistuit? (fi)" in await say(chat, pair.aino.user, "lopeta jakaminen")
    assert "Lopetin jakamisen" in await say(chat, pair.aino.user, "lopeta jakaminen 1")
    assert "Kukaan ei juuri nyt jaa" in await say(chat, pair.pekka.user, "minulle jaettu")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({"until": "2026-11-15"}, "jo mennyt", id="until yesterday"),
        pytest.param({"until": "2028-01-01"}, "yli vuoden päässä", id="for years"),
        pytest.param({"to": "team"}, "", id="with a team that she does not have"),
        pytest.param({"to": "peer", "peer": "Ei Kukaan"}, "", id="with nobody whom the programme knows"),
        pytest.param(
            {"to": "peer", "peer": "pekka.ylijoki@ministry.example"}, "ei voi jakaa hänelle", id="by the table"
        ),
        pytest.param({"what": "ask:999999"}, "", id="what is not hers"),
        pytest.param({"to": "coach:999999"}, "", id="with somebody who coaches her not"),
    ],
)
async def test_what_makes_no_sense_is_said_and_nothing_is_shared(
    chat: Chat, pair: Pair, given: dict[str, str], says: str
) -> None:
    good = {"what": f"ask:{pair.ask.id}/wish", "to": f"manager:{pair.pekka.person.id}"}

    at, answered = await share(chat, pair, **(good | given))

    assert "kaipaa" in answered.words or "korja" in answered.words
    assert says in answered.words
    await press(chat, pair.aino.user, at, {"sparri": {"v": 1, "verb": "share_now", "arg": "1"}})
    assert [row.state for row in await rows_of(chat, shares)] == ["draft"]


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("verb", ["share_preview", "share_now", "share_rewrite", "share_back"])
async def test_nobody_touches_the_share_of_another(chat: Chat, pair: Pair, verb: str, way: Way) -> None:
    await share_with_manager(chat, pair)
    (row,) = await rows_of(chat, shares)
    at, _ = last_card(chat, pair.pekka.user)

    said = await press(chat, pair.pekka.user, at, {"sparri": {"v": 1, "verb": verb, "arg": str(row.id)}}, way=way)

    assert "jonkun toisen" in said.words
    assert await rows_of(chat, shares) == [row]


async def test_somebody_of_another_programme_opens_nothing(chat: Chat, pair: Pair) -> None:
    await share_with_manager(chat, pair)
    stranger = await somebody(chat, "Ville Vieras")
    at, _ = await share(chat, pair, what=f"ask:{pair.ask.id}", to="peer", peer="Ville Vieras")

    said = await press(
        chat, stranger.user, None, {"sparri": {"v": 1, "verb": "share_open", "arg": str(pair.aino.person.id)}}
    )

    assert SUCCEEDED not in said.words
    assert await rows_of(chat, readings) == []
    assert at


async def test_a_share_that_is_over_is_settled_once(chat: Chat, pair: Pair, clock: Clock) -> None:
    at, card = await share_with_manager(chat, pair)
    await press(chat, pair.aino.user, at, button(card, "share_back"))

    async def settled() -> bool:
        (row,) = await rows_of(chat, shares)
        return row.settled_at is not None

    await eventually(settled)
    assert await see_shares_through(chat.store) == 0


async def test_when_the_owner_is_erased_nothing_of_theirs_stays_on_the_cards_of_others(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    at, previewed = await share(chat, pair, what=f"ask:{pair.ask.id}", to=f"coach:{pair.kaisa.person.id}")
    await press(chat, pair.aino.user, at, button(previewed.card, "share_now"))
    await chat.teams.until(lambda: bool(found(chat, pair.kaisa, "Sinulle on jaettu jotain")))
    told_at, told = found(chat, pair.kaisa, "Sinulle on jaettu jotain")[0]
    assert "Aino Aalto" in words(told)
    await press(chat, pair.kaisa.user, told_at, button(told, "share_open"))
    await chat.teams.until(lambda: bool(found(chat, pair.kaisa, SUCCEEDED)))

    await say(chat, pair.aino.user, "poista tietoni")
    await say(chat, pair.aino.user, "poista kaikki")

    async def is_erased() -> bool:
        clock.pass_by(seconds=1)
        return all(row.ended_at is not None for row in await rows_of(chat, erasures))

    await eventually(is_erased, seconds=60.0)
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: not found(chat, pair.kaisa, SUCCEEDED))
    await chat.teams.until(lambda: not found(chat, pair.kaisa, "Sinulle on jaettu jotain"))
    assert await rows_of(chat, shares) == []
    assert "Kukaan ei juuri nyt jaa sinulle mitään" in await say(chat, pair.kaisa.user, "minulle jaettu")
