"""Outgoing: what Sparri says, on the wire to Teams. One try each; whoever asked decides what a failure means."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

import aiohttp
from pydantic_core import PydanticSerializationError, to_json
from yarl import URL

from bot.teams.address import trusted_service_url
from bot.teams.errors import (
    Gone,
    MaybeDelivered,
    Refused,
    SendError,
    TryLater,
    TryLaterCause,
    Unreachable,
    UnreachableCause,
    error_of,
    utc_now,
)
from bot.teams.tokens import TokenSource
from coaching.people import Address, Language
from dialogs.reply import Part, Text

__all__ = [
    "Connector",
    "Gone",
    "MaybeDelivered",
    "Member",
    "Refused",
    "SendError",
    "TryLater",
    "TryLaterCause",
    "Unreachable",
    "UnreachableCause",
    "Wire",
    "Written",
    "message",
    "pooled_session",
    "typing",
    "written",
]

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
TIMEOUT_SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024
#: In UTF-16, as Teams counts. It refuses messages over 100 KB; cards over 28 KB fail in some of its clients.
LARGEST_MESSAGE = 80 * 1024
LARGEST_CARD = 28 * 1024
CONNECTIONS = 200

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

#: An activity as JSON.
Activity: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """An activity that is in JSON already, all but whose it is: what many are told is put into JSON once."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a conversation. email and user_principal_name: None where the tenant hides them from bots."""

    aad_id: str
    name: str
    email: str | None
    user_principal_name: str | None


def pooled_session() -> aiohttp.ClientSession:
    """The one session for all calls to Teams. Must be made inside the running loop, and closed."""
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


class Wire:
    """One request at a time to a trusted service host, with our token."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: TokenSource,
        *,
        hosts: Collection[str],
        development: bool = False,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """hosts, development: see `trusted_service_url`."""
        self._session = session
        self._tokens = tokens
        self._hosts = hosts
        self._development = development
        # Reaching the host has half of the time, so that a time-out tells which half it was in.
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=timeout_seconds / 2)

    async def exchange(self, method: str, url: str, body: bytes | None) -> tuple[int, Mapping[str, str], bytes]:
        """The status, headers and body (at most 64 KiB of it) of the answer, whatever its status.

        Follows no redirect and tries once. Raises Refused for a host that is not ours to speak with, TryLater when
        nothing was sent, MaybeDelivered when the answer is lost or has not come within 10 seconds.
        """
        if not trusted_service_url(url.partition("?")[0], self._hosts, self._development):
            raise Refused(403, "UntrustedServiceUrl")
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Sparri"}
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        if token := await self._tokens.token():
            headers["Authorization"] = f"Bearer {token}"
        call = self._session.request(
            method, URL(url, encoded=True), data=body, headers=headers, timeout=self._timeout, allow_redirects=False
        )
        try:
            async with call as answer:
                return answer.status, answer.headers, await _bounded(answer.content)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as failure:
            raise TryLater(TryLaterCause.NOT_CONNECTED) from failure
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise MaybeDelivered from failure

    async def ask(self, method: str, url: str, body: bytes | None = None) -> bytes:
        """The body of a successful answer. Raises a SendError for any other, too."""
        status, headers, answer = await self.exchange(method, url, body)
        if error := error_of(status, headers, answer, now=utc_now()):
            raise error
        return answer


class Connector:
    """What a bot can ask of Teams. Every method raises a SendError when it was not done."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def send(self, address: Address, activity: Activity | Written) -> str | None:
        """Says something; the activity id of it, None when Teams gives none."""
        answer = await self._wire.ask("POST", f"{_conversation(address)}/activities", _body(address, activity))
        return _text(_object(answer), "id")

    async def update(self, address: Address, activity_id: str, activity: Activity) -> None:
        """Puts *activity* in the place of one that was sent. The same again changes nothing."""
        url = f"{_conversation(address)}/activities/{_segment(activity_id)}"
        await self._wire.ask("PUT", url, _body(address, {**activity, "id": activity_id}))

    async def delete(self, address: Address, activity_id: str) -> None:
        """Takes back one that was sent."""
        await self._wire.ask("DELETE", f"{_conversation(address)}/activities/{_segment(activity_id)}")

    async def create_conversation(self, *, service_url: str, bot_id: str, tenant: str, aad_id: str) -> str:
        """The id of the personal chat with somebody who has the app installed; the same one each time."""
        wanted = {
            "bot": {"id": bot_id},
            "members": [{"id": aad_id}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
            "isGroup": False,
        }
        url = f"{service_url.rstrip('/')}/v3/conversations"
        conversation_id = _text(_object(await self._wire.ask("POST", url, json.dumps(wanted).encode())), "id")
        if not conversation_id:
            raise MaybeDelivered
        return conversation_id

    async def member(self, address: Address, member_id: str) -> Member:
        """Who somebody in the conversation is, by user id or Entra object id. Raises Gone when they are not in it."""
        found = _object(await self._wire.ask("GET", f"{_conversation(address)}/members/{_segment(member_id)}"))
        return Member(
            aad_id=_text(found, "aadObjectId") or _text(found, "objectId") or "",
            name=_text(found, "name") or "",
            email=_text(found, "email"),
            user_principal_name=_text(found, "userPrincipalName"),
        )


def message(part: Part, *, language: Language | None = None) -> Activity:
    """A part of a reply as an activity. Plain text stays plain; a card comes with its summary and no text beside it."""
    said: Activity = {"type": "message"}
    if language is not None:
        said["locale"] = language.value
    if isinstance(part, Text):
        return {**said, "text": part.text, "textFormat": "plain"}
    return {**said, "summary": part.summary, "attachments": [attachment(part.card)]}


def written(activity: Activity) -> Written:
    """The same, in JSON."""
    return Written(_dumped(activity))


def attachment(card: Mapping[str, Any]) -> dict[str, Any]:
    """An Adaptive Card as activities and dialog windows carry it."""
    return {"contentType": ADAPTIVE_CARD, "content": card}


def typing() -> Activity:
    """The sign that an answer is being made."""
    return {"type": "typing"}


def _body(address: Address, activity: Activity | Written) -> bytes:
    """The activity as sent. Raises Refused before the wire for what Teams would split, cut or refuse."""
    whose = {
        "from": {"id": address.bot_id},
        "recipient": {"id": address.user_id},
        "conversation": {"id": address.conversation_id},
    }
    if isinstance(activity, Written):
        text = f"{activity.text[:-1]},{_dumped(whose)[1:]}"
        if not _larger(text, LARGEST_CARD):
            return text.encode("utf-8", "replace")
        return _body(address, json.loads(activity.text))
    attachments = activity.get("attachments") or []
    if activity.get("text") and attachments:
        raise Refused(400, "TextBesideCard")
    text = _dumped({**activity, **whose})
    if _larger(text, LARGEST_CARD) and any(_larger(_dumped(each.get("content")), LARGEST_CARD) for each in attachments):
        raise Refused(413, "CardSizeTooBig")
    if _larger(text, LARGEST_MESSAGE):
        raise Refused(413, "MessageSizeTooBig")
    return text.encode("utf-8", "replace")


def _dumped(content: object) -> str:
    """JSON by Pydantic, which takes a third of Python's own time; that one also takes what is half a character."""
    try:
        return to_json(content).decode()
    except PydanticSerializationError:
        return _JSON.encode(content)


def _larger(text: str, limit: int) -> bool:
    """Whether the text is over *limit* bytes in UTF-16; a character takes two or four."""
    return 4 * len(text) > limit and len(text.encode("utf-16-le", "surrogatepass")) > limit


def _conversation(address: Address) -> str:
    return f"{address.service_url.rstrip('/')}/v3/conversations/{_segment(address.conversation_id)}"


def _segment(id_: str) -> str:
    """An id as one segment of a path, whatever is in it. Raises Refused for what no encoding keeps in its place."""
    if id_ in {"", ".", ".."}:
        raise Refused(400, "BadId")
    return quote(id_, safe="", errors="replace")


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    read = bytearray()
    while len(read) < LARGEST_ANSWER and not content.at_eof():
        read += await content.read(LARGEST_ANSWER - len(read))
    return bytes(read)


def _object(answer: bytes) -> dict[str, Any]:
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _text(found: Mapping[str, Any], key: str) -> str | None:
    value = found.get(key)
    return value if isinstance(value, str) and value else None
