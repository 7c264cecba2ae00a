"""Golden previews: files that show in review what people would be told. `SPARRI_GOLDEN=write` writes them anew."""

import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "golden" / "previews"


def is_golden(name: str, text: str) -> bool:
    """Whether *text* is the one in the file of that name; written instead of compared where that is asked for."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("SPARRI_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.exists() and path.read_text(encoding="utf-8") == text
