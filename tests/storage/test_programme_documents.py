"""Programme documents: what a revision keeps of a programme is the programme, whatever is in it."""

import json
from datetime import date, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coaching.anchors import EVERY_SKIP, At, Offset, OwnTime, anchor_of
from coaching.asks import OnUnknown, StartMode
from coaching.dose import Policy
from coaching.elements import (
    Assignment,
    Audience,
    Discussion,
    Instrument,
    LearningItem,
    PlanTemplate,
    Principles,
    Question,
    QuestionKind,
    Reflection,
    Repeat,
    SessionPrep,
    Step,
    Survey,
    TeamPart,
)
from coaching.hours import Hours
from coaching.people import Language, Role
from coaching.programmes import (
    Break,
    DateWindow,
    Material,
    Mode,
    Programme,
    Rules,
    Session,
    Speaker,
    When,
)
from storage.programme_documents import document_of, programme_of
from tests.coaching.half_days import half_days

WORDS = st.dictionaries(st.sampled_from(Language), st.text(min_size=1, max_size=20))
IDS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
DATES = st.dates(date(2020, 1, 1), date(2035, 1, 1))
ANCHORS = st.sampled_from(
    ["programme.start", "session.3.end", "session.each.start", "window.a.open", "ask.b.answered", "person.joined"]
).map(anchor_of)
OFFSETS = st.builds(Offset, days=st.integers(-9, 9)) | st.builds(Offset, minutes=st.integers(-90, 90))
MOMENTS = st.builds(
    At,
    anchor=ANCHORS,
    offset=OFFSETS,
    time=st.none() | st.just(OwnTime.PERSON) | st.times().map(lambda each: each.replace(microsecond=0)),
    skip=st.sampled_from([frozenset(), EVERY_SKIP]),
)
QUESTIONS = st.lists(
    st.builds(
        Question,
        id=IDS,
        text=WORDS,
        kind=st.sampled_from(QuestionKind),
        choices=st.lists(WORDS, max_size=2).map(tuple),
        lowest=st.none() | st.integers(0, 3),
    ),
    max_size=2,
).map(tuple)


def template(kind: Any, **given: Any) -> Any:
    """Elements of a kind."""
    return st.builds(
        kind,
        id=IDS,
        title=WORDS,
        at=MOMENTS,
        due=st.none() | MOMENTS,
        late=st.none() | OFFSETS,
        intro=WORDS,
        audience=st.builds(
            Audience, roles=st.frozensets(st.sampled_from(Role), min_size=1), groups=st.frozensets(IDS, max_size=2)
        ),
        repeat=st.none() | st.builds(Repeat, every=OFFSETS, until=st.none() | MOMENTS, afterwards=st.just((1, 3))),
        urgent=st.booleans(),
        start_mode=st.sampled_from(StartMode),
        on_unknown=st.sampled_from(OnUnknown),
        **given,
    )


ELEMENTS = st.one_of(
    template(SessionPrep, each=st.just("session")),
    template(Reflection, questions=QUESTIONS),
    template(
        Assignment,
        steps=st.lists(st.builds(Step, id=IDS, text=WORDS), max_size=2).map(tuple),
        team_part=st.none() | st.builds(TeamPart, question=st.builds(Question, id=IDS, text=WORDS)),
    ),
    template(LearningItem, link=st.just("https://learn.example"), minutes=st.integers(1, 60)),
    template(Instrument, items=QUESTIONS, raters=st.just(("peers",))),
    template(Survey, items=QUESTIONS, anonymous=st.booleans()),
    template(PlanTemplate),
    template(Discussion, window=IDS, preparation=st.dictionaries(st.sampled_from(Role), QUESTIONS)),
    template(Principles, principles=st.lists(WORDS, max_size=2).map(tuple)),
)
SESSIONS = st.builds(
    Session,
    number=st.integers(1, 99),
    title=WORDS,
    starts=st.datetimes().map(lambda each: each.replace(microsecond=0)),
    length=st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes)),
    mode=st.sampled_from(Mode),
    place=WORDS,
    link=st.none() | st.just("https://meet.example/1"),
    speakers=st.lists(st.builds(Speaker, name=st.just("Olli"), topic=WORDS), max_size=1).map(tuple),
    materials=st.lists(
        st.builds(Material, title=WORDS, url=st.just("https://m.example"), when=st.sampled_from(When)), max_size=1
    ).map(tuple),
    groups=st.frozensets(IDS, max_size=2),
    sequence=st.integers(0, 9),
    cancelled=st.booleans(),
)
PROGRAMMES = st.builds(
    Programme,
    id=IDS,
    name=WORDS,
    languages=st.just(tuple(Language)),
    timezone=st.just("Europe/Helsinki"),
    starts=DATES,
    ends=DATES,
    groups=st.dictionaries(IDS, WORDS, max_size=2),
    rules=st.just(
        Rules(
            hours=Hours(start=time(9), end=time(15, 30), weekdays=frozenset({0, 2})),
            dose=Policy(most_a_week=2, merge_within=timedelta(hours=1), spread_over=timedelta(hours=2)),
        )
    ),
    breaks=st.lists(st.builds(Break, first=DATES, last=DATES, yearly=st.booleans()), max_size=2).map(tuple),
    windows=st.lists(st.builds(DateWindow, id=IDS, first=DATES, last=DATES), max_size=2).map(tuple),
    sessions=st.lists(SESSIONS, max_size=3).map(tuple),
    elements=st.lists(ELEMENTS, max_size=4).map(tuple),
)


@given(PROGRAMMES)
def test_a_programme_comes_back_from_its_document_as_it_was(programme: Programme) -> None:
    stored = json.dumps(document_of(programme))

    assert programme_of(json.loads(stored)) == programme


def test_so_does_one_of_half_days() -> None:
    programme = half_days()

    assert programme_of(json.loads(json.dumps(document_of(programme)))) == programme
