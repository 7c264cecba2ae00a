"""`python -m bot doctor`: everything is looked at, what is wrong is named with what to do, and no secret is printed."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot import credential
from bot.checkup import Finding, Verdict, looked_over
from bot.config import Settings, read_with_faults
from demo.teams import StandIn
from storage.store import Store
from tests.bot.cli.conftest import run, with_the_store
from tests.builders import TENANT, add_person
from tests.conftest import Database

TODAY = datetime.now(UTC).date()


async def findings(programmes: Path, *, offline: bool) -> dict[str, Finding]:
    """All findings by what they are about; the last of those about the same."""
    settings, faults = read_with_faults()
    looked = looked_over(settings, faults, offline=offline, programmes=programmes, today=TODAY)
    return {finding.what: finding async for finding in looked}


@pytest.mark.usefixtures("on_database")
def test_where_all_is_right_there_is_nothing_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MicrosoftAppPasswordEnds", f"{TODAY + timedelta(days=200)}")

    result = run("doctor --offline")

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Nothing to mend.")
    assert "FAILED" not in result.stdout
    assert "canary" not in result.stdout


def test_what_is_missing_is_named_with_what_to_do_and_nothing_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MicrosoftAppId")
    monkeypatch.setenv("SPARRI_MASTER_KEY", "canary")

    result = run("doctor --offline")

    assert result.exit_code == 1
    for said in (
        "MicrosoftAppId is missing",
        "SPARRI_MASTER_KEY: ",
        "main database: it is not there yet",
        "db upgrade",
    ):
        assert said in result.stdout
    assert "canary" not in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_master_key_that_opens_nothing_is_seen(on_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def with_a_key(store: Store) -> None:
        person = await add_person(store, tenant=TENANT)
        async with store.transaction() as unit:
            await unit.cipher(person)

    with_the_store(on_database, with_a_key)
    monkeypatch.setenv("SPARRI_MASTER_KEY", "A" * 43)

    found = asyncio.run(findings(Path(), offline=True))

    assert found["master key"].verdict is Verdict.FAILED
    assert "SPARRI_MASTER_KEY" in found["master key"].do


@pytest.mark.usefixtures("on_database")
def test_a_programme_file_that_cannot_be_loaded_is_seen(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("id: [", encoding="utf-8")

    found = asyncio.run(findings(tmp_path, offline=True))

    assert found["broken.yaml"].verdict is Verdict.FAILED
    assert "programme check" in found["broken.yaml"].do


@pytest.mark.usefixtures("on_database")
def test_microsoft_is_asked_and_what_does_not_answer_is_seen(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    async def asked(*, gone: bool) -> dict[str, Finding]:
        async with StandIn() as teams:
            for name, value in teams.environment().items():
                if name != "SPARRI_MASTER_KEY":
                    monkeypatch.setenv(name, value)
            if gone:
                monkeypatch.setenv("OPENID_METADATA_URL", f"http://127.0.0.1:{unused_tcp_port}/openid")
                monkeypatch.setenv("AZURE_AUTHORITY_HOST", f"https://localhost:{unused_tcp_port}")
            monkeypatch.setenv("PUBLIC_URL", f"http://127.0.0.1:{unused_tcp_port}")
            return await findings(Path("nowhere"), offline=False)

    here, gone = asyncio.run(asked(gone=False)), asyncio.run(asked(gone=True))

    online = ("clock and key server", "token endpoint", "public address")
    assert [here[what].verdict for what in online] == [Verdict.OK, Verdict.OK, Verdict.FAILED]
    assert [gone[what].verdict for what in online] == [Verdict.FAILED] * 3
    assert gone["token endpoint"].says == "Microsoft gives the bot no token: ServiceRequestError"


@pytest.mark.usefixtures("on_database")
def test_what_does_not_answer_is_said_in_its_own_line_and_nothing_is_logged_beside(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("OPENID_METADATA_URL", f"http://127.0.0.1:{unused_tcp_port}/openid")
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", f"https://localhost:{unused_tcp_port}")

    result = run("doctor")

    marks = ("ok ", "warning ", "FAILED ", "skipped ", "  ")
    assert [line for line in result.output.splitlines()[:-1] if not line.startswith(marks)] == []
    assert "token endpoint: Microsoft gives the bot no token" in result.output


def test_where_no_credential_is_set_none_is_said_to_be_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MicrosoftAppType")
    monkeypatch.delenv("MicrosoftAppPassword")

    found = asyncio.run(findings(Path("nowhere"), offline=True))

    assert found["credential"].verdict is Verdict.SKIPPED


def test_a_date_that_is_none_is_told_with_one_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MicrosoftAppPasswordEnds", "31.5.2027")

    assert "MicrosoftAppPasswordEnds: not a date such as 2027-05-31" in run("doctor --offline").stdout


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(31, Verdict.OK), (30, Verdict.WARNING), (0, Verdict.WARNING), (-1, Verdict.FAILED)],
)
@pytest.mark.usefixtures("on_database")
def test_a_secret_is_warned_of_from_a_month_before_its_end(
    monkeypatch: pytest.MonkeyPatch, days: int, verdict: Verdict
) -> None:
    monkeypatch.setenv("MicrosoftAppPasswordEnds", f"{TODAY + timedelta(days=days)}")

    found = asyncio.run(findings(Path("nowhere"), offline=True))

    assert found["credential"].verdict is verdict


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A PEM file with a key and a certificate that is good for ten days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sparri.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=10))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_certificate_tells_its_own_end(certificate: Path) -> None:
    settings = Settings(MicrosoftAppType="Certificate", MicrosoftAppCertificatePath=str(certificate))

    end = credential.ends(settings)

    assert end is not None
    assert (end - TODAY).days in (9, 10)
    assert str(end) in credential.warning(settings, TODAY)
    assert credential.warning(settings, TODAY - timedelta(days=60)) == ""


def test_a_certificate_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    settings = Settings(MicrosoftAppType="Certificate", MicrosoftAppCertificatePath=str(tmp_path / "none.pem"))

    assert credential.warning(settings, date(2026, 11, 22)) == "the certificate cannot be read"
