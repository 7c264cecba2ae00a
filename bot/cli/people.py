"""The people whom Sparri may write to: their roster, and who is let in."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import Tenant, opened_store, progress_bar, run, settings_of, tenant_of
from bot.config import Settings, read_settings
from bot.people_loading import Loaded, load
from bot.refusals import Refused
from coaching.people import Language
from dialogs import everyday
from dialogs.letting_in import Refusal, Wish, let_in, wish
from scheduler.placing import place_behind
from storage.store import Store

people = typer.Typer(no_args_is_help=True, help="The people whom Sparri may write to.")


class NotLetIn(Refused):
    """Nobody was let in; the message says why."""


@people.command("load")
def people_load(
    file: Annotated[Path, typer.Argument(help="CSV: email,name,role,language,timezone,unit,groups,manager,coach")],
    programme: Annotated[str | None, typer.Option(help="The programme that they take part in.")] = None,
    tenant: Tenant = "",
) -> None:
    """Load a roster. Everything is checked first, and nothing is changed if there is a fault; may be run again.

    With a programme they take part in it from now on. Who has left it stays away until `person add`.
    """
    settings = settings_of(read_settings)
    result, unknown = run(_load(settings, file, tenant_of(settings, tenant), programme))
    typer.echo(f"{result.new} new, {result.changed} changed, {result.unchanged} as they were.")
    if unknown:
        typer.echo(f"The programme has no group {', '.join(unknown)}, where some of its members are.", err=True)


@people.command("let-in")
def people_let_in(
    code: Annotated[str, typer.Argument(help="What Sparri told the person who waits.")],
    email: Annotated[str, typer.Argument(help="Their address on the roster, when Teams knows them by another.")] = "",
    tenant: Tenant = "",
) -> None:
    """Let in somebody who waits with a code; also a coach, whom no coach can let in."""
    settings = settings_of(read_settings)
    typer.echo(run(_let_in(settings, tenant_of(settings, tenant), wish(f"{code} {email}"))))


async def _load(settings: Settings, file: Path, tenant: str, programme: str | None) -> tuple[Loaded, list[str]]:
    """What the roster brought, and the groups in it that the programme does not have."""
    async with opened_store(settings) as store:
        with progress_bar("Loading") as progress:
            loaded = await load(store, file, tenant=tenant, programme=programme, progress=progress)
        if programme is None:
            return loaded, []
        with progress_bar("Enrolling") as progress:
            return loaded, await _enrolled(store, tenant, programme, lambda done: progress(done, None))


async def _enrolled(store: Store, tenant: str, programme: str, progress: Callable[[int], None]) -> list[str]:
    async with store.transaction() as unit:
        found = await unit.revisions.find(tenant, programme)
        document = await unit.revisions.newest(found.id) if found else None
        groupings = await unit.members.groupings(found.id) if found else []
    if found is None or document is None:
        return []
    await place_behind(store, found.id, progress=progress)
    return sorted({group for grouping in groupings for group in grouping.groups} - document.groups.keys())


async def _let_in(settings: Settings, tenant: str, who: Wish) -> str:
    async with opened_store(settings) as store, store.transaction() as unit:
        outcome = await let_in(unit, who, tenant=tenant, coach=None)
    if isinstance(outcome, Refusal):
        raise NotLetIn(everyday.let_in_refused(Language.EN, outcome).text)
    return everyday.let_in_done(Language.EN, name=outcome.name).text
