"""The team parts of the programmes that come with Sparri: a supervisor asks six, each in their own language."""

from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from bot.programme_checking import checked
from coaching.asks import Element
from coaching.elements import Question, QuestionKind
from coaching.people import Language, in_language
from coaching.sources import sources
from demo.teams import User
from dialogs.cards import words
from dialogs.wording import t
from tests.bot.conftest import Chat
from tests.bot.hands import button, press, say
from tests.bot.test_assignments import met
from tests.builders import Clock, add_ask, add_element

SHIPPED = Path(__file__).parents[2] / "programmes"
CALLED = {Language.FI: "suomi", Language.SV: "svenska", Language.EN: "English"}
TEAM = ("Eino Eka", "Tiina Toka", "Kalle Kolmas", "Nea Neljäs", "Vilma Viides", "Kuura Kuudes")


def with_team_part(file: str) -> list[Element]:
    found = sources(checked(SHIPPED / file).programme, coaches={})
    return [each for each in found if each.assignment is not None and each.assignment.team_part is not None]


ELEMENTS = {each.key: each for file in ("ako-2020.yaml", "om-2020-2021.yaml") for each in with_team_part(file)}


def question_of(element: Element) -> Question:
    assert element.assignment is not None
    assert element.assignment.team_part is not None
    return element.assignment.team_part.question


async def card_with(chat: Chat, user: User, text: str) -> tuple[str, dict[str, Any]]:
    """Wait for a card that says this; the newest."""

    def found() -> list[tuple[str, dict[str, Any]]]:
        return [each for each in list(chat.teams.cards(user).items()) if text in words(each[1])]

    await chat.teams.until(lambda: bool(found()))
    return found()[-1]


@pytest.mark.parametrize(("key", "language"), [*zip(ELEMENTS, cycle(Language), strict=False)])
async def test_five_of_six_answer_and_the_supervisor_gets_it_in_their_language(
    chat: Chat, clock: Clock, key: str, language: Language
) -> None:
    template, spoken = ELEMENTS[key], [*Language, *Language]
    made = await add_element(chat.store, key="debrief", tenant=chat.teams.tenant)
    async with chat.store.transaction() as unit:
        element = await unit.programmes.add_element(replace(template, programme_id=made.programme_id))
    aino, supervisor = await met(chat, "Aino Aalto")
    await say(chat, aino, CALLED[language])
    users = []
    for name, own in zip(TEAM, spoken, strict=True):
        user, _ = await met(chat, name, manager_id=supervisor.id)
        await say(chat, user, CALLED[own])
        users.append(user)
    await add_ask(chat.store, supervisor, element)
    at, card = await card_with(chat, aino, in_language(element.title, language))
    form = await press(chat, aino, at, button(card, "turn", argument="team"))
    assert form.card is not None

    await press(chat, aino, at, button(form.card, "submit"), {"people": ", ".join(TEAM)})
    question = question_of(element)
    is_scale = question.kind is QuestionKind.SCALE
    for place, (user, own) in enumerate(zip(users[:5], spoken, strict=False)):
        their_at, asked = await card_with(chat, user, in_language(question.text, own))
        assert t(own, "team.question.purpose.assignment") in words(asked)
        assert "Aino Aalto" in words(asked)
        await press(chat, user, their_at, button(asked, "submit"), {"answer": "7" if is_scale else f"Svar {place}"})
    clock.pass_by(days=8)

    _, result = await card_with(chat, aino, t(language, "team.answers.number", number=5))
    shown = words(result)
    assert in_language(question.text, language) in shown
    assert "7: 5" in shown if is_scale else all(f"– Svar {place}" in shown for place in range(5))
    assert not any(name in shown for name in TEAM)


def test_all_programmes_with_a_team_part_are_here() -> None:
    assert len(ELEMENTS) == 4
    assert {
        each.assignment and each.assignment.team_part and each.assignment.team_part.pooled_from
        for each in ELEMENTS.values()
    } == {5}
