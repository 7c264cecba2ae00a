"""A crowd: Teams with very many people in it. Its Connector notes who was reached and when, and keeps no messages."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web

from coaching.people import Address
from demo.activities import User
from demo.teams import StandIn

_NUMBER = re.compile(r"a:(\d+)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A new message on its way to one of the crowd. at: seconds since 1970. status: its answer, 0 for none ever."""

    at: float
    number: int
    status: int


class Crowd(StandIn):
    """The people of it are known by numbers from 1 on, and are spread over so many tenants.

    delay: seconds before each answer. mishap: asked before each answer, with the person's number, for the status that
    a call ends with instead of its success; 0 is never answered. None for none. heard: told each message that a person
    really gets: their number, its activity id and its body.
    """

    def __init__(
        self,
        *,
        tenants: int = 1,
        delay: float = 0.05,
        mishap: Callable[[int], int | None] = lambda _: None,
        heard: Callable[[int, str, bytes], None] = lambda *_: None,
    ) -> None:
        super().__init__()
        self.tenants = [self.tenant, *(f"{self.tenant[:-4]}{number:04}" for number in range(1, tenants))]
        self.delay = delay
        self.reached: list[Reached] = []
        self.changed = 0
        self._mishap = mishap
        self._heard = heard
        self._numbers = count(1)
        self._over = asyncio.Event()

    def environment(self) -> dict[str, str]:
        """The environment in which Sparri takes this for Teams."""
        return super().environment() | {"ALLOWED_TENANTS": ",".join(self.tenants)}

    def tenant_of(self, number: int) -> str:
        """The tenant of one of the crowd."""
        return self.tenants[number % len(self.tenants)]

    def address(self, number: int) -> Address:
        """Where one of the crowd is reached."""
        return Address(
            service_url=self.service_url,
            conversation_id=f"a:{number}",
            user_id=f"29:{number}",
            bot_id=self.bot_id,
        )

    def pressed(self, number: int, verb: str, values: Mapping[str, Any], *, reply_to: str) -> dict[str, Any]:
        """A press by one of the crowd on a card of theirs."""
        return self._from(number, self.execute(self._user(number), verb, values, reply_to=reply_to))

    def written(self, number: int, text: str) -> dict[str, Any]:
        """A message that one of the crowd typed."""
        return self._from(number, self.message(self._user(number), text))

    def _user(self, number: int) -> User:
        return User(
            aad_id=aad_id(number),
            user_id=f"29:{number}",
            name=f"Osallistuja {number}",
            email="",
            conversation_id=f"a:{number}",
        )

    def _from(self, number: int, activity: dict[str, Any]) -> dict[str, Any]:
        """The activity, in the tenant of that person."""
        tenant = self.tenant_of(number)
        conversation = {**activity["conversation"], "tenantId": tenant}
        return {**activity, "conversation": conversation, "channelData": {"tenant": {"id": tenant}}}

    def connector_routes(self) -> list[web.RouteDef]:
        """The routes under the service URL."""
        conversation = "/teams/v3/conversations/{conversation}"
        return [
            web.post(f"{conversation}/activities", self._take),
            web.post(f"{conversation}/activities/{{activity}}", self._reply),
            web.put(f"{conversation}/activities/{{activity}}", self._reply),
        ]

    def release(self) -> None:
        """Lets go of the calls that hang, so that the server can close."""
        self._over.set()

    async def _take(self, request: web.Request) -> web.Response:
        at = time.time()
        body = await request.read()
        found = _NUMBER.search(request.match_info["conversation"])
        if found is None:
            return web.json_response({"error": {"code": "ConversationNotFound"}}, status=404)
        number, activity_id = int(found.group(1)), str(1_750_000_000_000 + next(self._numbers))
        mishap = self._mishap(number)
        self.reached.append(Reached(at=at, number=number, status=201 if mishap is None else mishap))
        if mishap == 0:
            await self._over.wait()
        await asyncio.sleep(self.delay)
        if mishap is not None:
            headers = {"Retry-After": "1"} if mishap == 429 else {}
            return web.json_response({"error": {"code": "Failure"}}, status=mishap or 503, headers=headers)
        self._heard(number, activity_id, body)
        return web.json_response({"id": activity_id}, status=201)

    async def _reply(self, request: web.Request) -> web.Response:
        await request.read()
        self.changed += 1
        await asyncio.sleep(self.delay)
        return web.json_response({"id": request.match_info["activity"]})


def aad_id(number: int) -> str:
    """The Entra object id of one of a crowd."""
    return f"00000000-0000-4000-8000-{number:012}"
