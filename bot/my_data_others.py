"""What leads to others, on the page of somebody's own data: what they share and who read it, their discussions, what
they asked their team, and what they sent or changed as a coach.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from coaching.access import Audience
from coaching.people import Language, in_language
from coaching.talks import TalkKind
from dialogs.share_cards import to_in_words
from dialogs.wording import date_in_words, in_a_row, moment_in_words, t

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How the page tells the time: in its reader's language, on their clock."""

    language: Language
    zone: ZoneInfo

    def when(self, moment: str) -> str:
        """A stored moment."""
        return moment_in_words(self.language, datetime.fromisoformat(moment).astimezone(self.zone))

    def day(self, day: str) -> str:
        """A stored day."""
        return date_in_words(self.language, date.fromisoformat(day))


def listed(told: Sequence[tuple[str, str]]) -> str:
    """Names and what they stand for."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in told)
    return f"<dl>{rows}</dl>" if rows else ""


def small(text: str) -> str:
    """A line that stands back."""
    return f'<p class="when">{escape(text)}</p>'


def leaves(value: object) -> Iterator[str]:
    """All that is said in a stored value, however it is kept."""
    match value:
        case None | "":
            return
        case Mapping():
            for each in value.values():
                yield from leaves(each)
        case list() | tuple():
            for each in value:
                yield from leaves(each)
        case _:
            yield str(value)


def shared(rows: Rows, clock: Clock, title_of: Callable[[str], str]) -> Iterator[str]:
    """What the person shares or shared: what, with whom, until when. title_of: what a thing is called, by its name."""
    for row in rows["shares"]:
        things = in_a_row(clock.language, [title_of(name) for name in row["things"]])
        audience = Audience(row["audience"]) if row["audience"] else None
        told = [t(clock.language, "my_data.share.to", whom=to_in_words(clock.language, audience, row["with"] or ""))]
        if row["shared_at"] is None or audience is None:
            told = [t(clock.language, "my_data.share.never")]
        elif row["revoked_at"] is not None:
            told.append(t(clock.language, "my_data.share.taken_back", when=clock.when(row["revoked_at"])))
        elif row["ends_at"] is not None:
            last = datetime.fromisoformat(row["ends_at"]) - timedelta(seconds=1)
            told.append(t(clock.language, "my_data.share.until", when=clock.when(last.isoformat())))
        yield listed([(things or t(clock.language, "my_data.share.nothing"), " ".join(told))])


def readings(rows: Rows, clock: Clock, title_of: Callable[[str], str], person_id: int) -> Iterator[str]:
    """Who opened what of the person's and when; and whose the person opened."""
    for row in rows["readings"]:
        is_own = row["owner_id"] == person_id
        name = row["reader"] if is_own else row["owner"]
        key = "my_data.read.by" if is_own else "my_data.read.of"
        things = in_a_row(clock.language, [title_of(each) for each in row["things"]]) if is_own else ""
        yield listed([(t(clock.language, key, name=name, when=clock.when(row["at"])), things)])


def talks(rows: Rows, clock: Clock, person_id: int) -> Iterator[str]:
    """The person's discussions: with whom, and where each stands."""
    language = clock.language
    for row in rows["talks"]:
        other = row["manager"] if row["participant_id"] == person_id else row["participant"]
        title = t(language, "talk.follow_up.title")
        if row["kind"] != TalkKind.FOLLOW_UP and row["content"] is not None:
            title = _titled(row["content"], language)
        told = [t(language, "my_data.talk.days", first=clock.day(row["first"]), last=clock.day(row["last"]))]
        told += [
            t(language, f"my_data.talk.{name}", when=clock.day(row[name]))
            for name in ("booked_for", "held_on")
            if row[name] is not None
        ]
        if row["confirmed_at"] is not None:
            told.append(t(language, "my_data.talk.confirmed", when=clock.when(row["confirmed_at"])))
        yield listed([(t(language, "my_data.talk.with", title=title, name=other), " ".join(told))])


def asked_of_team(rows: Rows, clock: Clock) -> Iterator[str]:
    """What the person asked their team, and what came of it."""
    language = clock.language
    for row in rows["pools"]:
        title = _titled(row["content"], language) if row["content"] is not None else ""
        until = t(language, "my_data.team.until", when=clock.when(row["closes_at"]))
        asked = _questions(row["content"], language)
        told = [until, *asked, *(f"– {each}" for each in _voices(row.get("answers")))]
        yield listed([(title, "\n".join(told))])


def coached(rows: Rows, clock: Clock) -> Iterator[str]:
    """What the person wrote as a coach: to people of a programme, and into what changed it."""
    for name in ("broadcasts", "proposals"):
        for row in rows[name]:
            words = "\n".join(leaves(row["entries"]))
            if words:
                yield listed([(clock.when(row["created_at"]), words)])


def _titled(content: Mapping[str, Any], language: Language) -> str:
    return in_language({Language(each): words for each, words in content["title"].items()}, language)


def _voices(answers: object) -> Iterator[str]:
    """What was answered, with the names of those who wanted theirs there."""
    if not isinstance(answers, Mapping):
        yield from leaves(answers)
        return
    for voice in answers.get("voices", ()):
        said = ", ".join(leaves(voice["value"]))
        yield f"{said} ({voice['by']})" if voice.get("by") else said


def _questions(content: Mapping[str, Any] | None, language: Language) -> list[str]:
    """The question in the reader's language, where the source has one."""
    asked = ((content or {}).get("pooled") or {}).get("question") or {}
    words = {Language(each): said for each, said in (asked.get("text") or {}).items()}
    return [in_language(words, language)] if words else []
