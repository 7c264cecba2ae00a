"""Seats: the three places of a world in which somebody real sits, and their chats as Teams would show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from coaching.people import Language, Role
from demo.connector import ADAPTIVE_CARD, Sent
from demo.world import Inhabitant, World
from dialogs.cards import words

#: Whose place it is, in the order in which they are shown. A supervisor's own manager is the one with a seat.
SEATS = (Role.PARTICIPANT, Role.COACH, Role.MANAGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message in a chat. id: in that chat, the same when it changes. at: UTC. card: None where it is plain text."""

    id: str
    is_own: bool
    at: datetime
    text: str
    card: Mapping[str, Any] | None = None


@dataclass(kw_only=True)
class Seat:
    """One place and its chat, oldest first."""

    role: Role
    inhabitant: Inhabitant
    entries: list[Entry] = field(default_factory=list)


class Seats:
    """The places of a world, and what whoever sits there does."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._read = 0
        self._own = 0
        participant = world.of_role(Role.PARTICIPANT)[0]
        managers = {each.row.email: each for each in world.of_role(Role.MANAGER)}
        taken = (participant, world.of_role(Role.COACH)[0], managers[participant.row.manager or ""])
        self.all = [Seat(role=role, inhabitant=each) for role, each in zip(SEATS, taken, strict=True)]

    def of(self, role: str) -> Seat:
        """The place of that role. Raises KeyError."""
        return {seat.role.value: seat for seat in self.all}[role]

    async def say(self, seat: Seat, text: str) -> None:
        """Type a message."""
        self._add_own(seat, text)
        await self._world.teams.post(self._world.url, self._world.teams.message(seat.inhabitant.user, text))
        await self._answered()

    async def press(self, seat: Seat, at: str, data: Mapping[str, Any]) -> None:
        """Press a button of the card at that place, with what it carries and what was filled in."""
        verb = str((data.get("sparri") or {}).get("verb", ""))
        teams = self._world.teams
        answer = await teams.post(self._world.url, teams.execute(seat.inhabitant.user, verb, data, reply_to=at))
        body = answer.body if isinstance(answer.body, dict) else {}
        if body.get("type") == ADAPTIVE_CARD:
            self._show(seat, at, body["value"])
        elif isinstance(body.get("value"), str) and body["value"]:
            self._own += 1
            seat.entries.append(Entry(id=f"said-{self._own}", is_own=False, at=self._world.now, text=body["value"]))
        await self._answered()

    async def speak(self, language: Language) -> None:
        """Everybody with a seat asks Sparri for that language."""
        for seat in self.all:
            name = {Language.FI: "suomi", Language.SV: "svenska", Language.EN: "English"}[language]
            await self.say(seat, name)

    def catch_up(self) -> None:
        """Bring the chats up to what Teams shows by now."""
        by_conversation = {seat.inhabitant.user.conversation_id: seat for seat in self.all}
        sent = self._world.teams.sent
        for call in sent[self._read :]:
            seat = by_conversation.get(call.conversation_id)
            if seat is not None and call.succeeded and call.activity_id is not None:
                self._take(seat, call)
        self._read = len(sent)

    async def _answered(self) -> None:
        await self._world.quiet()
        self.catch_up()

    def _take(self, seat: Seat, call: Sent) -> None:
        at = str(call.activity_id)
        if call.method == "DELETE":
            seat.entries = [entry for entry in seat.entries if entry.id != at]
        elif call.body.get("type") == "message":
            attached = [
                each["content"] for each in call.body.get("attachments") or [] if each["contentType"] == ADAPTIVE_CARD
            ]
            entry = Entry(id=at, is_own=False, at=self._world.now, text=call.body.get("text") or "")
            if attached:
                entry = replace(entry, text=words(attached[0]), card=attached[0])
            self._put(seat, entry)

    def _show(self, seat: Seat, at: str, card: Mapping[str, Any]) -> None:
        self._put(seat, Entry(id=at, is_own=False, at=self._world.now, text=words(dict(card)), card=card))

    def _put(self, seat: Seat, entry: Entry) -> None:
        """In the place of the one with that id, which keeps its time; else at the end."""
        for number, each in enumerate(seat.entries):
            if each.id == entry.id:
                seat.entries[number] = replace(entry, at=each.at)
                return
        seat.entries.append(entry)

    def _add_own(self, seat: Seat, text: str) -> None:
        self._own += 1
        seat.entries.append(Entry(id=f"own-{self._own}", is_own=True, at=self._world.now, text=text))
