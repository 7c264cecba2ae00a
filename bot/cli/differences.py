"""What loading a programme would change, in an administrator's words."""

from collections.abc import Iterator

from bot.programme_loading import Loading
from coaching.changes import Changed, SessionChange
from coaching.people import Language, in_language
from dialogs.changes import sentence

#: Sessions or elements that are named; the others are counted.
MOST_NAMED = 30


def lines(loading: Loading) -> Iterator[str]:
    """The difference, one thing a line; the last one says what happens to people."""
    programme = loading.programme
    name = in_language(programme.name, Language.EN)
    if loading.before is None or not loading.before.revision:
        yield f"{name} ({programme.id}) is new: {programme.starts:%Y-%m-%d} to {programme.ends:%Y-%m-%d}."
        yield f"  {counted(len(programme.sessions), 'session')}, {counted(len(programme.elements), 'element')}"
    else:
        yield f"{name} ({programme.id}), from revision {loading.before.revision} to {loading.before.revision + 1}:"
        yield from _different(loading)
    yield summary(loading)


def summary(loading: Loading) -> str:
    """What happens to messages and people, in one line."""
    seen = loading.foreseen
    parts = [
        f"{counted(seen.moved, 'message')} {'moves' if seen.moved == 1 else 'move'}",
        f"{seen.withdrawn} {'disappears' if seen.withdrawn == 1 else 'disappear'}",
        *([f"{seen.added} {'is' if seen.added == 1 else 'are'} new"] if seen.added else []),
        *([f"{seen.taken_up_again} come again"] if seen.taken_up_again else []),
        f"0 already sent are touched ({seen.sent} stay as they are)" if seen.sent else "0 already sent are touched",
    ]
    notice = f"{people(loading.told)} {'gets' if loading.told == 1 else 'get'} one notice"
    return f"{', '.join(parts)}; {notice}."


def counted(number: int, what: str) -> str:
    """So many of something: "1 session", "2 sessions"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def people(number: int) -> str:
    """So many people."""
    return "1 person" if number == 1 else f"{number} people"


def _different(loading: Loading) -> Iterator[str]:
    change, zone = loading.change, loading.programme.timezone
    for each in change.sessions[:MOST_NAMED]:
        yield f"  {_session(each, loading, zone)}"
    if len(change.sessions) > MOST_NAMED:
        yield f"  and {counted(len(change.sessions) - MOST_NAMED, 'more session')}"
    for what, ids in {
        "new": change.elements_added,
        "gone": change.elements_removed,
        "changed": change.elements_changed,
    }.items():
        if ids:
            rest = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
            yield f"  elements, {what}: {', '.join(ids[:MOST_NAMED])}{rest}"
    if loading.taken_back:
        numbers = ", ".join(str(number) for number in loading.taken_back)
        yield f"  A coach has changed session {numbers} in the chat since a file was loaded: this takes that back."
    if change.other:
        yield f"  also different: {', '.join(change.other)}"


def _session(change: SessionChange, loading: Loading, zone: str) -> str:
    if change.what == {Changed.WORDS}:
        return f"Session {change.number}: other words, speakers or materials; nobody is told of it now."
    return sentence(Language.EN, change, loading.programme, zone)
