"""What Teams tells a bot: activities in the shape in which Teams really sends them, from made-up people."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

TENANT = "5a1e0c3d-0000-4000-8000-00000000fe11"
APP_ID = "5a1e0c3d-0000-4000-8000-0000000000b0"
TIMEZONE = "Europe/Helsinki"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody in the stand-in's tenant.

    user_id: the bot's name for them (``29:…``). email: "" where the tenant hides it from bots.
    conversation_id: of their personal chat with the bot. locale: of their Teams client.
    """

    aad_id: str
    user_id: str
    name: str
    email: str
    conversation_id: str
    locale: str = "fi-FI"


class Activities:
    """Makes activities. An override replaces a top-level key of the activity; None removes it."""

    def __init__(
        self, *, app_id: str = APP_ID, tenant: str = TENANT, now: Callable[[], datetime] | None = None
    ) -> None:
        self.app_id = app_id
        self.tenant = tenant
        self.service_url = "http://127.0.0.1:9/teams/"
        self.people: dict[str, User] = {}
        self.now = now or (lambda: datetime.now(UTC))
        self._people_count = count(1)
        self._activity_ids = count(1)

    def user(self, name: str, *, email: str | None = None, locale: str = "fi-FI") -> User:
        """A new person; email None makes one up from the name, "" hides it."""
        number = next(self._people_count)
        aad_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.tenant}/{number}"))
        made_up = f"{'.'.join(name.lower().split())}@organisation.example"
        person = User(
            aad_id=aad_id,
            user_id=f"29:1{aad_id.replace('-', '')}",
            name=name,
            email=made_up if email is None else email,
            conversation_id=f"a:1{aad_id.replace('-', '')[::-1]}",
            locale=locale,
        )
        self.people[aad_id] = person
        return person

    def message(self, user: User, text: str, **overrides: Any) -> dict[str, Any]:
        """A typed message in the personal chat."""
        return self._by_hand(user, "message", {"textFormat": "plain", "text": text}, overrides)

    def submit(
        self, user: User, values: Mapping[str, Any], *, reply_to: str | None = None, **overrides: Any
    ) -> dict[str, Any]:
        """A press on Action.Submit: a message with a value and no text. reply_to: the card's activity id."""
        return self._by_hand(user, "message", {"value": dict(values), "replyToId": reply_to}, overrides)

    def execute(
        self, user: User, verb: str, values: Mapping[str, Any], *, reply_to: str | None = None, **overrides: Any
    ) -> dict[str, Any]:
        """A press on Action.Execute: the invoke adaptiveCard/action."""
        action = {"type": "Action.Execute", "id": "", "verb": verb, "data": dict(values)}
        value = {"action": action, "trigger": "manual"}
        own = {"name": "adaptiveCard/action", "value": value, "replyToId": reply_to}
        return self._by_hand(user, "invoke", own, overrides)

    def installed(self, user: User, **overrides: Any) -> dict[str, Any]:
        """The app was installed in the personal chat."""
        return self._event(user, "installationUpdate", {"action": "add"}, overrides)

    def uninstalled(self, user: User, **overrides: Any) -> dict[str, Any]:
        """The app was removed from the personal chat."""
        return self._event(user, "installationUpdate", {"action": "remove"}, overrides)

    def added(self, user: User, **overrides: Any) -> dict[str, Any]:
        """The bot came into the conversation: what Teams sends beside `installed`, in either order."""
        return self._event(user, "conversationUpdate", {"membersAdded": [{"id": self.bot_id}]}, overrides)

    def edited(self, user: User, activity_id: str, text: str, **overrides: Any) -> dict[str, Any]:
        """The person changed a message of theirs."""
        own = {"id": activity_id, "text": text, "textFormat": "plain"}
        return self._by_hand(user, "messageUpdate", own, overrides, event="editMessage")

    def deleted(self, user: User, activity_id: str, **overrides: Any) -> dict[str, Any]:
        """The person took a message of theirs back."""
        return self._by_hand(user, "messageDelete", {"id": activity_id}, overrides, event="softDeleteMessage")

    def reaction(self, user: User, *, reply_to: str = "1:0", **overrides: Any) -> dict[str, Any]:
        """A thumb up on a message of the bot's."""
        own = {"reactionsAdded": [{"type": "like"}], "replyToId": reply_to}
        return self._event(user, "messageReaction", own, overrides)

    @property
    def bot_id(self) -> str:
        """The bot as Teams names it."""
        return f"28:{self.app_id}"

    def _event(self, user: User, kind: str, own: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
        at = self.now()
        activity = {
            "type": kind,
            "id": f"f:{uuid.uuid5(uuid.NAMESPACE_OID, str(next(self._activity_ids)))}",
            "timestamp": _iso(at),
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "from": {"id": user.user_id, "aadObjectId": user.aad_id},
            "recipient": {"id": self.bot_id, "name": "Sparri"},
            "conversation": {
                "id": user.conversation_id,
                "conversationType": "personal",
                "tenantId": self.tenant,
            },
            "channelData": {"tenant": {"id": self.tenant}, "source": {"name": "message"}},
            **own,
            **overrides,
        }
        return {key: value for key, value in activity.items() if value is not None}

    def _by_hand(
        self,
        user: User,
        kind: str,
        own: Mapping[str, Any],
        overrides: Mapping[str, Any],
        *,
        event: str | None = None,
    ) -> dict[str, Any]:
        """An activity that a person's client made: it carries their name, language and time zone."""
        at = self.now()
        written = {
            "id": str(1_700_000_000_000 + next(self._activity_ids)),
            "localTimestamp": at.astimezone(ZoneInfo(TIMEZONE)).isoformat(timespec="milliseconds"),
            "localTimezone": TIMEZONE,
            "locale": user.locale,
            "from": {"id": user.user_id, "name": user.name, "aadObjectId": user.aad_id},
            "entities": [_client(user.locale)],
            "channelData": {"tenant": {"id": self.tenant}, **({"eventType": event} if event else {})},
            **own,
        }
        return self._event(user, kind, written, overrides)


def _client(locale: str) -> dict[str, str]:
    return {
        "type": "clientInfo",
        "locale": locale,
        "country": locale[-2:],
        "platform": "Windows",
        "timezone": TIMEZONE,
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
