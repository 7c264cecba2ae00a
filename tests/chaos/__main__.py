"""Chaos, the long form: battles on both databases in turn, each with other dice, until there were enough deliveries."""

import asyncio
from collections.abc import Sequence
from itertools import count, cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bench.databases import Kind, databases
from bench.figures import Figure
from storage.deliveries import DeliveryState
from tests.chaos.battle import EVERY_BLOW, Plan, Result, fight
from tests.chaos.grounds import WORKERS, ground

TENANTS = 20  # each has the usual rate
PEOPLE_A_BLOW = 250
PATIENCE = 900.0  # seconds, for the end of a battle


def main(
    deliveries: Annotated[int, typer.Option(min=1, help="How many there are to be at the least.")] = 100_000,
    people: Annotated[int, typer.Option(min=250, help="People in each battle.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Of the first battle; each later one has the next.")] = 1,
) -> None:
    """Fight until there were enough deliveries; ends with 1 when something happened that must not."""
    results: list[Result] = []
    with TemporaryDirectory(prefix="sparri-chaos-") as folder, databases(Path(folder)) as place:
        for kind, number in zip(cycle(Kind), count(seed), strict=False):
            plan = Plan(
                people=people,
                tenants=TENANTS,
                workers=WORKERS[kind],
                seed=number,
                blows=EVERY_BLOW,
                most_blows=people // PEOPLE_A_BLOW,
                patience=PATIENCE,
            )
            result = asyncio.run(fight(plan, ground(place, kind)))
            results.append(result)
            typer.echo(f"{kind}, seed {number}: {_told(result)}")
            if sum(each.books.deliveries.total() for each in results) >= deliveries:
                break
    for figure in _figures(results):
        typer.echo(figure)
    if any(result.faults for result in results):
        raise typer.Exit(1)


def _told(result: Result) -> str:
    books = result.books
    states = ", ".join(f"{count:,} {state}" for state, count in books.deliveries.most_common())
    blows = ", ".join(f"{count} x {blow}" for blow, count in result.blows.items())
    return f"{states}; {books.answers:,} answers; {blows}; {'; '.join(result.faults) or 'all is well'}"


def _figures(results: Sequence[Result]) -> list[Figure]:
    books, kills = [result.books for result in results], sum(result.deaths for result in results)
    values = {
        "deliveries": sum(each.deliveries.total() for each in books),
        "duplicates_skip": sum(each.again_skip for each in books),
        "duplicates_resend_per_kill": sum(each.again_resend for each in books) / max(kills, 1),
        "lost": sum(len(each.lost) + len(each.untold) + len(each.lost_answers) for each in books),
        "unknown": sum(each.deliveries[DeliveryState.UNKNOWN] for each in books),
        "kills": kills,
        "answers": sum(each.answers for each in books),
    }
    return [Figure(name=f"chaos_{name}", value=value, unit="1") for name, value in values.items()]


if __name__ == "__main__":
    typer.run(main)
