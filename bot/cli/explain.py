"""Explaining to an administrator why somebody was asked something, or was not."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.chains import Chains, state_of
from bot.cli.running import Tenant, opened_store, run, settings_of, stop, tenant_of
from bot.cli.visits import WIDTH, NobodyKnown
from bot.config import Settings, read_settings
from bot.refusals import Refused
from coaching.explaining import Explanation, explanations
from coaching.people import Person

#: Names that are listed where something was not found.
_NAMED = 5
commands = typer.Typer()


class UnknownAsk(Refused):
    """There is nothing of that name for the person."""

    def __init__(self, ask: str, email: str, known: Sequence[Explanation]) -> None:
        names = sorted({each.element for each in known})
        near = get_close_matches(ask.partition(".")[0], names, n=_NAMED) or names[:_NAMED]
        hint = f"for example {', '.join(near)}" if near else "nobody has asked them anything"
        super().__init__(f"There is no ask {ask!r} for {email}; {hint}.")


@commands.command()
def explain(
    email: Annotated[str, typer.Argument(help="Whose, by their e-mail address.")],
    ask: Annotated[
        str | None,
        typer.Argument(help="One alone, in full: its number, the id of its element, or ELEMENT.OCCURRENCE."),
    ] = None,
    tenant: Tenant = "",
) -> None:
    """Tell why somebody was asked something and when, or why not. Never what anybody wrote."""
    settings = settings_of(read_settings)
    person, found = run(_explained(settings, tenant_of(settings, tenant), email))
    chains = Chains(zone=ZoneInfo(person.timezone))
    if ask is None:
        _show(found, chains)
        return
    chosen = [each for each in found if _is_named(each, ask)]
    if not chosen:
        raise stop(str(UnknownAsk(ask, email, found)))
    for each in chosen:
        typer.echo("\n".join(chains.lines(each)))


def _show(found: Sequence[Explanation], chains: Chains) -> None:
    if not found:
        typer.echo("Nothing was asked, and nothing is planned.")
        return
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("ask", "programme", "element", "state", f"next, or why not ({chains.zone.key})"):
        table.add_column(name, justify="right" if name == "ask" else "left", overflow="fold")
    for each in found:
        number, state = (str(each.ask.id), state_of(each.ask)) if each.ask else ("", "")
        cells = (number, each.programme, each.named, state, chains.summary(each.standing))
        table.add_row(*map(Text, cells))
    console.print(table)


def _is_named(each: Explanation, name: str) -> bool:
    number = each.ask.id if each.ask else None
    return name in (str(number), each.element, f"{each.element}.{each.occurrence}")


async def _explained(settings: Settings, tenant: str, email: str) -> tuple[Person, list[Explanation]]:
    async with opened_store(settings) as store, store.transaction() as unit:
        person = await unit.people.by_email(tenant, email)
        if person is None:
            raise NobodyKnown(email, tenant)
        return person, explanations(await unit.stories.of(person))
