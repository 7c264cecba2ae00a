"""My data, whole: every text that somebody wrote is in the file for machines and on the page for reading."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Any

import pytest

from bot.my_data import gathered
from bot.my_data_others import leaves
from bot.my_data_page import page
from coaching.access import Audience, Matter
from coaching.asks import Ask, AskKind, AskState
from coaching.assignments import AssignmentFacts, AssignmentState, Progress
from coaching.elements import Question
from coaching.forms import Field, FieldKind, Form, Value
from coaching.people import Language, Person, Role
from coaching.plans import Goal
from coaching.pooled import Pooled, PooledQuestion, Voice
from coaching.proposals import Proposal, ProposalKind
from coaching.shares import Share, ShareState, Subject, Thing
from coaching.sources import MESSAGE
from coaching.talks import DiscussionFacts, Talk
from dialogs import catalogue
from storage.answers import Draft
from storage.cards import Face
from storage.conversations import Dialog, DialogKind
from storage.errands import ErrandKind
from storage.own_data import GIVEN
from storage.store import Store, Unit
from tests.builders import Clock, add_ask, add_element, add_person, in_all

MARK = "SANAT"
#: What an ask needs to have questions, where it needs anything.
ASKED: dict[AskKind, dict[str, Any]] = {
    AskKind.REFLECTION: {"questions": 2},
    AskKind.ASSIGNMENT: {"assignment": AssignmentFacts()},
}
#: Some kinds read out of the key what they are about.
KEYS = {AskKind.TEAM_PLAN: "own-plan:1", AskKind.MESSAGE: f"{MESSAGE}{ErrandKind.QUESTION}"}
PREPARATION = {role: (Question(id="mieti", text=in_all("Mieti")),) for role in (Role.PARTICIPANT, Role.MANAGER)}
QUESTION = PooledQuestion(question=Question(id="q", text=in_all("Mitä tiimi huomasi?")))


@pytest.fixture
async def aino(store: Store) -> Person:
    return await add_person(store)


@pytest.fixture
async def pekka(store: Store) -> Person:
    return await add_person(store, email="pekka@ministry.example", name="Pekka Ylijoki", role=Role.MANAGER)


async def ask_of(store: Store, person: Person, key: str, kind: AskKind) -> Ask:
    """An ask of a kind with whatever its questions are made of."""
    made = await add_element(store, key=f"{key}:1t", kind=AskKind.NOTICE, **ASKED.get(kind, {}))
    async with store.transaction() as unit:
        element = await unit.programmes.add_element(
            replace(
                made,
                id=0,
                key=KEYS.get(kind, f"own-{key}:1t"),
                kind=kind,
                pooled=QUESTION if kind is AskKind.TEAM_QUESTION else None,
                discussion=DiscussionFacts(first=date(2026, 12, 1), last=date(2026, 12, 31), preparation=PREPARATION),
            )
        )
    return await add_ask(store, person, element, state=AskState.ANSWERED, version=1)


async def answer(unit: Unit, person: Person, ask: Ask, values: Mapping[str, Value], version: int = 1) -> None:
    person, cipher = await unit.cipher(person)
    fields = tuple(Field(name=name, kind=FieldKind.LONG_TEXT, label="", matter=Matter.REFLECTION) for name in values)
    await unit.answers.add(
        cipher,
        person_id=person.id,
        ask_id=ask.id,
        version=version,
        once=str(version),
        form=Form(title="", fields=fields),
        values=dict(values),
    )


def texts_asked_for(ask: Ask) -> list[str]:
    """The fields of an ask that somebody writes words into."""
    abouts = {AskKind.PLAN: ("whole",), AskKind.ASSIGNMENT: ("", Face.ADAPT)}.get(ask.kind, ("",))
    fields = [each for about in abouts for each in catalogue.form(ask, Language.FI, about=about).fields]
    names = [each.name for each in fields if each.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT)]
    return list(dict.fromkeys(names))


async def answers_to_everything(store: Store, person: Person) -> tuple[dict[AskKind, Ask], int]:
    """What the person answered, of each kind that is answered in words, and how many texts they wrote."""
    asked, number = {}, 0
    for kind in AskKind:
        ask = await ask_of(store, person, kind, kind)
        names = texts_asked_for(ask)
        if not names:
            continue
        names += ["from_an_older_form"] if kind is AskKind.REFLECTION else []
        for version, given in enumerate((names, names[:1]), start=1):
            async with store.transaction() as unit:
                known = await unit.people.get(person.id)
                assert known is not None
                values = {name: f"{MARK}-{kind}-{name}-<{version}>" for name in given}
                await answer(unit, known, ask, values, version=version)
            number += len(given)
        asked[kind] = ask
    return asked, number


async def words_beside_answers(store: Store, person: Person, asked: Mapping[AskKind, Ask], other: Person) -> None:
    """A draft, a plan of an assignment, letters both ways, a question to the team, and words that wait."""
    reflection, assignment = asked[AskKind.REFLECTION], asked[AskKind.ASSIGNMENT]
    async with store.transaction() as unit:
        known, coach = await unit.people.get(person.id), await unit.people.get(other.id)
        assert known is not None
        assert coach is not None
        known, cipher = await unit.cipher(known)
        coach, others_cipher = await unit.cipher(coach)
        draft = Draft(index=0, entries={"q1": f"{MARK}-luonnos"}, typed_in={})
        await unit.drafts.save(cipher, draft, person_id=known.id, ask_id=reflection.id)
        words = {"where": f"{MARK}-paikka", "how": f"{MARK}-tapa"}
        sealed = unit.assignments.sealed(cipher, words, person_id=known.id, ask_id=assignment.id)
        await unit.assignments.save(Progress(ask_id=assignment.id, state=AssignmentState.PLANNED), sealed=sealed)
        kept = Dialog(kind=DialogKind.WHICH_ASK, kept=[{"text": f"{MARK}-odottaa", "message": "m"}])
        await unit.dialogs.save(cipher, kept, known.id)
        for by, key, kind in ((known, cipher, ErrandKind.QUESTION), (coach, others_cipher, ErrandKind.FEEDBACK)):
            await unit.errands.add(key, kind=kind, ask_id=assignment.id, by_id=by.id, words=f"{MARK}-{kind}")
        about = assignment.element
        pool = await unit.pools.begin(asker_id=known.id, about=about, asked=QUESTION, closes_at=unit.now)
        await unit.pools.close(cipher, pool, Pooled(voices=(Voice(value=f"{MARK}-tiimi", by="Eino Eka"),)))


async def work_as_a_coach(store: Store, person: Person, programme_id: int) -> None:
    async with store.transaction() as unit:
        for face in (Face.BROADCAST, Face.PROPOSAL):
            card = await unit.cards.add(person_id=person.id, ask_id=None, face=face)
            if face is Face.BROADCAST:
                sent = await unit.broadcasts.add(programme_id=programme_id, author_id=person.id, card_id=card.id)
                await unit.broadcasts.save(replace(sent, entries={"text_fi": f"{MARK}-lähetys"}))
                continue
            entries = {"reason": f"{MARK}-muutos"}
            await unit.proposals.add(
                Proposal(id=0, kind=ProposalKind.MOVE, author_id=person.id, programme_id=programme_id, entries=entries)
            )


async def test_every_text_that_somebody_wrote_is_in_both_files(store: Store, aino: Person, pekka: Person) -> None:
    asked, number = await answers_to_everything(store, aino)
    await words_beside_answers(store, aino, asked, pekka)
    await work_as_a_coach(store, aino, asked[AskKind.REFLECTION].programme_id)
    async with store.transaction() as unit:
        known = await unit.people.get(aino.id)
    assert known is not None

    found = await gathered(store, known)
    shown = page(known, found.rows, found.made_at)

    for name, given in GIVEN.items():
        for how in given.sealed.values():
            assert any(row.get(how.into) for row in found.rows[name]), f"nothing sealed in {name} here: write something"
    written = sorted({text for text in leaves(json.loads(json.dumps(found.rows))) if text.startswith(MARK)})
    assert len(asked) > 12
    assert len(written) == number + 9
    assert [text for text in written if escape(text) not in shown] == []
    assert "Mitä tiimi huomasi? (fi)" in shown
    assert "Eino Eka" in shown


async def test_the_page_says_what_is_shared_with_whom_until_when_and_who_opened_it(
    store: Store, aino: Person, pekka: Person, clock: Clock
) -> None:
    ask = await ask_of(store, aino, "e", AskKind.REFLECTION)
    async with store.transaction() as unit:
        await answer(unit, aino, ask, {"q1": f"{MARK}-jaettu"})
        card = await unit.cards.add(person_id=aino.id, ask_id=None, face=Face.SHARE)
        things = frozenset({Thing(subject=Subject.ASK, subject_id=ask.id, field="q1")})
        draft = await unit.shares.add(owner_id=aino.id, card_id=card.id)
        await unit.shares.save(in_force(draft, things, pekka, clock))
        await unit.readings.add(owner_id=aino.id, reader_id=pekka.id, card_id=None, things=things)
        known, reader = await unit.people.get(aino.id), await unit.people.get(pekka.id)
    assert known is not None
    assert reader is not None

    found, others = await gathered(store, known), await gathered(store, reader)
    shown, theirs = (page(each.person, each.rows, each.made_at) for each in (found, others))

    assert "Istunto 1 (fi): Kysymys 1 (fi)" in shown
    assert "Jaettu: esihenkilösi Pekka Ylijoki." in shown
    assert "ma 30.11.2026" in shown
    assert "Pekka Ylijoki avasi tämän ma 16.11.2026 klo 10.00" in shown
    assert "Avasit ma 16.11.2026 klo 10.00, jakaja Aino Aalto" in theirs
    assert MARK not in theirs


def in_force(draft: Share, things: frozenset[Thing], to: Person, clock: Clock) -> Share:
    return replace(
        draft,
        state=ShareState.SHARED,
        things=things,
        audience=Audience.MANAGER,
        person_id=to.id,
        shared_at=clock.now,
        ends_at=clock.now + timedelta(days=14),
    )


async def test_the_page_tells_of_discussions_from_either_side_and_of_goals_by_their_numbers(
    store: Store, aino: Person, pekka: Person, clock: Clock
) -> None:
    ask = await ask_of(store, aino, "e", AskKind.PLAN)
    discussed = await ask_of(store, aino, "d", AskKind.DISCUSSION)
    day = date(2026, 12, 10)
    async with store.transaction() as unit:
        await answer(unit, aino, ask, {"what": f"{MARK}-tavoite"})
        plan = await unit.plans.begin(aino.id, ask.programme_id)
        await unit.plans.add_goal(Goal(id=ask.id, plan_id=plan.id, person_id=aino.id, number=2, created_at=clock.now))
        talk = Talk(
            id=0,
            programme_id=ask.programme_id,
            element_id=discussed.element.id,
            participant_id=aino.id,
            manager_id=pekka.id,
            first=date(2026, 12, 1),
            last=date(2026, 12, 31),
            booked_for=day,
        )
        await unit.talks.add(talk)
        both = [await unit.people.get(each.id) for each in (aino, pekka)]

    shown = []
    for each in both:
        assert each is not None
        found = await gathered(store, each)
        shown.append(page(each, found.rows, found.made_at))

    assert "Tavoite 2" in shown[0]
    assert "Istunto 1 (fi) – Pekka Ylijoki" in shown[0]
    assert "Sovittu: to 10.12.2026." in shown[0]
    assert "Istunto 1 (fi) – Aino Aalto" in shown[1]
    assert "Sovittu: to 10.12.2026." in shown[1]
    assert MARK not in shown[1]
