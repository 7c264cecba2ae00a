"""Lives: a programme's simulation, told person by person."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.previews.accounts import Account, Line, Message, Preview, Said, weeks_of
from bot.previews.sayings import Saying, Sayings, Text, visible
from coaching.anchors import Anchor, AnchorKind
from coaching.calendar import MIDNIGHT, start_of_day
from coaching.elements import PlanTemplate, Survey, is_sent
from coaching.hours import ONE_DAY, Diary
from coaching.people import Language, in_language
from coaching.placing import Placed
from coaching.programmes import Programme, break_days
from coaching.simulation import Answers, Fate, Life, Somebody, simulated
from coaching.visits import Part, Purpose, Waiting
from dialogs.wording import in_a_row, moment_in_words, t

#: Why something is later than planned; what is waited for anyway is no reason.
_REASONS = frozenset(Waiting) - {Waiting.NOT_OPEN_YET, Waiting.OVER, Waiting.ANSWER_AWAITED}
#: Told only where there is no other reason.
_USUAL = frozenset({Waiting.SPREAD, Waiting.MERGED_LATER, Waiting.PREFERRED_TIME})
_HOURS = frozenset({Waiting.OUTSIDE_HOURS})


def previewed(
    programme: Programme,
    people: Sequence[Somebody],
    *,
    until: date,
    answers: Answers,
    language: Language,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Preview:
    """The preview until the end of *until*, the programme's local date. progress: people done, of how many."""
    end = start_of_day(until + ONE_DAY, ZoneInfo(programme.timezone))
    lives = simulated(programme, people, until=end, answers=answers, progress=progress)
    return preview_of(programme, lives, until=until, answers=answers, language=language)


def preview_of(
    programme: Programme, lives: Sequence[Life], *, until: date, answers: Answers, language: Language
) -> Preview:
    """The preview of lives that were simulated so, until the end of *until*."""
    sayings = Sayings(programme, language)
    accounts = tuple(_Teller(programme, life, sayings, language).account(until) for life in lives)
    return Preview(
        programme=sayings.text(programme.name),
        language=language,
        first=min((programme.starts, *(message.at.date() for each in accounts for message in each.messages[:1]))),
        last=until,
        answers=answers,
        assumes_plans=answers is not Answers.NEVER
        and any(isinstance(each, PlanTemplate) for each in programme.elements),
        unsent=tuple(_unsent(programme, sayings, language)),
        accounts=accounts,
    )


def _unsent(programme: Programme, sayings: Sayings, language: Language) -> Iterable[Line]:
    """What Sparri does not send yet, and what to write so that it does."""
    for element in programme.elements:
        if not is_sent(element):
            key = "unsent_survey" if isinstance(element, Survey) else "unsent_instrument"
            yield Line(about=sayings.title_of(element.id), words=t(language, f"preview.{key}"))


class _Teller:
    """Tells one life."""

    def __init__(self, programme: Programme, life: Life, sayings: Sayings, language: Language) -> None:
        self._programme, self._life, self._sayings, self._language = programme, life, sayings, language
        self._fates = {fate.ask.id: fate for fate in life.fates}
        self._zone = life.somebody.enrolled.availability.zone
        self._roles = life.somebody.enrolled.roles

    def account(self, until: date) -> Account:
        """The whole of it, until the end of that date."""
        somebody = self._life.somebody
        messages = tuple(
            Message(at=visit.at.astimezone(self._zone), said=tuple(map(self._said, visit.parts)))
            for visit in self._life.visits
        )
        first = min((self._programme.starts, *(message.at.date() for message in messages)))
        days = [first + ONE_DAY * number for number in range((until - first).days + 1)]
        diary = Diary(somebody.enrolled.availability)
        breaks = break_days(self._programme)
        return Account(
            key=somebody.key,
            name=visible(somebody.name) or visible(somebody.key),
            part=self._part(),
            kinds=self._kinds(),
            reads=self._t(
                "reads", language=t(self._language, f"language.name.{somebody.language}"), timezone=self._zone.key
            ),
            language=somebody.language,
            messages=messages,
            merged=tuple(map(self._merged, (each for each in messages if len(each.said) > 1))),
            moved=_lines(self._moved(fate) for fate in self._life.fates),
            dropped=_lines([*map(self._dropped, self._life.fates), *map(self._left_out, self._life.left)]),
            ahead=_lines([*map(self._open, self._life.fates), *map(self._ahead, self._life.left)]),
            undelivered=tuple(self._undelivered()),
            weeks=weeks_of(messages, first, until),
            free=frozenset(day for day in days if day in breaks or not diary.is_workday(day)),
        )

    def _part(self) -> str:
        roles = in_a_row(self._language, [self._t(f"role.{role}") for role in sorted(self._roles)])
        groups = [
            visible(in_language(self._programme.groups.get(group, {}), self._language) or group)
            for group in sorted(self._life.somebody.enrolled.groups)
        ]
        return self._t("part", role=roles, groups=", ".join(groups)) if groups else roles

    def _kinds(self) -> frozenset[str]:
        groups = self._life.somebody.enrolled.groups
        return frozenset({*self._roles, *(f"{role}:{group}" for role in self._roles for group in groups)})

    def _said(self, part: Part) -> Said:
        if part.ask_id is None:
            words = t(self._language, "visit.stopping_title") if part.purpose is Purpose.STOPPING else ""
            title = Text(words=words or self._t("check_back"), language=self._language)
            return Said(purpose=part.purpose, title=title)
        fate = self._fates[part.ask_id]
        saying = self._saying(fate.placed)
        return Said(purpose=part.purpose, title=saying.title, saying=saying, urgent=fate.placed.element.urgent)

    def _merged(self, message: Message) -> Line:
        about = Text(words=moment_in_words(self._language, message.at), language=self._language)
        titles = in_a_row(self._language, [said.title.words for said in message.said])
        return Line(about=about, words=titles)

    def _moved(self, fate: Fate) -> Line | None:
        """What comes on another day than planned, or waits for the hours of its day."""
        placed, told_at = fate.placed, fate.told_at
        planned = placed.planned_at or placed.opens_at
        if told_at is None or planned is None:
            return None
        is_same_day = planned.astimezone(self._zone).date() == told_at.astimezone(self._zone).date()
        why = self._reasons(fate, among=self._hours_of(planned) if is_same_day else _REASONS)
        if not why:
            return None
        return self._line(placed, "moved_line", planned=self._when(planned), told=self._when(told_at), why=why)

    def _hours_of(self, planned: datetime) -> frozenset[Waiting]:
        """Nothing where the plan only names the day: its midnight is never an hour of work."""
        is_midnight = planned.astimezone(ZoneInfo(self._programme.timezone)).time() == MIDNIGHT
        return frozenset() if is_midnight else _HOURS

    def _dropped(self, fate: Fate) -> Line | None:
        if fate.placed.left_out is not None:
            return self._left_out(fate.placed)
        if fate.skipped is None:
            return None
        planned = fate.placed.planned_at or fate.placed.opens_at
        reasons = [self._t(f"skipped.{fate.skipped}"), self._reasons(fate)]
        why = "; ".join(reason for reason in reasons if reason)
        if planned is None:
            return self._line(fate.placed, "dropped_undated", why=why)
        return self._line(fate.placed, "dropped_line", planned=self._when(planned), why=why)

    def _left_out(self, placed: Placed) -> Line | None:
        if placed.left_out is None:
            return None
        why, planned = self._t(f"left_out.{placed.left_out}"), placed.planned_at or placed.opens_at
        if planned is None:
            return self._line(placed, "dropped_undated", why=why)
        return self._line(placed, "dropped_line", planned=self._when(planned), why=why)

    def _open(self, fate: Fate) -> Line | None:
        placed = fate.placed
        if fate.told_at is not None or fate.skipped is not None or placed.left_out is not None:
            return None
        if placed.opens_at is None:
            return self._ahead(placed)
        planned = self._when(placed.planned_at or placed.opens_at)
        return self._line(
            placed, "open_line", planned=planned, why=self._reasons(fate) or "; ".join(self._waiting(fate.waited))
        )

    def _ahead(self, placed: Placed) -> Line | None:
        if placed.left_out is not None:
            return None
        if placed.opens_at is not None:
            return self._line(placed, "ahead_line", when=self._when(placed.opens_at))
        return self._line(placed, "waits_line", what=self._anchor(placed.waits_for))

    def _undelivered(self) -> Iterable[Line]:
        """Each kind of thing that has no dialog yet, with how often it would come."""
        told: Counter[str] = Counter(
            fate.placed.element.id
            for fate in self._life.fates
            if fate.told_at is not None and not is_sent(fate.placed.element)
        )
        for element_id, count in told.items():
            yield Line(about=self._sayings.title_of(element_id), words=self._t("messages", count=count))

    def _reasons(self, fate: Fate, *, among: frozenset[Waiting] = _REASONS) -> str:
        """Why it is not when it was planned."""
        moved = [t(self._language, f"moved_by.{each}") for each in fate.placed.moved]
        waited = [each for each in fate.waited if each in among]
        telling = [each for each in waited if each not in _USUAL]
        return "; ".join([*moved, *self._waiting(telling if moved or telling else waited)])

    def _waiting(self, reasons: Iterable[Waiting]) -> list[str]:
        return [self._t(f"waiting.{each}") for each in reasons]

    def _anchor(self, anchor: Anchor | None) -> str:
        match anchor:
            case Anchor(kind=AnchorKind.PLAN_CREATED):
                return self._t("until.plan")
            case Anchor(kind=AnchorKind.ASK_ANSWERED, key=key):
                return self._t("until.answered", title=self._sayings.title_of(key).words)
            case _:
                return self._t("until.moment", anchor=anchor)

    def _line(self, placed: Placed, key: str, **gaps: object) -> Line:
        return Line(about=self._saying(placed).title, words=self._t(key, **gaps))

    def _saying(self, placed: Placed) -> Saying:
        return self._sayings.of(placed, self._roles, self._zone)

    def _when(self, moment: datetime) -> str:
        return moment_in_words(self._language, moment.astimezone(self._zone))

    def _t(self, key: str, **gaps: object) -> str:
        return t(self._language, f"preview.{key}", **gaps)


def _lines(lines: Iterable[Line | None]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line is not None)
