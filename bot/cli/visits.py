"""Visits: what was sent, deciding about everybody again, and stopping all of it in an emergency."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.running import Tenant, opened_store, progress_bar, run, settings_of, stop, tenant_of
from bot.config import Settings, read_settings
from bot.refusals import Refused
from coaching.people import Person
from scheduler import planning
from storage.deliveries import Delivery, DeliveryState
from storage.store import AlreadyThere, Store, Unit

#: Characters of a line where there is no terminal to ask.
WIDTH = 200
MOST_LISTED = 1000

Email = Annotated[str | None, typer.Option("--person", help="One person alone, by their e-mail address.")]
commands = typer.Typer()


class NobodyKnown(Refused):
    """Nobody is known by that address."""

    def __init__(self, email: str, tenant: str) -> None:
        super().__init__(
            f"Nobody in the tenant {tenant!r} has the address {email!r}; mend it, or name another --tenant."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A delivery, whom it was for, and what it was about: codes and keys, never words."""

    delivery: Delivery
    email: str
    about: str


@commands.command()
def deliveries(
    person: Email = None,
    state: Annotated[str | None, typer.Option(help=f"Those in one state: {', '.join(DeliveryState)}.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="So many at most.")] = 50,
    tenant: Tenant = "",
) -> None:
    """List what was sent, the newest first: to whom, when, what became of it, and which elements it was about."""
    settings = settings_of(read_settings)
    if state is not None and state not in set(DeliveryState):
        raise stop(f"{state!r} is not a state; write one of {', '.join(DeliveryState)}.")
    wanted = DeliveryState(state) if state else None
    lines = run(_lines(settings, person, tenant_of(settings, tenant), wanted, limit))
    if not lines:
        typer.echo("No deliveries.")
        return
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    console.print(_table(lines))


@commands.command()
def replan(person: Email = None, tenant: Tenant = "") -> None:
    """Decide again when everybody with open asks is visited next. Safe to stop, to run again, and while Sparri runs."""
    settings = settings_of(read_settings)
    count = run(_replan(settings, person, tenant_of(settings, tenant)))
    typer.echo(f"Decided again about {_people(count)} with open asks.")


@commands.command("pause-all")
def pause_all(
    tenant: Annotated[str | None, typer.Option(help="There alone; everywhere, unless said otherwise.")] = None,
) -> None:
    """Stop everything that Sparri starts, at once and in every replica; replies to people go on. May be run again."""
    settings = settings_of(read_settings)
    for name, since, due in run(paused(settings, tenant and tenant_of(settings, tenant))):
        typer.echo(f"{name}: paused since {since:%Y-%m-%d %H:%M:%S} UTC; {_people(due)} due, who wait.")
    typer.echo("Nothing more leaves until `python -m bot resume-all`.")


@commands.command("resume-all")
def resume_all(
    tenant: Annotated[str | None, typer.Option(help="There alone; everywhere, unless said otherwise.")] = None,
) -> None:
    """Let Sparri go on after pause-all: what became too late is given up, with its reason, the rest is told."""
    settings = settings_of(read_settings)
    resumed = run(_resume(settings, tenant and tenant_of(settings, tenant)))
    for name, since, due in resumed:
        typer.echo(f"{name}: goes on; it was paused since {since:%Y-%m-%d %H:%M:%S} UTC; {_people(due)} due.")
    if not resumed:
        typer.echo("Nothing was paused.")


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _table(lines: Sequence[_Line]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("slot (UTC)", "person", "state", "reason", "attempts", "about"):
        table.add_column(name, justify="right" if name == "attempts" else "left", overflow="fold")
    for line in lines:
        row = line.delivery
        cells = (f"{row.slot_at:%Y-%m-%d %H:%M:%S}", line.email, row.state, row.reason or "", str(row.attempts))
        table.add_row(*map(Text, (*cells, line.about)))
    return table


async def _lines(
    settings: Settings, email: str | None, tenant: str, state: DeliveryState | None, limit: int
) -> list[_Line]:
    async with opened_store(settings) as store, store.transaction() as unit:
        person_id = None if email is None else (await _person(unit, tenant, email)).id
        rows = await unit.deliveries.listed(person_id=person_id, state=state, limit=limit)
        parts = await unit.deliveries.parts([row.id for row in rows])
        keys = await unit.asks.element_keys({part.ask_id for told in parts.values() for part in told if part.ask_id})
        emails = await unit.people.emails_of({row.person_id for row in rows})
    return [
        _Line(
            delivery=row,
            email=emails.get(row.person_id) or f"no address, number {row.person_id}",
            about=", ".join(
                f"{part.purpose} {keys.get(part.ask_id, '')}" if part.ask_id else part.purpose for part in parts[row.id]
            ),
        )
        for row in rows
    ]


async def _replan(settings: Settings, email: str | None, tenant: str) -> int:
    with progress_bar("Deciding again") as progress:
        async with opened_store(settings) as store:
            if email is None:
                return await planning.replan(store, progress=lambda done: progress(done, None))
            async with store.transaction() as unit:
                person = await _person(unit, tenant, email)
                if not await unit.asks.open_of(person.id):
                    return 0
                await unit.visits.decide_again([person.id])
            return 1


async def _person(unit: Unit, tenant: str, email: str) -> Person:
    found = await unit.people.by_email(tenant, email)
    if found is None:
        raise NobodyKnown(email, tenant)
    return found


async def paused(settings: Settings, tenant: str | None) -> list[tuple[str, datetime, int]]:
    """Those of the wanted tenants that are paused now, since when, and how many people are due there."""
    async with opened_store(settings) as store:
        for name in await _tenants(store, settings, tenant):
            await _pause_one(store, name)
        async with store.transaction() as unit:
            paused = await unit.paces.paused()
            names = sorted(paused.keys() & {tenant} if tenant else paused)
            return [(name, paused[name], await unit.visits.count_due_in(name)) for name in names]


async def _pause_one(store: Store, tenant: str) -> None:
    with suppress(AlreadyThere):  # a replica was just making the tenant's row; it is there now
        async with store.transaction() as unit:
            await unit.paces.pause(tenant)
            return
    async with store.transaction() as unit:
        await unit.paces.pause(tenant)


async def _resume(settings: Settings, tenant: str | None) -> list[tuple[str, datetime, int]]:
    """The tenants that go on, since when they were paused, and how many people are due there."""
    resumed = []
    async with opened_store(settings) as store, store.transaction() as unit:
        paused = await unit.paces.paused()
        for name in sorted(paused.keys() & {tenant} if tenant else paused):
            await unit.paces.resume(name)
            resumed.append((name, paused[name], await unit.visits.count_due_in(name)))
    return resumed


async def _tenants(store: Store, settings: Settings, tenant: str | None) -> list[str]:
    if tenant:
        return [tenant]
    async with store.transaction() as unit:
        return sorted(settings.tenants | await unit.paces.known())
