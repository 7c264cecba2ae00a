"""Shape: what the body of an activity must look like before anything else of Sparri, or of the SDK, touches it."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn

#: How many objects and lists may lie in one another, in the whole activity and counted from its value.
DEPTH = 20
VALUE_DEPTH = 6
#: Members of all objects and lists together: what bounds the time that any later code can spend on an activity.
NODES = 5_000
KEY_LENGTH = 256
ID_LENGTH = 1_024
NAME_LENGTH = 1_024
WORD_LENGTH = 128
URL_LENGTH = 2_048
TEXT_LENGTH = 28_000
INTEGER_BITS = 63


class Malformed(Exception):
    """The body is not an activity. where: the place, in words of the table below; never something that was sent."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class _Kind(StrEnum):
    TEXT = "text"
    #: A text without control characters; empty only where it need not be there.
    ID = "id"
    #: An ISO 8601 time with its zone.
    TIME = "time"
    FLAG = "flag"
    OBJECT = "object"
    LIST = "list"


#: (path, kind, most characters or elements). "!": must be there; elsewhere null counts as absent. "[]": each element.
#: Every part is named that our code or the SDK's deserialiser looks at; others may be anything within the bounds.
_TABLE: tuple[tuple[str, _Kind, int], ...] = (
    ("type!", _Kind.ID, WORD_LENGTH),
    ("id!", _Kind.ID, ID_LENGTH),
    ("channelId!", _Kind.ID, WORD_LENGTH),
    ("serviceUrl!", _Kind.ID, URL_LENGTH),
    ("from!", _Kind.OBJECT, 0),
    ("from.id!", _Kind.ID, ID_LENGTH),
    ("from.aadObjectId", _Kind.ID, ID_LENGTH),
    ("from.name", _Kind.TEXT, NAME_LENGTH),
    ("from.role", _Kind.TEXT, WORD_LENGTH),
    ("recipient!", _Kind.OBJECT, 0),
    ("recipient.id!", _Kind.ID, ID_LENGTH),
    ("recipient.aadObjectId", _Kind.ID, ID_LENGTH),
    ("recipient.name", _Kind.TEXT, NAME_LENGTH),
    ("recipient.role", _Kind.TEXT, WORD_LENGTH),
    ("conversation!", _Kind.OBJECT, 0),
    ("conversation.id!", _Kind.ID, ID_LENGTH),
    ("conversation.tenantId", _Kind.ID, ID_LENGTH),
    ("conversation.tenantID", _Kind.ID, ID_LENGTH),
    ("conversation.aadObjectId", _Kind.ID, ID_LENGTH),
    ("conversation.conversationType", _Kind.TEXT, WORD_LENGTH),
    ("conversation.name", _Kind.TEXT, NAME_LENGTH),
    ("conversation.role", _Kind.TEXT, WORD_LENGTH),
    ("conversation.isGroup", _Kind.FLAG, 0),
    ("timestamp", _Kind.TIME, 0),
    ("localTimestamp", _Kind.TIME, 0),
    ("localTimezone", _Kind.TEXT, WORD_LENGTH),
    ("locale", _Kind.TEXT, WORD_LENGTH),
    ("text", _Kind.TEXT, TEXT_LENGTH),
    ("textFormat", _Kind.TEXT, WORD_LENGTH),
    ("name", _Kind.TEXT, NAME_LENGTH),
    ("value", _Kind.OBJECT, 0),
    ("valueType", _Kind.TEXT, NAME_LENGTH),
    ("replyToId", _Kind.ID, ID_LENGTH),
    ("action", _Kind.TEXT, WORD_LENGTH),
    ("membersAdded", _Kind.LIST, 1_000),
    ("membersAdded[]", _Kind.OBJECT, 0),
    ("membersAdded[].id!", _Kind.ID, ID_LENGTH),
    ("membersAdded[].aadObjectId", _Kind.ID, ID_LENGTH),
    ("membersAdded[].name", _Kind.TEXT, NAME_LENGTH),
    ("membersAdded[].role", _Kind.TEXT, WORD_LENGTH),
    ("membersRemoved", _Kind.LIST, 1_000),
    ("membersRemoved[]", _Kind.OBJECT, 0),
    ("membersRemoved[].id!", _Kind.ID, ID_LENGTH),
    ("membersRemoved[].aadObjectId", _Kind.ID, ID_LENGTH),
    ("membersRemoved[].name", _Kind.TEXT, NAME_LENGTH),
    ("membersRemoved[].role", _Kind.TEXT, WORD_LENGTH),
    ("reactionsAdded", _Kind.LIST, 100),
    ("reactionsAdded[]", _Kind.OBJECT, 0),
    ("reactionsAdded[].type", _Kind.TEXT, WORD_LENGTH),
    ("reactionsRemoved", _Kind.LIST, 100),
    ("reactionsRemoved[]", _Kind.OBJECT, 0),
    ("reactionsRemoved[].type", _Kind.TEXT, WORD_LENGTH),
    ("attachments", _Kind.LIST, 100),
    ("attachments[]", _Kind.OBJECT, 0),
    ("attachments[].contentType", _Kind.TEXT, NAME_LENGTH),
    ("attachments[].contentUrl", _Kind.TEXT, TEXT_LENGTH),
    ("attachments[].thumbnailUrl", _Kind.TEXT, TEXT_LENGTH),
    ("attachments[].name", _Kind.TEXT, NAME_LENGTH),
    ("entities", _Kind.LIST, 250),
    ("entities[]", _Kind.OBJECT, 0),
    ("entities[].type", _Kind.TEXT, NAME_LENGTH),
    ("entities[].text", _Kind.TEXT, TEXT_LENGTH),
    ("entities[].locale", _Kind.TEXT, WORD_LENGTH),
    ("entities[].timezone", _Kind.TEXT, WORD_LENGTH),
    ("entities[].mentioned", _Kind.OBJECT, 0),
    ("entities[].mentioned.id", _Kind.TEXT, ID_LENGTH),
    ("channelData", _Kind.OBJECT, 0),
    ("channelData.eventType", _Kind.TEXT, WORD_LENGTH),
    ("channelData.tenant", _Kind.OBJECT, 0),
    ("channelData.tenant.id", _Kind.ID, ID_LENGTH),
    ("channelData.team", _Kind.OBJECT, 0),
    ("channelData.team.id", _Kind.ID, ID_LENGTH),
    ("channelData.team.name", _Kind.TEXT, NAME_LENGTH),
    ("channelData.team.aadGroupId", _Kind.TEXT, ID_LENGTH),
    ("channelData.channel", _Kind.OBJECT, 0),
    ("channelData.channel.id", _Kind.ID, ID_LENGTH),
    ("channelData.channel.name", _Kind.TEXT, NAME_LENGTH),
    ("channelData.meeting", _Kind.OBJECT, 0),
    ("channelData.meeting.id", _Kind.TEXT, ID_LENGTH),
    ("channelData.settings", _Kind.OBJECT, 0),
    ("channelData.settings.selectedChannel", _Kind.OBJECT, 0),
    ("channelData.settings.selectedChannel.id", _Kind.TEXT, ID_LENGTH),
    ("channelData.settings.selectedChannel.name", _Kind.TEXT, NAME_LENGTH),
)

#: What Teams never sends to a bot and the SDK would take apart, or obey: left out, whatever it holds.
_LEFT_OUT = frozenset(
    {
        "attachmentLayout",
        "callerId",
        "code",
        "deliveryMode",
        "expiration",
        "historyDisclosed",
        "importance",
        "inputHint",
        "label",
        "listenFor",
        "relatesTo",
        "semanticAction",
        "speak",
        "suggestedActions",
        "summary",
        "textHighlights",
        "topicName",
    }
)
_LEFT_OUT_OF_CHANNEL_DATA = frozenset({"notification", "onBehalfOf"})


@dataclass(frozen=True, slots=True)
class _Part:
    kind: _Kind
    most: int
    parts: dict[str, "_Part"] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)


def activity_of(raw: bytes) -> dict[str, Any]:
    """The activity in the body, every named part of the right kind and none of them null. Raises Malformed."""
    activity = _json_object(raw)
    _check_bounds(activity)
    fault = _fault(_ACTIVITY, activity)
    if fault is not None:
        raise Malformed(fault)
    kept = {key: value for key, value in activity.items() if value is not None and key not in _LEFT_OUT}
    if "channelData" in kept:
        kept["channelData"] = {
            key: value
            for key, value in kept["channelData"].items()
            if value is not None and key not in _LEFT_OUT_OF_CHANNEL_DATA
        }
    return kept


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        activity = _DECODER.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Malformed("json") from None
    if not isinstance(activity, dict):
        raise Malformed("not an object")
    return activity


def _check_bounds(activity: Mapping[str, Any]) -> None:
    """Depth, number of nodes and every text and number, without recursion. Raises Malformed."""
    nodes = 0
    waiting: list[tuple[Any, int]] = [(activity, DEPTH)]
    while waiting:
        container, room = waiting.pop()
        if room == 0:
            raise Malformed("depth")
        nodes += len(container)
        if nodes > NODES:
            raise Malformed("number of nodes")
        if isinstance(container, dict):
            for key in container:
                if len(key) > KEY_LENGTH or not (key.isascii() or _is_encodable(key)):
                    raise Malformed("key")
        for child in container.values() if isinstance(container, dict) else container:
            if isinstance(child, str):
                if not (child.isascii() or _is_encodable(child)):
                    raise Malformed("scalar")
            elif isinstance(child, (dict, list)):
                deepest = VALUE_DEPTH if container is activity and child is activity.get("value") else room - 1
                waiting.append((child, deepest))
            elif not _is_sane(child):
                raise Malformed("scalar")


def _is_sane(scalar: object) -> bool:
    """Whether it is a number that others can hold, or no number."""
    if isinstance(scalar, float):
        return math.isfinite(scalar)
    return not isinstance(scalar, int) or scalar.bit_length() <= INTEGER_BITS


def _is_encodable(text: str) -> bool:
    """Whether it has no lone surrogate, which JSON can carry and UTF-8 cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _fault(part: _Part, value: Any) -> str | None:
    """Where the value is not as it should be: the path to it from here, "" for the value itself; None for nowhere."""
    if not _FITS[part.kind](value, part.most):
        return ""
    if part.kind is _Kind.OBJECT:
        for name in part.needed:
            if value.get(name) in (None, ""):
                return name
        for name, child in value.items():
            if child is not None and name in part.parts and (fault := _fault(part.parts[name], child)) is not None:
                return f"{name}{fault}" if fault.startswith("[]") else f"{name}.{fault}".rstrip(".")
    elif part.kind is _Kind.LIST:
        for element in value:
            if (fault := _fault(part.parts["[]"], element)) is not None:
                return f"[].{fault}".rstrip(".")
    return None


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TIME = re.compile(
    r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII
)  # before 2000 Teams was not, and at the edges of the calendar a zone's offset overflows


def _is_time(value: object, _most: int) -> bool:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_FITS: Mapping[_Kind, Callable[[Any, int], bool]] = {
    _Kind.TEXT: lambda value, most: isinstance(value, str) and len(value) <= most,
    _Kind.ID: lambda value, most: isinstance(value, str) and len(value) <= most and not _CONTROL.search(value),
    _Kind.TIME: _is_time,
    _Kind.FLAG: lambda value, _most: isinstance(value, bool),
    _Kind.OBJECT: lambda value, _most: isinstance(value, dict),
    _Kind.LIST: lambda value, most: isinstance(value, list) and len(value) <= most,
}


def _compiled(table: tuple[tuple[str, _Kind, int], ...]) -> _Part:
    root = _Part(_Kind.OBJECT, 0)
    for path, kind, most in table:
        *parents, name = path.rstrip("!").replace("[]", ".[]").split(".")
        holder = root
        for parent in parents:
            holder = holder.parts[parent]
        holder.parts[name] = _Part(kind, most)
        if path.endswith("!"):
            holder.needed.add(name)
    return root


_ACTIVITY = _compiled(_TABLE)
