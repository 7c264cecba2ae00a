"""A stand-in for Teams on loopback: it signs real tokens, gives the bot its own, and takes what the bot sends."""

import base64
import json
import secrets
import ssl
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme
from aiohttp import ClientSession, ClientTimeout, web

from demo.activities import APP_ID, TENANT, Activities, User
from demo.connector import Connector, Sent
from demo.issuer import Issuer

__all__ = ["Answer", "Sent", "StandIn", "User"]

#: Teams gives a bot this long to answer, in seconds.
BOT_TIMEOUT = 15.0
LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot answered Teams; body is what its JSON says, else its text, "" for an empty one."""

    status: int
    body: Any
    headers: Mapping[str, str]


class StandIn(Activities, Connector, Issuer):
    """Teams on loopback, while the context lasts.

    service_url: what activities carry. openid_url: the key server. authority_host and ca_file: the token endpoint over
    TLS and the authority that signed its certificate. now: the clock of the activities' time stamps, UTC.
    """

    def __init__(
        self, *, app_id: str = APP_ID, tenant: str = TENANT, now: Callable[[], datetime] | None = None
    ) -> None:
        Activities.__init__(self, app_id=app_id, tenant=tenant, now=now)
        Connector.__init__(self, people=self.people, tenant=tenant)
        Issuer.__init__(self, app_id=app_id, tenant=tenant)
        self.openid_url = ""
        self.authority_host = ""
        self.ca_file = Path()
        self.master_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        self._stack = AsyncExitStack()
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="stand-in-")))
        self.ca_file = directory / "ca.pem"
        port = await self._serve([*self.connector_routes(), *self.key_routes()])
        self.service_url = f"http://127.0.0.1:{port}/teams/"
        self.openid_url = f"http://127.0.0.1:{port}/openid"
        self.claims["serviceurl"] = self.service_url
        secure = await self._serve(self.token_routes(), tls=_certificate(self.ca_file))
        self.authority_host = f"https://localhost:{secure}"
        self._session = await self._stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=BOT_TIMEOUT)))
        self._stack.callback(self.release)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def environment(self) -> dict[str, str]:
        """The environment in which Sparri takes this for Teams."""
        return {
            "MicrosoftAppType": "SingleTenant",
            "MicrosoftAppId": self.app_id,
            "MicrosoftAppPassword": "stand-in",
            "MicrosoftAppTenantId": self.tenant,
            "OPENID_METADATA_URL": self.openid_url,
            "SERVICE_URL_HOSTS": self.service_url.split("/")[2],
            "AZURE_AUTHORITY_HOST": self.authority_host,
            "SSL_CERT_FILE": str(self.ca_file),
            "SPARRI_MASTER_KEY": self.master_key,
        }

    async def post(self, bot_url: str, activity: Mapping[str, Any], *, token: str | None = None) -> Answer:
        """Brings the bot an activity; token None signs a good one, "" sends none."""
        if self._session is None:
            raise RuntimeError("the stand-in is not open")
        self.knows(activity["conversation"]["id"])
        signed = self.token() if token is None else token
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if signed:
            headers["Authorization"] = f"Bearer {signed}"
        url = f"{bot_url.rstrip('/')}/api/messages"
        async with self._session.post(url, data=json.dumps(activity).encode(), headers=headers) as answer:
            text = await answer.text()
            body = json.loads(text) if text and answer.content_type == "application/json" else text
            return Answer(status=answer.status, body=body, headers=dict(answer.headers))

    async def _serve(self, routes: list[web.RouteDef], *, tls: ssl.SSLContext | None = None) -> int:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(routes)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        return int(runner.addresses[0][1])


def _certificate(ca_file: Path) -> ssl.SSLContext:
    """A server context for localhost; its authority is written to *ca_file*."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context
