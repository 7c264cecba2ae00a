"""Errors: why something did not reach a person, as classes for what a sender can do about it."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

LONGEST_WAIT = timedelta(hours=1)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class SendError(Exception):
    """Teams did not do what was asked."""

    def __init__(self, *details: object) -> None:
        super().__init__(self.__doc__, *(detail for detail in details if detail not in (None, "")))


class UnreachableCause(StrEnum):
    """Why Teams lets nothing through. Some are the person's doing, some an administrator's, some ours."""

    BLOCKED = "blocked"
    NOT_INSTALLED = "not_installed"
    NOT_IN_ROSTER = "not_in_roster"
    DISABLED_BY_ADMIN = "disabled_by_admin"
    WRONG_CLOUD = "wrong_cloud"
    NO_PERMISSION = "no_permission"
    UNKNOWN = "unknown"


class Unreachable(SendError):
    """Teams lets nothing through to this person, and asking again will not change that."""

    def __init__(self, cause: UnreachableCause, *, code: str = "") -> None:
        super().__init__(cause.value, code)
        self.cause = cause
        self.code = code


class TryLaterCause(StrEnum):
    """Why nothing was delivered for now."""

    #: It was too much for Teams.
    THROTTLED = "throttled"
    #: Somebody else changed the same at that moment.
    CONFLICT = "conflict"
    NOT_CONNECTED = "not_connected"
    NO_TOKEN = "no_token"


class TryLater(SendError):
    """Nothing was delivered, and the same may be tried again later."""

    def __init__(self, cause: TryLaterCause, after: timedelta | None = None) -> None:
        """after: how long Teams asked to wait, at most an hour; None when it did not say."""
        super().__init__(cause.value, after)
        self.cause = cause
        self.after = after


class MaybeDelivered(SendError):
    """What was sent may or may not have arrived: the answer was lost, or Teams failed while it worked."""

    def __init__(self, *, status: int | None = None) -> None:
        """status: Teams' answer; None when there was none."""
        super().__init__(status)
        self.status = status


class Gone(SendError):
    """The conversation, the message or the member is not there any more."""

    def __init__(self, *, code: str = "") -> None:
        super().__init__(code)
        self.code = code


class Refused(SendError):
    """Teams, or a check of ours before it, refuses this very request; the same again would fare no better."""

    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code


#: Teams' codes of a 403, in lower case.
_CAUSES: Mapping[str, UnreachableCause] = {
    "messagewritesblocked": UnreachableCause.BLOCKED,
    "conversationblockedbyuser": UnreachableCause.BLOCKED,
    "botdisabledbyuser": UnreachableCause.BLOCKED,
    "forbiddenoperationexception": UnreachableCause.NOT_INSTALLED,
    "botnotinconversationroster": UnreachableCause.NOT_IN_ROSTER,
    "botdisabledbyadmin": UnreachableCause.DISABLED_BY_ADMIN,
    "invalidbotapihost": UnreachableCause.WRONG_CLOUD,
    "notenoughpermissions": UnreachableCause.NO_PERMISSION,
}


def error_of(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> SendError | None:
    """What an answer of the Connector means; None for success. *now* (UTC) is for a Retry-After that is a date."""
    if 200 <= status < 300:
        return None
    if status in (412, 429):
        cause = TryLaterCause.THROTTLED if status == 429 else TryLaterCause.CONFLICT
        return TryLater(cause, retry_after(headers.get("Retry-After"), now=now))
    if status == 408 or status >= 500:
        return MaybeDelivered(status=status)
    code = _code(body)
    if status == 403:
        return Unreachable(_CAUSES.get(code.lower(), UnreachableCause.UNKNOWN), code=code)
    if status == 404:
        return Gone(code=code)
    return Refused(status, code)


def retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """What a Retry-After header (seconds, or an HTTP date) asks for, an hour at most; None when it is absent or odd."""
    if value is None:
        return None
    try:
        wait = timedelta(seconds=int(value)) if value.strip().isdecimal() else parsedate_to_datetime(value) - now
    except OverflowError:
        return LONGEST_WAIT
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def utc_now() -> datetime:
    """The real time: what Teams asks us to wait is counted by it."""
    return datetime.now(UTC)


def _code(body: bytes) -> str:
    """Teams' code for a refusal, "" when it gives none.

    It comes as ``{"error": {"code": …}}``, or as ``{"errorCode": 209, "message": "<JSON with a subCode>"}``.
    """
    outer = _object(body)
    inner = outer.get("error")
    error = inner if isinstance(inner, dict) else {}
    found = [
        error.get("code"),
        _object(error.get("message")).get("subCode"),
        _object(outer.get("message")).get("subCode"),
        outer.get("subCode"),
        outer.get("code"),
    ]
    codes = [code for code in found if isinstance(code, str) and _CODE.fullmatch(code)]
    return next((code for code in codes if code.lower() in _CAUSES), codes[0] if codes else "")


def _object(text: object) -> dict[str, Any]:
    """JSON text as an object; empty when it is anything else."""
    if not isinstance(text, str | bytes):
        return {}
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
