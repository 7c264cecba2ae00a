"""The story to watch: a reflection arrives, is answered, and only who did not answer it is reminded."""

import asyncio
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


async def test_the_story_is_told_to_its_end(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo.story"),
        cwd=tmp_path,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )

    said, complaints = await asyncio.wait_for(process.communicate(), 300)

    lines = said.decode().splitlines()
    assert (process.returncode, complaints.decode()) == (0, "")
    assert [line.split(",")[0] for line in lines if "to Aino: Session 1" in line] == ["Tue 17 Nov"]
    assert [line.split(",")[0] for line in lines if "to Bo: Session 1" in line] == [
        "Tue 17 Nov",
        "Thu 19 Nov",
        "Wed 25 Nov",
    ]
    assert lines[-1].endswith("Aino answered, and was never reminded")
    assert any("to Aino: Your answer is saved" in line for line in lines)
