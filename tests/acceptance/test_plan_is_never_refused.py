"""A plan is never refused for being thin.

One to three goals: what, why, how, if-then, measure, rhythm, whose support, until when. A goal without *when* and
*then* is kept as a draft, and its missing half is asked for once. It can be changed at any time, each version is kept,
and the person takes it along as a Word document, as Markdown and as JSON.
"""

import json

from coaching.asks import AskKind
from coaching.plans import GoalState
from demo.teams import User
from storage.tables import asks
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.bot.test_follow_up_files import fetched, links_on
from tests.bot.test_plan_files import text_of
from tests.bot.test_plans import goals_of, invited, met, told
from tests.builders import Clock

MISSING = "puuttuu vielä puolet"
LATER = {"when": "kiire iskee", "then": "hengitän kerran"}


async def files_of(chat: Chat, user: User) -> tuple[str, str, dict[str, str]]:
    """The plan as its owner takes it along: the document's words, the Markdown, the JSON's first goal."""
    await say(chat, user, "vie suunnitelma")
    links = links_on(last_card(chat, user)[1])
    (_, document), (_, text), (_, goals) = [
        await fetched(chat, links[form]) for form in ("Word-tiedostona", "Tekstinä (Markdown)", "JSON-tiedostona")
    ]
    return text_of(document), text.decode(), json.loads(goals)["goals"][0]


async def test_a_goal_of_two_words_is_kept_its_missing_half_is_asked_for_once_and_it_is_taken_along(
    chat: Chat, clock: Clock
) -> None:
    aino, person = await met(chat)
    goal = await invited(chat, person)
    at, card = await told(chat, aino, "Mitä haluat kehittää?")

    second = await press(chat, aino, at, button(card, "submit"), {"what": "Kuuntelen enemmän"})
    assert second.card is not None
    third = await press(chat, aino, at, button(second.card, "submit"), {})
    assert third.card is not None
    await press(chat, aino, at, button(third.card, "submit"), {})
    thin = await goals_of(chat, person)
    thin_files = await files_of(chat, aino)
    before = len(chat.teams.cards(aino))
    clock.pass_by(days=3)
    half_at, half = await told(chat, aino, MISSING, but=before)
    clock.pass_by(days=28)
    await chat.write(aino, "tavoitteet")
    asked = [row for row in await rows_of(chat, asks) if row.kind == AskKind.HALF_GOAL]
    await press(chat, aino, half_at, button(half, "submit"), LATER)
    whole = await goals_of(chat, person)

    assert [each.state for each in thin] == [GoalState.DRAFT]
    assert all("Kuuntelen enemmän" in each for each in (*thin_files[:2], thin_files[2]["what"]))
    assert len(asked) == 1
    assert [each.state for each in whole] == [GoalState.ACTIVE]
    word, markdown, data = await files_of(chat, aino)
    for said in (word, markdown):
        assert "Kuuntelen enemmän" in said
        assert "kiire iskee" in said
    assert (data["what"], data["when"], data["then"]) == ("Kuuntelen enemmän", *LATER.values())
    assert (await answers_of(chat, goal.id))[0]["what"] == "Kuuntelen enemmän"


async def test_a_whole_goal_is_changed_at_any_time_and_each_version_is_kept(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat)
    goal = await invited(chat, person)
    at, card = await told(chat, aino, "Mitä haluat kehittää?")
    second = await press(chat, aino, at, button(card, "submit"), {"what": "Kuuntelen enemmän"})
    assert second.card is not None
    third = await press(chat, aino, at, button(second.card, "submit"), LATER)
    assert third.card is not None
    await press(chat, aino, at, button(third.card, "submit"), {})

    for weeks, what in ((1, "Kuuntelen loppuun"), (8, "Kysyn ensin")):
        clock.pass_by(weeks=weeks)
        for typed in ("muokkaa tavoitetta 1", what, "myöhemmin"):
            await say(chat, aino, typed)

    versions = [each.get("what") for each in await answers_of(chat, goal.id)]
    assert list(dict.fromkeys(versions)) == ["Kuuntelen enemmän", "Kuuntelen loppuun", "Kysyn ensin"]
    assert (await answers_of(chat, goal.id))[-1]["then"] == "hengitän kerran"
    assert [each.state for each in await goals_of(chat, person)] == [GoalState.ACTIVE]
