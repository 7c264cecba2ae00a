"""Tokens: how Sparri proves to Teams who it is. One token at a time, renewed before it is needed."""

import asyncio
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError
from azure.identity.aio import (
    CertificateCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

from bot.config import AppType, Misconfigured, Settings
from bot.teams.errors import TryLater, TryLaterCause

SCOPE = "https://api.botframework.com/.default"
TIMEOUT_SECONDS = 10.0
#: A token is renewed this long before it ends.
RENEWAL_SECONDS = 300.0
#: After a failure Microsoft is left alone for this long.
PAUSE_SECONDS = 2.0
#: Microsoft's own authorities; at any other, instance discovery would ask Microsoft about an authority it cannot know.
MICROSOFT_AUTHORITIES = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.chinacloudapi.cn",
        "login.partner.microsoftonline.cn",
    }
)
_ENTRA_CODE = re.compile(r"AADSTS\d+")
_log = structlog.get_logger(__name__)


class TokenSource:
    """Gives the token of the moment. Without a credential (development) the token is always empty."""

    def __init__(
        self,
        credential: AsyncTokenCredential | None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """clock: seconds that never step back."""
        self._credential = credential
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._token = ""
        self._ends_at = 0.0
        self._not_before = 0.0
        self._renewal: asyncio.Task[None] | None = None
        #: Why the last try gave none: Entra's code, such as AADSTS7000215, or the kind of error; empty for nothing.
        self.trouble = ""

    async def token(self) -> str:
        """A token that is still good, "" in development. Raises TryLater when Microsoft gives none within 10 seconds.

        Waits only when there is none left: within the last five minutes of a token its successor is fetched beside.
        """
        if self._credential is None:
            return ""
        left = self._ends_at - self._clock()
        if left > RENEWAL_SECONDS:
            return self._token
        renewal = self._renew(self._credential)
        if left > 0:
            return self._token
        if renewal is None:
            raise TryLater(TryLaterCause.NO_TOKEN, timedelta(seconds=PAUSE_SECONDS))
        await asyncio.shield(renewal)
        if self._ends_at <= self._clock():
            raise TryLater(TryLaterCause.NO_TOKEN, timedelta(seconds=PAUSE_SECONDS))
        return self._token

    async def close(self) -> None:
        """Ends a renewal under way and the connections to Microsoft."""
        if self._renewal is not None and not self._renewal.done():
            self._renewal.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewal
        if self._credential is not None:
            await self._credential.close()

    def _renew(self, credential: AsyncTokenCredential) -> asyncio.Task[None] | None:
        """The one renewal under way, begun if need be; None shortly after one has failed."""
        if self._renewal is not None and not self._renewal.done():
            return self._renewal
        if self._clock() < self._not_before:
            return None
        self._renewal = asyncio.create_task(self._fetch(credential))
        return self._renewal

    async def _fetch(self, credential: AsyncTokenCredential) -> None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                fresh = await credential.get_token(SCOPE)
        except (AzureError, OSError, ValueError, KeyError) as failure:  # KeyError: an answer that lacks a part
            self._not_before = self._clock() + PAUSE_SECONDS
            code = _ENTRA_CODE.search(str(failure))
            self.trouble = code.group() if code else type(failure).__name__
            _log.warning("no token", error=type(failure).__name__, code=code.group() if code else "")
            return
        self.trouble = ""
        self._ends_at = self._clock() + fresh.expires_on - time.time()
        self._token = fresh.token


def tokens(settings: Settings) -> TokenSource:
    """The source of tokens for this app's type. Raises Misconfigured when its certificate cannot be read."""
    if settings.development:
        return TokenSource(None)
    try:
        return TokenSource(_credential(settings))
    except (OSError, ValueError):
        fault = f"{settings.app_type}: the credential cannot be used"
        if settings.app_type == AppType.CERTIFICATE:
            fault = "MicrosoftAppCertificatePath: no PEM file with a certificate and its private key can be read there"
        raise Misconfigured(fault) from None


def _credential(settings: Settings) -> AsyncTokenCredential:
    wire: dict[str, Any] = {"retry_total": 0, "connection_verify": os.environ.get("SSL_CERT_FILE") or True}
    if settings.app_type == AppType.MANAGED_IDENTITY:
        return ManagedIdentityCredential(client_id=settings.managed_identity_client_id, **wire)
    if settings.authority_host:
        host = urlsplit(settings.authority_host).hostname or settings.authority_host.partition("/")[0]
        wire["authority"] = settings.authority_host
        wire["disable_instance_discovery"] = host.lower() not in MICROSOFT_AUTHORITIES
    who = (settings.tenant_id, settings.app_id)
    if settings.app_type == AppType.CERTIFICATE:
        return CertificateCredential(*who, certificate_path=settings.certificate_path, **wire)
    if settings.app_type == AppType.FEDERATED:
        return WorkloadIdentityCredential(
            tenant_id=settings.tenant_id,
            client_id=settings.app_id,
            token_file_path=settings.federated_token_file,
            **wire,
        )
    return ClientSecretCredential(*who, client_secret=settings.app_password.get_secret_value(), **wire)
