"""The paper on privacy says what the code does: every table, who reads each kind of thing, for how long."""

import re
from pathlib import Path

from coaching.access import POOLED_READERS, READERS, Matter
from coaching.programmes import Rules
from scheduler.retention import LEDGER_KEPT, UNFINISHED_KEPT, UNHELD_KEPT
from storage.tables import keys_metadata, metadata

PAPER = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under a heading, up to the next."""
    return PAPER.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_table_is_on_the_paper_with_its_purpose_and_its_time() -> None:
    told = [name for row in rows("What is stored, why and for how long") for name in re.findall(r"`(\w+)`", row[0])]

    assert sorted(told) == sorted([*metadata.tables, *keys_metadata.tables])
    assert all(all(row) and len(row) == 4 for row in rows("What is stored, why and for how long"))


def test_the_paper_names_the_readers_of_each_kind_of_thing_and_no_others() -> None:
    told = {row[0].strip("`"): row[1] for row in rows("Who reads it")}

    def readers(matter: Matter) -> str:
        alone = ", ".join(sorted(READERS[matter]))
        together = ", ".join(sorted(POOLED_READERS.get(matter, ())))
        return f"{alone}; together with those of others: {together}" if together else alone

    assert told == {matter.value: readers(matter) for matter in Matter}


def test_the_paper_gives_the_times_that_the_code_keeps_to() -> None:
    text = section("What is stored, why and for how long")

    assert f"{UNFINISHED_KEPT.days} days untouched" in text
    assert f"erased after {UNHELD_KEPT.days} days" in text
    assert (Rules().kept_days, LEDGER_KEPT.days) == (730, 730), "two years, as the paper says"
