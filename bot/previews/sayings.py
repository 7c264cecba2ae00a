"""Sayings: what each thing that a programme has for its people says, as they would read it in one language."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from coaching import asks
from coaching.asks import AskKind, Element
from coaching.check_in_questions import CheckInFacts
from coaching.elements import (
    DELIVERED,
    Assignment,
    CheckIn,
    Discussion,
    Instrument,
    LearningItem,
    Question,
    QuestionKind,
    SessionLink,
    SessionPrep,
    Survey,
    Words,
    is_delivered,
)
from coaching.forms import Field, FieldKind
from coaching.people import Language, Role
from coaching.placing import Placed
from coaching.programmes import Programme
from coaching.sessions import SessionFacts, facts_of
from coaching.sources import CHECK_IN, facts_by_kind
from dialogs import catalogue, sessions
from dialogs.around import Setting, around
from dialogs.pieces import LONGEST_FITTED, CardRef, texts
from dialogs.reader import Reader
from dialogs.wording import t

#: An ask that is drawn for a preview was made at no moment in particular.
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
#: What is shown in the file's own words, though there is a dialog: steps, a link, what a role thinks over.
_AS_IN_FILE = (Assignment, Discussion, Instrument, LearningItem, Survey)
_IN_SIGHT = "�"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words and the language that they are in, which is another one where the wanted one is missing."""

    words: str
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. how: how it is answered, in the preview's language; empty where any words will do."""

    text: Text
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One thing as a person reads it. lines: what is told beside the intro; delivered: Sparri can send it today."""

    title: Text
    intro: Text
    lines: tuple[Text, ...] = ()
    asked: tuple[Asked, ...] = ()
    delivered: bool = True


class Sayings:
    """The sayings of one programme in one language, each worked out once."""

    def __init__(self, programme: Programme, language: Language) -> None:
        self._programme, self._language = programme, language
        self._sessions = {each.number: facts_of(programme, each) for each in programme.sessions}
        self._known: dict[tuple[str, int, frozenset[Role], ZoneInfo], Saying] = {}

    def of(self, placed: Placed, roles: frozenset[Role], zone: ZoneInfo) -> Saying:
        """What is said to somebody with these parts, whose clock shows *zone*."""
        key = (placed.element.id, placed.occurrence, roles, zone)
        if key not in self._known:
            is_told = is_delivered(placed.element) and not isinstance(placed.element, _AS_IN_FILE)
            found = self._delivered(placed, zone) if is_told else self._as_in_file(placed, roles)
            self._known[key] = self._check_in(placed.element) if isinstance(placed.element, CheckIn) else found
        return self._known[key]

    def title_of(self, element_id: str) -> Text:
        """What the element with that id is called."""
        found = next(each for each in self._programme.all_elements if each.id == element_id)
        return self.text(found.title)

    def _delivered(self, placed: Placed, zone: ZoneInfo) -> Saying:
        """As the dialogs say it."""
        template, session = placed.element, self._session(placed)
        title, intro = self.text(template.title), self.text(template.intro)
        own = facts_by_kind(self._programme, template, placed.occurrence)
        asked = [self.text(each) for each in own.get("questions", ())]
        own["questions"] = tuple({self._language: each.words} for each in asked)
        element = Element(
            id=0,
            programme_id=0,
            key=template.id,
            kind=DELIVERED[template.kind],
            title={self._language: title.words},
            intro={self._language: intro.words},
            session=session,
            **own,
        )
        form = catalogue.form(asks.asked(element, person_id=0, now=_LONG_AGO), self._language)
        labels = asked or [Text(words=field.label, language=self._language) for field in form.fields]
        named = Text(words=visible(form.title), language=title.language)
        is_of_session = isinstance(template, SessionPrep | SessionLink) and session is not None
        lines = self._of_session(element, zone) if is_of_session else self._around(element, zone)
        return Saying(
            title=named if is_of_session else self._numbered(named, session),
            intro=Text(words=visible(form.intro), language=intro.language if intro.words else self._language),
            lines=tuple(Text(words=line, language=self._language) for line in lines),
            asked=tuple(Asked(text=label, how=field.hint) for label, field in zip(labels, form.fields, strict=True)),
        )

    def _around(self, element: Element, zone: ZoneInfo) -> list[str]:
        """What the card says around its questions."""
        ask = asks.asked(element, person_id=0, now=_LONG_AGO)
        setting = Setting(language=self._language, ask=ask, ref=CardRef(card_id=0, revision=0), zone=zone)
        found = around(setting)
        return [visible(line) for line in texts([*found.before, *found.after])]

    def _check_in(self, template: CheckIn) -> Saying:
        """As it is asked about one goal."""
        element = Element(
            id=0,
            programme_id=0,
            key=f"{CHECK_IN}1t",
            kind=AskKind.CHECK_IN,
            title=template.title,
            intro=template.intro,
            check_in=CheckInFacts(questions=template.questions),
        )
        asked = catalogue.form_of(element, self._language).fields
        return Saying(
            title=self.text(template.title),
            intro=self.text(template.intro),
            asked=tuple(
                Asked(text=Text(words=visible(each.label), language=self._language), how=self._how_typed(each))
                for each in asked
            ),
        )

    def _how_typed(self, field: Field) -> str:
        match field.kind:
            case FieldKind.SCALE | FieldKind.NUMBER if None not in (field.low, field.high):
                return t(self._language, "interview.how_scale", low=field.low, high=field.high)
            case FieldKind.CHOICE | FieldKind.CHOICES:
                key = "choices" if field.kind is FieldKind.CHOICE else "several"
                return self._t(key, choices=" / ".join(visible(each.label) for each in field.choices))
            case FieldKind.DATE | FieldKind.YES_NO:
                return self._t(f"answer_{field.kind}")
        return self._t("answer_number") if field.kind is FieldKind.NUMBER else ""

    def _of_session(self, element: Element, zone: ZoneInfo) -> list[str]:
        """When, where and with whom; what comes first is the name, which is the title already."""
        reader = Reader(language=self._language, zone=zone)
        _, *lines = sessions.in_words(element, reader, longest=LONGEST_FITTED).splitlines()
        return [visible(line) for line in lines if line]

    def _as_in_file(self, placed: Placed, roles: frozenset[Role]) -> Saying:
        """As the file says it: the kinds without a dialog yet, and those that say more in it than their dialog asks."""
        element = placed.element
        lines: list[str] = []
        asked: Iterable[Asked] = ()
        match element:
            case Assignment(steps=steps, team_part=part):
                texts = [self.text(step.text).words for step in steps]
                lines += [self._t("step", number=number, text=text) for number, text in enumerate(texts, start=1)]
                lines += [self._t("team_asked", question=self.text(part.question.text).words)] if part else []
            case LearningItem(link=link, minutes=minutes, retrieval_question=later):
                lines += [self._t("link", link=visible(link)), self._t("minutes", count=minutes)]
                lines += [self._t("later_asked", question=self.text(later).words)] if later else []
            case Instrument(link=found, items=items) | Survey(link=found, items=items):
                lines += [self._t("link", link=visible(found))] if found else []
                asked = self._questions(items)
            case Discussion(preparation=preparation):
                asked = [each for role in Role if role in roles for each in self._questions(preparation.get(role, ()))]
        return Saying(
            title=self._numbered(self.text(element.title), self._session(placed)),
            intro=self.text(element.intro),
            lines=tuple(Text(words=line, language=self._language) for line in lines),
            asked=tuple(asked),
            delivered=is_delivered(element),
        )

    def _session(self, placed: Placed) -> SessionFacts | None:
        return self._sessions.get(placed.occurrence) if placed.element.each == "session" else None

    def _numbered(self, title: Text, session: SessionFacts | None) -> Text:
        if session is None:
            return title
        words = self._t("of_session", title=title.words, number=session.number)
        return Text(words=words, language=title.language)

    def _questions(self, questions: Sequence[Question]) -> list[Asked]:
        return [Asked(text=self.text(each.text), how=self._how(each)) for each in questions]

    def _how(self, question: Question) -> str:
        match question.kind:
            case QuestionKind.SCALE | QuestionKind.NUMBER if None not in (question.lowest, question.highest):
                return t(self._language, "interview.how_scale", low=question.lowest, high=question.highest)
            case QuestionKind.SCALE | QuestionKind.NUMBER:
                return self._t("answer_number")
            case QuestionKind.SINGLE_CHOICE | QuestionKind.MULTIPLE_CHOICE:
                labels = " / ".join(self.text(choice).words for choice in question.choices)
                is_single = question.kind is QuestionKind.SINGLE_CHOICE
                return self._t("choices" if is_single else "several", choices=labels)
            case QuestionKind.DATE | QuestionKind.YES_NO:
                return self._t(f"answer_{question.kind}")
            case _:
                return ""

    def text(self, words: Words) -> Text:
        """Words in the wanted language, else in the first of the programme's that there are words in."""
        for language in (self._language, *self._programme.languages, *Language):
            if words.get(language):
                return Text(words=visible(words[language]), language=language)
        return Text(words="", language=self._language)

    def _t(self, key: str, **gaps: object) -> str:
        return t(self._language, f"preview.{key}", **gaps)


def visible(text: str) -> str:
    """The text with a mark in place of what would steer a terminal or cannot be written; line ends stay."""
    if text.isprintable():
        return text
    return "".join(_IN_SIGHT if unicodedata.category(each) in ("Cc", "Cs") and each != "\n" else each for each in text)
