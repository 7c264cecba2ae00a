"""Microsoft's two desks: one vouches for Teams (keys, signed tokens), the other gives the bot its own tokens."""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://api.botframework.com"
TOKEN_SECONDS = 3600
KEY_BITS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A key that signs as Teams, under its name in the key server."""

    kid: str
    private: rsa.RSAPrivateKey


class Issuer:
    """keys_down: the key server answers 503. key_requests, token_requests: how often each desk was asked."""

    def __init__(self, *, app_id: str, tenant: str) -> None:
        self.keys_down = False
        self.key_requests = 0
        self.token_requests = 0
        self.endorsements = ["msteams"]
        self.key = IssuedKey(kid="stand-in-1", private=_first_key())
        self.claims: dict[str, Any] = {"iss": ISSUER, "aud": app_id}
        self._tenant = tenant
        self._kids = count(2)
        self._usual_token: tuple[float, str] | None = None

    def token(self, *, kid: str | None = "", alg: str = "RS256", key: Any = None, **claims: Any) -> str:
        """A token as Teams sends it. A claim replaces the usual one, None removes it. kid "" is the current key's."""
        if not claims and kid == "" and alg == "RS256" and key is None:
            return self._usual()
        header = {} if kid is None else {"kid": kid or self.key.kid}
        now = int(time.time())
        every = {**self.claims, "iat": now, "nbf": now, "exp": now + TOKEN_SECONDS, **claims}
        kept = {name: value for name, value in every.items() if value is not None}
        signer: Any = None if alg == "none" else key or self.key.private
        return jwt.PyJWS().encode(json.dumps(kept).encode(), signer, algorithm=alg, headers=header)

    def rotate_key(self) -> None:
        """Teams signs with a new key from now on, and the key server shows that one only."""
        self.key = IssuedKey(kid=f"stand-in-{next(self._kids)}", private=new_key())
        self._usual_token = None

    def key_routes(self) -> list[web.RouteDef]:
        """The key server's routes."""
        return [web.get("/openid", self._metadata), web.get("/keys", self._jwks)]

    def token_routes(self) -> list[web.RouteDef]:
        """The token endpoint's routes; it is served over TLS."""
        return [
            web.post("/{tenant}/oauth2/v2.0/token", self._access_token),
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", self._tenant_metadata),
        ]

    def _usual(self) -> str:
        """The token of a usual activity, signed once in a while: a signature costs more than the rest of a request."""
        if self._usual_token is None or self._usual_token[0] < time.monotonic():
            fresh = self.token(iss=ISSUER)
            self._usual_token = (time.monotonic() + TOKEN_SECONDS / 2, fresh)
        return self._usual_token[1]

    async def _metadata(self, request: web.Request) -> web.Response:
        self.key_requests += 1
        if self.keys_down:
            return web.Response(status=503)
        keys = f"{request.url.origin()}/keys"
        return web.json_response(
            {"issuer": ISSUER, "jwks_uri": keys, "id_token_signing_alg_values_supported": ["RS256"]}
        )

    async def _jwks(self, request: web.Request) -> web.Response:
        if self.keys_down:
            return web.Response(status=503)
        return web.json_response({"keys": [as_jwk(self.key, endorsements=self.endorsements)]})

    async def _access_token(self, request: web.Request) -> web.Response:
        self.token_requests += 1
        form = await request.post()
        proof = form.get("client_secret") or form.get("client_assertion")
        if form.get("client_id") != self.claims["aud"] or not proof:
            return web.json_response({"error": "invalid_client", "error_description": "unknown"}, status=401)
        return web.json_response(
            {"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "access_token": secrets.token_urlsafe(32)}
        )

    async def _tenant_metadata(self, request: web.Request) -> web.Response:
        base = f"{request.url.origin()}/{request.match_info['tenant']}"
        return web.json_response(
            {
                "issuer": f"{base}/v2.0",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            }
        )


def new_key() -> rsa.RSAPrivateKey:
    """An RSA key as large as Teams' own."""
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def as_jwk(key: IssuedKey, *, endorsements: list[str] | None) -> Mapping[str, Any]:
    """The public half, as the key server shows it; endorsements None leaves them out."""
    numbers = key.private.public_key().public_numbers()
    shown = {"kty": "RSA", "use": "sig", "kid": key.kid, "n": _base64(numbers.n), "e": _base64(numbers.e)}
    return shown if endorsements is None else {**shown, "endorsements": endorsements}


@cache
def _first_key() -> rsa.RSAPrivateKey:
    """Every stand-in of a process begins with the same key: making one takes a tenth of a second."""
    return new_key()


def _base64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
