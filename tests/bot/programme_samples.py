"""Small programme files, and what is wrong with them."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
SHIPPED = sorted((HOUSE / "programmes").glob("*.yaml"))
SMALL = """\
id: small
name: Pieni
languages: [fi]
timezone: Europe/Helsinki
starts: 2027-02-01
ends: 2027-06-18
"""
SESSION = """\
sessions:
  - number: 1
    title: Alku
    starts: 2027-02-04 09:00
    length: 3 h 30 min
    mode: virtual
"""
ELEMENT = """\
elements:
  - id: rush
    kind: reflection
    title: Kiire
    at: {anchor: programme.start}
"""
DISCUSSION = ELEMENT.replace("reflection", "discussion") + "    window: autumn\n"


def the_example() -> str:
    """The file that the documentation shows."""
    found = re.search(
        r"```yaml\n(.*?)```", (HOUSE / "docs" / "programme-files.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert found
    return found[1]


#: What is added to a small programme, or put in place of what; the fault's line, and a part of what is told of it.
FAULTS: list[tuple[str, str, int, str]] = [
    ("id: small", "id: Small one", 1, "id: 'Small one' is not an id; write small letters a-z"),
    ("id: small\n", "", 1, "id: the key is missing; write it"),
    ("name: Pieni", "name:", 2, "name: the value is empty; write it, or leave the key out"),
    ("name: Pieni", "name: [a]", 2, "name: keys of its own belong here"),
    ("name: Pieni", "name: {fi: Pieni, ru: x}", 2, "name.ru: there is no such key here; write one of fi, sv, en"),
    ("name: Pieni", "name: {}", 2, "name: no text stands here; write one in each language"),
    ("name: Pieni", "nmae: Pieni", 2, "nmae: there is no such key here; did you mean name?"),
    ("name: Pieni", "name: Pieni\nname: Iso", 3, "name: the key is on line 2 already; keep one of them"),
    ("[fi]", "[fi, fr]", 3, "languages[2]: 'fr' is not known here; write one of fi, sv, en"),
    ("[fi]", "[]", 3, "languages: the list is empty; write at least one"),
    ("[fi]", "fi", 3, "languages: a list belongs here"),
    ("2027-02-01", "1.2.2027", 5, "starts: '1.2.2027' is not a date; write it as 2027-02-04"),
    ("2027-02-01", "2027-02-29", 5, "starts: '2027-02-29' is no day of the calendar"),
    ("2027-02-01", "0027-02-01", 5, "write a year from 2000 to 2099"),
    ("", "rules: {holidays: [FI]}\n", 7, "rules.holidays: one value stands here, not a list"),
    ("", "rules: {holidays: Suomi}\n", 7, "rules.holidays: 'Suomi' is not a country; write its two capital letters"),
    ("", "rules:\n  hours: {start: 8.30}\n", 8, "rules.hours.start: '8.30' is not a time; write it as \"09:30\""),
    ("", "rules:\n  hours: {start: 17:00}\n", 8, "rules.hours: hours end after they start"),
    ("", "rules: {hours: {weekdays: [mon, Ti]}}\n", 7, "weekdays[2]: 'Ti' is not a weekday; write mon, tue"),
    ("", "rules: {dose: {most_a_week: -1}}\n", 7, "'-1' is not a whole number; write it in digits"),
    ("", "rules: {dose: {most_a_week: 0}}\n", 7, "rules.dose: a dose is at least one visit"),
    ("", "rules: {dose: {merge_within: 4}}\n", 7, "'4' is not a duration; write it as 3 h 30 min, 4 h or 15 min"),
    ("", "breaks: [{first: 2027-03-01, last: 2027-03-05, yearly: yes}]\n", 7, "'yes' is not true or false"),
    ("", SESSION.replace("09:00", "9:00"), 10, "sessions[1].starts: '2027-02-04 9:00' is not a date and time"),
    ("", SESSION.replace("3 h 30 min", "0 min"), 11, "sessions[1].length: '0 min' is no length of a session"),
    ("", SESSION.replace("virtual", "Virtual"), 12, "mode: 'Virtual' is not known here; did you mean virtual?"),
    ("", SESSION + "    sequence: 3\n", 13, "sessions[1].sequence: there is no such key here"),
    ("", SESSION + "    coach: kaisa\n", 13, "sessions[1].coach: 'kaisa' is not an e-mail address"),
    ("", "sessions: [Alku]\n", 7, "sessions[1]: keys of its own belong here"),
    (
        "",
        ELEMENT.replace("reflection", "reflektio"),
        9,
        "kind: 'reflektio' is no kind of element; did you mean reflection?",
    ),
    ("", ELEMENT.replace("    kind: reflection\n", ""), 8, "elements[1]: the kind is missing"),
    ("", ELEMENT.replace("    title: Kiire\n", ""), 8, "elements[1].title: the key is missing"),
    ("", ELEMENT.replace("programme.start", "session.0.end"), 11, "anchor: 'session.0.end' is not an anchor"),
    ("", ELEMENT.replace(".start", ".start, offset: 1 day"), 11, "offset: '1 day' is not an offset; an offset"),
    (
        "",
        ELEMENT.replace(".start", ".start, time: 9.30"),
        11,
        "at.time: '9.30' is not a time; write it as \"09:30\", or write person",
    ),
    (
        "",
        ELEMENT.replace(".start", ".start, skip: [leaves]"),
        11,
        "at.skip[1]: 'leaves' is not known here; did you mean leave?",
    ),
    (
        "",
        ELEMENT + "    questions: [{id: a, txt: Mitä?}]\n",
        12,
        "questions[1].txt: there is no such key here; did you mean text?",
    ),
    ("", ELEMENT + "    steps: []\n", 12, "elements[1].steps: there is no such key here"),
    ("", DISCUSSION + "    preparation: {boss: []}\n", 13, "elements[1].preparation.boss: 'boss' is not known here"),
    ("", "objectives: ['" + "x" * 5_001 + "']\n", 7, "the text is 5001 characters long; shorten it to 5000"),
    ("", 'objectives: ["a\\u0007b"]\n', 7, "objectives[1]: a character here cannot be seen"),
]
