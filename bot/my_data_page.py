"""The page of somebody's own data: what is stored of them, for them to read. Plain HTML, without scripts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from bot import my_data_others as others
from bot.my_data_others import Clock, Row, Rows, leaves, listed, small
from coaching.asks import AskKind, Element
from coaching.forms import Field, Form
from coaching.hours import Hours
from coaching.people import Language, Person, in_language
from coaching.shares import Thing
from dialogs import assignment, catalogue, weeks
from dialogs.wording import hour_in_words, t
from storage.asks import element_of
from storage.cards import Face
from storage.own_data import GIVEN

#: What is told of the person at the top, by the columns' names, where there is something.
_OF_PERSON = ("name", "email", "unit", "manager", "timezone", "country")
#: What has a part of the page of its own. Of the rest there stand the words that the person wrote, if there are any,
#: and how much else there is.
_OF_ASKS = frozenset({"asks", "submissions", "answers", "drafts", "assignments", "goals", "plan_asks"})
_OF_OTHERS = frozenset({"errands", "shares", "readings", "pools", "broadcasts", "proposals"})
_TOLD = frozenset({"people", "members"}) | _OF_ASKS | _OF_OTHERS
_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
h2{margin-top:2.5rem;border-bottom:1px solid #bbb}h3{margin:1.5rem 0 .2rem}dt{font-weight:600;margin-top:.5rem}
dd{margin:0 0 .3rem;white-space:pre-wrap}.when{color:#555}"""


def page(person: Person, rows: Rows, made_at: datetime) -> str:
    """The whole page, in the person's language and with times on their own clock."""
    clock = Clock(language=person.language, zone=ZoneInfo(person.timezone))
    writer = _Page(rows, clock)
    language = person.language
    title = t(language, "my_data.title")
    parts = [
        f"<p>{escape(t(language, 'my_data.made', when=clock.when(made_at.isoformat())))}</p>",
        *_section(t(language, "my_data.you"), writer.of_person()),
        *_section(t(language, "my_data.programmes"), writer.programmes()),
        *_section(t(language, "my_data.asked"), writer.asked()),
        *_section(t(language, "my_data.messages"), writer.messages()),
        *_section(t(language, "my_data.team_asked"), others.asked_of_team(rows, clock)),
        *_section(t(language, "my_data.talks"), others.talks(rows, clock, person.id)),
        *_section(t(language, "my_data.shares"), others.shared(rows, clock, writer.title_of)),
        *_section(t(language, "my_data.readings"), others.readings(rows, clock, writer.title_of, person.id)),
        *_section(t(language, "my_data.coached"), others.coached(rows, clock)),
        *_section(t(language, "my_data.words"), writer.other_words()),
        *_section(t(language, "my_data.rest"), writer.rest()),
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    body = f"<h1>{escape(title)}</h1>{''.join(parts)}"
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>\n'


def _section(title: str, parts: Iterator[str]) -> list[str]:
    body = "".join(parts)
    return [f"<h2>{escape(title)}</h2>{body}"] if body else []


class _Page:
    """Writes the parts of one person's page."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._clock = clock
        self._language = clock.language
        self._rows = rows
        self._asks = {row["id"]: row for row in rows["asks"]}
        self._goals = {row["ask_id"]: row["number"] for row in rows["goals"]}
        self._by_ask: dict[str, dict[int, list[Row]]] = {}
        for name in ("answers", "drafts", "assignments"):
            by_ask = defaultdict(list)
            for row in rows[name]:
                by_ask[row["ask_id"]].append(row)
            self._by_ask[name] = by_ask

    def title_of(self, name: str) -> str:
        """What a thing that can be shared is called, by its name; the name where what it was of is gone."""
        thing = Thing.named(name)
        row = self._asks.get(thing.subject_id)
        if row is None or row["content"] is None:
            return name
        form = self._form(row, _about_all(row["kind"]))
        title = self._titled(row, form)
        if thing.field is None:
            return title
        label = next((_label(field, "") for field in form.fields if field.name == thing.field), thing.field)
        return t(self._language, "share.part", title=title, label=label)

    def of_person(self) -> Iterator[str]:
        """Who they are, as far as it is known."""
        for row in self._rows["people"]:
            told = [(t(self._language, f"my_data.person.{name}"), row[name]) for name in _OF_PERSON if row[name]]
            yield listed([*told, *self._hours(row)])

    def _hours(self, row: Row) -> Iterator[tuple[str, str]]:
        """What they have said of when they work and when they want messages."""
        if row["day_starts"] and row["day_ends"] and row["weekdays"]:
            start, end = time.fromisoformat(row["day_starts"]), time.fromisoformat(row["day_ends"])
            hours = Hours(start=start, end=end, weekdays=frozenset(map(int, row["weekdays"])))
            yield t(self._language, "my_data.person.hours"), weeks.in_words(self._language, hours)
        if row["preferred"]:
            wish = hour_in_words(self._language, time.fromisoformat(row["preferred"]))
            yield t(self._language, "my_data.person.preferred"), wish

    def programmes(self) -> Iterator[str]:
        """The programmes that they take part in."""
        for row in self._rows["members"]:
            if row["programme_id"] is not None:
                name = in_language({Language(each): text for each, text in row["name"].items()}, self._language)
                joined = t(self._language, "my_data.joined", when=self._clock.when(row["joined_at"]))
                yield f'<p>{escape(name)}<br><span class="when">{escape(joined)}</span></p>'

    def asked(self) -> Iterator[str]:
        """What they were asked, what they gave to it, and what they have begun."""
        for row in self._rows["asks"]:
            if row["content"] is not None and (row["told_at"] or row["version"] or self._has_words(row["id"])):
                yield from self._ask(row)

    def messages(self) -> Iterator[str]:
        """What they and their coach have written to each other."""
        for row in self._rows["errands"]:
            if "words" in row:
                by = t(self._language, "my_data.by", name=row["by"], when=self._clock.when(row["created_at"]))
                yield listed([(by, row["words"])])

    def other_words(self) -> Iterator[str]:
        """Whatever else the person wrote, which has no part of its own."""
        for name, given in GIVEN.items():
            if name in _TOLD:
                continue
            for row in self._rows[name]:
                words = [text for how in given.sealed.values() for text in leaves(row.get(how.into))]
                if words:
                    moment = next((row[at] for at in ("updated_at", "created_at") if row.get(at)), None)
                    yield listed([(self._clock.when(moment) if moment else "", "\n".join(words))])

    def rest(self) -> Iterator[str]:
        """What else there is, which is in the other file."""
        counted = [(name, len(rows)) for name, rows in self._rows.items() if rows and name not in _TOLD]
        if counted:
            yield f"<p>{escape(t(self._language, 'my_data.in_the_other'))}</p>"
            yield listed([(name, str(number)) for name, number in counted])

    def _has_words(self, ask_id: int) -> bool:
        return any(by_ask.get(ask_id) for by_ask in self._by_ask.values())

    def _ask(self, row: Row) -> Iterator[str]:
        yield f"<h3>{escape(self._titled(row, self._form(row)))}</h3>"
        if row["told_at"]:
            yield small(t(self._language, "my_data.told", when=self._clock.when(row["told_at"])))
        for version, answers in sorted(self._versions(row["id"]).items(), reverse=True):
            given = {answer["field"]: answer["value"] for answer in answers}
            when = self._clock.when(answers[0]["created_at"])
            yield small(t(self._language, "my_data.version", number=version, when=when))
            about = _about_all(row["kind"]) or assignment.about_of(given)
            yield self._fields(self._form(row, about), given)
        for draft in self._by_ask["drafts"].get(row["id"], ()):
            words = draft["words"] if isinstance(draft["words"], dict) else {"": {}}
            yield small(t(self._language, "my_data.draft", when=self._clock.when(draft["updated_at"])))
            yield self._fields(self._form(row, words.get("about", "")), words.get("entries", {}))
        for own in self._by_ask["assignments"].get(row["id"], ()):
            if isinstance(own.get("words"), dict):
                forms = [self._form(row, face) for face in (Face.DROP, Face.PLAN)]
                fields = tuple(field for form in forms for field in form.fields)
                yield self._fields(Form(title="", fields=fields), own["words"])

    def _form(self, row: Row, about: str = "") -> Form:
        return catalogue.form_of(_element(row), self._language, about=about)

    def _titled(self, row: Row, form: Form) -> str:
        number = self._goals.get(row["id"])
        return form.title if number is None else t(self._language, "plan.goal", number=number)

    def _versions(self, ask_id: int) -> dict[int, list[Row]]:
        versions = defaultdict(list)
        for answer in self._by_ask["answers"].get(ask_id, ()):
            versions[answer["version"]].append(answer)
        return versions

    def _fields(self, form: Form, given: Mapping[str, Any]) -> str:
        """In the order of the form; what the form has no more comes last, under the name that it had."""
        known = {field.name: field for field in form.fields}
        names = [*(name for name in known if name in given), *(name for name in given if name not in known)]
        return listed([(_label(known.get(name), name), self._value(known.get(name), given[name])) for name in names])

    def _value(self, field: Field | None, value: Any) -> str:
        if isinstance(value, bool):
            return t(self._language, "my_data.yes" if value else "my_data.no")
        labels = {choice.id: choice.label for choice in field.choices} if field is not None else {}
        several = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(each, str(each)) for each in several)


def _label(field: Field | None, name: str) -> str:
    return field.label if field is not None else name


def _element(row: Row) -> Element:
    return element_of(
        id=row["source_id"],
        programme_id=row["programme_id"],
        key=row["key"],
        kind=row["kind"],
        content=row["content"],
    )


def _about_all(kind: str) -> str:
    """Which of its questions are all that it asks; empty where that depends on the answers."""
    return "whole" if kind == AskKind.PLAN else ""
