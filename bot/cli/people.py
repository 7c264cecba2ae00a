"""The people whom Sparri may write to: their roster, and who is let in."""

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

people = typer.Typer(no_args_is_help=True, help="The people whom Sparri may write to.")


class NotLetIn(Refused):
    """Nobody was let in; the message says why."""


@people.command("load")
def people_load(
    file: Annotated[Path, typer.Argument(help="CSV: email,name,role,language,timezone,unit,groups,manager,coach")],
    programme: Annotated[str | None, typer.Option(help="The programme that they take part in.")] = None,
    tenant: Tenant = "",
) -> None:
    """Load a roster. Everything is checked first, and nothing is changed if there is a fault; may be run again."""
    settings = settings_of(read_settings)
    result = run(_load(settings, file, tenant_of(settings, tenant), programme))
    typer.echo(f"{result.new} new, {result.changed} changed, {result.unchanged} as they were.")


@people.command("let-in")
def people_let_in(
    code: Annotated[str, typer.Argument(help="What Sparri told the person who waits.")],
    email: Annotated[str, typer.Argument(help="Their address on the roster, when Teams knows them by another.")] = "",
    tenant: Tenant = "",
) -> None:
    """Let in somebody who waits with a code; also a coach, whom no coach can let in."""
    settings = settings_of(read_settings)
    typer.echo(run(_let_in(settings, tenant_of(settings, tenant), wish(f"{code} {email}"))))


async def _load(settings: Settings, file: Path, tenant: str, programme: str | None) -> Loaded:
    with progress_bar("Loading") as progress:
        async with opened_store(settings) as store:
            return await load(store, file, tenant=tenant, programme=programme, progress=progress)


async def _let_in(settings: Settings, tenant: str, who: Wish) -> str:
    async with opened_store(settings) as store, store.transaction() as unit:
        outcome = await let_in(unit, who, tenant=tenant, coach=None)
    if isinstance(outcome, Refusal):
        raise NotLetIn(everyday.let_in_refused(Language.EN, outcome).text)
    return everyday.let_in_done(Language.EN, name=outcome.name).text
