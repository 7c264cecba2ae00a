"""A small programme that has one of everything that a preview tells."""

from datetime import date, datetime, time, timedelta

from bot.previews.accounts import Account, Line, Preview
from bot.previews.lives import previewed
from bot.previews.people import made_up
from coaching.anchors import Anchor, AnchorKind, At, Offset, Skip
from coaching.elements import (
    Assignment,
    Audience,
    CheckIn,
    Notice,
    PlanTemplate,
    Question,
    QuestionKind,
    Reflection,
    SessionLink,
    Step,
    Written,
)
from coaching.people import Language, Role
from coaching.programmes import Break, Mode, Programme, Session
from coaching.simulation import Answers
from tests.builders import in_all

START = Anchor(kind=AnchorKind.PROGRAMME_START)
AFTER_EACH = Anchor(kind=AnchorKind.SESSION_END, key="each")
CANARY = '<script>alert("canary")</script> & <b>'


def after(weeks: int = 0, days: int = 0, at: time = time(9), skip: frozenset[Skip] = frozenset()) -> At:
    """So long after the programme's start."""
    return At(anchor=START, offset=Offset(weeks=weeks, days=days), time=at, skip=skip)


ELEMENTS: tuple[Written, ...] = (
    Notice(id="welcome", title=in_all("Tervetuloa"), intro=in_all("Hyvä että tulit"), at=after()),
    Reflection(
        id="on-saturday", title=in_all("Lauantaina"), at=after(days=5), closes=At(anchor=START, offset=Offset(days=6))
    ),
    SessionLink(
        id="link",
        title=in_all("Pian alkaa"),
        each="session",
        urgent=True,
        late=Offset(hours=1),
        at=At(anchor=Anchor(kind=AnchorKind.SESSION_START, key="each"), offset=Offset(hours=-1)),
    ),
    Reflection(
        id="debrief", title=in_all("Purku"), each="session", at=At(anchor=AFTER_EACH, offset=Offset(workdays=1))
    ),
    Assignment(
        id="try",
        title={Language.FI: f"Kokeile {CANARY}"},
        intro=in_all(CANARY),
        steps=(Step(id="one", text=in_all("Kysy ensin")),),
        at=after(weeks=2),
    ),
    PlanTemplate(id="plan", title=in_all("Suunnitelma"), at=after(weeks=3)),
    Reflection(
        id="in-the-break",
        title=in_all("Tauolla"),
        questions=(Question(id="how", text=in_all("Miten meni")),),
        at=after(weeks=4, skip=frozenset({Skip.HOLIDAY})),
    ),
    CheckIn(
        id="check-in",
        title=in_all("Miten etenee"),
        questions=(Question(id="far", text=in_all("Kuinka pitkällä"), kind=QuestionKind.SCALE, lowest=0, highest=10),),
        at=At(anchor=Anchor(kind=AnchorKind.PLAN_CREATED), offset=Offset(weeks=2)),
    ),
    Notice(
        id="managers", title=in_all("Tue heitä"), at=after(weeks=1), audience=Audience(roles=frozenset({Role.MANAGER}))
    ),
    Notice(id="later", title=in_all("Vuoden päästä"), at=after(weeks=52)),
)

SAMPLE = Programme(
    id="kokeilu",
    name=in_all("Kokeilu"),
    languages=tuple(Language),
    timezone="Europe/Helsinki",
    starts=date(2027, 2, 1),
    ends=date(2027, 5, 28),
    groups={"a": in_all("Ryhmä A"), "b": in_all("Ryhmä B")},
    breaks=(Break(first=date(2027, 3, 1), last=date(2027, 3, 5)),),
    sessions=(
        Session(
            number=1,
            title=in_all("Alku"),
            starts=datetime(2027, 2, 10, 10),  # noqa: DTZ001 - local, in the programme's zone
            length=timedelta(hours=3),
            mode=Mode.VIRTUAL,
            link="https://meet.example/kokeilu-1",
        ),
    ),
    elements=ELEMENTS,
)


def preview(
    programme: Programme = SAMPLE,
    *,
    people: int = 1,
    answers: Answers = Answers.NEVER,
    language: Language = Language.FI,
) -> Preview:
    """What made-up people would live through in the whole of the programme."""
    return previewed(
        programme,
        made_up(people, programme, language),
        until=programme.ends,
        answers=answers,
        language=language,
    )


def account(**given: object) -> Account:
    """The first person's."""
    return preview(**given).accounts[0]  # type: ignore[arg-type]


def told(lines: tuple[Line, ...]) -> dict[str, str]:
    """The lines of a list by what they are about."""
    return {line.about.words: line.words for line in lines}
