"""Adapter: the Bot Framework's turn pipeline between our own guard and our own wire."""

import json
import secrets
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, NoReturn

import structlog
from aiohttp import web
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, CallerIdConstants, ChannelAccount, ConversationAccount
from botframework.connector.auth import (
    AuthenticateRequestResult,
    AuthenticationConstants,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    UserTokenClient,
)
from msrest.serialization import Model

from bot.teams.answers import failure
from bot.teams.clients import Clients
from bot.teams.incoming import MalformedInvoke, language_of
from bot.teams.outgoing import Connector, SendError, Wire, message
from coaching.people import Address, Language
from dialogs.reply import Text

AUDIENCE = "https://api.botframework.com"
_log = structlog.get_logger(__name__)


class NotOffered(Exception):
    """Sparri takes requests from Teams alone, checked by its own guard: no emulator, skill, stream or sign-in."""


class SparriAdapter(CloudAdapter):  # type: ignore[misc]
    """Runs turns for activities that the guard has let through."""

    def __init__(self, wire: Wire, *, app_id: str, trouble: Callable[[Language | None, str], str]) -> None:
        """trouble: the calm sentence for a failed turn, in a language (None: unknown), with the number to quote."""
        self._clients = Clients(wire)
        super().__init__(OurAuthentication(self._clients))
        self._connector = Connector(wire)
        self._app_id = app_id
        self._trouble = trouble
        self.on_turn_error = _raise_again

    async def turn(self, raw: Mapping[str, Any], run: Callable[[TurnContext], Awaitable[None]]) -> web.Response:
        """The HTTP answer to one activity: never a 5xx but 501 for an invoke that *run* left unanswered.

        A turn that fails is logged by ids, and the person told so in one sentence.
        """
        try:
            activity = sdk_activity(raw)
        except (AttributeError, KeyError, TypeError, ValueError):
            return web.Response(status=400)
        verified = self._verified(activity)
        try:
            answered = await self.process_activity(verified, activity, run)
        except MalformedInvoke:
            return self._failed(raw, 400, "BadRequest", _incident())
        except Exception as error:
            incident = _incident()
            _log.error("turn failed", incident=incident, activity=raw.get("id"), **_where(error))
            if raw.get("type") == "invoke":
                return self._failed(raw, 500, "ServiceError", incident)
            await self._apologise(raw, incident)
            return web.Response(status=200)
        if raw.get("type") != "invoke":
            return web.Response(status=200)
        return _response(answered)

    def _verified(self, activity: Activity) -> AuthenticateRequestResult:
        verified = AuthenticateRequestResult()
        verified.audience = AUDIENCE
        verified.caller_id = CallerIdConstants.public_azure_channel
        verified.connector_factory = self._clients
        verified.claims_identity = ClaimsIdentity(
            {
                AuthenticationConstants.AUDIENCE_CLAIM: self._app_id,
                AuthenticationConstants.APP_ID_CLAIM: self._app_id,
                AuthenticationConstants.SERVICE_URL_CLAIM: activity.service_url,
            },
            True,
        )
        return verified

    def _failed(self, raw: Mapping[str, Any], status: int, code: str, incident: str) -> web.Response:
        sentence = self._trouble(language_of(raw.get("locale")), incident)
        return _json(failure(status, code, sentence, name=str(raw.get("name", ""))), status=200)

    async def _apologise(self, raw: Mapping[str, Any], incident: str) -> None:
        """Says so to the person whose message it was, if Teams takes it; other events fail in silence."""
        if raw.get("type") != "message":
            return
        language = language_of(raw.get("locale"))
        address = Address(
            service_url=raw["serviceUrl"],
            conversation_id=raw["conversation"]["id"],
            user_id=raw["from"]["id"],
            bot_id=raw["recipient"]["id"],
        )
        try:
            await self._connector.send(
                address, message(Text(text=self._trouble(language, incident)), language=language)
            )
        except SendError as error:
            _log.warning("no apology", incident=incident, error=type(error).__name__)


def sdk_activity(raw: Mapping[str, Any]) -> Activity:
    """The activity as the SDK has it: what its pipeline and a reply by it need; all else is read from *raw* itself.

    *raw* was checked by the guard. The SDK's own deserializer takes a sixth of a turn.
    """
    timestamp = raw.get("timestamp")
    return Activity(
        type=raw.get("type"),
        id=raw.get("id"),
        timestamp=datetime.fromisoformat(timestamp).astimezone(UTC) if timestamp else None,
        service_url=raw["serviceUrl"],
        channel_id=raw["channelId"],
        from_property=_account(raw["from"]),
        recipient=_account(raw["recipient"]),
        conversation=_conversation(raw["conversation"]),
        locale=raw.get("locale"),
        text=raw.get("text"),
        name=raw.get("name"),
        value=raw.get("value"),
        reply_to_id=raw.get("replyToId"),
        channel_data=raw.get("channelData"),
    )


def _account(raw: Mapping[str, Any]) -> ChannelAccount:
    return ChannelAccount(id=raw["id"], name=raw.get("name"), aad_object_id=raw.get("aadObjectId"))


def _conversation(raw: Mapping[str, Any]) -> ConversationAccount:
    return ConversationAccount(
        id=raw["id"],
        name=raw.get("name"),
        conversation_type=raw.get("conversationType"),
        is_group=raw.get("isGroup"),
    )


def answer_invoke(context: TurnContext, body: Mapping[str, Any], *, status: int = 200) -> None:
    """Leaves the body that Teams waits for; the last one counts.

    Where the SDK itself would put it, but without the deep copies that `send_activity` makes of a whole card.
    """
    response = Activity(type="invokeResponse", value=InvokeResponse(status=status, body=body))
    context.turn_state[CloudAdapter._INVOKE_RESPONSE_KEY] = response


class OurAuthentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """What the SDK asks about trust: everything was settled by the guard, and nothing else is let in here."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._no_sign_in = NoSignIn()

    async def authenticate_request(self, activity: Activity, auth_header: str) -> NoReturn:
        raise NotOffered

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> NoReturn:
        raise NotOffered

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> Clients:
        return self._clients

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> "NoSignIn":
        return self._no_sign_in


class NoSignIn(UserTokenClient):  # type: ignore[misc]
    """Sparri signs nobody in; one inert client serves every turn."""

    async def get_user_token(self, *_: object) -> NoReturn:
        raise NotOffered

    async def get_sign_in_resource(self, *_: object) -> NoReturn:
        raise NotOffered

    async def sign_out_user(self, *_: object) -> NoReturn:
        raise NotOffered

    async def get_token_status(self, *_: object) -> NoReturn:
        raise NotOffered

    async def get_aad_tokens(self, *_: object) -> NoReturn:
        raise NotOffered

    async def exchange_token(self, *_: object) -> NoReturn:
        raise NotOffered


def _response(answered: InvokeResponse | None) -> web.Response:
    if answered is None or answered.body is None:
        return web.Response(status=int(answered.status) if answered else 501)
    body = answered.body.serialize() if isinstance(answered.body, Model) else answered.body
    return _json(body, status=int(answered.status))


def _json(body: object, *, status: int) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        status=status, body=text.encode("utf-8", "replace"), content_type="application/json", charset="utf-8"
    )


def _incident() -> str:
    """A number to quote, short enough to type."""
    return secrets.token_hex(4)


def _where(error: Exception) -> dict[str, object]:
    """What failed and where, without the words of an error: they may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "frames": places}


async def _raise_again(_: TurnContext, error: Exception) -> NoReturn:
    raise error
