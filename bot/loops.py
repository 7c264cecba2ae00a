"""Loops: the event loop that Sparri runs on, and when Python looks for garbage, for its server and its commands."""

import gc
import sys

if sys.platform != "win32":
    import uvloop

#: uvloop's, which is a tenth of a turn faster, where there is one; None for Python's own.
NEW_LOOP = None if sys.platform == "win32" else uvloop.new_event_loop

#: After so many new objects Python looks for cycles that are garbage; most go by themselves, without it.
NEW_OBJECTS = 50_000


def look_less_for_garbage() -> None:
    """Modules, models and statements are never garbage: Python walked them again and again, a tenth of a second long.

    That is a tenth of each turn, and a command may hold the writer meanwhile.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
