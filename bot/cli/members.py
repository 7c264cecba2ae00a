"""Members of programmes, one by one."""

from typing import Annotated

import typer

from bot.cli.running import Tenant, opened_store, run, settings_of, tenant_of
from bot.config import Settings, read_settings
from bot.membership import Joining, join, leave
from coaching.people import Role
from scheduler.placing import Placing

person = typer.Typer(no_args_is_help=True, help="People who join or leave a programme, one by one.")

Email = Annotated[str, typer.Argument(help="Their e-mail address.")]
Programme = Annotated[str, typer.Option(help="The programme's id.")]
WAITS = "They are just being written to; Sparri does it as soon as that has ended."


@person.command("add")
def person_add(
    email: Email,
    programme: Programme,
    name: Annotated[
        str | None, typer.Option(help="What they are called, where nobody is known by the address.")
    ] = None,
    role: Annotated[Role | None, typer.Option(help="Participant, unless they have another part already.")] = None,
    groups: Annotated[str | None, typer.Option(help="The groups that they are in, with commas between them.")] = None,
    coach: Annotated[str | None, typer.Option(help="Their coach's e-mail address.")] = None,
    tenant: Tenant = "",
) -> None:
    """Let somebody take part in a programme from now on: they get what is ahead. May be run again."""
    settings = settings_of(read_settings)
    named = None if groups is None else [each.strip() for each in groups.split(",") if each.strip()]
    joining = Joining(email=email, name=name, role=role, groups=named, coach=coach)
    placing = run(_join(settings, joining, tenant_of(settings, tenant), programme))
    typer.echo(f"{email} takes part in {programme}.")
    if placing.passed_over:
        typer.echo(WAITS)


@person.command("leave")
def person_leave(email: Email, programme: Programme, tenant: Tenant = "") -> None:
    """Let somebody take no more part in a programme: they get nothing more of it. May be run again."""
    settings = settings_of(read_settings)
    placing = run(_leave(settings, email, tenant_of(settings, tenant), programme))
    typer.echo(f"{email} takes part in {programme} no more.")
    if placing.passed_over:
        typer.echo(WAITS)


async def _join(settings: Settings, joining: Joining, tenant: str, programme: str) -> Placing:
    async with opened_store(settings) as store:
        return await join(store, joining, tenant=tenant, programme=programme)


async def _leave(settings: Settings, email: str, tenant: str, programme: str) -> Placing:
    async with opened_store(settings) as store:
        return await leave(store, email, tenant=tenant, programme=programme)
