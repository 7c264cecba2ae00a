"""The preview as one page that a coach can open and forward: it loads nothing and runs nothing.

Jinja2 escapes everything that stands in it; the page's own policy forbids scripts and the network besides.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from bot.previews.accounts import Account, Line, Message, Preview, by_week, week_in_words
from bot.previews.doses import Dose, dose
from coaching.hours import ONE_DAY
from coaching.people import Language
from coaching.visits import Purpose
from dialogs.wording import date_in_words, listed, moment_in_words, number_in_words, t

#: People who are on the page with their calendar and all that is said to them; the others are in the table.
MOST_IN_FULL = 50
DAYS = range(1, 32)
#: From so many things a day on the colour stays the same.
_DARKEST = 3
_BAR_HEIGHT, _BAR_WIDTH = 120, 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a calendar. style: what its cell looks like; number: what is said on it, None for nothing."""

    style: str
    number: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A row of a calendar, with a cell for each of the 31 days."""

    name: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of the histogram, in units of its drawing."""

    messages: int
    weeks: int
    share: str
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One person in full. number: theirs on the page, from 1."""

    number: int
    account: Account
    months: tuple[Month, ...]
    weeks: tuple[tuple[str, list[Message]], ...]
    lists: tuple[tuple[str, tuple[Line, ...]], ...]


def page(preview: Preview, *, first: Sequence[str] = (), most: int = MOST_IN_FULL) -> str:
    """The page as HTML. first: the keys of those who are shown in full before all others; most: so many of all."""
    language, found = preview.language, dose(preview.accounts)
    in_order = sorted(preview.accounts, key=lambda account: account.key not in first)
    chosen = {account.key for account in in_order[:most]}
    shown = [
        _shown(number, account, preview)
        for number, account in enumerate((each for each in preview.accounts if each.key in chosen), start=1)
    ]
    return _template().render(
        preview=preview,
        lang=language.value,
        texts=_Texts(language),
        people=shown,
        numbers={each.account.key: each.number for each in shown},
        unshown=len(preview.accounts) - len(shown),
        days=DAYS,
        dose=found,
        bars=tuple(_bars(found, language)),
        bar_height=_BAR_HEIGHT,
        bar_width=_BAR_WIDTH,
        day_in_words=lambda day: date_in_words(language, day),
        moment_in_words=lambda moment: moment_in_words(language, moment),
        reminder=Purpose.REMINDER,
    )


class _Texts:
    """The page's words, as the template calls for them."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __call__(self, key: str, **gaps: object) -> str:
        return t(self._language, f"preview.{key}", **gaps)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))


def _shown(number: int, account: Account, preview: Preview) -> Shown:
    language = preview.language
    counts = Counter(message.at.date() for message in account.messages for _ in message.said)
    return Shown(
        number=number,
        account=account,
        months=tuple(_months(preview, account, counts)),
        weeks=tuple(
            (week_in_words(language, monday), messages) for monday, messages in by_week(account.messages).items()
        ),
        lists=tuple(account.lists.items()),
    )


def _months(preview: Preview, account: Account, counts: Mapping[date, int]) -> Iterator[Month]:
    names = listed(preview.language, "common.months")
    month = preview.first.replace(day=1)
    while month <= preview.last:
        length = monthrange(month.year, month.month)[1]
        days = [_day(month.replace(day=day), preview, account, counts) if day <= length else None for day in DAYS]
        name = t(preview.language, "preview.month_name", month_name=names[month.month - 1], year=month.year)
        yield Month(name=name, days=tuple(day or Day(style="none") for day in days))
        month = month.replace(day=length) + ONE_DAY


def _day(day: date, preview: Preview, account: Account, counts: Mapping[date, int]) -> Day:
    if count := counts.get(day, 0):
        return Day(style=f"m{min(count, _DARKEST)}", number=count, on=day)
    if not preview.first <= day <= preview.last:
        return Day(style="none")
    return Day(style="free" if day in account.free else "work")


def _bars(found: Dose, language: Language) -> Iterator[Bar]:
    longest, total = max(found.weeks.values(), default=0), sum(found.weeks.values())
    for messages, weeks in found.weeks.items():
        height = round(_BAR_HEIGHT * weeks / longest) if longest else 0
        share = number_in_words(language, round(100 * weeks / total, 1) if total else 0)
        yield Bar(
            messages=messages,
            weeks=weeks,
            share=t(language, "preview.percent", number=share),
            x=messages * _BAR_WIDTH,
            y=_BAR_HEIGHT - height,
            height=height,
        )
