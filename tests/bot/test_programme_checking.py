"""Checking a programme's file: what is wrong with what it says is told in words, with its line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.programme_checking import checked, in_words
from bot.programme_files import ProgrammeRefused
from coaching.programme_checks import Fault, FaultKind
from tests.bot.programme_samples import DISCUSSION, ELEMENT, SESSION, SHIPPED, SMALL, the_example

MONTHLY = """\
    repeat: {every: +1 month, until: {anchor: programme.end}}
    closes: {anchor: programme.start, offset: +1 h}
"""
FOUR = ELEMENT + "".join(
    ELEMENT.removeprefix("elements:\n").replace("rush", f"rush-{day}").replace(".start", f".start, offset: +{day} days")
    for day in (1, 2, 3)
)
LONG = "x" * 351


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            SMALL.replace("Helsinki", "Helsingfors"),
            "4 timezone: 'Europe/Helsingfors' is not a time zone; write its IANA name, such as Europe/Helsinki",
            id="zone",
        ),
        pytest.param(
            SMALL + "rules:\n  holidays: XX\n",
            "8 rules.holidays: no public holidays are known of 'XX'; write a country's two letters, such as FI",
            id="country",
        ),
        pytest.param(
            SMALL + SESSION.replace("02-04", "07-04"),
            "10 sessions[1].starts: 2027-07-04 is not within the programme; mend it, or the programme's dates",
            id="date",
        ),
        pytest.param(
            SMALL + SESSION + SESSION.removeprefix("sessions:\n").replace("number: 1", "number: 2"),
            "15 sessions[2].starts: session 1 of the same people is at the same time; move one of them",
            id="overlap",
        ),
        pytest.param(
            SMALL + SESSION + ELEMENT.replace("programme", "session.2"),
            "17 elements[1].at.anchor: session.2.start is not in this file; write one of 1",
            id="anchor",
        ),
        pytest.param(
            SMALL + DISCUSSION + "windows:\n  - {id: autum, first: 2027-03-01, last: 2027-03-31}\n",
            "12 elements[1].window: there is no 'autumn' that it could mean; did you mean autum?",
            id="reference",
        ),
        pytest.param(
            SMALL + ELEMENT.replace("programme.start", "ask.rush.answered"),
            "8 elements[1]: these wait for one another's answers: rush → rush; anchor one of them to something else",
            id="circle",
        ),
        pytest.param(
            SMALL + ELEMENT + f"    intro: {LONG}\n",
            "12 elements[1].intro: 351 characters (fi) before anything is asked; shorten it to 350",
            id="long text",
        ),
        pytest.param(
            SMALL + ELEMENT + "    late: +1 h\n",
            "11 elements[1].at: it can never be sent: from 2027-02-01 on no working hour comes before it is over; bring"
            " it up earlier, or end it later",
            id="never sent",
        ),
        pytest.param(
            SMALL + ELEMENT + MONTHLY,
            "11 elements[1].at: number 1 of it can never be sent: from 2027-02-01 on no working hour comes before it"
            " is over; bring it up earlier, or end it later",
            id="never sent of several",
        ),
        pytest.param(
            SMALL + FOUR,
            "23 elements[4].at: in week 2027-W05, rush, rush-1, rush-2, rush-3 make more visits than"
            " rules.dose.most_a_week; move one",
            id="dose",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_to_do(tmp_path: Path, content: str, expected: str) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(content)

    with pytest.raises(ProgrammeRefused) as refusal:
        checked(file)

    assert [f"{fault.line} {fault.where}: {fault.what}" for fault in refusal.value.faults] == [expected]


def test_a_fault_in_what_was_left_out_is_told_at_the_line_around_it(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(SMALL + ELEMENT.replace("reflection", "survey"))

    with pytest.raises(ProgrammeRefused) as refusal:
        checked(file)

    assert [(fault.line, fault.where) for fault in refusal.value.faults] == [(8, "elements[1]")]


def test_the_documented_example_has_no_faults(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(the_example(), encoding="utf-8")

    assert checked(file).warnings == ()


def test_warnings_are_told_beside_the_programme(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(SMALL.replace("[fi]", "[fi, en]"))

    found = checked(file)

    assert found.programme.id == "small"
    assert [warning.line for warning in found.warnings] == [2]


NAMED = """\
elements:
  - id: pulse
    kind: survey
    title: {fi: Kysely}
    at: {anchor: programme.start}
    closes: {anchor: programme.end}
    anonymous: false
    items: [{id: role, text: {fi: Roolini on selkeä}}]
  - id: strengths
    kind: instrument
    title: {fi: Vahvuudet}
    at: {anchor: programme.start, offset: +2 weeks}
    items: [{id: calm, text: {fi: Olen rauhallinen}}]
"""


def test_that_nobody_gets_what_is_not_sent_yet_is_told_and_the_programme_can_be_loaded(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(SMALL + NAMED, encoding="utf-8")

    found = checked(file)

    by_name, items = (f"{warning.where}: {warning.what}" for warning in found.warnings)
    assert by_name == (
        "elements[1]: nobody gets it, as Sparri does not send surveys with items and names yet; write"
        " anonymous: true, or link in place of items"
    )
    assert items == (
        "elements[2]: nobody gets it, as Sparri does not send assessments with items of their own yet; write link"
        " in place of items"
    )


@pytest.mark.parametrize("kind", FaultKind)
def test_a_fault_of_each_kind_has_words_that_say_what_to_do(kind: FaultKind) -> None:
    told = in_words(Fault(path=("x",), kind=kind, value="session.9.start", others=("1",), number=2))

    assert "; " in told
    assert "{" not in told


TOKENS = st.sampled_from(["+1 workday", "-3 weeks", "+9999 months", "+15 min", "session.1.end", "session.each.start"])
LINES = {file.stem: file.read_text(encoding="utf-8").splitlines() for file in SHIPPED}


@given(
    which=st.sampled_from(sorted(LINES)), at=st.integers(0, 10_000), token=st.none() | TOKENS | st.just("2099-12-31")
)
@settings(max_examples=40)
def test_a_programme_with_a_slip_in_it_is_checked_or_refused(
    tmp_path: Path, which: str, at: int, token: str | None
) -> None:
    lines = LINES[which][:]
    line = lines.pop(at % len(lines))
    if token is not None:
        key, colon, _ = line.rpartition(": ")
        lines.insert(at % (len(lines) + 1), f"{key}{colon}{token}" + "}" * (line.count("}") - line.count("{") > -1))
    file = tmp_path / "p.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")

    try:
        told = checked(file).warnings
    except ProgrammeRefused as refusal:
        told = refusal.faults

    assert all(fault.what for fault in told)
