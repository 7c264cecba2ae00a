"""Our own tokens: fetched with azure-identity from a token endpoint over TLS, seldom, and never in a caller's way."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from bot.config import Misconfigured, Settings
from bot.teams.errors import TryLater
from bot.teams.tokens import TokenSource, tokens
from demo.teams import StandIn

SECRET = "a-secret-nobody-may-see"


@pytest.fixture
async def teams(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandIn]:
    async with StandIn() as teams:
        monkeypatch.setenv("SSL_CERT_FILE", str(teams.ca_file))
        yield teams


def settings(teams: StandIn, **changes: str) -> Settings:
    values: dict[str, Any] = {**teams.environment(), "MicrosoftAppPassword": SECRET, **changes}
    return Settings.model_validate(values)


@dataclass
class Clock:
    """Seconds, as the test sets them."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Desk:
    """A credential that gives a new token each time, once *open* is set, or fails as told."""

    lifetime: float = 3_600.0
    failure: Exception | None = None
    given: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def get_token(self, *_: str, **__: Any) -> AccessToken:
        self.given += 1
        number = self.given
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        return AccessToken(f"token-{number}", int(time.time() + self.lifetime))

    async def close(self) -> None: ...

    async def __aenter__(self) -> "Desk":
        return self

    async def __aexit__(self, *_: object) -> None: ...


async def background() -> None:
    """Lets what is ready to run beside the test run, to its end or to where it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_hundred_calls_at_once_are_one_request(teams: StandIn) -> None:
    source = tokens(settings(teams))

    given = await asyncio.gather(*(source.token() for _ in range(100)))

    assert len(set(given)) == 1
    assert given[0]
    assert teams.token_requests == 1
    await source.close()


async def test_a_certificate_gets_a_token(teams: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "app.pem"
    path.write_bytes(_certificate())
    source = tokens(settings(teams, MicrosoftAppType="Certificate", MicrosoftAppCertificatePath=str(path)))

    assert await source.token()
    await source.close()


async def test_a_federated_token_file_gets_a_token(teams: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "federated"
    path.write_text("the.platform.token")
    source = tokens(settings(teams, MicrosoftAppType="FederatedCredential", AZURE_FEDERATED_TOKEN_FILE=str(path)))

    assert await source.token()
    await source.close()


async def test_a_managed_identity_gets_a_token(teams: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []

    async def give(request: web.Request) -> web.Response:
        asked.append({**request.query, "secret": request.headers["X-IDENTITY-HEADER"]})
        ends = str(int(time.time()) + 3600)
        given = {"access_token": "managed", "expires_on": ends, "token_type": "Bearer"}
        return web.json_response({**given, "resource": request.query["resource"]})

    app = web.Application()
    app.add_routes([web.get("/msi", give)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{runner.addresses[0][1]}/msi")
    monkeypatch.setenv("IDENTITY_HEADER", "platform-secret")

    source = tokens(settings(teams, MicrosoftAppType="UserAssignedMSI", AZURE_CLIENT_ID="identity-1"))

    assert await source.token() == "managed"
    assert asked[0]["resource"] == "https://api.botframework.com"
    assert asked[0]["client_id"] == "identity-1"
    await source.close()
    await runner.cleanup()


async def test_development_has_no_token(teams: StandIn) -> None:
    source = tokens(settings(teams, SPARRI_MODE="development"))

    assert await source.token() == ""
    await source.close()


async def test_a_refused_app_is_for_later_and_tells_no_secret(
    teams: StandIn, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    source = tokens(settings(teams, MicrosoftAppId="somebody-else"))

    with pytest.raises(TryLater) as refusal:
        await source.token()

    said = (
        f"{refusal.value!r} {refusal.value.__cause__!r} {source!r} {vars(source)!r} {caplog.text} {capsys.readouterr()}"
    )
    assert SECRET not in said
    await source.close()


def test_an_unreadable_certificate_is_named_at_the_start(teams: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "app.pem"
    path.write_text("not a certificate")

    with pytest.raises(Misconfigured, match="MicrosoftAppCertificatePath"):
        tokens(settings(teams, MicrosoftAppType="Certificate", MicrosoftAppCertificatePath=str(path)))


async def test_a_token_is_renewed_beside_its_last_five_minutes() -> None:
    clock, desk = Clock(), Desk()
    desk.open.set()
    source = TokenSource(desk, clock=clock)
    first = await source.token()
    desk.open.clear()
    clock.seconds += 3_600 - 299

    meanwhile = [await source.token() for _ in range(10)]
    desk.open.set()
    await background()
    later = await source.token()

    assert set(meanwhile) == {first}
    assert later == "token-2"
    assert desk.given == 2


async def test_an_ended_token_is_waited_for() -> None:
    clock, desk = Clock(), Desk()
    desk.open.set()
    source = TokenSource(desk, clock=clock)
    await source.token()
    clock.seconds += 3_601

    assert await source.token() == "token-2"


async def test_a_failed_renewal_leaves_the_old_token_and_microsoft_in_peace() -> None:
    clock, desk = Clock(), Desk()
    desk.open.set()
    source = TokenSource(desk, clock=clock)
    first = await source.token()
    clock.seconds += 3_400
    desk.failure = ClientAuthenticationError("AADSTS7000215: Invalid client secret")

    given = [await source.token()]
    await background()
    given += [await source.token() for _ in range(10)]

    assert set(given) == {first}
    assert desk.given == 2


async def test_without_any_token_a_failure_is_for_later_and_soon_tried_again() -> None:
    clock, desk = Clock(), Desk(failure=ClientAuthenticationError("no"))
    desk.open.set()
    source = TokenSource(desk, clock=clock)

    for _ in range(5):
        with pytest.raises(TryLater):
            await source.token()
    asked_while_it_failed = desk.given
    desk.failure = None
    clock.seconds += 3

    assert asked_while_it_failed == 1
    assert await source.token() == "token-2"


async def test_microsoft_that_does_not_answer_is_for_later() -> None:
    source = TokenSource(Desk(), timeout_seconds=0.05)

    with pytest.raises(TryLater):
        await source.token()


async def test_a_caller_that_gives_up_does_not_take_the_others_along() -> None:
    desk = Desk()
    source = TokenSource(desk)
    impatient, patient = asyncio.create_task(source.token()), asyncio.create_task(source.token())
    await background()

    impatient.cancel()
    desk.open.set()

    assert await patient == "token-1"
    assert desk.given == 1


async def test_closing_ends_a_renewal_under_way() -> None:
    desk = Desk()
    source = TokenSource(desk)
    waiting = asyncio.create_task(source.token())
    await background()

    await source.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting


def _certificate() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sparri.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
