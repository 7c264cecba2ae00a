"""The Connector as a bot meets it: takes messages, changes and deletes them, remembers all, and fails on demand."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web

from demo.activities import User

#: Teams refuses larger messages.
MESSAGE_BYTES = 100 * 1024
ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
#: How long `until` waits, in seconds.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One call to the Connector.

    activity_id: the new, changed, deleted or (refused reply) answered message; None where there is none.
    status: what it was or will be answered, 0 for a call that is never answered. at: when it came, in seconds by a
    clock that nobody sets.
    """

    method: str
    conversation_id: str
    activity_id: str | None
    body: Mapping[str, Any]
    status: int
    at: float

    @property
    def succeeded(self) -> bool:
        """Whether Teams did what was asked."""
        return 200 <= self.status < 300


@dataclass(slots=True, kw_only=True)
class _Failure:
    status: int
    body: object
    headers: Mapping[str, str]
    times: int
    conversation_id: str | None
    method: str | None

    def meets(self, method: str, conversation_id: str) -> bool:
        return (
            self.times > 0
            and self.conversation_id in (None, conversation_id)
            and (self.method is None or self.method.upper() == method)
        )


class Connector:
    """The Connector's routes and what came through them. delay: seconds before each answer."""

    def __init__(self, *, people: Mapping[str, User], tenant: str) -> None:
        self.sent: list[Sent] = []
        self.delay = 0.0
        self._people = people
        self._tenant = tenant
        self._failures: list[_Failure] = []
        self._conversations: set[str] = set()
        self._shown: defaultdict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        self._ids = count(1)
        self._called = asyncio.Event()
        self._closed = asyncio.Event()

    def fail(
        self,
        status: int,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        times: int = 1,
        conversation_id: str | None = None,
        method: str | None = None,
    ) -> None:
        """Refuses the next *times* calls, of one conversation or method where these are given; 0 never answers."""
        refusal = {"error": {"code": "Failure", "message": "made to fail"}} if body is None else body
        self._failures.append(
            _Failure(
                status=status,
                body=refusal,
                headers=headers or {},
                times=times,
                conversation_id=conversation_id,
                method=method,
            )
        )

    def hang(self, times: int = 1) -> None:
        """The next *times* calls are taken and never answered."""
        self.fail(0, times=times)

    def texts(self, user: User) -> list[str]:
        """The plain messages that the person was sent, oldest first."""
        return [
            call.body["text"]
            for call in self.sent
            if call.succeeded and call.method == "POST" and _to(user, call) and call.body.get("text")
        ]

    def cards(self, user: User) -> dict[str, dict[str, Any]]:
        """The cards in the person's chat as they now look, by activity id, oldest first."""
        return {
            activity_id: attachment["content"]
            for activity_id, body in self._shown[user.conversation_id].items()
            for attachment in body.get("attachments") or []
            if attachment.get("contentType") == ADAPTIVE_CARD
        }

    async def until(self, predicate: Callable[[], object], *, seconds: float = PATIENCE) -> None:
        """Waits until *predicate*, asked after each call to the Connector, is true. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not predicate():
                self._called.clear()
                await self._called.wait()

    def knows(self, conversation_id: str) -> None:
        """Adds a conversation that is nobody's personal chat: a group, a channel."""
        self._conversations.add(conversation_id)

    def connector_routes(self) -> list[web.RouteDef]:
        """The routes under the service URL."""
        conversation = "/teams/v3/conversations/{conversation}"
        return [
            web.post("/teams/v3/conversations", self._create),
            web.post(f"{conversation}/activities", self._send),
            web.post(f"{conversation}/activities/{{activity}}", self._send),
            web.put(f"{conversation}/activities/{{activity}}", self._change),
            web.delete(f"{conversation}/activities/{{activity}}", self._delete),
            web.get(f"{conversation}/members/{{member}}", self._member),
        ]

    def release(self) -> None:
        """Lets go of the calls that hang: they end with a 503, and the server can close."""
        self._closed.set()

    async def _create(self, request: web.Request) -> web.Response:
        body = await _json(request)
        ids = {str(member.get("id")) for member in body.get("members") or []}
        found = [person for person in self._people.values() if {person.aad_id, person.user_id} & ids]
        if not found:
            return await self._refuse(request, "", body, 403, "ForbiddenOperationException")
        person = found[0]
        return await self._answer(
            request, person.conversation_id, None, body, 201, {"id": person.conversation_id, "activityId": None}
        )

    async def _send(self, request: web.Request) -> web.Response:
        conversation_id, body = request.match_info["conversation"], await _json(request)
        if not self._is_known(conversation_id):
            return await self._refuse(request, conversation_id, body, 404, "ConversationNotFound")
        activity_id = str(1_750_000_000_000 + next(self._ids))
        return await self._answer(request, conversation_id, activity_id, body, 201, {"id": activity_id})

    async def _change(self, request: web.Request) -> web.Response:
        conversation_id, activity_id = request.match_info["conversation"], request.match_info["activity"]
        body = await _json(request)
        if activity_id not in self._shown[conversation_id]:
            return await self._refuse(request, conversation_id, body, 404, "ActivityNotFoundInConversation")
        return await self._answer(request, conversation_id, activity_id, body, 200, {"id": activity_id})

    async def _delete(self, request: web.Request) -> web.Response:
        conversation_id, activity_id = request.match_info["conversation"], request.match_info["activity"]
        if activity_id not in self._shown[conversation_id]:
            return await self._refuse(request, conversation_id, {}, 404, "ActivityNotFoundInConversation")
        return await self._answer(request, conversation_id, activity_id, {}, 200, None)

    async def _member(self, request: web.Request) -> web.Response:
        conversation_id, wanted = request.match_info["conversation"], request.match_info["member"]
        for person in self._people.values():
            if wanted in (person.aad_id, person.user_id):
                return await self._answer(request, conversation_id, None, {}, 200, self._as_member(person))
        return await self._refuse(request, conversation_id, {}, 404, "MemberNotFoundInConversation")

    def _as_member(self, person: User) -> dict[str, str]:
        named = {"email": person.email, "userPrincipalName": person.email} if person.email else {}
        return {
            "id": person.user_id,
            "aadObjectId": person.aad_id,
            "objectId": person.aad_id,
            "name": person.name,
            "tenantId": self._tenant,
            "userRole": "user",
            **named,
        }

    def _is_known(self, conversation_id: str) -> bool:
        if conversation_id in self._conversations:
            return True
        self._conversations.update(person.conversation_id for person in self._people.values())
        return conversation_id in self._conversations

    async def _refuse(
        self, request: web.Request, conversation_id: str, body: Mapping[str, Any], status: int, code: str
    ) -> web.Response:
        refusal = {"error": {"code": code, "message": code}}
        return await self._answer(request, conversation_id, request.match_info.get("activity"), body, status, refusal)

    async def _answer(
        self,
        request: web.Request,
        conversation_id: str,
        activity_id: str | None,
        body: Mapping[str, Any],
        status: int,
        answer: object,
    ) -> web.Response:
        headers: Mapping[str, str] = {}
        failure = next((each for each in self._failures if each.meets(request.method, conversation_id)), None)
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            status, answer = 401, {"error": {"code": "Unauthorized", "message": "no token"}}
        elif (request.content_length or 0) > MESSAGE_BYTES:
            status, answer = 413, {"error": {"code": "MessageSizeTooBig", "message": "too big"}}
        elif failure:
            failure.times -= 1
            status, answer, headers = failure.status, failure.body, failure.headers
        if not 200 <= status < 300 and request.method == "POST":
            activity_id = request.match_info.get("activity")
        call = Sent(
            method=request.method,
            conversation_id=conversation_id,
            activity_id=activity_id,
            body=body,
            status=status,
            at=time.monotonic(),
        )
        self._record(call)
        if status == 0:
            await self._closed.wait()
        elif self.delay:
            await asyncio.sleep(self.delay)
        if answer is None:
            return web.Response(status=status or 503, headers=headers)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return web.Response(status=status or 503, text=text, headers=headers, content_type="application/json")

    def _record(self, call: Sent) -> None:
        self.sent.append(call)
        if call.succeeded and call.activity_id is not None:
            shown = self._shown[call.conversation_id]
            if call.method == "DELETE":
                shown.pop(call.activity_id)
            elif call.body.get("type") == "message":
                shown[call.activity_id] = call.body
        self._called.set()


def _to(user: User, call: Sent) -> bool:
    return call.conversation_id == user.conversation_id


async def _json(request: web.Request) -> dict[str, Any]:
    body = json.loads(await request.read())
    return body if isinstance(body, dict) else {}
