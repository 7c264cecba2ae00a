"""Changes: what people are told when the sessions of their programme change, all of it in one message."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from coaching.changes import Changed, SessionChange
from coaching.people import Language, in_language
from coaching.programmes import Mode, Programme, Session
from coaching.sessions import facts_of
from dialogs.wording import moment_in_words, span_in_words, t


def title(language: Language, changes: Sequence[SessionChange]) -> str:
    """What has happened, in a few words."""
    kinds = {_kind(change) for change in changes}
    kind = kinds.pop() if len(kinds) == 1 else "several"
    return t(language, f"changes.title.{kind}", count=len(changes))


def words(language: Language, changes: Sequence[SessionChange], programme: Programme, zone: str) -> str:
    """Each change in a paragraph of its own. zone: the one that times are told in."""
    return "\n\n".join(sentence(language, each, programme, zone) for each in changes)


def sentence(language: Language, change: SessionChange, programme: Programme, zone: str) -> str:
    """One session's change, with its old and its new time where it has moved."""
    after = change.after
    gaps: dict[str, object] = {
        "number": change.number,
        "title": in_language(after.title, language),
        "when": moment_in_words(language, _times(after, programme, zone)[0]),
        "after": span_in_words(language, *_times(after, programme, zone)),
        "place": in_language(after.place, language),
    }
    if change.before is not None:
        gaps["before"] = span_in_words(language, *_times(change.before, programme, zone))
    return " ".join(t(language, f"changes.{key}", **gaps) for key in _keys(change))


def _times(session: Session, programme: Programme, zone: str) -> tuple[datetime, datetime]:
    facts = facts_of(programme, session)
    return facts.starts.astimezone(ZoneInfo(zone)), facts.ends.astimezone(ZoneInfo(zone))


def _keys(change: SessionChange) -> list[str]:
    keys = [str(what) for what in (Changed.ADDED, Changed.CANCELLED, Changed.TIME) if what in change.what]
    has_place = any(change.after.place.values())
    if Changed.MODE in change.what:
        mode = change.after.mode
        keys.append("room_there" if mode is Mode.ROOM and has_place else str(mode))
    elif Changed.PLACE in change.what:
        keys.append("place" if has_place else "no_place")
    elif Changed.LINK in change.what:
        keys.append("link" if change.after.link else "no_link")
    return keys


def _kind(change: SessionChange) -> str:
    """What all changes of a message have in common, if they have it."""
    if len(_keys(change)) > 1 or {"no_place", "no_link"} & set(_keys(change)):
        return "several"
    if Changed.MODE in change.what:
        return str(change.after.mode)
    return str(next(iter(sorted(change.what - {Changed.WORDS}))))
