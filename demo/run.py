"""`make run`: Sparri on loopback for local tools, with nothing to set up. No tokens are checked, nothing is sent out.

The databases are files in the current folder; the master key is made once and kept beside them. With arguments it is
`python -m bot` with the same settings: `python -m demo.run people let-in CODE`.
"""

import base64
import os
import sys
from contextlib import suppress
from pathlib import Path

import typer

from bot.__main__ import app
from bot.cli.databases import db_upgrade
from bot.cli.serve import serve
from bot.config import MASTER_KEY_BYTES, Misconfigured, Settings, read_settings

KEY_FILE = Path("sparri-development.key")


def main() -> None:
    """Serve on HOST and PORT (default 127.0.0.1:3978) in development mode, or run the command of the arguments."""
    os.environ.setdefault("SPARRI_MODE", "development")
    if "SPARRI_MASTER_KEY" not in os.environ:
        os.environ["SPARRI_MASTER_KEY"] = _kept_key()
    if sys.argv[1:]:
        app()
    try:
        db_upgrade()
        with suppress(Misconfigured):  # serving tells what is wrong
            typer.echo(_what_next(read_settings()))
        serve()
    except typer.Exit as ended:
        sys.exit(ended.exit_code)


def _what_next(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return (
        f"Point a local tool, such as Microsoft 365 Agents Playground, to http://{host}:{settings.port}/api/messages. "
        "Ctrl-C ends it."
    )


def _kept_key() -> str:
    if not KEY_FILE.exists():
        KEY_FILE.touch(mode=0o600)
        KEY_FILE.write_text(base64.urlsafe_b64encode(os.urandom(MASTER_KEY_BYTES)).decode(), encoding="ascii")
    return KEY_FILE.read_text(encoding="ascii").strip()


if __name__ == "__main__":
    main()
