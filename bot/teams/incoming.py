"""Incoming: a Teams activity as Sparri sees it. The last place where an SDK type is seen on the way in."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any
from zoneinfo import available_timezones

from botbuilder.schema import Activity

from bot.config import DEVELOPMENT_TENANT
from coaching.people import Address, Contact, Language
from dialogs.press import Press


class Kind(StrEnum):
    """What happened. Whatever is none of these is IGNORED, without an error."""

    MESSAGE = "message"
    #: A card's button: a submit (a message with a value and no text) or an adaptiveCard/action invoke.
    PRESS = "press"
    EDITED = "edited"
    DELETED = "deleted"
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"
    #: task/fetch and task/submit: a dialog window; see Press.
    WINDOW = "window"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One activity. activity_id is unique in its conversation; at is the activity's own time, UTC.

    text: of a message or an edited one, without mentions and control characters. reply_to: the activity id of the card
    that was pressed or of the message that was answered. invoke: Teams waits for a body.
    personal: a chat with one person; elsewhere Sparri only points there.
    """

    kind: Kind
    activity_id: str
    at: datetime
    contact: Contact
    personal: bool = True
    text: str = ""
    press: Press | None = None
    reply_to: str | None = None
    invoke: bool = False


class MalformedInvoke(Exception):
    """A card's button or a dialog window sent something that no card of ours sends."""


def read(activity: Activity, raw: Mapping[str, Any], *, now: datetime) -> Incoming:
    """The activity as ours. *raw* is its JSON, checked by the guard; *now* (UTC) stands in for an absent time stamp.

    Raises MalformedInvoke. An invoke of an unknown name is IGNORED with invoke set; left unanswered it is a 501.
    """
    kind = _kind(raw)
    return Incoming(
        kind=kind,
        activity_id=_string(raw.get("id")),
        at=_moment(activity.timestamp) or now,
        contact=_contact(raw),
        personal=_personal(raw),
        text=_without_mentions(raw) if kind in _TEXTS else "",
        press=_press(raw) if kind in {Kind.PRESS, Kind.WINDOW} else None,
        reply_to=_string(raw.get("replyToId")) or None,
        invoke=raw.get("type") == "invoke",
    )


def plain(text: str) -> str:
    """What somebody wrote, as it is kept: composed (NFC), trimmed, without control and direction characters.

    Lines stay lines, nothing is cut, and markup is just text.
    """
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", lines)).strip()


def language_of(locale: object) -> Language | None:
    """The language of a client's locale such as ``sv-FI``; None where it is not one of ours."""
    spoken = _string(locale)[:2].lower() if _LOCALE.fullmatch(_string(locale)) else ""
    return Language(spoken) if spoken in set(Language) else None


_INVOKES = {"adaptiveCard/action": Kind.PRESS, "task/fetch": Kind.WINDOW, "task/submit": Kind.WINDOW}
_EDITS = frozenset({"", "editMessage", "undeleteMessage"})
_TEXTS = frozenset({Kind.MESSAGE, Kind.EDITED})
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x85")
_LOCALE = re.compile(r"[A-Za-z]{2}([-_][A-Za-z0-9_-]*)?")
_OURS = "sparri"
_NOT_ENTRIES = frozenset({_OURS, "msteams"})
_MOST_ENTRIES = 50
_LONGEST_VERB = 64
_LONGEST_ARGUMENT = 1_024
_LARGEST_NUMBER = 2**53  # beyond it JSON numbers lose digits on their way through a client


def _kind(raw: Mapping[str, Any]) -> Kind:
    match raw.get("type"):
        case "message":
            value = raw.get("value")
            pressed = isinstance(value, dict) and (value or not raw.get("text"))
            return Kind.PRESS if pressed else Kind.MESSAGE
        case "messageUpdate":
            return Kind.EDITED if _event(raw) in _EDITS else Kind.IGNORED
        case "messageDelete":
            return Kind.DELETED
        case "installationUpdate" if _personal(raw):
            return {"add": Kind.INSTALLED, "remove": Kind.UNINSTALLED}.get(_string(raw.get("action")), Kind.IGNORED)
        case "conversationUpdate" if _personal(raw):
            if _names_bot(raw, "membersAdded"):
                return Kind.INSTALLED
            return Kind.UNINSTALLED if _names_bot(raw, "membersRemoved") else Kind.IGNORED
        case "invoke":
            return _INVOKES.get(_string(raw.get("name")), Kind.IGNORED)
    return Kind.IGNORED


def _moment(stamped: object) -> datetime | None:
    return stamped.astimezone(UTC) if isinstance(stamped, datetime) and stamped.tzinfo else None


def _personal(raw: Mapping[str, Any]) -> bool:
    conversation = _part(raw, "conversation")
    return conversation.get("conversationType", "personal") == "personal" and not conversation.get("isGroup")


def _names_bot(raw: Mapping[str, Any], members: str) -> bool:
    bot_id = _part(raw, "recipient").get("id")
    return any(member.get("id") == bot_id for member in _parts(raw, members))


def _event(raw: Mapping[str, Any]) -> str:
    return _string(_part(raw, "channelData").get("eventType"))


def _without_mentions(raw: Mapping[str, Any]) -> str:
    """The text without the mentions of the bot. Only what Teams marked as one goes: the same word later stays."""
    text, bot_id = _string(raw.get("text")), _part(raw, "recipient").get("id")
    for entity in _parts(raw, "entities"):
        if entity.get("type") == "mention" and _part(entity, "mentioned").get("id") == bot_id:
            text = text.replace(_string(entity.get("text")), "", 1)
    return plain(text)


def _press(raw: Mapping[str, Any]) -> Press:
    value = raw.get("value")
    if raw.get("type") == "message":
        return _pressed(value if isinstance(value, dict) else {}, verb="")
    if not isinstance(value, dict):
        raise MalformedInvoke
    if raw.get("name") != "adaptiveCard/action":
        return _pressed(_sent(value), verb="")
    action = value.get("action")
    if not isinstance(action, dict):
        raise MalformedInvoke
    press = _pressed(_sent(action), verb=_string(action.get("verb")))
    if not press.verb:
        raise MalformedInvoke
    return press


def _sent(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    sent = holder.get("data")
    if sent is not None and not isinstance(sent, dict):
        raise MalformedInvoke
    return sent or {}


def _pressed(sent: Mapping[str, Any], *, verb: str) -> Press:
    ours = _part(sent, _OURS)
    named = (name for name in sent if name not in _NOT_ENTRIES)
    return Press(
        verb=(_string(ours.get("verb")) or verb)[:_LONGEST_VERB],
        card_version=_number(ours.get("v")) or 0,
        ask_id=_number(ours.get("ask")),
        card_id=_number(ours.get("card")),
        revision=_number(ours.get("revision")),
        argument=plain(_string(ours.get("arg")))[:_LONGEST_ARGUMENT],
        entries={name: _entry(sent[name]) for name in islice(named, _MOST_ENTRIES)},
    )


def _entry(value: object) -> object:
    return plain(value) if isinstance(value, str) else value


def _number(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= _LARGEST_NUMBER else None


def _contact(raw: Mapping[str, Any]) -> Contact:
    """Who sent it. Without an Entra object id the sender's own id stands in for it, so that a guest is somebody too."""
    sender, conversation = _part(raw, "from"), _part(raw, "conversation")
    tenant = _string(_part(_part(raw, "channelData"), "tenant").get("id")) or _string(conversation.get("tenantId"))
    client: Mapping[str, Any] = next((each for each in _parts(raw, "entities") if each.get("type") == "clientInfo"), {})
    timezones = (_string(raw.get("localTimezone")), _string(client.get("timezone")))
    return Contact(
        tenant=tenant or DEVELOPMENT_TENANT,
        aad_id=_string(sender.get("aadObjectId")) or f"teams:{_string(sender.get('id'))}",
        address=Address(
            service_url=_string(raw.get("serviceUrl")),
            conversation_id=_string(conversation.get("id")),
            user_id=_string(sender.get("id")),
            bot_id=_string(_part(raw, "recipient").get("id")),
        ),
        name=plain(_string(sender.get("name"))).replace("\n", " "),
        language=language_of(raw.get("locale")) or language_of(client.get("locale")),
        timezone=next((name for name in timezones if name in _timezones()), None),
    )


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = whole.get(key)
    return part if isinstance(part, dict) else {}


def _parts(whole: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    parts = whole.get(key)
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
