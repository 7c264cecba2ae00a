"""`make run`: Sparri on loopback for local tools, with nothing to set up. No tokens are checked, nothing is sent out.

The databases are files in the current folder; the master key is made once and kept beside them.
"""

import base64
import os
from pathlib import Path

from bot.__main__ import db_upgrade, serve
from bot.config import MASTER_KEY_BYTES

KEY_FILE = Path("sparri-development.key")


def main() -> None:
    """Serve on HOST and PORT (default 127.0.0.1:3978) in development mode."""
    os.environ.setdefault("SPARRI_MODE", "development")
    if "SPARRI_MASTER_KEY" not in os.environ:
        os.environ["SPARRI_MASTER_KEY"] = _kept_key()
    db_upgrade()
    serve()


def _kept_key() -> str:
    if not KEY_FILE.exists():
        KEY_FILE.touch(mode=0o600)
        KEY_FILE.write_text(base64.urlsafe_b64encode(os.urandom(MASTER_KEY_BYTES)).decode(), encoding="ascii")
    return KEY_FILE.read_text(encoding="ascii").strip()


if __name__ == "__main__":
    main()
