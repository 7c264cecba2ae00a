"""Programmes checked: the faults of the file and of what it says, in words, with their lines."""

from dataclasses import dataclass
from pathlib import Path

from bot.programme_files import FileFault, ProgrammeFile, ProgrammeRefused, nearest, read_file, where
from bot.programme_values import shown
from coaching.programme_checks import Fault, FaultKind, Severity, faults
from coaching.programmes import Programme
from coaching.text_checks import LEAST_POOLED, LONGEST_BEFORE, LONGEST_IN_CHECK_IN, MOST_BESIDE
from storage.public_holidays import public_holidays

_WHAT_TO_DO = {
    FaultKind.MISSING_LANGUAGE: "no text in {value}, where the one in {others} is shown instead; write it",
    FaultKind.LONG_TEXT: f"{{number}} characters ({{value}}) before anything is asked; shorten it to {LONGEST_BEFORE}",
    FaultKind.UNKNOWN_TIMEZONE: "{shown} is not a time zone; write its IANA name, such as Europe/Helsinki",
    FaultKind.UNKNOWN_COUNTRY: "no public holidays are known of {shown}; write a country's two letters, such as FI",
    FaultKind.NOT_HTTPS: "{shown} is no link that people can trust; write one that begins with https://",
    FaultKind.DUPLICATE_ID: "{shown} is there already, further up; give this one another",
    FaultKind.REVERSED_DATES: "{value} is before the first day; mend one of the two",
    FaultKind.ENDLESS: "the programme lasts {number} years; mend the dates",
    FaultKind.OUTSIDE_PROGRAMME: "{value} is not within the programme; mend it, or the programme's dates",
    FaultKind.BROUGHT_UP_OUTSIDE: "it is brought up on {value}, outside the programme; is that so meant?",
    FaultKind.OVERLAP: "session {number} of the same people is at the same time; move one of them",
    FaultKind.UNKNOWN_GROUP: "there is no group {shown}; {nearest}",
    FaultKind.NOBODY: "an audience without roles is nobody; write at least one, or leave roles out",
    FaultKind.NO_SESSION: "no session is of the people whom it is for; mend each, its audience or the sessions' groups",
    FaultKind.UNKNOWN_ANCHOR: "{value} is not in this file; {nearest}",
    FaultKind.NEVER_ANSWERED: "{value} never comes, as that asks for no answer; name an element that does",
    FaultKind.NO_PLAN: "{value} comes only for those who make a plan unasked; add an element of kind plan",
    FaultKind.WITHOUT_EACH: "{value} is known only with each: session; add that, or name a session by its number",
    FaultKind.CIRCLE: "these wait for one another's answers: {value}; anchor one of them to something else",
    FaultKind.EXACT_WITH_DAY: "{value} is exact, so it goes with neither time nor skip; leave them out, or use days",
    FaultKind.UNKNOWN_REFERENCE: "there is no {shown} that it could mean; {nearest}",
    FaultKind.REPEAT_ENDS: "a repeat ends in one way; write either times or until",
    FaultKind.REPEAT_STEP: "{value} is no step from one day to a later one; write at least +1 day",
    FaultKind.REPEAT_AND_EACH: "it comes with each session already; leave out repeat, or each",
    FaultKind.LOW_THRESHOLD: f"of {{number}} answers each shows through; write {LEAST_POOLED} or more",
    FaultKind.LINK_OR_ITEMS: "it is either elsewhere or here; write link, or else items",
    FaultKind.SURVEY_CLOSES: "it is counted once it closes for all; write closes, by programme, session or window",
    FaultKind.SURVEY_BY_NAME: "nobody gets it, as Sparri does not send surveys with items and names yet; write"
    " anonymous: true, or link in place of items",
    FaultKind.ITEMS_OF_INSTRUMENT: "nobody gets it, as Sparri does not send assessments with items of their own yet;"
    " write link in place of items",
    FaultKind.TOO_MANY_QUESTIONS: "{number} questions beside those about each goal are too many for one card; leave "
    f"{MOST_BESIDE}",
    FaultKind.LONG_QUESTION: f"{{number}} characters in a question of a check-in; shorten it to {LONGEST_IN_CHECK_IN}",
    FaultKind.CHOICES: "single_choice and multiple_choice have two choices or more, other kinds none; mend the choices",
    FaultKind.SCALE_ENDS: "a scale goes from lowest up to highest; write both, the smaller one first",
    FaultKind.NEVER_SENT: "{which} can never be sent: from {value} on no working hour comes before it is over;"
    " bring it up earlier, or end it later",
    FaultKind.DUE_TOO_EARLY: "it is due on {value}, before it is brought up; mend due, or at",
    FaultKind.TOO_MANY_ASKS: "in week {value}{weeks}, {others} make more visits than rules.dose.most_a_week; move one",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A programme that can be loaded, and what is doubtful in it all the same."""

    programme: Programme
    warnings: tuple[FileFault, ...] = ()


def checked(path: Path) -> Checked:
    """The programme of the file at *path*, read and checked. Raises ProgrammeRefused with every fault, warnings too."""
    file = read_file(path)
    found = sorted((_told(fault, file) for fault in _found(file)), key=lambda fault: fault.line or 0)
    if any(fault.severity is Severity.ERROR for fault in found):
        raise ProgrammeRefused(path, found)
    return Checked(programme=file.programme, warnings=tuple(found))


def _found(file: ProgrammeFile) -> list[Fault]:
    return faults(file.programme, holidays=public_holidays)


def _told(fault: Fault, file: ProgrammeFile) -> FileFault:
    return FileFault(
        line=file.page.line_of(fault.path), where=where(fault.path), what=in_words(fault), severity=fault.severity
    )


def in_words(fault: Fault) -> str:
    """What is wrong, and what to do."""
    return _WHAT_TO_DO[fault.kind].format(
        value=fault.value,
        shown=shown(fault.value),
        others=", ".join(fault.others),
        number=fault.number,
        nearest=_nearest(fault),
        weeks=f" and {fault.number} more" if fault.number else "",
        which="it" if fault.number is None else f"number {fault.number} of it",
    )


def _nearest(fault: Fault) -> str:
    """Of an anchor only the name in the middle is compared: `session.4.start` has 4."""
    name = fault.value.split(".")[1] if fault.kind is FaultKind.UNKNOWN_ANCHOR else fault.value
    return nearest(name, fault.others)
