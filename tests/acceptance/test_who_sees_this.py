"""Who sees this, in the three programmes that ship: the line, the filter and what others get are one and the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.programme_checking import checked
from coaching import sources
from coaching.access import Audience, Matter
from coaching.asks import AskKind, Element
from coaching.check_in_questions import CheckInFacts
from coaching.elements import CheckIn
from coaching.forms import Field, Form
from coaching.people import Language
from coaching.shares import Item, Reader, Subject, may_read, readable
from dialogs import assignment, catalogue, interview
from dialogs.cards import CardRef, form_card, words
from dialogs.who_sees import who_sees
from tests.dialogs.test_who_sees import named_in

SHIPPED = sorted((Path(__file__).parents[2] / "programmes").glob("*.yaml"))
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
OWNER, OTHER = 1, 2
#: What is not the person's own word: whom a question is brought to.
ABOUT_NOBODY = {"people", "until"}


def elements(path: Path) -> list[Element]:
    """All that asks come from; of discussions notes and what is summed up too, and of check-ins one about two goals."""
    programme = checked(path).programme
    found = sources.sources(programme, coaches={})
    of_two = [each for each in found if each.kind is AskKind.DISCUSSION]
    own_check_ins = [each for each in programme.elements if isinstance(each, CheckIn)]
    return [
        *found,
        *(replace(each, kind=kind) for each in of_two for kind in (AskKind.NOTES, AskKind.SUMMARY)),
        *(_about_two_goals(each) for each in own_check_ins),
    ]


def _about_two_goals(template: CheckIn) -> Element:
    return Element(
        id=0,
        programme_id=0,
        key=f"plan:check_in:{template.id}.0:1t,2f",
        kind=AskKind.CHECK_IN,
        title=template.title,
        intro=template.intro,
        check_in=CheckInFacts(questions=template.questions),
    )


def forms(element: Element, language: Language) -> Iterator[Form]:
    """Every form that an element can ask."""
    if element.kind is AskKind.ASSIGNMENT:
        for about in ("hand_in", "adapt", *assignment.ASIDE):
            yield assignment.form(element, language, about)
    else:
        yield catalogue.form_of(element, language)


def fields(path: Path, language: Language) -> list[tuple[Form, Field]]:
    found = [(form, field) for element in elements(path) for form in forms(element, language) for field in form.fields]
    assert {field.name for _, field in found if field.matter is None} <= ABOUT_NOBODY
    return [(form, field) for form, field in found if field.matter is not None]


def readers_by_the_filter(matter: Matter) -> set[Audience]:
    """Those who get a field, asked one by one as somebody who is nothing else to the owner. A ballot has no owner."""
    item = Item(owner_id=OWNER, matter=matter, subject=Subject.ASK, subject_id=7, field="any")
    others = {
        audience
        for audience in Audience
        if audience is not Audience.SELF
        and may_read(Reader(person_id=OTHER, audiences=frozenset({audience})), item, [], NOW)
    }
    for audience in Audience:
        exported = readable(Reader(person_id=OTHER, audiences=frozenset({audience})), [item], [], NOW)
        assert (exported == [item]) is (audience in others)
    own: set[Audience] = set() if matter is Matter.BALLOT else {Audience.SELF}
    return others | own


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_line_under_each_question_says_what_the_filter_does(path: Path, language: Language) -> None:
    asked = fields(path, language)

    assert asked
    for _, field in asked:
        assert field.matter is not None
        line = who_sees(language, field.matter)
        readers = line.partition(". ")[0]
        assert named_in(language, readers) == readers_by_the_filter(field.matter), field.name


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_line_stands_on_the_card_and_in_the_typed_question_before_it_is_answered(
    path: Path, language: Language
) -> None:
    ref = CardRef(card_id=1, revision=1, ask_id=1)
    for element in elements(path):
        for form in forms(element, language):
            on_card = words(form_card(language, form, ref, why=""))
            for place, field in enumerate(form.fields):
                if field.matter is None:
                    continue
                line = who_sees(language, field.matter)
                assert line in on_card
                assert line in interview.question(language, form, place, count=len(form.fields))


def test_what_is_shared_is_in_the_line_too() -> None:
    line = who_sees(Language.EN, Matter.PREPARATION, shared_with=frozenset({Audience.MANAGER}))

    assert line.startswith("You and your manager see this, nobody else.")
