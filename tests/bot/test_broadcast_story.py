"""The whole story: an assignment from the coach to fifteen, what each makes of it, and what the coach sees and says."""

from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from bot.programme_checking import checked
from coaching.asks import Element
from coaching.broadcasts import Reach, Standing
from coaching.people import Language, Member, Person, Role, in_language
from coaching.sources import sources
from demo.teams import User
from dialogs.cards import words
from dialogs.wording import t
from storage.store import Store
from tests.bot.conftest import Chat
from tests.bot.desks import BLOCKED, Desk, Figures, all_is_settled, figures
from tests.bot.hands import Said, button, last_card, press, say
from tests.bot.reading import answers_of
from tests.builders import Clock, add_element
from tests.serving import eventually

AKO = Path(__file__).parents[2] / "programmes" / "ako-2020.yaml"
CALLED = {Language.FI: "suomi", Language.SV: "svenska", Language.EN: "English"}
LETTERS = "ABCDEFGHIJKLMNO"
#: Who of the fifteen does what, by their places; the first two are out of reach.
NOT_MET, BLOCKING = 0, 1
PLANNING, HANDING_IN, DROPPING = range(2, 7), range(7, 10), 10
REST = [*PLANNING, 11, 12, 13, 14]
PLAN = {"when": "2026-11-20", "at": "10:30", "where": "Kahvihuoneessa", "how": "Kun Veikko tulee, niin kysyn"}
STEPS = {"step_draft": "Kokeilin kahvilla", "step_feedback": "", "step_final": ""}
WISH = "Ehdit vielä"
FEEDBACK = {Language.FI: "lähetä palaute", Language.SV: "skicka respons", Language.EN: "send feedback"}


@dataclass
class Story:
    """A coach, the fifteen in the order of their names, and what they are to do."""

    chat: Chat
    clock: Clock
    coach: User
    element: Element
    people: list[tuple[User, Person]] = field(default_factory=list)

    def title(self, number: int) -> str:
        """What the assignment is called in that person's language."""
        return in_language(self.element.title, list(Language)[number % 3])

    def cards(self, number: int, title: str) -> list[tuple[str, dict[str, Any]]]:
        """The person's cards with that title, with their messages."""
        user, _ = self.people[number]
        return [each for each in self.chat.teams.cards(user).items() if title in words(each[1])]

    async def face(self, number: int, argument: str) -> Said:
        """What a button of the person's card turns it into."""
        at, card = self.cards(number, self.title(number))[0]
        return await press(self.chat, self.people[number][0], at, button(card, "turn", argument=argument))

    async def fill_in(self, number: int, face: str, entries: dict[str, Any], *, submit: str | None = None) -> Said:
        """Turn the card to its questions, and answer them."""
        form = await self.face(number, face)
        assert form.card is not None
        at, _ = self.cards(number, self.title(number))[0]
        data = button(form.card, "submit", argument=submit)
        return await press(self.chat, self.people[number][0], at, data, entries)


async def ako(store: Store, tenant: str) -> Element:
    """The final assignment of the programme that comes with Sparri, in a programme of the test's."""
    template = next(each for each in sources(checked(AKO).programme, coaches={}) if each.key == "final")
    made = await add_element(store, key="debrief", tenant=tenant)
    async with store.transaction() as unit:
        return await unit.programmes.add_element(replace(template, programme_id=made.programme_id))


@pytest.fixture
async def story(chat: Chat, clock: Clock) -> Story:
    """Fifteen people, five of each language; one has never been met, and one has blocked Sparri without our knowing."""
    coach, row = await chat.person("Kaisa Koski", role=Role.COACH, preferred=time(0))
    told = Story(chat, clock, coach, await ako(chat.store, chat.teams.tenant))
    for number, letter in enumerate(LETTERS):
        user, person = await chat.person(f"Henkilö {letter}", preferred=time(0))
        told.people.append((user, person))
        if number != NOT_MET:
            await chat.write(user, CALLED[list(Language)[number % 3]])
    async with chat.store.transaction() as unit:
        programme_id = told.element.programme_id
        await unit.people.save_part(Member(person_id=row.id, programme_id=programme_id, role=Role.COACH))
        for _, person in told.people:
            part = Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT, coach_id=row.id)
            await unit.people.save_part(part)
    blocking, _ = told.people[BLOCKING]
    chat.teams.fail(403, body=BLOCKED, times=99, conversation_id=blocking.conversation_id, method="POST")
    return told


async def sent(story: Story, language: Language) -> Desk:
    """The coach sends the assignment, in the language that they read, and it arrives."""
    chat = story.chat
    await chat.write(story.coach, CALLED[language])
    await chat.write(story.coach, "assign")
    desk = Desk(chat, story.coach, *last_card(chat, story.coach))
    previewed = await desk.press("preview", what=f"e:{story.element.id}", to="all", due="2026-11-27")
    assert t(language, "broadcast.to_count", count=15) in previewed
    assert t(language, "broadcast.reach.not_met", count=1) in previewed
    await chat.teams.until(lambda: len(chat.teams.cards(story.coach)) >= 4)
    await desk.press("send")
    story.clock.pass_by(minutes=2)
    reached = [number for number in range(15) if number not in (NOT_MET, BLOCKING)]
    await chat.teams.until(lambda: all(len(story.cards(number, story.title(number))) == 1 for number in reached))
    return desk


async def now(desk: Desk, language: Language) -> Figures:
    await eventually(lambda: all_is_settled(desk.chat))
    await desk.press("refresh")
    return figures(desk.card, language)


async def ask_of(story: Story, number: int, element_id: int) -> int:
    async with story.chat.store.transaction() as unit:
        person = story.people[number][1]
        return (await unit.asks.of_element(element_id, [person.id]))[person.id].id


async def element_sent(story: Story) -> int:
    async with story.chat.store.transaction() as unit:
        (found, *_) = (await unit.programmes.sources(story.element.programme_id)).owing
    return found.id


@pytest.mark.parametrize("language", Language)
async def test_an_assignment_goes_to_fifteen_and_each_goes_their_own_way(story: Story, language: Language) -> None:
    chat = story.chat
    desk = await sent(story, language)
    first = await now(desk, language)
    assert (first.invited, first.standing) == (15, {Standing.SENT: 13, Standing.UNREACHABLE: 2})
    assert first.reach == {Reach.NOT_MET: 1, Reach.BLOCKED: 1}

    for number in PLANNING:
        await story.fill_in(number, "plan", PLAN)
    await story.fill_in(DROPPING, "drop", {"reason": "Tiimini lomailee"})
    drafting, changing, third = HANDING_IN
    await story.fill_in(drafting, "hand_in", STEPS | {"evidence": "Luonnos"}, submit="draft")
    for number in (changing, third):
        await story.fill_in(number, "hand_in", STEPS | {"evidence": f"Valmis {number}"}, submit="hand_in")
    await feedback(story, drafting, language)
    at, receipt = story.cards(changing, story.title(changing))[0]
    edit = await press(chat, story.people[changing][0], at, button(receipt, "edit"))
    assert edit.card is not None
    entries = STEPS | {"evidence": "Parempi"}
    await press(chat, story.people[changing][0], at, button(edit.card, "submit", argument="hand_in"), entries)
    element_id = await element_sent(story)
    handed_in = await answers_of(chat, await ask_of(story, changing, element_id))
    assert [each["evidence"] for each in handed_in] == [f"Valmis {changing}", "Parempi"]

    second = await now(desk, language)
    assert second.invited == 15
    assert second.standing == {Standing.SENT: 10, Standing.ANSWERED: 3, Standing.UNREACHABLE: 2}
    overview = await say(chat, story.coach, {"fi": "yleiskatsaus", "sv": "översikt", "en": "overview"}[language])
    for stage, count in (("planned", 5), ("done", 3), ("dropped", 1)):
        assert t(language, f"overview.stage.{stage}", count=count) in overview
    assert "lomailee" not in overview + words(desk.card)
    said = await say(chat, story.coach, f"{FEEDBACK[language]} 1 Henkilö {LETTERS[third]}: Hieno työ")
    assert t(language, "follow_up.feedback.sent") in said
    their_own, _ = story.people[third]
    await chat.teams.until(lambda: any("Hieno työ" in words(each) for each in chat.teams.cards(their_own).values()))
    await reminded(story, desk, language)
    assert [len(story.cards(number, WISH)) for number in range(15)] == [int(number in REST) for number in range(15)]


async def feedback(story: Story, number: int, language: Language) -> None:
    """The coach reads a draft and says something about it; then the person hands in the whole."""
    chat, (user, _) = story.chat, story.people[number]
    title = t(language, "message.draft.title")

    def drafts() -> list[tuple[str, dict[str, Any]]]:
        return [each for each in chat.teams.cards(story.coach).items() if title in words(each[1])]

    await chat.teams.until(drafts)
    ((at, card),) = drafts()
    assert "Luonnos" in words(card)
    await press(chat, story.coach, at, button(card, "submit"), {"words": "Lisää esimerkki"})
    await chat.teams.until(lambda: any("Lisää esimerkki" in words(each) for each in chat.teams.cards(user).values()))
    await story.fill_in(number, "hand_in", STEPS | {"evidence": "Valmis"}, submit="hand_in")


async def reminded(story: Story, desk: Desk, language: Language) -> None:
    """The coach writes to those who owe an answer; it comes the next day, when their dose allows it."""
    chat = story.chat
    await desk.press("refresh")
    before = len(chat.teams.cards(story.coach))
    await press(chat, story.coach, desk.at, button(desk.card, "remind"))
    await chat.teams.until(lambda: len(chat.teams.cards(story.coach)) > before)
    nudge = Desk(chat, story.coach, *last_card(chat, story.coach))
    element_id = await element_sent(story)
    previewed = await nudge.press("preview", what="message", to=f"o:{element_id}", text_fi=f"{WISH}\nKerro, miten käy")
    assert t(language, "broadcast.to_count", count=len(REST) + 2) in previewed
    await nudge.press("send")
    story.clock.pass_by(days=1)
    await chat.teams.until(lambda: all(len(story.cards(number, WISH)) == 1 for number in REST))
    figures = await now(nudge, language)
    assert figures.standing == {Standing.SENT: len(REST), Standing.UNREACHABLE: 2}
