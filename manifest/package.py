"""The package: one zip that an administrator uploads to Teams. The same input makes the same bytes."""

import io
import json
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from manifest.app import ADDITIONAL_LANGUAGES, COLOUR_ICON, OUTLINE_ICON, language_file, localisation

#: The earliest moment that a zip can name; a package says nothing of when it was made.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def contents(manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of the package, all at its root: the manifest, both icons, and the languages beside the default one."""
    icons = files("manifest")
    return {
        "manifest.json": _json(manifest),
        **{language_file(language): _json(localisation(language)) for language in ADDITIONAL_LANGUAGES},
        **{name: icons.joinpath(name).read_bytes() for name in (COLOUR_ICON, OUTLINE_ICON)},
    }


def packed(found: Mapping[str, bytes]) -> bytes:
    """The files as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in found.items():
            package.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
