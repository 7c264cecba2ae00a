"""Loops: the event loop that Sparri runs on, for its server and for its commands."""

import sys

if sys.platform != "win32":
    import uvloop

#: uvloop's, which is a tenth of a turn faster, where there is one; None for Python's own.
NEW_LOOP = None if sys.platform == "win32" else uvloop.new_event_loop
