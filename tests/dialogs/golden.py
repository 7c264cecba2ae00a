"""Golden cards: files that show in review what people see. `SPARRI_GOLDEN=write` writes them anew."""

import json
import os
from pathlib import Path

from dialogs.reply import Card

FOLDER = Path(__file__).parents[1] / "golden" / "cards"


def is_golden(name: str, card: Card) -> bool:
    """Whether *card* is the one in the file of that name; written instead of compared where that is asked for."""
    drawn = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
    path = FOLDER / f"{name}.json"
    if os.environ.get("SPARRI_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    return path.exists() and path.read_text(encoding="utf-8") == drawn
