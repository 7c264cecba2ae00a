"""Guard: who may bring Sparri an activity, decided on the raw request before anything else sees it."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

from bot.config import Settings
from bot.teams.address import trusted_service_url
from bot.teams.keys import Keys, SigningKey, UnknownKey
from bot.teams.shape import Malformed, activity_of

CHANNEL = "msteams"
ISSUER = "https://api.botframework.com"
#: How far the clocks of Teams and of this machine may be apart, in seconds.
LEEWAY = 300
LARGEST_BODY = 256 * 1024
LARGEST_TOKEN = 8 * 1024
LONGEST_KID = 1_024
#: Verified tokens that are remembered, at most 8 KiB each.
MOST_VERIFIED = 64
#: How long a sender may take to send the body, in seconds; Teams gives up on us after 15.
BODY_TIMEOUT = 10.0


class Reason(StrEnum):
    """Why a request was refused: for logs and metrics, never for the sender."""

    METHOD = "method"
    MEDIA_TYPE = "media_type"
    ENCODING = "encoding"
    SIZE = "size"
    INTERRUPTED = "interrupted"
    SHAPE = "shape"
    NO_TOKEN = "no_token"
    TOKEN = "token"
    KEY = "key"
    AUDIENCE = "audience"
    SERVICE_URL_CLAIM = "service_url_claim"
    ENDORSEMENT = "endorsement"
    SERVICE_HOST = "service_host"
    RECIPIENT = "recipient"
    CHANNEL = "channel"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verified:
    """A token whose signature was checked with *key*."""

    claims: dict[str, Any]
    kid: str
    key: SigningKey

    def holds(self, key: SigningKey) -> bool:
        """Whether the token is still valid, and its key still the same."""
        return key == self.key and time.time() < int(self.claims["exp"]) + LEEWAY


class Refused(Exception):
    """This request is not for Sparri. status: of the answer, whose body is empty. where: the part that is at fault."""

    def __init__(self, status: int, reason: Reason, where: str = "") -> None:
        super().__init__(status, reason.value, where)
        self.status = status
        self.reason = reason
        self.where = where

    def response(self) -> web.Response:
        """The answer: a status, an empty body, and the header that HTTP demands with some of them."""
        demanded = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": "POST"}}
        return web.Response(status=self.status, headers=demanded.get(self.status))


class Guard:
    """Lets through what Teams sends for this bot from its own tenants. body_timeout is in seconds."""

    def __init__(self, settings: Settings, keys: Keys, *, body_timeout: float = BODY_TIMEOUT) -> None:
        self._settings = settings
        self._keys = keys
        self._body_timeout = body_timeout
        self._verified: OrderedDict[str, _Verified] = OrderedDict()

    async def check(self, request: web.Request) -> dict[str, Any]:
        """The activity that the request brings, as JSON. Raises Refused for the first fault.

        In this order: method, media type, size, shape (400), token (401), channel and tenant (403). In development mode
        neither token, recipient nor tenant is looked at, and the service URL may be any on this machine.
        """
        _check_header(request)
        raw = await self._body(request)
        try:
            activity = activity_of(raw)
        except Malformed as fault:
            raise Refused(400, Reason.SHAPE, fault.where) from None
        if not self._settings.development:
            await self._check_token(request, activity)
        if not trusted_service_url(
            activity["serviceUrl"], self._settings.service_url_hosts, self._settings.development
        ):
            raise Refused(401, Reason.SERVICE_HOST)
        if not self._settings.development and activity["recipient"]["id"] != f"28:{self._settings.app_id}":
            raise Refused(401, Reason.RECIPIENT)
        if activity["channelId"] != CHANNEL:
            raise Refused(403, Reason.CHANNEL)
        if not self._settings.development and not self._is_tenant(activity):
            raise Refused(403, Reason.TENANT)
        return activity

    async def _body(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > LARGEST_BODY:
            raise Refused(413, Reason.SIZE)
        raw = bytearray()
        try:
            async with asyncio.timeout(self._body_timeout):
                async for chunk in request.content.iter_any():
                    raw += chunk
                    if len(raw) > LARGEST_BODY:
                        raise Refused(413, Reason.SIZE)
        except (
            TimeoutError,
            ConnectionError,
            RequestPayloadError,
            aiohttp.ClientError,
            aiohttp.http.HttpProcessingError,
        ):
            raise Refused(400, Reason.INTERRUPTED) from None
        return bytes(raw)

    async def _check_token(self, request: web.Request, activity: dict[str, Any]) -> None:
        token = _bearer(request)
        kept = self._verified.get(token)
        try:
            key = await self._keys.key(kept.kid if kept else _kid(token))
        except UnknownKey:
            raise Refused(401, Reason.KEY) from None
        claims = kept.claims if kept and kept.holds(key) else self._keep(token, key)
        if claims["aud"] not in (self._settings.app_id, [self._settings.app_id]):
            raise Refused(401, Reason.AUDIENCE)
        if claims.get("serviceurl", claims.get("serviceUrl")) != activity["serviceUrl"]:
            raise Refused(401, Reason.SERVICE_URL_CLAIM)
        if activity["channelId"] not in key.endorsements:
            raise Refused(401, Reason.ENDORSEMENT)

    def _keep(self, token: str, key: SigningKey) -> dict[str, Any]:
        """The claims of a token, verified now. Teams sends the same one for an hour: it is not verified each time."""
        claims = _claims(token, key)
        self._verified[token] = _Verified(claims=claims, kid=_kid(token), key=key)
        while len(self._verified) > MOST_VERIFIED:
            self._verified.popitem(last=False)
        return claims

    def _is_tenant(self, activity: dict[str, Any]) -> bool:
        named = {
            activity["conversation"].get("tenantId"),
            (activity.get("channelData", {}).get("tenant") or {}).get("id"),
        } - {None}
        return len(named) == 1 and named <= self._settings.tenants


def _check_header(request: web.Request) -> None:
    if request.method != "POST":
        raise Refused(405, Reason.METHOD)
    if len(request.headers.getall("Content-Type", [])) != 1 or request.content_type != "application/json":
        raise Refused(415, Reason.MEDIA_TYPE)
    if (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise Refused(415, Reason.MEDIA_TYPE)
    encodings = request.headers.getall("Content-Encoding", [])
    if any(encoding.strip().lower() not in ("", "identity") for encoding in encodings):
        raise Refused(415, Reason.ENCODING)


def _bearer(request: web.Request) -> str:
    given = request.headers.getall("Authorization", [])
    parts = given[0].split(" ") if len(given) == 1 else []
    if len(parts) != 2 or parts[0].lower() != "bearer" or not 0 < len(parts[1]) <= LARGEST_TOKEN:
        raise Refused(401, Reason.NO_TOKEN)
    return parts[1]


def _kid(token: str) -> str:
    """The name of the key that the token says it is signed with. Raises Refused."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError):
        raise Refused(401, Reason.TOKEN) from None
    kid = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        raise Refused(401, Reason.TOKEN)
    return kid


def _claims(token: str, key: SigningKey) -> dict[str, Any]:
    """The claims of a token that this key has signed, that is valid now and is the channel's. Raises Refused.

    The audience is there, and is for the caller to compare.
    """
    try:
        return jwt.decode(
            token,
            key.public_key,
            algorithms=["RS256"],
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud"], "verify_aud": False},
        )
    except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError):
        raise Refused(401, Reason.TOKEN) from None
