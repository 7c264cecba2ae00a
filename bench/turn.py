"""One turn, from the activity to the stored answer and its receipt, beside the SDK's echo bot and a bare JSON echo.

All three serve in one run, on one core, in turns of a few seconds, three rounds of them; the figures are medians of the
rounds. The load and the stand-in for Teams have the other core.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bench.callers import EchoCallers
from bench.figures import Figure, Row, show
from bench.load import CONNECTIONS, PACE_PER_SECOND, Burst, Failed, Stretch, Turn, at_a_steady_pace, at_full_load
from bench.reflections import Organisation, ReflectionCallers, check_all_stored, organisation
from bench.servers import Cores, NotServed, Server, milliseconds_to_import, serving
from demo.teams import StandIn

ROUNDS = 3
WARM_UP_SECONDS = 1.0
IMPORTS = 3
LOAD_IS_THE_LIMIT = 0.95  # of its core


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """A server with its callers, and what was measured of it. module: what a server of its kind imports."""

    name: str
    module: str
    server: Server
    turn: Turn
    bursts: list[Burst] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    rss_mib: list[float] = field(default_factory=list)
    imports: list[float] = field(default_factory=list)

    @property
    def turns_per_second(self) -> float:
        """At full load, as measured."""
        return median(burst.turns_per_second for burst in self.bursts)

    @property
    def turns_per_core(self) -> float:
        """At full load: turns that one second of CPU pays for."""
        return median(burst.turns_per_core for burst in self.bursts)

    @property
    def cpu_microseconds(self) -> float:
        """CPU a turn at full load, of all threads."""
        return median(burst.cpu_microseconds for burst in self.bursts)

    @property
    def load_is_the_limit(self) -> bool:
        """Whether the load's own core was busy all the time, so that the server could do more."""
        return median(burst.load_share for burst in self.bursts) > LOAD_IS_THE_LIMIT

    def milliseconds(self, share: float) -> float:
        """Within which *share* of the turns at a steady pace were complete."""
        return median(stretch.at(share) for stretch in self.stretches)


def main(
    seconds: Annotated[float, typer.Option(min=1, help="Length of each stretch; there are 18 of them.")] = 3.5,
    people: Annotated[int, typer.Option(min=32, help="People who write.")] = 200,
) -> None:
    """Measure a turn beside its peers."""
    try:
        asyncio.run(measure(seconds=seconds, people=people))
    except (Failed, NotServed) as fault:
        typer.echo(f"Not measured: {fault}", err=True)
        raise typer.Exit(1) from None
    except asyncio.CancelledError:
        typer.echo("Stopped before the end.", err=True)
        raise typer.Exit(1) from None


async def measure(*, seconds: float, people: int) -> None:
    """Serve, load, count and print. Raises NotServed, and Failed when an answer was lost or a turn went wrong.

    SIGINT and SIGTERM cancel it, so that no server is left behind.
    """
    if this := asyncio.current_task():
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, this.cancel)
    cores = Cores.apart()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sparri-bench-")))
        stand_in = await stack.enter_async_context(StandIn())
        users = [stand_in.user(f"Kokeilija {number}") for number in range(people)]
        ours = await organisation(stand_in, folder, users)
        async with contest(stand_in, ours, folder, cores) as contestants:
            await run(contestants, seconds=seconds)
        stored = await check_all_stored(ours)
    for _ in range(IMPORTS):
        for each in contestants:
            each.imports.append(await milliseconds_to_import(each.module, cores))
    report(
        *contestants,
        notes=[f"All {stored:,} answers that Sparri thanked for are stored, and can be read."],
        cores=cores,
    )


async def run(contestants: Sequence[Contestant], *, seconds: float) -> None:
    """The rounds, in turn, so that a slow moment of the machine strikes everybody. Raises Failed."""
    for each in contestants:
        await at_full_load(each.turn, each.server, seconds=WARM_UP_SECONDS)
    for _ in range(ROUNDS):
        for each in contestants:
            each.bursts.append(await at_full_load(each.turn, each.server, seconds=seconds))
        for each in contestants:
            each.stretches.append(await at_a_steady_pace(each.turn, seconds=seconds))
            each.rss_mib.append(each.server.rss_mib())


@asynccontextmanager
async def contest(
    stand_in: StandIn, ours: Organisation, folder: Path, cores: Cores
) -> AsyncIterator[Sequence[Contestant]]:
    """The bare echo, the SDK's and Sparri, serving. Raises NotServed, and Failed when nobody can begin."""
    users = [writer.user for writer in ours.writers]
    async with AsyncExitStack() as stack:

        async def served(*command: str, ready: str = "/healthz") -> Server:
            return await stack.enter_async_context(serving(command, ours.environment, folder, cores, ready=ready))

        bare = await served("-m", "bench.peers.bare_echo")
        sdk = await served("-m", "bench.peers.sdk_echo")
        sparri = await served("-m", "bot", "serve", ready="/readyz")
        reflections = ReflectionCallers(stand_in, sparri.url, ours.writers)
        await reflections.begin()
        yield [
            Contestant(
                name="bare echo",
                module="aiohttp.web",
                server=bare,
                turn=EchoCallers(stand_in, bare.url, people=users, replies=False).turn,
            ),
            Contestant(
                name="SDK echo",
                module="botbuilder.integration.aiohttp",
                server=sdk,
                turn=EchoCallers(stand_in, sdk.url, people=users, replies=True).turn,
            ),
            Contestant(name="Sparri", module="bot.app", server=sparri, turn=reflections.turn),
        ]


def report(bare: Contestant, sdk: Contestant, sparri: Contestant, *, notes: Sequence[str], cores: Cores) -> None:
    """Print the table, what to know about it, and the figures."""
    everybody = (bare, sdk, sparri)
    rss = [max(each.rss_mib) for each in everybody]
    imports = [median(each.imports) for each in everybody]
    rows = [
        _row("turns/s, measured", [each.turns_per_second for each in everybody], digits=0),
        _row("turns/s per core", [each.turns_per_core for each in everybody], digits=0),
        _row("CPU a turn, µs", [each.cpu_microseconds for each in everybody], digits=0),
        _row(f"p50 at {PACE_PER_SECOND} turns/s, ms", [each.milliseconds(0.5) for each in everybody], digits=1),
        _row(f"p99 at {PACE_PER_SECOND} turns/s, ms", [each.milliseconds(0.99) for each in everybody], digits=1),
        _row("memory (RSS), MiB", rss, digits=0),
        _row("import, ms", imports, digits=0),
    ]
    show(
        title=f"One turn; medians of {ROUNDS} rounds",
        columns=[*(each.name for each in everybody), "Sparri / SDK", "Sparri / bare"],
        rows=rows,
        notes=[*_notes(everybody, cores), *notes],
        figures=[
            Figure(name="turn_ratio_vs_sdk_echo", value=sparri.turns_per_core / sdk.turns_per_core, unit="x"),
            Figure(
                name="turn_measured_ratio_vs_sdk_echo",
                value=sparri.turns_per_second / sdk.turns_per_second,
                unit="x",
            ),
            Figure(name="turn_cpu_us", value=sparri.cpu_microseconds, unit="us"),
            Figure(name="turn_p50_ms", value=sparri.milliseconds(0.5), unit="ms"),
            Figure(name="turn_p99_ms", value=sparri.milliseconds(0.99), unit="ms"),
            Figure(name="turn_rss_mib", value=rss[-1], unit="MiB"),
            Figure(name="turn_import_ms", value=imports[-1], unit="ms"),
        ],
    )


def _row(caption: str, values: Sequence[float], *, digits: int) -> Row:
    bare, sdk, sparri = values
    cells = [f"{value:,.{digits}f}" for value in values]
    return Row(caption=caption, cells=[*cells, f"{sparri / sdk:.2f}", f"{sparri / bare:.2f}"])


def _notes(everybody: Sequence[Contestant], cores: Cores) -> list[str]:
    notes = [
        "A turn is complete when it is answered and, the bare echo aside, its message has reached the Connector.",
        f"Full load is {CONNECTIONS} turns at once. CPU is that of all threads; turns/s per core is 1 s over it.",
    ]
    if cores.servers is None:
        notes.append("This machine cannot give the servers and the load a core each: read the CPU, not the turns/s.")
    notes += [
        f"The load's own core was the limit for {each.name}: it can do more turns/s than were measured."
        for each in everybody
        if each.load_is_the_limit
    ]
    return notes


if __name__ == "__main__":
    typer.run(main)
