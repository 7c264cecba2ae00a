"""The words of why: every fact, and every reason, in three languages."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from coaching.anchors import AnchorKind, anchor_of, offset_of
from coaching.asks import Ask, AskKind, Element, SkipReason, SourceKind
from coaching.explaining import Explanation
from coaching.facts import (
    Answered,
    Changed,
    Closed,
    Comes,
    Fact,
    FollowsPlan,
    GivenUp,
    Held,
    HeldUp,
    LeftOutFor,
    Made,
    MovedOn,
    NoLongerPlanned,
    NotAsked,
    NotMade,
    Planned,
    PutOff,
    Said,
    TakenBack,
    TellsOfRevision,
    Waits,
    WaitsForAnchor,
)
from coaching.people import Language
from coaching.placing import LeftOut, MovedBy
from coaching.reasons import Waiting
from coaching.telling import DeliveryState
from coaching.visits import Part, Purpose, Visit
from dialogs.why_words import Why
from dialogs.wording import t

HELSINKI = ZoneInfo("Europe/Helsinki")
NOON = datetime(2026, 11, 27, 10, tzinfo=UTC)
NEXT = NOON + timedelta(days=3)
IN_THREE = {Language.FI: "Rooli", Language.SV: "Rollen", Language.EN: "The role"}
PLANNED = Planned(anchor=anchor_of("session.3.end"), offset=offset_of("+1 workday"), at=NOON)

FACTS: list[Fact] = [
    PLANNED,
    Planned(anchor=anchor_of("session.next.start"), offset=offset_of("-2 days"), at=NOON),
    Planned(anchor=anchor_of("plan.created"), offset=offset_of("+2 weeks")),
    Made(at=NOON, opens_at=None),
    FollowsPlan(at=NOON),
    FollowsPlan(at=None),
    TellsOfRevision(revision=2, at=NOON),
    MovedOn(by=tuple(MovedBy), to=NEXT),
    Changed(revision=2, at=NOON, before=NOON, after=NEXT),
    Changed(revision=2, at=NOON, before=NOON, after=None),
    Changed(revision=2, at=NOON, before=None, after=NEXT),
    *(
        Said(at=NOON, purpose=purpose, state=state)
        for purpose in (Purpose.NEW, Purpose.REMINDER, Purpose.NOTICE)
        for state in DeliveryState
    ),
    PutOff(until=NEXT),
    TakenBack(versions=2),
    NoLongerPlanned(revision=2),
    *(LeftOutFor(reason=reason) for reason in LeftOut),
    WaitsForAnchor(anchor=anchor_of("ask.role.answered"), about=IN_THREE),
    WaitsForAnchor(anchor=anchor_of("plan.created"), until=NEXT),
    *(Waits(reason=reason, not_before=at) for reason in Waiting for at in (None, NEXT)),
    Waits(reason=Waiting.SILENCE, not_before=NEXT, was_told=True),
    *(Comes(at=NEXT, purpose=purpose) for purpose in (Purpose.NEW, Purpose.REMINDER, Purpose.NOTICE)),
    *(Held(by=by) for by in HeldUp),
    Answered(at=NOON, version=2),
    Answered(at=None, version=1),
    Closed(at=NOON, was_told=False),
    Closed(at=None, was_told=False),
    Closed(at=NOON, was_told=True),
    *(GivenUp(reason=reason, at=None) for reason in SkipReason),
    *(NotMade(reason=reason) for reason in NotAsked),
]


def why(language: Language) -> Why:
    return Why(language=language, zone=HELSINKI)


def explained(*facts: Fact, ask: Ask | None = None) -> Explanation:
    return Explanation(
        programme="trial",
        programme_name=IN_THREE,
        element="role",
        kind="reflection",
        title=IN_THREE,
        occurrence=0,
        ask=ask,
        facts=facts,
    )


def asked(id: int, due_at: datetime | None = None) -> Ask:
    element = Element(id=1, programme_id=1, key="role", kind=AskKind.REFLECTION, title=IN_THREE, intro={})
    return Ask(
        id=id,
        person_id=1,
        programme_id=1,
        kind=AskKind.REFLECTION,
        source_kind=SourceKind.ELEMENT,
        source_id=1,
        created_at=NOON,
        due_at=due_at,
        element=element,
    )


@pytest.mark.parametrize("language", Language)
def test_every_fact_is_a_sentence(language: Language) -> None:
    assert {type(fact) for fact in FACTS} == set(get_args(Fact))
    for fact in FACTS:
        said = why(language).sentence(fact)
        assert said[0].isupper()
        assert said[-1] == "."
        assert "None" not in said


@pytest.mark.parametrize("language", Language)
def test_every_reason_has_words_for_the_person_and_for_others(language: Language) -> None:
    for family, reasons in {"waiting": Waiting, "skipped": SkipReason, "left_out": LeftOut}.items():
        for reason in reasons:
            assert t(language, f"why.{family}.{reason}")
            assert t(language, f"preview.{family}.{reason}")
    for moved in MovedBy:
        assert t(language, f"moved_by.{moved}")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", AnchorKind)
def test_every_anchor_has_words_before_at_and_after_it(language: Language, kind: AnchorKind) -> None:
    family, _, point = kind.value.partition(".")
    keyed = {"session": f"session.3.{point}", "window": f"window.role.{point}", "ask": f"ask.role.{point}"}
    anchor = anchor_of(keyed.get(family, kind.value))
    units = ["15 min", "1 h", "2 days", "1 workday", "3 weeks", "6 months"]

    said = [
        why(language).sentence(Planned(anchor=anchor, offset=offset_of(f"{sign}{unit}"), about=IN_THREE))
        for sign in "+-"
        for unit in units
    ]

    at = why(language).sentence(Planned(anchor=anchor, offset=offset_of("+0 days"), about=IN_THREE))
    assert len({*said, at}) == 2 * len(units) + 1
    if family in ("window", "ask"):
        assert all(IN_THREE[language] in each for each in [*said, at])


def test_a_chain_is_told_from_its_programme_to_where_it_stands() -> None:
    facts: list[Fact] = [
        PLANNED,
        MovedOn(by=(MovedBy.WEEKEND,), to=NEXT),
        Said(at=NEXT, purpose=Purpose.NEW, state=_SENT),
    ]
    chain = explained(*facts, Waits(reason=Waiting.ANSWER_AWAITED, not_before=None), ask=asked(1, due_at=NEXT))

    assert why(Language.FI).whole(chain) == (
        "Ohjelma: Rooli",
        "Aika ohjelmassa: 1 työpäivä tapaamisen 3 päättymisen jälkeen, pe 27.11.2026 klo 12.00.",
        "Siirtyi: ma 30.11.2026 klo 12.00. Syy: viikonloppu.",
        "Kirjoitin tästä ma 30.11.2026 klo 12.00.",
        "Odotan vastaustasi rauhassa. Vastausta toivotaan viimeistään ma 30.11.2026 klo 12.00.",
    )


def test_of_a_long_past_the_newest_is_told() -> None:
    said = [Said(at=NOON + timedelta(days=day), purpose=Purpose.REMINDER, state=_SENT) for day in range(9)]

    told = why(Language.EN).whole(explained(PLANNED, *said, Answered(at=NEXT, version=1)))

    assert len(told) == 6
    assert told[1] == "Its time in the programme: 1 workday after session 3 ends, Fri 27 Nov 2026, 12:00."
    assert told[2:] == (
        "I reminded you Thu 3 Dec 2026, 12:00.",
        "I reminded you Fri 4 Dec 2026, 12:00.",
        "I reminded you Sat 5 Dec 2026, 12:00.",
        "You answered Mon 30 Nov 2026, 12:00.",
    )


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        pytest.param(None, "Inget annat är på väg just nu.", id="none in sight"),
        pytest.param(
            Visit(at=NEXT, parts=(Part(ask_id=None, purpose=Purpose.STOPPING),)),
            "Jag skriver till dig en gång till mån 30.11.2026 kl. 12.00 och väntar sedan tyst på dig.",
            id="the farewell",
        ),
        pytest.param(
            Visit(at=NEXT, parts=tuple(Part(ask_id=id, purpose=Purpose.NEW) for id in (1, 2))),
            "Nästa gång skriver jag till dig mån 30.11.2026 kl. 12.00. Det gäller: Rollen och Rollen.",
            id="two things",
        ),
    ],
)
def test_what_comes_next_is_told(visit: Visit | None, expected: str) -> None:
    assert why(Language.SV).next_visit(visit, [asked(1), asked(2)]) == expected


_SENT = DeliveryState.SENT
