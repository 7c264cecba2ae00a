"""Those who call: Teams' side of a turn, from the activity posted to the answer and the message that follows."""

from collections.abc import Sequence
from itertools import count, cycle
from typing import Any

from aiohttp import ClientError

from bench.load import Failed
from demo.teams import Sent, StandIn, User

TOKENS = 16  # Teams' front ends each use a token of theirs again until it is old

#: As long as people's reflections are: 40 words or so.
REFLECTION = (
    "Ajattelin kysyä tiimiltä ensin ja ehdottaa vasta sitten. Kokouksessa tuli hiljaista, ja täytin hiljaisuuden itse. "
    "Kun lopulta odotin, kaksi ihmistä alkoi puhua yhtä aikaa ja asia liikahti enemmän kuin koko syksynä. "
)


class Callers:
    """People who write to a server in turn, each once at a time. Every turn is another text from another person."""

    def __init__(self, stand_in: StandIn, url: str) -> None:
        self._stand_in = stand_in
        self._url = url
        self._tokens = cycle([stand_in.token(jti=str(number)) for number in range(TOKENS)])
        self._read = 0
        self._messages: dict[str, Sent] = {}
        self._numbers = count(1)
        self.turns = 0

    def text(self) -> str:
        """A reflection that nobody has written before."""
        return f"{REFLECTION}({next(self._numbers)})"

    async def post(self, activity: dict[str, Any]) -> None:
        """A turn of which nothing but its answer is awaited. Raises Failed unless the answer is a success."""
        try:
            answer = await self._stand_in.post(self._url, activity, token=next(self._tokens))
        except (ClientError, TimeoutError) as error:
            raise Failed(f"not answered: {type(error).__name__}") from None
        if not 200 <= answer.status < 300:
            raise Failed(f"answered {answer.status}: {str(answer.body)[:200]!r}")
        self.turns += 1

    async def converse(self, user: User, activity: dict[str, Any]) -> Sent:
        """A turn that is complete when it is answered and the person was sent a message or had one changed.

        That message; raises Failed when there is none within 10 seconds.
        """
        before = self._newest(user)
        await self.post(activity)
        try:
            await self._stand_in.until(lambda: self._newest(user) is not before)
        except TimeoutError:
            raise Failed("answered with success, but no message followed") from None
        return self._messages[user.conversation_id]

    def _newest(self, user: User) -> Sent | None:
        for call in self._stand_in.sent[self._read :]:
            if call.succeeded and call.body.get("type") == "message":
                self._messages[call.conversation_id] = call
        self._read = len(self._stand_in.sent)
        return self._messages.get(user.conversation_id)


class EchoCallers(Callers):
    """People who write to an echo bot. replies: whether it sends its echo by the Connector."""

    def __init__(self, stand_in: StandIn, url: str, *, people: Sequence[User], replies: bool) -> None:
        super().__init__(stand_in, url)
        self._people = cycle(people)
        self._replies = replies

    async def turn(self) -> None:
        """One message, and its echo."""
        user = next(self._people)
        activity = self._stand_in.message(user, self.text())
        await (self.converse(user, activity) if self._replies else self.post(activity))
