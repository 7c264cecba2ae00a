"""What waits for a plan: it comes once the first goal is written, or is left out for a reason that is told."""

from dataclasses import replace
from datetime import timedelta

from coaching.anchors import offset_of
from coaching.elements import Notice, PlanTemplate
from coaching.explaining import explanations
from coaching.facts import Fact, LeftOutFor, WaitsForAnchor
from coaching.people import Language, Person
from coaching.placing import LeftOut
from coaching.rhythms import PLANNED
from dialogs.cards import words
from tests.bot.conftest import Chat
from tests.bot.hands import say
from tests.bot.test_plans import told
from tests.bot.test_programme_check_ins import PROGRAMME, taking_part, with_goal
from tests.builders import Clock, in_all
from tests.coaching.programming import at

PLAN = PlanTemplate(id="plan", title=in_all("Suunnitelma"), at=at("programme.start", "+1 day"))
NOTICE = Notice(
    id="talk",
    title=in_all("Kerro esihenkilöllesi"),
    intro=in_all("Nyt on hyvä hetki."),
    at=at("plan.created", "+1 day"),
)
WAITS = replace(PROGRAMME, elements=(PLAN, NOTICE), languages=tuple(Language))


async def standing(chat: Chat, person: Person, element: str) -> Fact:
    async with chat.store.transaction() as unit:
        own = await unit.people.get(person.id)
        assert own is not None
        (found,) = [each for each in explanations(await unit.stories.of(own)) if each.element == element]
    return found.standing


async def test_what_waits_for_a_plan_comes_once_its_first_goal_is_written(chat: Chat, clock: Clock) -> None:
    aino, person = await taking_part(chat, WAITS)

    before, why = await standing(chat, person, "talk"), await say(chat, aino, "miksi")
    await with_goal(chat, aino)
    shown = len(chat.teams.cards(aino))
    clock.pass_by(days=1, minutes=1)
    _, card = await told(chat, aino, "Kerro esihenkilöllesi", but=shown)

    assert isinstance(before, WaitsForAnchor)
    assert before.anchor == PLANNED
    assert "saat vielä tämän: Kerro esihenkilöllesi (fi)" in why
    assert "Nyt on hyvä hetki." in words(card)
    assert "saat vielä tämän" not in await say(chat, aino, "miksi")


async def test_what_waited_too_long_for_a_plan_says_so(chat: Chat, clock: Clock) -> None:
    soon = replace(PLAN, at=at("programme.start", "+16 days"))
    _, person = await taking_part(chat, replace(WAITS, elements=(soon, replace(NOTICE, late=offset_of("+2 days")))))

    waiting = await standing(chat, person, "talk")
    assert isinstance(waiting, WaitsForAnchor)
    assert waiting.until is not None
    clock.now = waiting.until + timedelta(seconds=1)

    assert await standing(chat, person, "talk") == LeftOutFor(reason=LeftOut.NO_PLAN)
