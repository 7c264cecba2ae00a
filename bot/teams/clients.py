"""Clients: what the SDK sends with, so that `context.send_activity` goes over our one wire like all else."""

import json
from collections import OrderedDict

from botframework.connector import BotFrameworkConnectorConfiguration
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import ConnectorFactory, MicrosoftAppCredentials
from msrest.pipeline import AsyncHTTPSender, AsyncPipeline, Request, Response
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http.async_abc import AsyncClientResponse

from bot.teams.errors import error_of, utc_now
from bot.teams.outgoing import Wire

MOST_CLIENTS = 16


class Clients(ConnectorFactory):  # type: ignore[misc]
    """The SDK's clients, one a service URL, the most recently used kept: making one takes milliseconds."""

    def __init__(self, wire: Wire) -> None:
        self._sender = PooledSender(wire)
        self._clients: OrderedDict[str, ConnectorClient] = OrderedDict()

    async def create(self, service_url: str, audience: str | None) -> ConnectorClient:
        client = self._clients.get(service_url)
        if client is None:
            client = self._clients[service_url] = self._made(service_url)
        self._clients.move_to_end(service_url)
        if len(self._clients) > MOST_CLIENTS:
            self._clients.popitem(last=False)
        return client

    def _made(self, service_url: str) -> ConnectorClient:
        config = BotFrameworkConnectorConfiguration(MicrosoftAppCredentials.empty(), service_url)
        config.custom_pipeline = AsyncPipeline([RawDeserializer()], self._sender)
        config.retry_policy.retries = 0
        return ConnectorClient(None, custom_configuration=config)


class PooledSender(AsyncHTTPSender):  # type: ignore[misc]
    """Carries what the SDK sends over our wire: the same pool, token, time-out, trust and errors as all else."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def send(self, request: Request, **_: object) -> Response:
        asked = request.http_request
        body = asked.data.encode() if isinstance(asked.data, str) else asked.data
        status, headers, answer = await self._wire.exchange(asked.method, asked.url, body)
        if error := error_of(status, headers, answer, now=utc_now()):
            raise error
        return Response(request, _Answer(asked, status, answer if _is_json(answer) else b""))

    async def __aexit__(self, *_: object) -> None:
        """The pool outlives the client."""


class _Answer(AsyncClientResponse):  # type: ignore[misc]
    def __init__(self, request: object, status: int, body: bytes) -> None:
        super().__init__(request, None)
        self.status_code = status
        self.headers = {"content-type": "application/json"}
        self._body = body

    def body(self) -> bytes:
        return self._body


def _is_json(answer: bytes) -> bool:
    try:
        json.loads(answer)
    except (ValueError, RecursionError):
        return False
    return True
