"""The preview in a terminal: a calendar a person, what became of the rest, and the dose of everybody."""

import io
from collections.abc import Collection, Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Shown

from bot.previews.accounts import Account, Line, Message, Preview, Said, by_week, clock_in_words, week_in_words
from bot.previews.doses import dose
from coaching.people import Language
from dialogs.wording import date_in_words, number_in_words, t

#: Characters of a line where there is no terminal to ask.
WIDTH = 110
_BAR = 40


def show(preview: Preview, console: Console, *, in_full: Collection[str]) -> None:
    """The preview on a terminal; as plain text that is the same each time where there is none.

    in_full: the keys of those who are shown with their calendar; the others are in a table.
    """
    if console.is_terminal:
        console.print(_Pages(preview, in_full).all())
        return
    console.file.write(plain(preview, in_full=in_full))


def plain(preview: Preview, *, in_full: Collection[str]) -> str:
    """The preview as lines of text without colours, with nothing at their ends."""
    paper = io.StringIO()
    console = Console(file=paper, width=WIDTH, force_terminal=False, color_system=None, legacy_windows=False)
    console.print(_Pages(preview, in_full).all())
    lines = [line.rstrip() for line in paper.getvalue().splitlines()]
    return "\n".join(lines).strip() + "\n"


def one_of_each(accounts: Sequence[Account]) -> frozenset[str]:
    """The keys of as few people as there need be, for one of each role and group."""
    chosen: set[str] = set()
    missing = frozenset[str]().union(*(account.kinds for account in accounts))
    while missing:
        best = max(accounts, key=lambda account: len(account.kinds & missing))
        chosen.add(best.key)
        missing -= best.kinds
    return frozenset(chosen)


class _Pages:
    """Draws one preview."""

    def __init__(self, preview: Preview, in_full: Collection[str]) -> None:
        self._preview, self._in_full = preview, in_full
        self._language: Language = preview.language

    def all(self) -> Group:
        """Everything, from the title to the dose."""
        accounts = self._preview.accounts
        others = [account for account in accounts if account.key not in self._in_full]
        parts = [self._top()]
        parts += [self._person(account) for account in accounts if account.key in self._in_full]
        parts += [self._table(others)] if others else []
        parts.append(self._dose())
        return Group(*parts)

    def _top(self) -> RenderableType:
        preview = self._preview
        first, last = (date_in_words(self._language, day) for day in (preview.first, preview.last))
        lines = [
            self._t("period", first=first, last=last),
            self._t("people", count=len(preview.accounts)),
            self._t(f"answers.{preview.answers}"),
            *([self._t("assumes_plans")] if preview.assumes_plans else []),
        ]
        title = self._t("title", programme=preview.programme.words)
        unsent = [self._t("unsent")] if preview.unsent else []
        unsent += [f"– {self._t('says', what=line.about.words, words=line.words)}" for line in preview.unsent]
        return Group(
            Shown(title, style="bold"),
            Shown(" ".join(lines)),
            Shown(self._t("about")),
            *(Shown(line, style="yellow") for line in unsent),
            "",
        )

    def _person(self, account: Account) -> RenderableType:
        heading = Shown.assemble((account.name, "bold"), f" – {account.part}")
        weeks = [self._week(*each) for each in self._weeks(account)]
        parts = [self._list(key, lines) for key, lines in account.lists.items()]
        return Group(heading, Shown(account.reads), "", *(weeks or [Shown(self._t("no_messages"))]), *parts, "")

    def _weeks(self, account: Account) -> Iterator[tuple[str, list[Message]]]:
        for monday, messages in by_week(account.messages).items():
            count = self._t("messages", count=len(messages))
            yield self._t("counted", title=week_in_words(self._language, monday), count=count), messages

    def _week(self, title: str, messages: list[Message]) -> RenderableType:
        grid = _grid(columns=3)
        for message in messages:
            day = date_in_words(self._language, message.at.date())
            clock = clock_in_words(self._language, message.at)
            for number, said in enumerate(message.said):
                grid.add_row(*(("", "") if number else (day, clock)), self._said(said))
        return Group(Shown(title, style="underline"), Padding(grid, (0, 0, 1, 2)))

    def _said(self, said: Said) -> Shown:
        marks = [self._t("urgent")] if said.urgent else []
        marks += [] if said.delivered else [self._t("not_delivered")]
        words = self._t("says", what=self._t(f"purpose.{said.purpose}"), words=said.title.words)
        return Shown.assemble(words, (f" ({', '.join(marks)})" if marks else "", "yellow"))

    def _list(self, key: str, lines: tuple[Line, ...]) -> RenderableType:
        title = Shown(self._t("counted", title=self._t(key), count=len(lines)), style="underline")
        if not lines:
            return title
        grid = _grid(columns=2)
        for line in lines:
            grid.add_row("–", Shown(self._t("says", what=line.about.words, words=line.words)))
        return Group(title, Padding(grid, (0, 0, 1, 2)))

    def _table(self, accounts: Iterable[Account]) -> RenderableType:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for key in ("name", "role_and_groups", "language"):
            table.add_column(self._t(key), overflow="fold")
        for key in ("said", "most", "moved", "dropped", "still"):
            table.add_column(self._t(key), justify="right")
        for account in accounts:
            fullest = max(account.weeks.values(), default=0)
            lists = (account.moved, account.dropped, account.ahead)
            counts = (len(account.messages), fullest, *map(len, lists))
            words = (account.name, account.part, account.language.value)
            table.add_row(*map(Shown, words), *(Shown(str(count)) for count in counts))
        key = "rest" if self._in_full else "summary"
        return Group(Shown(self._t(key), style="bold"), table)

    def _dose(self) -> RenderableType:
        found = dose(self._preview.accounts)
        longest, total = max(found.weeks.values(), default=0), sum(found.weeks.values())
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for key in ("dose_messages", "dose_weeks", "dose_share"):
            table.add_column(self._t(key), justify="right")
        table.add_column("")
        for messages, weeks in found.weeks.items():
            share = self._t("percent", number=number_in_words(self._language, round(100 * weeks / total, 1)))
            table.add_row(str(messages), str(weeks), share, "#" * round(_BAR * weeks / longest))
        middle = self._t("dose_middle", median=found.median, p95=found.p95, most=found.most)
        words = [Shown(self._t("dose_about")), Shown(middle)]
        return Group(Shown(self._t("dose"), style="bold"), *words, table)

    def _t(self, key: str, **gaps: object) -> str:
        return t(self._language, f"preview.{key}", **gaps)


def _grid(*, columns: int) -> Table:
    """Columns without lines; the last one is folded."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(columns - 1):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid
