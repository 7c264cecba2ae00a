"""What is stored of one person: given to them as a file, or erased."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.differences import counted
from bot.cli.running import Tenant, opened_store, run, settings_of, stop, tenant_of
from bot.cli.visits import NobodyKnown
from bot.config import Settings, read_settings
from bot.my_data import my_data_file
from bot.refusals import Refused
from scheduler.erasing import carry_on
from storage.belongings import Preview
from storage.erasures import AskedBy, Erasure
from storage.store import Store

commands = typer.Typer()
Email = Annotated[str, typer.Argument(help="Whose, by their e-mail address.")]
DATE = "%Y-%m-%d %H:%M"


class NoFolder(Refused):
    """The folder for the file is not there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"There is no folder {folder}; nothing was written.")


@commands.command()
def export(
    email: Email,
    out: Annotated[Path, typer.Option(help="The folder for the file. Its name tells a number, and nobody's name.")],
    tenant: Tenant = "",
) -> None:
    """Write all that is stored of somebody into one file, for them. What it says is private: give it to nobody else."""
    settings = settings_of(read_settings)
    if not out.is_dir():
        raise stop(str(NoFolder(out)))
    number, content = run(_export(settings, tenant_of(settings, tenant), email))
    file = out / f"sparri-person-{number}.zip"
    _write(file, content)
    typer.echo(f"Written to {file}, readable by you alone.")


@commands.command()
def erase(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    tenant: Tenant = "",
) -> None:
    """Erase somebody: their key and all that is stored of them. What would go is told first. May be run again."""
    settings = settings_of(read_settings)
    tenant = tenant_of(settings, tenant)
    preview, former = run(_preview(settings, tenant, email))
    if preview is None:
        typer.echo(_standing(former) if former else f"Nobody is known by {email}.")
        if former is None or former.ended_at is not None:
            return
        erasure = run(_carry_on(settings, former.id))
    else:
        _tell(preview)
        if not yes and not typer.confirm("Erase them?"):
            raise stop("Nothing was changed.")
        erasure = run(_erase(settings, tenant, email))
    typer.echo(_standing(erasure))


def _write(file: Path, content: bytes) -> None:
    """For the eyes of whoever runs the command."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)


def _tell(preview: Preview) -> None:
    counts = (
        (preview.programmes, "part in a programme", "parts in programmes"),
        (preview.goals, "goal", "goals"),
        (preview.answers, "answer with all versions", "answers with all versions"),
        (preview.drafts, "draft", "drafts"),
        (preview.messages, "message to others", "messages to others"),
    )
    goes = ", ".join(f"{number} {one if number == 1 else several}" for number, one, several in counts)
    typer.echo(f"Goes: {goes}, with what was said to them; all that was planned for them; their name and addresses;")
    typer.echo("and the key of their words.")
    cards = counted(preview.cards, "card")
    typer.echo(f"In Teams: {cards} that can show something of theirs, emptied while Sparri runs; what they wrote")
    typer.echo("themselves stays there.")
    typer.echo("Older backups of the main database still have their name; their words cannot be opened from them")
    typer.echo("as soon as the backups of the keys are gone that were made before today.")
    typer.echo("Whoever is on the roster comes back with its next load: take them off it. This cannot be undone.")


def _standing(erasure: Erasure) -> str:
    """How far it is."""
    order = f"Erasure {erasure.id}, ordered {erasure.asked_at:{DATE}} UTC by {_BY[erasure.by]}"
    if erasure.ended_at is not None:
        return f"{order}: done {erasure.ended_at:{DATE}} UTC."
    if erasure.emptied_at is not None:
        return f"{order}: all is erased but the way to their cards, which Sparri empties while it runs."
    return f"{order}: not done yet; Sparri carries on as soon as it runs, and so does this command."


_BY = {
    AskedBy.SELF: "themselves",
    AskedBy.ADMINISTRATOR: "an administrator",
    AskedBy.RETENTION: "Sparri, because they had no part in anything any more",
    AskedBy.RESTORED: "Sparri, after a backup was restored",
}


async def _export(settings: Settings, tenant: str, email: str) -> tuple[int, bytes]:
    async with opened_store(settings) as store:
        async with store.transaction() as unit:
            person = await unit.people.by_email(tenant, email)
        if person is None:
            raise NobodyKnown(email, tenant)
        return person.id, await my_data_file(store, person)


async def _preview(settings: Settings, tenant: str, email: str) -> tuple[Preview | None, Erasure | None]:
    """What erasing them comes to; or, when nobody is known by that e-mail, the order by which they were erased."""
    async with opened_store(settings) as store, store.transaction() as unit:
        person = await unit.people.by_email(tenant, email)
        if person is None:
            return None, await unit.erasures.newest_of(tenant, email)
        return await unit.belongings.preview(person.id), None


async def _erase(settings: Settings, tenant: str, email: str) -> Erasure:
    async with opened_store(settings) as store:
        async with store.transaction() as unit:
            person = await unit.people.by_email(tenant, email)
            if person is None:
                raise NobodyKnown(email, tenant)
            number = await unit.erasures.order(person, by=AskedBy.ADMINISTRATOR)
        return await _carried_on(store, number)


async def _carry_on(settings: Settings, erasure_id: int) -> Erasure:
    async with opened_store(settings) as store:
        return await _carried_on(store, erasure_id)


async def _carried_on(store: Store, erasure_id: int) -> Erasure:
    await carry_on(store, erasure_id)
    async with store.transaction() as unit:
        erasure = await unit.erasures.get(erasure_id)
    assert erasure is not None  # orders are never deleted
    return erasure
