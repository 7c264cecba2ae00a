"""The cards of a development plan: sound, as they were reviewed, and small enough for Teams."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from coaching.asks import Ask, AskKind, Element, asked
from coaching.check_in_questions import ASKED, CheckInFacts
from coaching.check_ins import Measured
from coaching.elements import Question, QuestionKind
from coaching.people import Language
from coaching.plans import WORDS, Again, Goal, GoalState, GoalWords, Measure
from coaching.team_plans import MOST_CHARACTERS
from coaching.text_checks import LONGEST_BEFORE, LONGEST_IN_CHECK_IN, MOST_BESIDE
from dialogs import check_in, goal, result, team_plan
from dialogs.cards import Beside, form_card, words
from dialogs.goal import STEPS, Told
from dialogs.goal_list import plan_card
from dialogs.pieces import LARGEST_CARD, CardRef, size
from dialogs.reply import Card
from dialogs.team_plan import LONGEST_PROMISE
from storage.cards import Face
from storage.spoken import Spoken
from tests.builders import in_all
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
REF = CardRef(card_id=5, revision=1, ask_id=7)
CANARY = "Kuuntelen *loppuun*"
WHOLE = GoalWords(
    what=CANARY,
    why="Tiimi uskaltaa puhua",
    behaviour="Kysyn ennen kuin neuvon",
    when="joku tulee ovelleni",
    then="kysyn ensin, mitä hän itse ajattelee.",
    sign="Puhun vähemmän",
    support="Liisa huomauttaa, jos keskeytän",
)
LONGEST = GoalWords(**dict.fromkeys(WORDS, "Å" * goal.LONGEST))
PROGRESS = [Measured(at=NOW + timedelta(weeks=n), value=value) for n, value in enumerate((2, 3, 3, 5))]


def element(key: str, kind: AskKind) -> Element:
    return Element(id=9, programme_id=3, key=key, kind=kind, title={}, intro={})


GOAL, HALF = element("plan:goal", AskKind.PLAN), element("plan:half", AskKind.HALF_GOAL)
ONE, THREE = element("plan:check_in:1t", AskKind.CHECK_IN), element("plan:check_in:1t,2f,3t", AskKind.CHECK_IN)
OWN = CheckInFacts(
    questions=(
        Question(id="progress", text=in_all("Kuinka pitkällä?"), kind=QuestionKind.SCALE, lowest=0, highest=10),
        Question(id="energy", text=in_all("Paljonko voimia?"), kind=QuestionKind.SCALE, lowest=1, highest=5),
        Question(id="support", text=in_all("Mitä tukea toivot?"), required=False),
    )
)
MANY = CheckInFacts(
    questions=tuple(
        Question(id=id, text={Language.FI: "Å" * LONGEST_IN_CHECK_IN}, kind=kind)
        for id, kind in (
            *((name, min(kinds)) for name, kinds in ASKED.items()),
            *((f"q{number}", QuestionKind.LONG_TEXT) for number in range(MOST_BESIDE)),
        )
    )
)
CUE, TEAM = element("plan:cue", AskKind.CUE), element("plan:team:3", AskKind.TEAM_PLAN)


def a_goal(number: int = 1, **given: object) -> Goal:
    values = {
        "id": number,
        "plan_id": 1,
        "person_id": 1,
        "number": number,
        "state": GoalState.ACTIVE,
        "moment": NOW + timedelta(days=2),
        "again": Again.WEEKLY,
        "ends": date(2027, 1, 29),
        "created_at": NOW,
    }
    return Goal(**(values | given))  # type: ignore[arg-type]


def told(number: int = 1, words: GoalWords = WHOLE, **given: object) -> Told:
    return Told(goal=a_goal(number, **given), words=words, progress=PROGRESS, next_review=date(2026, 11, 30))


def spoken(number: int, words: GoalWords = WHOLE, *, promised: str = "") -> Spoken:
    own = {name: getattr(words, name) for name in WORDS} | ({"promised": promised} if promised else {})
    return Spoken(words={"goals": [own | {"number": n} for n in range(1, number + 1)]})


def ask_of(source: Element) -> Ask:
    return asked(source, person_id=1, now=NOW)


def check_in_card(
    source: Element, number: int, language: Language, words: GoalWords = WHOLE, *, promised: str = ""
) -> Card:
    beside = check_in.beside(language, ask_of(source), spoken(number, words, promised=promised), REF)
    asked_form = check_in.half_form(source, language) if source is HALF else check_in.form(source, language)
    return form_card(language, asked_form, REF, why="", beside=beside)


def cue_card(language: Language) -> Card:
    title = check_in.cue_form(CUE, language).title
    shown = check_in.cue(language, spoken(1))
    return form_card(language, check_in.cue_form(CUE, language), REF, why=title, beside=Beside(before=shown))


def result_card(language: Language) -> Card:
    released = Element(
        id=9,
        programme_id=3,
        key="broadcast:1",
        kind=AskKind.RESULT,
        title={language: "360"},
        intro={language: "https://arviointi.example/7"},
    )
    actions = result.actions(language, released)
    return form_card(language, result.form(released, language), REF, why="", beside=Beside(actions=actions))


CARDS: dict[str, Callable[[Language], Card]] = {
    **{
        f"goal-step-{step}": partial(lambda step, language: goal.step_card(language, GOAL, REF, step), step)
        for step in STEPS
    },
    "goal-read-back": lambda language: goal.step_card(language, GOAL, REF, Face.FOLLOW, words=WHOLE),
    "goal": lambda language: goal.goal_card(language, told(), REF, zone=HELSINKI),
    "goal-promised": lambda language: goal.goal_card(
        language, replace(told(), promised=(date(2026, 11, 18), CANARY)), REF, zone=HELSINKI
    ),
    "check-in-promised": lambda language: check_in_card(ONE, 1, language, promised=CANARY),
    "goal-draft": lambda language: goal.goal_card(
        language, told(words=GoalWords(what=CANARY), state=GoalState.DRAFT, moment=None), REF, zone=HELSINKI
    ),
    "goal-over": lambda language: goal.goal_card(
        language, told(state=GoalState.FINISHED, measure=Measure.FIVE), REF, zone=HELSINKI
    ),
    "plan": lambda language: plan_card(language, [told(1), told(2), told(3)], over=2, zone=HELSINKI),
    "plan-empty": lambda language: plan_card(language, [], over=0, zone=HELSINKI),
    "check-in": lambda language: check_in_card(ONE, 1, language),
    "check-in-of-three": lambda language: check_in_card(THREE, 3, language),
    "check-in-own": lambda language: check_in_card(replace(ONE, check_in=OWN), 1, language),
    "check-in-own-receipt": lambda language: check_in.receipt(
        language,
        [told(1)],
        REF,
        can_edit=True,
        own=check_in.own_answers(
            OWN, language, {"own_energy": 4, "own_support": CANARY}, before=[{"own_energy": 2}, {"own_energy": 3}]
        ),
    ),
    "check-in-receipt": lambda language: check_in.receipt(language, [told(1), told(2)], REF, can_edit=True),
    "half-goal": lambda language: check_in_card(HALF, 1, language),
    "cue": cue_card,
    "team-ticks": lambda language: team_plan.tick_card(
        language, TEAM, REF, [CANARY, "Toinen.", "Kolmas."], names=["Liisa *Lampi*"]
    ),
    "team-page": lambda language: team_plan.page_card(
        language, REF, [CANARY, "Kolmas."], at_local=NOW.astimezone(HELSINKI)
    ),
    "result": result_card,
}
LARGEST: dict[str, Callable[[Language], Card]] = {
    "goal": lambda language: goal.goal_card(
        language,
        replace(told(words=LONGEST), promised=(date(2026, 11, 18), "Å" * LONGEST_PROMISE)),
        REF,
        zone=HELSINKI,
    ),
    "plan": lambda language: plan_card(
        language,
        [replace(told(n, LONGEST), promised=(date(2026, 11, 18), "Å" * LONGEST_PROMISE)) for n in (1, 2, 3)],
        over=2,
        zone=HELSINKI,
    ),
    "check-in": lambda language: check_in_card(THREE, 3, language, LONGEST, promised="Å" * LONGEST_PROMISE),
    "check-in-own": lambda language: check_in_card(
        replace(THREE, check_in=MANY, title={language: "Å" * 80}, intro={language: "Å" * LONGEST_BEFORE}),
        3,
        language,
        LONGEST,
        promised="Å" * LONGEST_PROMISE,
    ),
    "receipt-own": lambda language: check_in.receipt(
        language,
        [told(n, LONGEST) for n in (1, 2, 3)],
        REF,
        can_edit=True,
        own=check_in.own_answers(MANY, language, {f"own_q{n}": "Å" * check_in.LONGEST for n in range(MOST_BESIDE)}),
    ),
    "receipt": lambda language: check_in.receipt(language, [told(n, LONGEST) for n in (1, 2, 3)], REF, can_edit=True),
    "ticks": lambda language: team_plan.tick_card(
        language,
        element("plan:team:24", AskKind.TEAM_PLAN),
        REF,
        ["Å" * (MOST_CHARACTERS // 24)] * 24,
        names=["Å" * 80] * 15,
        entries={"people": "Å" * team_plan.LONGEST_NAMES},
    ),
    "page": lambda language: team_plan.page_card(
        language, REF, ["Å" * (MOST_CHARACTERS // 24)] * 24, at_local=NOW.astimezone(HELSINKI)
    ),
    "step": lambda language: goal.step_card(
        language,
        GOAL,
        REF,
        Face.GOAL,
        entries=dict.fromkeys(("what", "why", "behaviour"), "Å" * goal.LONGEST),
        words=LONGEST,
    ),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CARDS)
def test_each_card_is_sound_and_looks_as_it_was_reviewed(name: str, language: Language) -> None:
    card = CARDS[name](language)

    assert faults_of(card, canaries=[CANARY, "*Lampi*"]) == []
    assert is_golden(f"{name}.{language}", card)


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_card_is_small_enough_for_teams(name: str) -> None:
    assert size(LARGEST[name](Language.FI)) <= LARGEST_CARD


def test_numbers_of_progress_stand_as_text_beside_their_bars() -> None:
    said = words(CARDS["goal"](Language.FI))

    assert "▂▃▃▄" in said
    assert "vanhin ensin: 2, 3, 3, 5." in said
