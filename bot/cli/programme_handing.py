"""A programme that goes from one coach to another."""

from typing import Annotated

import typer

from bot.cli.differences import counted, people
from bot.cli.programme_changes import Id, Yes
from bot.cli.running import Tenant, opened_store, run, settings_of, stop, tenant_of
from bot.config import Settings, read_settings
from bot.programme_handing import Handing, hand_over, handing

commands = typer.Typer()


@commands.command("hand-over")
def hand_over_(
    id: Id,
    coach: Annotated[str, typer.Option(help="The e-mail address of the coach who has it now.")],
    to: Annotated[str, typer.Option(help="That of the one who has it from now on.")],
    yes: Yes = False,
    tenant: Tenant = "",
) -> None:
    """Hand a programme over to another coach, with its people and their open questions. The former one has left it."""
    settings = settings_of(read_settings)
    found = run(_handing(settings, tenant_of(settings, tenant), id, coach, to))
    number = found.estate.people
    typer.echo(f"{people(number)} {'gets' if number == 1 else 'get'} another coach.")
    typer.echo(f"{counted(found.estate.questions, 'open question')} to be answered by the new one.")
    if not yes and not typer.confirm("Hand it over?"):
        raise stop("Nothing was changed.")
    run(_hand_over(settings, found))
    typer.echo(f"{found.to.email} coaches {id} now, and {found.coach.email} no more.")


async def _handing(settings: Settings, tenant: str, id: str, coach: str, to: str) -> Handing:
    async with opened_store(settings) as store:
        return await handing(store, tenant, id, coach=coach, to=to)


async def _hand_over(settings: Settings, found: Handing) -> None:
    async with opened_store(settings) as store:
        await hand_over(store, found)
