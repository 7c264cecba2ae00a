"""The preview in a terminal."""

import io
from dataclasses import replace

from rich.console import Console

from bot.previews.doses import dose
from bot.previews.terminal import WIDTH, one_of_each, plain, show
from coaching.people import Language
from coaching.simulation import Answers
from tests.bot.previews.sample import preview


def test_piped_it_is_plain_text_that_stays_the_same() -> None:
    found = preview(people=3, answers=Answers.TYPICAL)

    first, second = (plain(found, in_full=one_of_each(found.accounts)) for _ in range(2))

    assert first == second
    assert "\x1b" not in first
    assert all(line == line.rstrip() and len(line) <= WIDTH for line in first.splitlines())


def test_a_calendar_has_weeks_dates_and_what_is_said() -> None:
    found = preview(answers=Answers.ALWAYS)

    text = plain(found, in_full={"person-1"})

    assert "Viikko 5, ma 1.2.2027 – su 7.2.2027: 1 viesti" in text
    assert "Tiedote: Tervetuloa (fi)" in text
    assert "Uusi: Miten etenee (fi)\n" in text
    assert "(kiireellinen)" in text


def test_it_is_in_the_language_asked_for() -> None:
    text = plain(preview(language=Language.SV), in_full={"person-1"})

    assert text.startswith("Förhandsvisning: Kokeilu (sv)")
    assert "Information: Tervetuloa (sv)" in text


def test_with_many_people_one_of_each_part_is_shown_and_the_others_are_in_a_table() -> None:
    found = preview(people=12)
    chosen = one_of_each(found.accounts)

    text = plain(found, in_full=chosen)

    assert len(chosen) == 3
    assert "Muut lyhyesti" in text
    for account in found.accounts:
        assert f"{account.name} – {account.part}" in text or account.key not in chosen


def test_on_a_terminal_it_has_colours_and_no_markup_is_read() -> None:
    found = preview()
    account = replace(found.accounts[0], name="[bold red]Aino[/]")
    paper = io.StringIO()

    show(
        replace(found, accounts=(account,)),
        Console(file=paper, force_terminal=True, width=120, color_system="standard", legacy_windows=False),
        in_full={account.key},
    )

    assert "\x1b[" in paper.getvalue()
    assert "[bold red]Aino[/]" in paper.getvalue()


def test_the_dose_counts_every_week_of_everybody() -> None:
    found = preview(people=4, answers=Answers.TYPICAL)

    counted = dose(found.accounts)

    assert sum(counted.weeks.values()) == sum(len(account.weeks) for account in found.accounts)
    assert sum(messages * weeks for messages, weeks in counted.weeks.items()) == sum(
        len(account.messages) for account in found.accounts
    )
    assert counted.median <= counted.p95 <= counted.most


def test_the_dose_of_nobody_is_nothing() -> None:
    assert dose([]).most == 0
