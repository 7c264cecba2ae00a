"""Everybody tries everything on Aino: each word and each button, aimed at her things and at her coach's.

Whoever may not gets nothing of what was written and changes nothing of theirs; whoever may gets another answer than a
stranger does, so that it is known to be aimed. What there is to try comes from the tables that route words and buttons.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.app import TICK, build
from bot.config import Settings, checked
from coaching.asks import Ask, AskKind, asked
from coaching.ballots import counted
from coaching.elements import Question, Survey
from coaching.people import Language, Member, Person, Role
from coaching.talks import Talk
from demo.teams import StandIn, User
from dialogs import commands
from dialogs.calls import parse
from dialogs.cards import words
from dialogs.commanded import _COMMANDS
from dialogs.commands import Command
from dialogs.pressed import _EVERYDAY, _ON_ASKS
from storage.own_data import GIVEN
from storage.store import Store
from storage.tables import broadcasts, proposals, shares, talks
from tests.bot.conftest import Chat
from tests.bot.desks import previewed
from tests.bot.hands import press, say
from tests.bot.reading import rows_of
from tests.bot.talking import STAGE, Some, discussion, is_led_by, prepare, takes_part
from tests.bot.test_assignments import STEPS, assigned
from tests.bot.test_plans import invited
from tests.bot.whose import COMMANDS, MAY, VERBS, Somebody, Whose
from tests.builders import Clock, add_ask, add_element, in_all
from tests.coaching.programming import at

ELSEWHERE = "5a1e0c3d-0000-4000-8000-00000000fe12"
NAMES = {
    Somebody.PARTICIPANT: ("Aino Aalto", Role.PARTICIPANT),
    Somebody.COACH: ("Kaisa Coach", Role.COACH),
    Somebody.MANAGER: ("Pekka Pomo", Role.MANAGER),
    Somebody.OWNER: ("Outi Omistaja", Role.OWNER),
    Somebody.PEER: ("Bertta Bok", Role.PARTICIPANT),
    Somebody.TEAMMATE: ("Veikko Virta", Role.PARTICIPANT),
    Somebody.FOREIGN_PARTICIPANT: ("Fanni Forss", Role.PARTICIPANT),
    Somebody.FOREIGN_COACH: ("Kirsi Coach", Role.COACH),
    Somebody.FOREIGN_MANAGER: ("Matti Muu", Role.MANAGER),
    Somebody.FOREIGN_OWNER: ("Olga Outo", Role.OWNER),
    Somebody.STRANGER: ("Ulla Ulko", Role.PARTICIPANT),
    Somebody.OTHER_TENANT: ("Tero Toinen", Role.COACH),
}
_FOREIGN = (
    Somebody.FOREIGN_PARTICIPANT,
    Somebody.FOREIGN_COACH,
    Somebody.FOREIGN_MANAGER,
    Somebody.FOREIGN_OWNER,
)
#: What was written, and who may ever get it, whatever they try.
WRITTEN: Mapping[str, frozenset[Somebody]] = {
    "Pohdintani on salassa": frozenset({Somebody.PARTICIPANT}),
    "Tavoitteeni on salassa": frozenset({Somebody.PARTICIPANT}),
    "Syyni on jaettu": frozenset({Somebody.PARTICIPANT, Somebody.MANAGER}),
    "Palautin tämän": frozenset({Somebody.PARTICIPANT, Somebody.COACH}),
    "Valmistauduin salassa": frozenset({Somebody.PARTICIPANT}),
    "Luonnostelen viestiä": frozenset({Somebody.COACH}),
    "Vastasin kyselyyn": frozenset({Somebody.COACH}),
}
REFLECTION, GOAL, SHARED_WHY, HANDED_IN, PREPARED, DRAFTED, IN_SURVEY = WRITTEN
#: Fits whatever is pressed: the inputs of every card.
ENTRIES = {
    "q1": "Muutettu",
    "what": "Muutettu",
    "when": "Muutettu",
    "then": "Muutettu",
    "succeeded": "Muutettu",
    "step_try": "Muutettu",
    "evidence": "Muutettu",
    "words": "Muutettu",
    "text_fi": "Muutettu\nMuutettu",
    "to": "all",
    "day": "2026-11-16",
    "until": "2026-11-30",
    "last": "2026-11-24",
}


#: What has the same answer for everybody as things stand by then: no team was told anything, what was sent is recalled.
NOT_YET = {"typed team_calendar", "typed correct"}
#: Where a card is, and what Teams shows of it by now: it moves on by itself.
PASSING = {"activity_id", "shown", "attempts", "next_at", "updated_at"}


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What came of an action. whole: with all that a card carries; words: what is to be read."""

    whole: str
    words: str


@dataclass
class Scene:
    """Aino's and her coach's things, by name, and everybody around them."""

    chat: Chat
    app: web.Application
    people: dict[Somebody, Some] = field(default_factory=dict)
    things: dict[str, int] = field(default_factory=dict)

    async def quiet(self) -> None:
        """All that is due now has been done."""
        for _ in range(3):
            await self.app[TICK]()

    @contextmanager
    def as_(self, who: Somebody) -> Iterator[User]:
        """Their client, in their tenant."""
        own, self.chat.teams.tenant = self.chat.teams.tenant, _tenant(self.chat, who)
        try:
            yield self.people[who].user
        finally:
            self.chat.teams.tenant = own

    async def tried(self, who: Somebody, activity: Mapping[str, Any], user: User) -> Heard:
        """All that comes back, and all that is sent to them meanwhile."""
        calls = len(self.chat.teams.sent)
        answer = await self.chat.post(dict(activity))
        assert answer.status in {200, 201, 202}, (who, activity)
        said = [call.body for call in self.chat.teams.sent[calls:] if call.conversation_id == user.conversation_id]
        return Heard(
            whole=json.dumps([answer.body, said], ensure_ascii=False),
            words="\n".join(_words(each) for each in (answer.body, *said)),
        )

    async def everything(self, who: Somebody, whose: frozenset[Whose]) -> dict[str, Heard]:
        """What comes of each action about those things, by the action's name."""
        found = {}
        with self.as_(who) as user, capture_logs() as log:
            for verb, placed in VERBS.items():
                for about in placed.about or ("",) if placed.whose in whose else ():
                    activity = self.chat.teams.submit(user, self._carried(str(verb), about))
                    found[f"pressed {verb} {about}".strip()] = await self.tried(who, activity, user)
            for command, placed in COMMANDS.items():
                if placed.whose in whose:
                    text = f"{commands.title(Language.FI, command)} {placed.typed}".strip()
                    found[f"typed {command}"] = await self.tried(who, self.chat.teams.message(user, text), user)
        assert "turn failed" not in {line["event"] for line in log}
        return found

    def _carried(self, verb: str, about: str) -> dict[str, Any]:
        number = self.things.get(about)
        argument = about if about == "away" else str(number or "")
        sparri = {"v": 1, "verb": verb, "ask": number, "revision": 1, "arg": argument}
        if verb == "turn":
            sparri["arg"] = "goal" if about == "goal" else "hand_in"
        elif verb == "submit":
            sparri["arg"] = "goal" if about == "goal" else ""
        entries = ENTRIES | {"who": str(self.things["talk"]), "element": str(self.things["element"])}
        return {"sparri": sparri, **entries}

    async def belongings(self, who: Somebody) -> Mapping[str, object]:
        """Everything that is stored of somebody, table by table."""
        person = self.people[who].person
        async with self.chat.store.transaction() as unit:
            found = await unit.people.get(person.id)
            assert found is not None
            pages = {name: (await unit.own_data.page(given, found)).rows for name, given in GIVEN.items()}
        pages["cards"] = [{name: row[name] for name in row.keys() - PASSING} for row in pages["cards"]]
        return pages


def _words(body: Any) -> str:
    """What is to be read in an answer to a press, or in a message."""
    if not isinstance(body, dict):
        return ""
    shown = [body.get("value"), *(each["content"] for each in body.get("attachments") or [])]
    return "\n".join(
        [body.get("text") or "", *(words(card) if isinstance(card, dict) else str(card) for card in shown)]
    )


def _tenant(chat: Chat, who: Somebody) -> str:
    return ELSEWHERE if who is Somebody.OTHER_TENANT else chat.teams.tenant


@pytest.fixture
async def scene(
    teams: StandIn, environment: dict[str, str], store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    """Aino has answered all that she was asked, and shares one thing; her coach is in the middle of two others."""
    monkeypatch.setenv("ALLOWED_TENANTS", f"{teams.tenant},{ELSEWHERE}")
    app = build(checked(Settings()), now=clock)
    runner = web.AppRunner(app, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    chat = Chat(teams=teams, store=store, url=f"http://127.0.0.1:{runner.addresses[0][1]}")
    found = Scene(chat, app)
    try:
        await _people(found)
        await _asked(found)
        await _counted(found)
        await _shared(found)
        await _coach_in_the_middle(found, clock)
        await found.quiet()
        yield found
    finally:
        await runner.cleanup()


async def _people(scene: Scene) -> None:
    chat = scene.chat
    element = await discussion(chat)
    scene.things |= {"programme": element.programme_id, "stage": element.id}
    async with chat.store.transaction() as unit:
        foreign = await unit.programmes.add(tenant=chat.teams.tenant, key="toinen", name=in_all("Toinen"))
        elsewhere = await unit.programmes.add(tenant=ELSEWHERE, key="ako", name=in_all("AKO"))
    for who, (name, role) in NAMES.items():
        own, chat.teams.tenant = chat.teams.tenant, _tenant(chat, who)
        user, person = await chat.person(name, role=role, preferred=time(0))
        await chat.write(user, "moi")
        chat.teams.tenant = own
        scene.people[who] = Some(user=user, person=person)
        programme_id = foreign if who in _FOREIGN else elsewhere if who is Somebody.OTHER_TENANT else None
        if programme_id is not None:
            await _joins(chat, person, programme_id, role)
        elif who is not Somebody.STRANGER:
            await takes_part(chat, scene.people[who], element, role=role)
    aino, pekka = scene.people[Somebody.PARTICIPANT], scene.people[Somebody.MANAGER]
    scene.things["aino"] = aino.person.id
    await is_led_by(chat, aino, pekka)
    await is_led_by(chat, scene.people[Somebody.TEAMMATE], aino)
    for occurrence in range(2):
        async with chat.store.transaction() as unit:
            await unit.talks.add(
                Talk(
                    id=0,
                    programme_id=element.programme_id,
                    element_id=element.id,
                    occurrence=occurrence,
                    participant_id=aino.person.id,
                    manager_id=pekka.person.id,
                    first=STAGE.first,
                    last=STAGE.last,
                )
            )
    talk, _ = await rows_of(chat, talks)
    scene.things["talk"] = talk.id
    scene.things["preparation"] = (await prepare(chat, aino, element)).id


async def _joins(chat: Chat, person: Person, programme_id: int, role: Role) -> None:
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=role))


async def _asked(scene: Scene) -> None:
    """What Aino was asked, and her answers."""
    chat, aino = scene.chat, scene.people[Somebody.PARTICIPANT]
    element = await add_element(chat.store, key="reflection", questions=1, tenant=chat.teams.tenant)
    reflection = await add_ask(chat.store, aino.person, element)
    (assignment,) = await assigned(chat, aino.person, steps=STEPS)
    goal = await invited(chat, aino.person)
    scene.things |= {
        "reflection": reflection.id,
        "assignment": assignment.id,
        "goal": goal.id,
        "element": assignment.element.id,
    }
    await _answers(chat, aino, reflection, {"q1": "Ensin muuta"})
    await _answers(chat, aino, reflection, {"q1": REFLECTION}, revision=2)
    await _answers(chat, aino, goal, {"what": GOAL, "why": SHARED_WHY}, argument="goal")
    await _answers(chat, aino, goal, {"when": "kiire iskee", "then": "hengitän"}, argument="if_then")
    await say(chat, aino.user, "uusi tavoite")
    await say(chat, aino.user, GOAL)
    await say(chat, aino.user, "myöhemmin")
    await assigned(chat, aino.person, key="avoin")
    await _answers(chat, aino, assignment, {"step_try": HANDED_IN, "evidence": HANDED_IN})
    async with chat.store.transaction() as unit:
        preparation = await unit.asks.get(scene.things["preparation"])
    assert preparation is not None
    await _answers(chat, aino, preparation, {"succeeded": PREPARED, "wish": PREPARED})


async def _counted(scene: Scene) -> None:
    """A survey of Aino's programme, which was counted."""
    chat, aino = scene.chat, scene.people[Somebody.PARTICIPANT].person
    question = Question(id="best", text=in_all("Mikä auttoi?"))
    survey = Survey(id="survey", title=in_all("Kysely"), at=at("programme.start"), items=(question,))
    element = await add_element(chat.store, key="survey", tenant=chat.teams.tenant, kind=AskKind.BALLOT, own=survey)
    async with chat.store.transaction() as unit:
        ask = asked(element, person_id=aino.id, now=unit.now)
        for _ in range(survey.pooled_from):
            await unit.ballot_boxes.cast(ask, {"best": IN_SURVEY}, tenant=chat.teams.tenant, threshold=5)
        box = await unit.ballot_boxes.take(1)
        assert box is not None
        ballots = await unit.ballot_boxes.ballots(box, tenant=chat.teams.tenant)
        count = counted(survey.items, ballots, threshold=5, salt="")
        await unit.ballot_boxes.close(box, count, tenant=chat.teams.tenant, threshold=5)
    scene.things["survey"] = box.id


async def _answers(
    chat: Chat, some: Some, ask: Ask, entries: Mapping[str, str], *, argument: str = "", revision: int = 1
) -> None:
    sparri = {"v": 1, "verb": "submit", "ask": ask.id, "revision": revision, "arg": argument}
    await press(chat, some.user, None, {"sparri": sparri}, entries)


async def _shared(scene: Scene) -> None:
    """Two fields of Aino's goal are shared with her manager, who has read them."""
    chat, aino, pekka = scene.chat, scene.people[Somebody.PARTICIPANT], scene.people[Somebody.MANAGER]
    for name in ("then", "why"):
        await say(chat, aino.user, "jaa")
        share = (await rows_of(chat, shares))[-1]
        scene.things["share"] = share.id
        entries = {
            "what": f"ask:{scene.things['goal']}/{name}",
            "to": f"manager:{pekka.person.id}",
            "until": "2026-11-30",
        }
        for verb in ("share_preview", "share_now"):
            await press(chat, aino.user, None, {"sparri": {"v": 1, "verb": verb, "arg": str(share.id)}}, entries)
    assert SHARED_WHY in await say(chat, pekka.user, "minulle jaettu 1")


async def _coach_in_the_middle(scene: Scene, clock: Clock) -> None:
    """Aino's coach has sent one message and previewed another, and is about to note that somebody is away."""
    chat, kaisa = scene.chat, scene.people[Somebody.COACH]
    sent = await previewed(chat, kaisa.user)
    await sent.press("send")
    clock.pass_by(minutes=3)
    await scene.quiet()
    await previewed(chat, kaisa.user, text_fi=f"Viesti\n{DRAFTED}", text_en=f"Message\n{DRAFTED}")
    first, second = await rows_of(chat, broadcasts)
    await say(chat, kaisa.user, "merkitse poissaolo Bertta Bok 24.11.2026 asti")
    (proposal,) = await rows_of(chat, proposals)
    scene.things |= {"sent": first.id, "draft": second.id, "proposal": proposal.id}


def test_every_word_and_every_button_is_placed() -> None:
    assert set(_COMMANDS) == set(Command)
    assert COMMANDS.keys() == set(_COMMANDS), "say in tests.bot.whose whose things it is about"
    assert {str(verb) for verb in VERBS} == {str(verb) for verb in {**_EVERYDAY, **_ON_ASKS}}


@pytest.mark.parametrize("command", Command)
def test_what_is_typed_is_the_command_that_is_meant(command: Command) -> None:
    call = parse(f"{commands.title(Language.FI, command)} {COMMANDS[command].typed}".strip())

    assert call is not None
    assert call.command is command


@pytest.mark.parametrize(
    ("database", "who"),
    [*(("sqlite", who) for who in Somebody), ("postgres", Somebody.FOREIGN_COACH)],
    indirect=["database"],
)
async def test_whoever_may_not_gets_nothing_of_it_and_changes_nothing(scene: Scene, who: Somebody) -> None:
    forbidden = frozenset(whose for whose in Whose if who not in MAY[whose])
    others = [other for other in (Somebody.PARTICIPANT, Somebody.COACH) if other is not who]
    before = [await scene.belongings(other) for other in others]

    said = await scene.everything(who, forbidden)
    await scene.quiet()
    after = [await scene.belongings(other) for other in others]
    said |= await scene.everything(who, frozenset(Whose) - forbidden)

    leaked = [
        (action, text)
        for action, answer in said.items()
        for text, readers in WRITTEN.items()
        if text in answer.whole and who not in readers
    ]
    assert leaked == []
    for old, new in zip(before, after, strict=True):
        assert {name: rows for name, rows in new.items() if rows != old[name]} == {}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("whose", "who"), [(whose, who) for whose in Whose for who in sorted(MAY[whose])])
async def test_whoever_may_gets_another_answer_than_a_stranger(scene: Scene, whose: Whose, who: Somebody) -> None:
    refused = await scene.everything(Somebody.STRANGER, frozenset({whose}))

    allowed = await scene.everything(who, frozenset({whose}))

    assert {action for action in allowed if allowed[action].words == refused[action].words} <= NOT_YET
