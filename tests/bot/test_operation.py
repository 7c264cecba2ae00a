"""Operation, as an administrator meets it: the command line, the probes, and what a start is refused for."""

import asyncio
import base64
import socket
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.config import MASTER_KEY_BYTES
from demo.teams import StandIn
from dialogs.cards import words
from tests.bot.conftest import Chat, Served, running
from tests.builders import Clock, add_ask, add_element
from tests.conftest import Database
from tests.postgres import run_statement
from tests.serving import Ended, Sparri, command, eventually

#: What has nothing to do with the kind of database is tried on one.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("database", ["postgres"], indirect=True)


_END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"


def new_key() -> str:
    """A master key as `keys new` prints it; always the same one."""
    return base64.urlsafe_b64encode(b"n" * MASTER_KEY_BYTES).decode()


def is_one_clear_message(ended: Ended) -> bool:
    """Whether a command was refused in words, not with a stack."""
    said = ended.output + ended.errors
    return ended.code == 1 and "Traceback" not in said and "File " not in said and bool(ended.errors.strip())


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def test_a_start_with_nothing_set_names_everything_that_is_missing(tmp_path: Path) -> None:
    ended = await command("serve", environment={}, folder=tmp_path)

    assert is_one_clear_message(ended)
    for name in ("MicrosoftAppType", "MicrosoftAppId", "MicrosoftAppTenantId", "SPARRI_MASTER_KEY"):
        assert ended.errors.count(f"{name} is missing") == 1
    assert files_in(tmp_path) == {}


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"DATABASE_URL": "sqlite:///fresh.db"}, "python -m bot db upgrade", id="an empty database"),
        pytest.param(
            {"KEYS_DATABASE_URL": "sqlite:///fresh.db"}, "python -m bot db upgrade", id="an empty keys database"
        ),
        pytest.param({"DATABASE_URL": "sqlite:///no/such/folder.db"}, "cannot be opened", id="no such folder"),
        pytest.param({"DATABASE_URL": "postgresql://me:canary@127.0.0.1:1/x"}, "cannot be opened", id="nobody there"),
        pytest.param({"DATABASE_URL": "oracle://x"}, "oracle: use sqlite", id="a database that we do not know"),
        pytest.param({"SPARRI_MASTER_KEY": new_key()}, "SPARRI_MASTER_KEY", id="another master key than the keys'"),
        pytest.param({"SPARRI_MASTER_KEY": "canary"}, "python -m bot keys new", id="no master key at all"),
        pytest.param({"PORT": "canary"}, "PORT", id="a port that is no number"),
        pytest.param({"HOST": "192.0.2.1"}, "192.0.2.1", id="an address that is not ours"),
        pytest.param({"HOST": "0.0.0.0", "SPARRI_MODE": "development"}, "loopback", id="no token check for everybody"),
        pytest.param(
            {"MicrosoftAppType": "Certificate", "MicrosoftAppCertificatePath": "missing.pem"},
            "MicrosoftAppCertificatePath",
            id="a certificate that is not there",
        ),
        pytest.param(
            {"MicrosoftAppType": "Certificate", "MicrosoftAppCertificatePath": "main.db"},
            "MicrosoftAppCertificatePath",
            id="a certificate that is none",
        ),
    ],
)
async def test_a_start_that_cannot_be_is_refused_in_one_message(
    chat: Chat, environment: dict[str, str], tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    aino, _ = await chat.person("Aino Aalto")
    await chat.write(aino, "apua")

    ended = await command("serve", environment=environment | {"PORT": "0"} | changes, folder=tmp_path)

    assert is_one_clear_message(ended), ended.errors
    assert said in ended.errors
    assert "canary@" not in ended.errors + ended.output


@ON_SQLITE
async def test_a_start_on_a_port_that_is_taken_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = await command("serve", environment=environment | {"PORT": port}, folder=tmp_path)

    assert is_one_clear_message(ended), ended.errors
    assert port in ended.errors


async def test_an_upgrade_makes_the_databases_and_does_nothing_the_second_time(tmp_path: Path) -> None:
    first = await command("db", "upgrade", environment={}, folder=tmp_path)
    made = files_in(tmp_path)
    second = await command("db", "upgrade", environment={}, folder=tmp_path)

    assert (first.code, second.code) == (0, 0)
    assert set(made) == {"sparri.db", "sparri-keys.db"}
    assert files_in(tmp_path) == made


async def test_a_new_key_is_new_each_time(tmp_path: Path) -> None:
    keys = [(await command("keys", "new", environment={}, folder=tmp_path)).output.strip() for _ in range(2)]

    assert keys[0] != keys[1]
    assert [len(base64.urlsafe_b64decode(key)) for key in keys] == [MASTER_KEY_BYTES] * 2


@ON_SQLITE
async def test_everything_may_be_set_in_a_file(teams: StandIn, environment: dict[str, str], tmp_path: Path) -> None:
    only_here = {"SSL_CERT_FILE": environment.pop("SSL_CERT_FILE")}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in environment.items()))

    async with Sparri(only_here, tmp_path) as sparri:
        answer = await teams.post(sparri.url, teams.message(teams.user("Aino Aalto"), "hei"))

    assert answer.status == 200


async def test_the_probes_and_the_metrics_answer(served: Served) -> None:
    aino, _ = await served.person("Aino Aalto")
    await served.write(aino, "apua")
    await served.teams.post(served.url, served.teams.message(aino, "apua"), token="")

    assert await served.sparri.get("/healthz") == "ok"
    assert await served.sparri.get("/readyz") == "ready"
    metrics = await served.sparri.get("/metrics")
    assert 'sparri_turn_seconds_count{kind="message"} 1.0' in metrics
    assert 'sparri_refused_requests_total{reason="no_token"} 1.0' in metrics
    assert "sparri_watchdog_rearms_total" in metrics
    assert await served.sparri.status("/nothing") == 404
    assert await served.sparri.status("/api/messages") == 405


@ON_SQLITE
@pytest.mark.parametrize("name", ["main.db", "keys.db"])
async def test_it_is_not_ready_when_a_database_file_is_gone(served: Served, tmp_path: Path, name: str) -> None:
    (tmp_path / name).rename(tmp_path / "elsewhere")
    gone = await served.sparri.status("/readyz")
    (tmp_path / name).write_bytes((tmp_path / "elsewhere").read_bytes())
    replaced = await served.sparri.status("/readyz")
    (tmp_path / "elsewhere").replace(tmp_path / name)

    assert (gone, replaced) == (503, 503)
    await eventually(_answers(served.sparri, "/readyz", 200))
    assert await served.sparri.status("/healthz") == 200


@ON_SQLITE
async def test_it_is_not_ready_while_its_database_is_locked(served: Served, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "main.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        locked = await served.sparri.status("/readyz")
        other.execute("ROLLBACK")

    assert locked == 503
    assert await served.sparri.status("/healthz") == 200
    await eventually(_answers(served.sparri, "/readyz", 200))


@ON_POSTGRES
async def test_it_is_not_ready_while_its_database_takes_no_connections(
    served: Served, database: Database, postgres_server: str
) -> None:
    name = make_url(database.url).database
    await run_statement(postgres_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await run_statement(postgres_server, _END_CONNECTIONS.format(name))
    closed = await served.sparri.status("/readyz")
    await run_statement(postgres_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    assert closed == 503
    await eventually(_answers(served.sparri, "/readyz", 200))


def _answers(sparri: Sparri, path: str, status: int) -> Callable[[], Awaitable[bool]]:
    async def answers() -> bool:
        return await sparri.status(path) == status

    return answers


async def test_the_master_key_is_changed_while_people_write(
    served: Served, environment: dict[str, str], tmp_path: Path
) -> None:
    people = [await served.person(f"Henkilö {number}") for number in range(5)]
    element = await add_element(served.store, tenant=served.teams.tenant, questions=1)
    for _, person in people:
        await add_ask(served.store, person, element)
    for user, _ in people:
        await served.write(user, "auki")
    both = ",".join([new_key(), environment["SPARRI_MASTER_KEY"]])
    await served.sparri.stop()
    await served.sparri.start(SPARRI_MASTER_KEY=both)

    rotating = command("keys", "rotate", environment=environment | {"SPARRI_MASTER_KEY": both}, folder=tmp_path)
    answering = asyncio.gather(*[served.write(user, "Kuuntelin") for user, _ in people])
    ended, said = await rotating, await answering
    again = await command("keys", "rotate", environment=environment | {"SPARRI_MASTER_KEY": both}, folder=tmp_path)
    await served.sparri.stop()
    await served.sparri.start(SPARRI_MASTER_KEY=new_key())

    assert (ended.code, again.code) == (0, 0), ended.errors
    assert ended.output.startswith("5 keys")
    assert again.output.startswith("0 keys")
    assert all("tallessa" in each[0] for each in said)
    for user, _ in people:
        at, receipt = next(iter(served.teams.cards(user).items()))
        edit = next(action for action in receipt["actions"] if action["data"]["sparri"]["verb"] in {"edit", "submit"})
        answer = await served.post(served.teams.execute(user, "edit", _edit(edit["data"]), reply_to=at))
        assert "Kuuntelin" in str(answer.body["value"]), words(answer.body["value"])


def _edit(data: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    return {"sparri": data["sparri"] | {"verb": "edit"}}


@ON_SQLITE
async def test_the_signing_keys_are_at_hand_before_the_first_turn(chat: Chat) -> None:
    async def fetched() -> bool:
        return chat.teams.key_requests > 0

    await eventually(fetched)


@ON_SQLITE
async def test_a_key_server_that_is_down_delays_neither_the_start_nor_the_first_turn_after_it(
    teams: StandIn, environment: dict[str, str], clock: Clock
) -> None:
    teams.keys_down = True

    async def tried() -> bool:
        return teams.key_requests > 0

    async with running(clock) as url:
        await eventually(tried)
        teams.keys_down = False
        answer = await teams.post(url, teams.message(teams.user("Aino Aalto"), "hei"))

    assert answer.status == 200
