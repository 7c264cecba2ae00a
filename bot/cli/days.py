"""The organisation's own days: those on which nobody is written to, and those that end early."""

from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from bot.cli.running import Tenant, opened_store, progress_bar, run, settings_of, stop, tenant_of
from bot.config import Settings, read_settings
from scheduler import planning
from storage.organisation_days import OrganisationDay
from storage.store import Store

days = typer.Typer(no_args_is_help=True, help="The organisation's own days off and half days, beside public holidays.")

Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY", help="Such as 2026-12-23.")]


@days.command("list")
def days_list(tenant: Tenant = "") -> None:
    """List the days that are still to come."""
    settings = settings_of(read_settings)
    found = run(_listed(settings, tenant_of(settings, tenant)))
    for each in found:
        typer.echo(f"{each.day:%Y-%m-%d}: {_in_words(each)}")
    if not found:
        typer.echo("None; people have the public holidays of their country.")


@days.command("add")
def days_add(
    day: Day,
    ends: Annotated[
        datetime | None,
        typer.Option(formats=["%H:%M"], metavar="TIME", help="When it ends, local time; all of it is off otherwise."),
    ] = None,
    tenant: Tenant = "",
) -> None:
    """Write to nobody on a day, or not after a time of it, and decide again about everybody. May be run again."""
    settings = settings_of(read_settings)
    wanted = OrganisationDay(day=day.date(), ends=ends.time() if ends else None)
    if wanted.ends == time():
        raise stop("A day does not end at 00:00; leave out --ends where all of it is off.")
    count = run(_put(settings, tenant_of(settings, tenant), wanted))
    typer.echo(f"{wanted.day:%Y-%m-%d}: {_in_words(wanted)}. Decided again about {_people(count)}.")


@days.command("remove")
def days_remove(day: Day, tenant: Tenant = "") -> None:
    """Let a day be as any other again, and decide again about everybody."""
    settings = settings_of(read_settings)
    count = run(_remove(settings, tenant_of(settings, tenant), day.date()))
    if count is None:
        raise stop(f"{day:%Y-%m-%d} is none of the organisation's own days; nothing was changed.")
    typer.echo(f"{day:%Y-%m-%d}: as any other day. Decided again about {_people(count)}.")


def _in_words(day: OrganisationDay) -> str:
    return "off" if day.ends is None else f"ends at {day.ends:%H:%M}"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


async def _listed(settings: Settings, tenant: str) -> list[OrganisationDay]:
    async with opened_store(settings) as store, store.transaction() as unit:
        return await unit.organisation_days.listed(tenant, since=datetime.now(UTC).date())


async def _put(settings: Settings, tenant: str, day: OrganisationDay) -> int:
    async with opened_store(settings) as store:
        async with store.transaction() as unit:
            await unit.organisation_days.put(tenant, day)
        return await _decided_again(store)


async def _remove(settings: Settings, tenant: str, day: date) -> int | None:
    async with opened_store(settings) as store:
        async with store.transaction() as unit:
            if not await unit.organisation_days.remove(tenant, day):
                return None
        return await _decided_again(store)


async def _decided_again(store: Store) -> int:
    with progress_bar("Deciding again") as progress:
        return await planning.replan(store, progress=lambda done: progress(done, None))
