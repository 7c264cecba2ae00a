"""A whole programme in simulated time, over real HTTP, keeps what Sparri promises."""

import asyncio
import os
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


async def test_a_programme_keeps_what_sparri_promises_to_its_end(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo", "--headless"),
        cwd=tmp_path,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )

    said, complaints = await process.communicate()

    assert (process.returncode, complaints.decode()) == (0, "")
    figures = dict(re.findall(r"^figure demo_(\w+) (\S+)$", said.decode(), re.MULTILINE))
    assert (figures["duplicates"], figures["lost"]) == ("0", "0")
    assert int(figures["people"]) == 20
    assert int(figures["answered"]) > 100
    assert int(figures["reminders"]) > 0
    assert int(figures["weekly_dose_most"]) <= 4
