"""Programmes in the store: loaded from their files, changed, looked at and ended."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.differences import counted, lines, people
from bot.cli.running import Tenant, opened_store, progress_bar, run, settings_of, stop, tenant_of
from bot.cli.visits import WIDTH
from bot.config import Settings, read_settings
from bot.people_loading import NoSuchProgramme
from bot.programme_checking import checked
from bot.programme_ending import Ending, end, ending
from bot.programme_loading import Loading, apply, prepare
from bot.refusals import Refused
from coaching.people import Language, in_language
from coaching.programmes import Programme
from coaching.redating import redated
from scheduler.placing import Placing, place_behind
from storage.public_holidays import public_holidays
from storage.revisions import Loaded
from storage.store import Store

DATE = "%Y-%m-%d"
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Id = Annotated[str, typer.Argument(help="The programme's id.")]
commands = typer.Typer()


@commands.command()
def load(
    file: Annotated[Path, typer.Argument(help="The programme's file, in YAML.")],
    start: Annotated[
        datetime | None, typer.Option(formats=[DATE], help="Begin then, or in the days after it, by whole weeks.")
    ] = None,
    yes: Yes = False,
    tenant: Tenant = "",
) -> None:
    """Load a programme, or what is new in its file. What would change is shown first; may be run again at any time."""
    settings = settings_of(read_settings)
    try:
        programme = _programme(file, start.date() if start else None)
    except Refused as fault:
        raise stop(str(fault)) from None
    tenant = tenant_of(settings, tenant)
    loading = run(_prepare(settings, programme, tenant))
    if loading.has_changed:
        for line in lines(loading):
            typer.echo(line)
        if not yes and not typer.confirm("Load it?"):
            raise stop("Nothing was changed.")
    else:
        typer.echo("Nothing has changed in it since it was loaded.")
    typer.echo(_placed(run(_apply(settings, loading))))


@commands.command("list")
def list_(tenant: Tenant = "") -> None:
    """List the programmes that were loaded, and how many people take part."""
    settings = settings_of(read_settings)
    found = run(_listed(settings, tenant_of(settings, tenant)))
    if not found:
        typer.echo("No programmes.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("id", "name", "first day", "last day", "revision", "people", "state"):
        table.add_column(name, overflow="fold")
    for loaded, programme, number in found:
        dates = (f"{programme.starts}", f"{programme.ends}") if programme else ("", "")
        state = f"ended {loaded.ended_at:{DATE}}" if loaded.ended_at else ""
        cells = (loaded.key, in_language(loaded.name, Language.EN), *dates, str(loaded.revision), str(number), state)
        table.add_row(*map(Text, cells))
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    console.print(table)


@commands.command()
def show(id: Id, tenant: Tenant = "") -> None:
    """Show a programme as it stands: its sessions, and the elements that are asked from it."""
    settings = settings_of(read_settings)
    loaded, programme, number = run(_one(settings, tenant_of(settings, tenant), id))
    typer.echo(f"{in_language(loaded.name, Language.EN)} ({loaded.key}), revision {loaded.revision}")
    typer.echo(f"{people(number)}" + (f"; ended {loaded.ended_at:{DATE}}" if loaded.ended_at else ""))
    if programme is None:
        typer.echo("It was not loaded from a file.")
        return
    typer.echo(f"{programme.starts} to {programme.ends}, {programme.timezone}")
    for session in programme.sessions:
        about = "cancelled" if session.cancelled else str(session.mode)
        title = in_language(session.title, Language.EN)
        typer.echo(f"  session {session.number}  {session.starts:%Y-%m-%d %H:%M}  {about}  {title}")
    for element in programme.elements:
        each = ", with each session" if element.each else ""
        typer.echo(f"  {element.id}  {element.kind}{each}  {in_language(element.title, Language.EN)}")


@commands.command("end")
def end_(id: Id, yes: Yes = False, tenant: Tenant = "") -> None:
    """End a programme. What was not told yet never is; what was told can be answered until it closes."""
    settings = settings_of(read_settings)
    tenant = tenant_of(settings, tenant)
    found = run(_ending(settings, tenant, id))
    if found.loaded.ended_at is not None:
        typer.echo(f"{id} has ended already.")
    else:
        typer.echo(f"{counted(found.untold, 'message')} not sent yet will not be, to {people(found.people)}.")
        typer.echo(f"{counted(found.open, 'question')} already asked can be answered until they close.")
        typer.echo("It cannot be loaded again under the same id.")
        if not yes and not typer.confirm("End it?"):
            raise stop("Nothing was changed.")
    typer.echo(_placed(run(_end(settings, found))))


def _programme(file: Path, start: date | None) -> Programme:
    """The programme, on its own dates or on others. What is doubtful is told, and which sessions left their weekday."""
    found = checked(file)
    for fault in found.warnings:
        typer.echo(fault.in_file(str(file)), err=True)
    if start is None:
        return found.programme
    programme, shifted = redated(found.programme, start, partial(public_holidays, found.programme.rules.holidays))
    for each in shifted:
        typer.echo(f"Session {each.number} is on {each.starts:{DATE}}: {each.planned:{DATE}} is a {each.by}.")
    return programme


def _placed(placing: Placing) -> str:
    """What was done, and what is left to do."""
    done = f"{people(placing.placed)} brought up to date." if placing.placed else "Nobody is behind."
    if not placing.passed_over:
        return done
    waiting = f"{people(placing.passed_over)} busy right now; Sparri brings them up to date as soon as it runs."
    return f"{placing.placed} brought up to date, {waiting}"


async def _prepare(settings: Settings, programme: Programme, tenant: str) -> Loading:
    with progress_bar("Comparing") as progress:
        async with opened_store(settings) as store:
            return await prepare(store, programme, tenant=tenant, progress=lambda done: progress(done, None))


async def _apply(settings: Settings, loading: Loading) -> Placing:
    """Load it if there is anything new in it, and bring whoever is behind up to date: also where a load was killed."""
    async with opened_store(settings) as store:
        if not loading.has_changed and loading.before is not None:
            return await _place(store, loading.before.id)
        return await _place(store, await apply(store, loading))


async def _end(settings: Settings, found: Ending) -> Placing:
    async with opened_store(settings) as store:
        await end(store, found)
        return await _place(store, found.loaded.id)


async def _ending(settings: Settings, tenant: str, id: str) -> Ending:
    async with opened_store(settings) as store:
        return await ending(store, tenant, id)


async def _place(store: Store, programme_id: int) -> Placing:
    async with store.transaction() as unit:
        loaded = await unit.revisions.get(programme_id)
        total = await unit.members.count_behind(programme_id, loaded.revision)
    with progress_bar("Bringing people up to date") as progress:
        return await place_behind(store, programme_id, progress=lambda done: progress(done, total))


async def _listed(settings: Settings, tenant: str) -> list[tuple[Loaded, Programme | None, int]]:
    async with opened_store(settings) as store, store.transaction() as unit:
        found = await unit.revisions.listed(tenant)
        return [(loaded, await unit.revisions.newest(loaded.id), number) for loaded, number in found]


async def _one(settings: Settings, tenant: str, id: str) -> tuple[Loaded, Programme | None, int]:
    for loaded, programme, number in await _listed(settings, tenant):
        if loaded.key == id:
            return loaded, programme, number
    raise NoSuchProgramme(id)
