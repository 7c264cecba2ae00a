"""Who sees this: what the line says is what the access table allows, in every language."""

from itertools import chain, combinations

import pytest

from coaching.access import READERS, Audience, Matter, gets_pooled, may_read, progress_readers
from coaching.people import Language
from dialogs.who_sees import line, who_sees
from dialogs.wording import t

OTHERS = [audience for audience in Audience if audience is not Audience.SELF]
SETS = [frozenset({Audience.SELF, *some}) for some in chain.from_iterable(combinations(OTHERS, n) for n in range(5))]


def named_in(language: Language, sentence: str) -> set[Audience]:
    """The audiences whom a sentence names, as whole words."""
    padded = " " + sentence.lower().replace(",", " ").replace(".", " ") + " "
    return {audience for audience in Audience if f" {t(language, f'who_sees.audience.{audience}')} " in padded}


def others_named_in(language: Language, sentence: str) -> set[Audience]:
    """The same without the person, who is spoken to ("that you have answered")."""
    return named_in(language, sentence) - {Audience.SELF}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("matter", Matter)
def test_the_line_names_who_may_read_and_nobody_else(language: Language, matter: Matter) -> None:
    first, _, second = who_sees(language, matter).partition(". ")

    readers, others = named_in(language, first), others_named_in(language, second)

    assert {audience for audience in Audience if may_read(audience, matter)} == readers
    pooled = {audience for audience in Audience if gets_pooled(audience, matter)}
    assert others == pooled | (progress_readers(matter) - readers)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("readers", SETS, ids=lambda readers: "+".join(sorted(readers)))
def test_any_two_sets_of_audiences_have_a_true_line(language: Language, readers: frozenset[Audience]) -> None:
    for others in SETS:
        first, _, second = line(language, readers=readers, progress_readers=others).partition(". ")

        assert named_in(language, first) == readers
        assert others_named_in(language, second) == others - readers


@pytest.mark.parametrize("matter", Matter)
def test_the_person_always_reads_their_own_but_where_nobody_can_tell_whose_it_is(matter: Matter) -> None:
    assert (Audience.SELF in READERS[matter]) == (matter is not Matter.BALLOT)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        pytest.param(
            Language.FI,
            "Vain sinä näet tämän. Valmentajasi ja ohjelman omistaja näkevät vain, että olet vastannut ja milloin.",
            id="Finnish",
        ),
        pytest.param(
            Language.SV,
            "Bara du ser det här. Din coach och programmets ägare ser bara att du har svarat och när.",
            id="Swedish",
        ),
        pytest.param(
            Language.EN,
            "Only you see this. Your coach and the programme owner only see that you have answered, and when.",
            id="English",
        ),
    ],
)
def test_a_reflection_is_its_writers_own(language: Language, expected: object) -> None:
    assert who_sees(language, Matter.REFLECTION) == expected


def test_one_audience_sees_in_the_singular() -> None:
    readers, progress = frozenset({Audience.SELF}), frozenset({Audience.SELF, Audience.COACH})

    said = line(Language.FI, readers=readers, progress_readers=progress)

    assert said == "Vain sinä näet tämän. Valmentajasi näkee vain, että olet vastannut ja milloin."
