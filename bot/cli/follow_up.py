"""The follow-up of a programme as a file for its coach, where no link can be given out in the chat."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import Tenant, opened_store, run, settings_of, tenant_of
from bot.config import Settings, read_settings
from bot.file_makers import MAKERS
from bot.files import File, NotTheirs, Order
from bot.refusals import Refused
from storage.one_time_links import FileKind

commands = typer.Typer()

KINDS = {".csv": FileKind.FOLLOW_UP_CSV, ".xlsx": FileKind.FOLLOW_UP_XLSX}


class NoFile(Refused):
    """The file was not made."""


@commands.command("follow-up")
def follow_up(
    programme: Annotated[str, typer.Argument(help="The programme's id.")],
    coach: Annotated[str, typer.Argument(help="The e-mail address of the coach whom the file is for.")],
    file: Annotated[Path, typer.Argument(help="A file to make, ending in .csv or .xlsx.")],
    tenant: Tenant = "",
) -> None:
    """Write how far the people of a programme are and what they handed in, as that coach may read it."""
    settings = settings_of(read_settings)
    made = run(_made(settings, programme, coach, file, tenant_of(settings, tenant)))
    run(_write(file, made))
    typer.echo(f"Written to {file}. It holds what people handed in: give it to {coach}, and keep no copy.")


async def _made(settings: Settings, programme: str, coach: str, file: Path, tenant: str) -> File:
    kind = KINDS.get(file.suffix.lower())
    if kind is None:
        raise NoFile(f"{file}: the name has to end in {' or '.join(KINDS)}.")
    async with opened_store(settings) as store:
        async with store.transaction() as unit:
            person = await unit.people.by_email(tenant, coach)
            programme_id = await unit.programmes.id_of(tenant, programme)
        if person is None or programme_id is None:
            raise NoFile(f"There is no programme {programme}." if person else f"Nobody is known as {coach}.")
        try:
            order = Order(person=person, about={"programme": programme_id}, language=person.language)
            return await MAKERS[kind](store, order)
        except NotTheirs:
            raise NoFile(f"{coach} does not coach {programme}, or it has ended.") from None


async def _write(file: Path, made: File) -> None:
    """A new file that only its owner reads; one that is there already stays as it is."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(made.content)
