"""The preview of a programme, before anything of it is sent."""

from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.terminal import progress_bar, stop
from bot.previews.lives import previewed
from bot.previews.page import page
from bot.previews.people import people_of
from bot.previews.terminal import one_of_each, show
from bot.programme_checking import checked
from bot.refusals import Refused
from coaching.people import Language
from coaching.programmes import Programme
from coaching.redating import redated
from coaching.simulation import Answers, Somebody
from storage.public_holidays import public_holidays

commands = typer.Typer()
DATE = "%Y-%m-%d"
#: From a programme's start; what comes after its end may come for some years.
LONGEST = timedelta(days=3660)
#: Names of people who are listed where somebody was not found.
_NAMED = 5


class NotSimulated(Refused):
    """The programme was not simulated; the message says why."""


@commands.command()
def simulate(
    file: Annotated[Path, typer.Argument(help="The programme's file.")],
    people: Annotated[str, typer.Option(help="A roster, or how many people are to be made up.")],
    until: Annotated[
        datetime | None, typer.Option(formats=[DATE], help="The last day; the programme's, unless said otherwise.")
    ] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=[DATE], help="As if the programme began then, or in the days after it.")
    ] = None,
    answers: Annotated[Answers, typer.Option(help="How people answer.")] = Answers.TYPICAL,
    language: Annotated[
        Language | None, typer.Option(help="What is shown in; the programme's first, unless said otherwise.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="One person alone, by e-mail or name.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page there instead, with every text on it.")] = None,
) -> None:
    """Show who would be told what, and when, without sending anything; nothing is read from any database."""
    try:
        _simulate(file, people, _day(until), _day(start), answers, language, person, html)
    except Refused as fault:
        raise stop(str(fault) or (fault.__doc__ or "")) from None


def _simulate(
    file: Path,
    wanted: str,
    until: date | None,
    start: date | None,
    answers: Answers,
    language: Language | None,
    person: str | None,
    html: Path | None,
) -> None:
    programme = _programme(file, start)
    spoken, last = language or programme.languages[0], until or programme.ends
    if last < programme.starts:
        raise NotSimulated(f"--until {last}: the programme starts on {programme.starts} only.")
    if last > programme.starts + LONGEST:
        raise NotSimulated(f"--until {last}: that is more than {LONGEST.days} days from the programme's start.")
    people = people_of(wanted, programme, spoken)
    people = people if person is None else [_chosen(people, person)]
    with progress_bar("Simulating") as progress:
        preview = previewed(programme, people, until=last, answers=answers, language=spoken, progress=progress)
    in_full = one_of_each(preview.accounts)
    if html is None:
        show(preview, Console(highlight=False), in_full=in_full)
        return
    try:
        html.write_text(page(preview, first=sorted(in_full)), encoding="utf-8")
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else fault
        raise NotSimulated(f"--html {html}: the page cannot be written there ({reason}).") from None
    typer.echo(f"Written to {html}.")


def _programme(file: Path, start: date | None) -> Programme:
    """The programme, on its own dates or on others; sessions that had to leave their weekday then are told."""
    programme = checked(file).programme
    if start is None:
        return programme
    moved, shifted = redated(programme, start, partial(public_holidays, programme.rules.holidays))
    for each in shifted:
        typer.echo(f"Session {each.number} is on {each.starts:{DATE}}: {each.planned:{DATE}} is a {each.by}.", err=True)
    return moved


def _chosen(people: list[Somebody], wanted: str) -> Somebody:
    """The one with that key or name. Raises NotSimulated where there is nobody, or more than one."""
    sought = wanted.strip().casefold()
    found = [each for each in people if sought in (each.key.casefold(), each.name.casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotSimulated(f"--person {wanted}: {len(found)} people have that name; write the e-mail.")
    known = ", ".join(each.key for each in people[:_NAMED])
    more = "" if len(people) <= _NAMED else f" and {len(people) - _NAMED} more"
    raise NotSimulated(f"--person {wanted}: there is nobody like that; there are {known}{more}.")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
