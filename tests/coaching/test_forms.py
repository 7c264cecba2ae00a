"""Forms: what counts as a fit answer, whatever a client sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.access import Matter
from coaching.forms import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Checked,
    Choice,
    Fault,
    FaultKind,
    Field,
    FieldKind,
    Form,
    checked,
    value,
)

CHOICES = (Choice(id="a", label="Yksi"), Choice(id="b", label="Kaksi"), Choice(id="c", label="Kolme"))


def field_of(kind: FieldKind, *, required: bool = True, low: int | None = None, high: int | None = None) -> Field:
    return Field(
        name="f",
        kind=kind,
        label="?",
        matter=Matter.HAND_IN,
        required=required,
        low=low,
        high=high,
        choices=CHOICES if kind in (FieldKind.CHOICE, FieldKind.CHOICES) else (),
    )


def fault(kind: FaultKind, low: int | None = None, high: int | None = None) -> Fault:
    return Fault(field="f", kind=kind, low=low, high=high)


@pytest.mark.parametrize(
    ("kind", "entry", "expected"),
    [
        pytest.param(FieldKind.TEXT, "x" * 201, fault(FaultKind.TOO_LONG, 0, LONGEST_LINE), id="a line too long"),
        pytest.param(FieldKind.TEXT, f"  {'x' * 200}  ", "x" * 200, id="spaces around a line do not count"),
        pytest.param(FieldKind.TEXT, 7, "7", id="a number where a text is asked for"),
        pytest.param(
            FieldKind.LONG_TEXT, "x" * 4001, fault(FaultKind.TOO_LONG, 0, LONGEST_TEXT), id="a long text too long"
        ),
        pytest.param(FieldKind.LONG_TEXT, "ä\n" * 1999, ("ä\n" * 1999).strip(), id="a long text with lines"),
        pytest.param(FieldKind.DATE, "2026-02-29", fault(FaultKind.NOT_A_DATE), id="no leap year"),
        pytest.param(FieldKind.DATE, "2028-02-29", "2028-02-29", id="a leap year"),
        pytest.param(FieldKind.DATE, "27.11.2026", fault(FaultKind.NOT_A_DATE), id="a card sends ISO dates only"),
        pytest.param(FieldKind.DATE, ["2026-11-27"], fault(FaultKind.NOT_A_DATE), id="a list for a date"),
        pytest.param(FieldKind.CHOICE, "b", "b", id="a choice by id"),
        pytest.param(FieldKind.CHOICE, "Kaksi", fault(FaultKind.NOT_A_CHOICE), id="a choice by label is not a card's"),
        pytest.param(FieldKind.CHOICE, "a,b", fault(FaultKind.NOT_A_CHOICE), id="two where one is asked for"),
        pytest.param(FieldKind.CHOICE, {"id": "a"}, fault(FaultKind.NOT_A_CHOICE), id="an object for a choice"),
        pytest.param(FieldKind.CHOICES, "c, a,c", ["a", "c"], id="several in the form's order, once each"),
        pytest.param(FieldKind.CHOICES, ["b"], ["b"], id="several as a list"),
        pytest.param(FieldKind.CHOICES, "a,x", fault(FaultKind.NOT_A_CHOICE), id="one of several unknown"),
        pytest.param(FieldKind.CHOICES, 3, fault(FaultKind.NOT_A_CHOICE), id="a number for choices"),
        pytest.param(FieldKind.YES_NO, "true", True, id="yes as a card sends it"),
        pytest.param(FieldKind.YES_NO, False, False, id="no as a truth"),
        pytest.param(FieldKind.YES_NO, "yes", fault(FaultKind.NOT_YES_OR_NO), id="a word is for the interview"),
        pytest.param(FieldKind.YES_NO, "True", fault(FaultKind.NOT_YES_OR_NO), id="another case"),
        pytest.param(FieldKind.YES_NO, [], fault(FaultKind.NOT_YES_OR_NO), id="a list for a truth"),
    ],
)
def test_an_entry_is_a_value_or_a_fault(kind: FieldKind, entry: object, expected: object) -> None:
    assert value(field_of(kind), entry) == expected


NOT_A_NUMBER = fault(FaultKind.NOT_A_NUMBER, 0, 10)


@pytest.mark.parametrize(
    ("entry", "on_a_scale", "as_a_number"),
    [
        pytest.param("3,5", NOT_A_NUMBER, 3.5, id="a half in Finnish is no step of a scale"),
        pytest.param("3.5", NOT_A_NUMBER, 3.5, id="a half in English"),
        pytest.param("7,0", 7, 7, id="a whole number with a decimal"),
        pytest.param(10, 10, 10, id="the upper bound"),
        pytest.param("0", 0, 0, id="the lower bound"),
        pytest.param("11", fault(FaultKind.OUT_OF_RANGE, 0, 10), fault(FaultKind.OUT_OF_RANGE, 0, 10), id="beyond"),
        pytest.param("−1", fault(FaultKind.OUT_OF_RANGE, 0, 10), fault(FaultKind.OUT_OF_RANGE, 0, 10), id="a minus"),
        pytest.param("kolme", NOT_A_NUMBER, NOT_A_NUMBER, id="in letters"),
        pytest.param("+-5", NOT_A_NUMBER, NOT_A_NUMBER, id="two signs"),
        pytest.param("--5", NOT_A_NUMBER, NOT_A_NUMBER, id="two minuses"),
        pytest.param("1e1", NOT_A_NUMBER, NOT_A_NUMBER, id="an exponent"),
        pytest.param("nan", NOT_A_NUMBER, NOT_A_NUMBER, id="not a number by name"),
        pytest.param(float("inf"), NOT_A_NUMBER, NOT_A_NUMBER, id="infinity"),
        pytest.param("²", NOT_A_NUMBER, NOT_A_NUMBER, id="a superscript"),
        pytest.param(".", NOT_A_NUMBER, NOT_A_NUMBER, id="a full stop"),
        pytest.param("9" * 5000, NOT_A_NUMBER, NOT_A_NUMBER, id="an endless number"),
        pytest.param(10**5000, NOT_A_NUMBER, NOT_A_NUMBER, id="an endless number that is one"),
        pytest.param(True, NOT_A_NUMBER, NOT_A_NUMBER, id="a truth is not one"),
    ],
)
def test_a_number_is_read_as_people_write_it(entry: object, on_a_scale: object, as_a_number: object) -> None:
    assert value(field_of(FieldKind.SCALE, low=0, high=10), entry) == on_a_scale
    assert value(field_of(FieldKind.NUMBER, low=0, high=10), entry) == as_a_number


def test_a_thousand_may_have_a_space() -> None:
    assert value(field_of(FieldKind.NUMBER), "1\u00a0000") == 1000
    assert value(field_of(FieldKind.NUMBER), "1 000,5") == 1000.5


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({}, id="absent"),
        pytest.param({"f": None}, id="none"),
        pytest.param({"f": ""}, id="empty"),
        pytest.param({"f": " \n\t\u00a0"}, id="blank"),
        pytest.param({"f": []}, id="an empty list"),
    ],
)
@pytest.mark.parametrize("kind", FieldKind)
def test_no_answer_is_missing_only_where_one_is_required(kind: FieldKind, entry: dict[str, object]) -> None:
    required, optional = (Form(title="Yksi", fields=(field_of(kind, required=needed),)) for needed in (True, False))

    assert checked(required, entry) == Checked(values={}, faults=(fault(FaultKind.MISSING),))
    assert checked(optional, entry) == Checked(values={}, faults=())


def test_nought_and_no_are_answers() -> None:
    for kind, entry, expected in ((FieldKind.NUMBER, 0, 0), (FieldKind.YES_NO, False, False)):
        assert checked(Form(title="Yksi", fields=(field_of(kind),)), {"f": entry}).values == {"f": expected}


def test_entries_for_fields_that_the_form_does_not_have_are_left_out() -> None:
    form = Form(title="Yksi", fields=(field_of(FieldKind.TEXT),))

    assert checked(form, {"f": "a", "sparri": {"v": 1}, "other": "b"}).values == {"f": "a"}


def test_a_field_is_found_by_its_name() -> None:
    form = Form(title="Yksi", fields=(field_of(FieldKind.TEXT),))

    assert form.field("f") is form.fields[0]
    assert form.field("g") is None


def test_a_field_of_its_own_length_has_that_bound() -> None:
    short = Field(name="f", kind=FieldKind.LONG_TEXT, label="?", matter=Matter.REFLECTION, longest=3)

    assert value(short, "neljä") == Fault(field="f", kind=FaultKind.TOO_LONG, low=0, high=3)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
ALMOST = st.sampled_from(["a,b", "-", "+-1", "1.", "0001", "٣", "2026-W48-5", "20261127", "true ", "\ud800"])


@given(kind=st.sampled_from(list(FieldKind)), entry=ANY_JSON | ALMOST)
def test_no_entry_breaks_a_form_and_a_value_is_read_as_itself(kind: FieldKind, entry: object) -> None:
    form = Form(title="Yksi", fields=(field_of(kind, low=0, high=10),))

    first = checked(form, {"f": entry})

    assert len(first.values) + len(first.faults) == 1
    again = checked(form, first.values)
    assert again.values == first.values
