"""The check-up: all that must be right for Sparri to work here, one by one, and what to do where it is not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp

from bot import credential
from bot.config import AppType, Settings, publishing_faults
from bot.keys_in_step import keys_in_step
from bot.programme_checking import checked
from bot.programme_files import ProgrammeRefused
from bot.teams.errors import TryLater
from bot.teams.outgoing import pooled_session
from bot.teams.tokens import tokens
from coaching.people import Language
from dialogs import wording
from storage.engine import UnusableDatabase, database_url, open_engine
from storage.keys import KeyRing
from storage.public_holidays import public_holidays
from storage.schema import Part, check_current

TIMEOUT_SECONDS = 10.0
#: Tokens are good for minutes; a clock that is further off has them refused. A little is usual.
FURTHEST_OFF, FAR_OFF = timedelta(minutes=4), timedelta(seconds=20)
_UPGRADE = "run `python -m bot db upgrade`; if that fails, check that the database runs and the address is right"


class Verdict(StrEnum):
    """How something is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. what: its name; says: how it is; do: what to do, empty for nothing."""

    what: str
    verdict: Verdict
    says: str
    do: str = ""


async def looked_over(
    settings: Settings, faults: list[str], *, offline: bool, programmes: Path, today: date
) -> AsyncIterator[Finding]:
    """Everything in turn. faults: of the settings, as `bot.config.read_with_faults` has them. Nothing is changed."""
    for finding in _settings(faults):
        yield finding
    yield await _database(settings, settings.database_url, Part.MAIN)
    yield await _database(settings, settings.keys_database_url, Part.KEYS)
    yield await _master_key(settings)
    yield await _in_step(settings)
    yield _credential(settings, today)
    for look in (_time_zones, _holidays, _texts):
        yield look(today)
    for finding in _programmes(programmes):
        yield finding
    yield _app_package(settings)
    online: tuple[tuple[str, Callable[[Settings, aiohttp.ClientSession], Awaitable[Finding]]], ...] = (
        ("clock and key server", _keys_and_clock),
        ("token endpoint", _token),
        ("public address", _public),
    )
    async with pooled_session() as session:
        for what, ask in online:
            if offline or settings.development:
                why = "it needs the network" if offline else "development mode asks nobody"
                yield Finding(what=what, verdict=Verdict.SKIPPED, says=why)
            else:
                yield await ask(settings, session)


def _settings(faults: list[str]) -> Iterator[Finding]:
    if not faults:
        yield _ok("settings", "all that is needed is set")
    for fault in faults:
        yield Finding(
            what="settings", verdict=Verdict.FAILED, says=fault, do="set it, or mend it; README, Configuration"
        )


async def _database(settings: Settings, url: str, part: Part) -> Finding:
    what = f"{part} database"
    if _is_absent(url):
        return Finding(what=what, verdict=Verdict.FAILED, says="it is not there yet", do=_UPGRADE)
    try:
        engine = open_engine(url)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await check_current(engine, part)
        finally:
            await engine.dispose()
    except Exception as error:  # whatever a driver raises is the finding
        return Finding(what=what, verdict=Verdict.FAILED, says=type(error).__name__, do=_UPGRADE)
    return _ok(what, "it answers, and its schema is this version's")


async def _master_key(settings: Settings) -> Finding:
    what = "master key"
    if not settings.master_keys or _is_absent(settings.keys_database_url):
        why = "there is no key, or no database of keys, yet"
        return Finding(what=what, verdict=Verdict.SKIPPED, says=why)
    try:
        engine = open_engine(settings.keys_database_url)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await KeyRing(engine, settings.raw_master_keys()).check()
        finally:
            await engine.dispose()
    except Exception as error:
        do = "set in SPARRI_MASTER_KEY the key by which the stored ones are wrapped; docs/operating.md, The master key"
        return Finding(what=what, verdict=Verdict.FAILED, says=type(error).__name__, do=do)
    return _ok(what, "it opens the people's keys")


async def _in_step(settings: Settings) -> Finding:
    """Whether backups of the two databases were restored that fit each other."""
    what = "keys of people"
    if _is_absent(settings.database_url) or _is_absent(settings.keys_database_url) or not settings.master_keys:
        return Finding(what=what, verdict=Verdict.SKIPPED, says="there are not both databases and a master key yet")
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            found = await keys_in_step(settings)
    except Exception as error:  # whatever a driver raises is the finding
        return Finding(what=what, verdict=Verdict.SKIPPED, says=f"they cannot be looked at: {type(error).__name__}")
    if found.absent or found.surveys:
        whose = [f"{found.absent} of {found.people} people"] if found.absent else []
        whose += [f"{found.surveys} of the surveys"] if found.surveys else []
        says = f"{' and '.join(whose)} have keys that the keys database never had"
        do = "the keys are older than the main database: restore a newer backup of them; docs/operating.md, Restoring"
        return Finding(what=what, verdict=Verdict.FAILED, says=says, do=do)
    if found.destroyed:
        says = f"{found.destroyed} people are back who were erased after the main database's backup"
        do = "nothing: Sparri erases them again within the hour after it was started"
        return Finding(what=what, verdict=Verdict.WARNING, says=says, do=do)
    return _ok(what, f"all {found.people} are in the keys database")


def _credential(settings: Settings, today: date) -> Finding:
    if said := credential.warning(settings, today):
        end = None if "cannot" in said else credential.ends(settings)
        verdict = Verdict.WARNING if end is not None and end >= today else Verdict.FAILED
        do = "make a new one in Entra, set it, restart Sparri, and remove the old one"
        return Finding(what="credential", verdict=verdict, says=said, do=do)
    end = credential.ends(settings)
    if end is not None:
        return _ok("credential", f"it is good until {end}")
    if settings.app_password.get_secret_value():
        do = "set MicrosoftAppPasswordEnds to the date that Entra shows, to be warned before it ends"
        return Finding(what="credential", verdict=Verdict.WARNING, says="nobody knows when the secret ends", do=do)
    if settings.app_type not in {AppType.MANAGED_IDENTITY, AppType.FEDERATED}:
        return Finding(what="credential", verdict=Verdict.SKIPPED, says="none is set")
    return _ok("credential", "it has no end")


def _time_zones(today: date) -> Finding:
    do = "install the requirements again: tzdata is one of them"
    try:
        zone = ZoneInfo("Europe/Helsinki")
    except ZoneInfoNotFoundError:
        return Finding(what="time zones", verdict=Verdict.FAILED, says="there is no Europe/Helsinki", do=do)
    winter, summer = (datetime(today.year, month, 15, tzinfo=zone).utcoffset() for month in (1, 7))
    if (winter, summer) != (timedelta(hours=2), timedelta(hours=3)):
        return Finding(what="time zones", verdict=Verdict.FAILED, says="Europe/Helsinki is not what it is", do=do)
    return _ok("time zones", "Europe/Helsinki changes its clocks as it does")


def _holidays(today: date) -> Finding:
    independence = date(today.year, 12, 6)
    if independence not in public_holidays("FI", today.year):
        do = "install the requirements again: holidays is one of them"
        return Finding(what="holidays", verdict=Verdict.FAILED, says=f"{independence} is none in Finland", do=do)
    return _ok("holidays", f"those of {today.year} are known")


def _texts(_: date) -> Finding:
    keys = {language: frozenset(wording.keys(language)) for language in Language}
    everywhere = frozenset.intersection(*keys.values())
    if missing := frozenset.union(*keys.values()) - everywhere:
        do = "add them to dialogs/texts in the languages that lack them"
        return Finding(what="texts", verdict=Verdict.FAILED, says=", ".join(sorted(missing)), do=do)
    return _ok("texts", f"{len(everywhere)} in each language")


def _programmes(folder: Path) -> Iterator[Finding]:
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        yield Finding(what="programme files", verdict=Verdict.SKIPPED, says=f"there are none in {folder}")
    for file in files:
        do = f"run `python -m bot programme check {file}`, which names each fault with its line"
        try:
            found = checked(file)
        except ProgrammeRefused:
            yield Finding(what=file.name, verdict=Verdict.FAILED, says="it cannot be loaded", do=do)
        else:
            says = f"{len(found.warnings)} warnings" if found.warnings else "nothing is wrong with it"
            yield Finding(what=file.name, verdict=Verdict.OK, says=says)


def _app_package(settings: Settings) -> Finding:
    if faults := publishing_faults(settings):
        do = "set them before `python -m bot manifest`; Sparri serves without"
        return Finding(what="Teams app", verdict=Verdict.WARNING, says="; ".join(faults), do=do)
    return _ok("Teams app", "its package can be made")


async def _keys_and_clock(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    what, url = "clock and key server", settings.openid_metadata_url
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            async with session.get(url) as answer:
                metadata, told = await answer.json(content_type=None), answer.headers.get("Date", "")
            async with session.get(metadata["jwks_uri"]) as answer:
                keys = (await answer.json(content_type=None))["keys"]
            off = abs(datetime.now(UTC) - parsedate_to_datetime(told)) if told else timedelta()
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError) as error:
        do = "let this machine reach OPENID_METADATA_URL and the address that it names"
        return Finding(what=what, verdict=Verdict.FAILED, says=f"no answer: {type(error).__name__}", do=do)
    if off > FAR_OFF:
        verdict = Verdict.FAILED if off > FURTHEST_OFF else Verdict.WARNING
        do = "set this machine's clock by a time server"
        return Finding(what=what, verdict=verdict, says=f"the clock is {off.total_seconds():.0f} s off", do=do)
    return _ok(what, f"{len(keys)} keys, and the clock agrees with the server's")


async def _token(settings: Settings, _: aiohttp.ClientSession) -> Finding:
    what, do = (
        "token endpoint",
        "check MicrosoftAppId, MicrosoftAppTenantId and the credential in Entra, and the way there",
    )
    try:
        source = tokens(settings)
        try:
            await source.token()
        finally:
            await source.close()
    except TryLater:
        says = f"Microsoft gives the bot no token: {source.trouble}"
        return Finding(what=what, verdict=Verdict.FAILED, says=says, do=do)
    except Exception as error:
        return Finding(what=what, verdict=Verdict.FAILED, says=type(error).__name__, do=do)
    return _ok(what, "Microsoft gives the bot its token")


async def _public(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    what = "public address"
    if not settings.public_url:
        do = "set PUBLIC_URL, if people are to get calendar files and files of their own"
        return Finding(what=what, verdict=Verdict.WARNING, says="PUBLIC_URL is not set", do=do)
    do = "let the proxy pass POST /api/messages to Sparri, and look whether Sparri runs"
    url = f"{settings.public_url.rstrip('/')}/api/messages"
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS), session.post(url, json={}) as answer:
            status = answer.status
    except (aiohttp.ClientError, OSError) as error:
        return Finding(what=what, verdict=Verdict.FAILED, says=f"no answer: {type(error).__name__}", do=do)
    if status in (400, 401, 403):
        return _ok(what, "it answers, and refuses who is not Teams")
    return Finding(what=what, verdict=Verdict.FAILED, says=f"it answers {status} to who is not Teams", do=do)


def _is_absent(url: str) -> bool:
    """Whether it is a file that is not there, which opening it would make."""
    try:
        address = database_url(url)
    except UnusableDatabase:
        return False
    return address.get_backend_name() == "sqlite" and not Path(address.database or "").exists()


def _ok(what: str, says: str) -> Finding:
    return Finding(what=what, verdict=Verdict.OK, says=says)
