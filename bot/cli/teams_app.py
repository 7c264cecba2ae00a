"""The Teams app: its package for the admin centre."""

import re
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import settings_of
from bot.cli.terminal import stop
from bot.config import Settings, read_publishing
from manifest.app import Publisher, manifest
from manifest.package import contents, packed

commands = typer.Typer()
_VERSION = re.compile(r"(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}", re.ASCII)


@commands.command("manifest")
def write(
    out: Annotated[Path, typer.Option(help="Where the package is written.")] = Path("sparri.zip"),
    app_version: Annotated[
        str,
        typer.Option(help="The app's version in Teams, such as 1.4.0: raise it for each upload.", show_default=False),
    ] = "",
) -> None:
    """Pack the Teams app: its manifest, languages and icons, to be uploaded in the Teams admin centre."""
    settings = settings_of(read_publishing)
    if app_version and _VERSION.fullmatch(app_version) is None:
        raise stop(f"{app_version!r} is no version; it is three numbers, such as 1.4.0.")
    found = contents(_manifest(settings, app_version or version_of("sparri")))
    try:
        _replace(out, packed(found))
    except OSError as error:
        raise stop(f"{out} cannot be written: {error.strerror}") from None
    typer.echo(f"{out}: {', '.join(found)}. Next: docs/operating.md, Install it in Teams.")


def _manifest(settings: Settings, version: str) -> dict[str, object]:
    publisher = Publisher(
        name=settings.developer_name,
        website_url=settings.website_url,
        privacy_url=settings.privacy_url,
        terms_url=settings.terms_url,
    )
    app_id = settings.teams_app_id or settings.app_id
    return manifest(publisher, app_id=app_id, bot_id=settings.app_id, version=version)


def _replace(path: Path, content: bytes) -> None:
    """All of the new file or all of the old one, whatever happens meanwhile."""
    beside = path.with_name(f"{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
