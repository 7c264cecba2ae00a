"""Figures: a table for people, then one line a figure for whoever compares runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

WIDTH = 120  # columns, also where the output is no terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One closing line. The name is stable: runs are compared by it. unit is a word without spaces; x is a ratio."""

    name: str
    value: float
    unit: str

    def __str__(self) -> str:
        return f"figure {self.name} {self.value:.2f} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: what is measured, and a cell for each of those who are compared."""

    caption: str
    cells: Sequence[str]


def show(
    title: str, columns: Sequence[str], rows: Sequence[Row], notes: Sequence[str], figures: Sequence[Figure]
) -> None:
    """Print the table, the notes and, last, the figures."""
    console = Console(width=WIDTH, highlight=False, soft_wrap=False)
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(row.caption, *row.cells)
    console.print(table)
    for note in notes:
        console.print(note)
    for figure in figures:
        print(figure)
