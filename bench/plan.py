"""Planning: the rule of visits, deciding anew about a cohort, and a claim among very many people and asks.

There is no peer in it: APScheduler's users plan by adding jobs, which `bench.tick` measures.
"""

import asyncio
import signal
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bench.claiming import Claims, claims
from bench.databases import Kind, databases
from bench.deciding import microseconds_to_decide
from bench.figures import Figure, Row, show
from bench.load import Failed
from bench.replanning import Replanned, replanned

PEOPLE = 100_000
ASKS_EACH = {Kind.POSTGRES: 60, Kind.SQLITE: 20}
COHORT = 10_000
COHORT_ASKS_EACH = 60


def main(
    scale: Annotated[float, typer.Option(min=0.001, max=1, help="Part of the people; all of them are 100,000.")] = 1.0,
) -> None:
    """Measure planning."""
    try:
        asyncio.run(measure(scale=scale))
    except Failed as fault:
        typer.echo(f"Not measured: {fault}", err=True)
        raise typer.Exit(1) from None
    except asyncio.CancelledError:
        raise typer.Exit(1) from None


async def measure(*, scale: float) -> None:
    """Measure and print. Raises Failed when something is decided that should not be."""
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sparri-bench-")))
        addresses = stack.enter_context(databases(folder))
        next_visit = microseconds_to_decide()
        anew = await replanned(addresses.new(Kind.SQLITE), people=int(COHORT * scale), asks_each=COHORT_ASKS_EACH)
        found = {
            kind: await claims(addresses.new(kind), people=int(PEOPLE * scale), asks_each=ASKS_EACH[kind])
            for kind in Kind
        }
    report(next_visit, anew, found)


def report(next_visit: float, anew: Replanned, found: dict[Kind, Claims]) -> None:
    """Print the table, what to know about it, and the figures."""
    show(
        title="Planning",
        columns=[str(kind) for kind in Kind],
        rows=[
            Row(caption="people", cells=[f"{found[kind].people:,}" for kind in Kind]),
            Row(caption="asks", cells=[f"{found[kind].asks:,}" for kind in Kind]),
            Row(caption="bytes an ask", cells=[f"{found[kind].bytes_per_ask:.0f}" for kind in Kind]),
            *(
                Row(
                    caption=f"a claim of 25, {name}, ms",
                    cells=[f"{found[kind].all_due.at(share):.2f}" for kind in Kind],
                )
                for name, share in (("p50", 0.5), ("p99", 0.99))
            ),
            *(
                Row(
                    caption=f"a claim with nobody due, {name}, ms",
                    cells=[f"{found[kind].nothing_due.at(share):.2f}" for kind in Kind],
                )
                for name, share in (("p50", 0.5), ("p99", 0.99))
            ),
        ],
        notes=[
            f"The rule: {next_visit:.0f} µs for a person with ten asks, median.",
            f"A session moved: {anew.people:,} people with {anew.asks:,} asks are decided about anew in "
            f"{anew.seconds:.1f} s; a batch holds the writer for {1e3 * anew.longest_batch_seconds:.0f} ms at most; "
            f"{anew.turns} turns were answered meanwhile, the slowest in {1e3 * anew.slowest_turn_seconds:.0f} ms.",
        ],
        figures=[
            Figure(name="plan_next_visit_us", value=next_visit, unit="us"),
            Figure(name="plan_replan_s", value=anew.seconds, unit="s"),
            Figure(name="plan_replan_longest_batch_ms", value=1e3 * anew.longest_batch_seconds, unit="ms"),
            *(
                Figure(name=f"plan_{name}p99_ms_{kind}", value=times.at(0.99), unit="ms")
                for kind in Kind
                for name, times in (("claim_", found[kind].all_due), ("idle_claim_", found[kind].nothing_due))
            ),
            Figure(name="plan_bytes_per_ask", value=found[Kind.POSTGRES].bytes_per_ask, unit="B"),
        ],
    )


if __name__ == "__main__":
    typer.run(main)
