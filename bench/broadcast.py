"""A coach's message to very many people, beside the loop of `continue_conversation` in the turn that the samples show.

On SQLite, in one run, with a Connector that answers after 50 ms. The loop is measured with fewer people, for it takes
as long for each of them; its minute is counted from those.
"""

import asyncio
import signal
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bench.broadcasting import Sending, Writing, looping, sparri, written
from bench.databases import databases
from bench.figures import Figure, Row, show
from bench.load import Failed
from bench.servers import Cores, NotServed
from bench.visiting import Course

UNLIMITED = 20_000.0  # visits a second: more than anything here can do
USUAL_RATE = 25.0


def main(
    people: Annotated[int, typer.Option(min=50, help="People whom Sparri's coach writes to.")] = 10_000,
    loop_people: Annotated[int, typer.Option(min=20, help="People whom the loop's coach writes to.")] = 500,
    seconds: Annotated[float, typer.Option(min=5, help="Length of the scene at the usual rate.")] = 30.0,
) -> None:
    """Measure broadcasts beside a loop in the turn."""
    try:
        asyncio.run(measure(people=people, loop_people=loop_people, seconds=seconds))
    except (Failed, NotServed) as fault:
        typer.echo(f"Not measured: {fault}", err=True)
        raise typer.Exit(1) from None
    except asyncio.CancelledError:
        raise typer.Exit(1) from None


async def measure(*, people: int, loop_people: int, seconds: float) -> None:
    """Run all scenes and print. Raises NotServed, and Failed when somebody was not reached, or twice."""
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sparri-bench-")))
        course = Course(databases=stack.enter_context(databases(folder)), folder=folder, cores=Cores.apart())
        writing = await written(course, people=people)
        peer = await looping(course, people=loop_people)
        ours = await sparri(course, people=people, rate=UNLIMITED)
        paced = await sparri(course, people=max(int(USUAL_RATE * seconds), 50), rate=USUAL_RATE)
    report(peer, ours, paced, writing, people=people, loop_people=loop_people, cores=course.cores)


def report(
    peer: Sending, ours: Sending, paced: Sending, writing: Writing, *, people: int, loop_people: int, cores: Cores
) -> None:
    """Print the table, what to know about it, and the figures."""
    notes = [
        f"{people:,} people by Sparri, {loop_people:,} by the loop. Seconds count from the coach's press.",
        f"Their asks were written in {writing.seconds:.1f} s; a batch held the writer for "
        f"{1e3 * writing.longest_seconds:.0f} ms at most.",
        "A stall is how long the server's event loop did nothing for anybody else. Memory is what the server grew by.",
    ]
    if cores.servers is None:
        notes.append("This machine cannot give the server and the load a core each.")
    runs = [peer, ours, paced]
    show(
        title="A broadcast",
        columns=["loop in the turn", "Sparri, no limit", f"Sparri, {USUAL_RATE:.0f}/s"],
        rows=[
            Row(caption="people a minute", cells=[f"{run.per_minute:,.0f}" for run in runs]),
            Row(caption="coach has an answer, s", cells=[f"{run.answer_seconds:.2f}" for run in runs]),
            Row(caption="first delivery, s", cells=[f"{run.first_seconds:.2f}" for run in runs]),
            Row(caption="memory grown, MiB", cells=[f"{run.grown_mib:,.0f}" for run in runs]),
            Row(caption="longest stall, ms", cells=[f"{1e3 * run.stall_seconds:,.0f}" for run in runs]),
            Row(caption="others wait at most, s", cells=[_seconds(run.slowest_turn_seconds) for run in runs]),
        ],
        notes=notes,
        figures=[
            Figure(name="broadcast_ratio_vs_loop", value=ours.per_minute / peer.per_minute, unit="x"),
            Figure(name="broadcast_coach_answer_s", value=ours.answer_seconds, unit="s"),
            Figure(name="broadcast_first_delivery_s", value=ours.first_seconds, unit="s"),
            Figure(name="broadcast_memory_mib", value=ours.grown_mib, unit="MiB"),
            Figure(name="broadcast_others_wait_s", value=ours.slowest_turn_seconds or 0.0, unit="s"),
            Figure(name="broadcast_writer_held_ms", value=1e3 * writing.longest_seconds, unit="ms"),
            Figure(name="broadcast_rate_used", value=paced.per_minute / 60 / USUAL_RATE, unit="x"),
        ],
    )


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    typer.run(main)
