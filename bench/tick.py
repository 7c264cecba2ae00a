"""People who fall due, beside APScheduler with a job each: how late they are reached, and how long the server stalls.

Three scenes, on SQLite and on PostgreSQL, in one run: people due over one minute, all due at one instant (both without
a limit worth the name), and at the usual rate. The Connector answers after 50 ms. It and the load have one core, the
server under test the other, and PostgreSQL what both leave.
"""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bench.databases import Kind, databases
from bench.figures import Figure, Row, show
from bench.load import Failed
from bench.servers import Cores, NotServed
from bench.visiting import Course, scheduled_jobs, sparri
from bench.waves import Due, Wave

UNLIMITED = 20_000.0  # visits a second: more than anything here can do
USUAL_RATE = 25.0
SPREAD_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenes:
    """What one contestant did on one database. paced: at the usual rate; None for the peer, which knows none."""

    spread: Wave
    instant: Wave
    paced: Wave | None = None


def main(
    people: Annotated[int, typer.Option(min=50, help="People who fall due in the first two scenes.")] = 10_000,
    seconds: Annotated[float, typer.Option(min=5, help="Length of the scene at the usual rate.")] = 30.0,
) -> None:
    """Measure visits beside APScheduler's jobs."""
    try:
        asyncio.run(measure(people=people, seconds=seconds))
    except (Failed, NotServed) as fault:
        typer.echo(f"Not measured: {fault}", err=True)
        raise typer.Exit(1) from None
    except asyncio.CancelledError:
        raise typer.Exit(1) from None


async def measure(*, people: int, seconds: float) -> None:
    """Run all scenes and print. Raises NotServed, and Failed when somebody was not reached, or twice."""
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sparri-bench-")))
        course = Course(databases=stack.enter_context(databases(folder)), folder=folder, cores=Cores.apart())
        spread, instant = Due.spread(people, SPREAD_SECONDS), Due.at_once(people)
        peers, ours = {}, {}
        for kind in Kind:
            peers[kind] = Scenes(
                spread=await scheduled_jobs(course, kind, spread), instant=await scheduled_jobs(course, kind, instant)
            )
            ours[kind] = Scenes(
                spread=await sparri(course, kind, spread, rate=UNLIMITED),
                instant=await sparri(course, kind, instant, rate=UNLIMITED),
                paced=await sparri(course, kind, Due.at_once(int(USUAL_RATE * seconds)), rate=USUAL_RATE),
            )
    report(peers, ours, people=people, cores=course.cores)


def report(peers: dict[Kind, Scenes], ours: dict[Kind, Scenes], *, people: int, cores: Cores) -> None:
    """Print the table, what to know about it, and the figures."""
    columns = [f"{name}, {kind}" for kind in Kind for name in ("APScheduler", "Sparri")]
    everybody = [scenes for kind in Kind for scenes in (peers[kind], ours[kind])]
    notes = [
        f"{people:,} people; lateness is from when a person was due to when their message arrived at the Connector.",
        "A stall is how long the server's event loop did nothing for anybody else. RSS is the server's, at the end.",
    ]
    if cores.servers is None:
        notes.append("This machine cannot give the server and the load a core each.")
    show(
        title="People who fall due",
        columns=columns,
        rows=[
            *_rows(f"over {SPREAD_SECONDS:.0f} s", [each.spread for each in everybody]),
            *_rows("at one instant", [each.instant for each in everybody]),
            *_paced_rows([each.paced for each in everybody]),
        ],
        notes=notes,
        figures=[figure for kind in Kind for figure in _figures(kind, peers[kind], ours[kind])],
    )


def _rows(scene: str, waves: Sequence[Wave]) -> list[Row]:
    return [
        Row(caption=f"{scene}: late p50, s", cells=[f"{wave.late(0.5):.3f}" for wave in waves]),
        Row(caption=f"{scene}: late p99, s", cells=[f"{wave.late(0.99):.3f}" for wave in waves]),
        Row(caption=f"{scene}: longest stall, ms", cells=[f"{1e3 * wave.stall_seconds:,.0f}" for wave in waves]),
        Row(caption=f"{scene}: visits/s", cells=[f"{wave.per_second:,.0f}" for wave in waves]),
        Row(caption=f"{scene}: CPU a visit, µs", cells=[f"{wave.cpu_microseconds:,.0f}" for wave in waves]),
        Row(caption=f"{scene}: RSS, MiB", cells=[f"{wave.rss_mib:,.0f}" for wave in waves]),
    ]


def _paced_rows(waves: Sequence[Wave | None]) -> list[Row]:
    return [
        Row(
            caption=f"at {USUAL_RATE:.0f}/s: visits/s",
            cells=["" if wave is None else f"{wave.per_second:.2f}" for wave in waves],
        ),
        Row(
            caption=f"at {USUAL_RATE:.0f}/s: most in any second",
            cells=["" if wave is None else f"{wave.most_in_a_second}" for wave in waves],
        ),
    ]


def _figures(kind: Kind, peer: Scenes, ours: Scenes) -> list[Figure]:
    assert ours.paced is not None
    values = {
        "tick_p99_lateness_s": (ours.spread.late(0.99), "s"),
        "tick_loop_stall_ms": (1e3 * ours.spread.stall_seconds, "ms"),
        "tick_instant_lateness_ratio": (peer.instant.late(0.5) / ours.instant.late(0.5), "x"),
        "tick_instant_stall_ratio": (peer.instant.stall_seconds / ours.instant.stall_seconds, "x"),
        "tick_rate_used": (ours.paced.per_second / USUAL_RATE, "x"),
        "tick_most_in_a_second": (ours.paced.most_in_a_second, "visits"),
        "tick_visits_per_s": (ours.instant.per_second, "1/s"),
        "tick_rss_mib": (ours.instant.rss_mib, "MiB"),
    }
    return [Figure(name=f"{name}_{kind}", value=value, unit=unit) for name, (value, unit) in values.items()]


if __name__ == "__main__":
    typer.run(main)
