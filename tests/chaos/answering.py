"""People who answer what reaches them while everything around it dies, and press again until they are thanked."""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from demo.crowd import Crowd
from dialogs.cards import words
from tests.chaos.workers import Worker

THANKS = "tallessa"
#: One in so many answers.
ONE_IN = 5
LONGEST_THOUGHT = 1.0  # seconds
AGAIN_SECONDS = 0.3


class Answering:
    """The people's side of it. thanked: what each got a receipt for, by their number."""

    def __init__(self, dice: random.Random, workers: Callable[[], Sequence[Worker]]) -> None:
        self.thanked: dict[int, str] = {}
        self.crowd: Crowd | None = None
        self._dice = dice
        self._workers = workers
        self._answers: dict[int, asyncio.Task[None]] = {}

    def heard(self, number: int, activity_id: str, body: bytes) -> None:
        """A visit has reached somebody."""
        if number % ONE_IN == 0 and number not in self._answers:
            self._answers[number] = asyncio.create_task(self._answer(number, activity_id, json.loads(body)))

    async def over(self) -> None:
        """Wait until everybody is thanked. Raises what went wrong."""
        await asyncio.gather(*self._answers.values())

    async def _answer(self, number: int, activity_id: str, body: dict[str, Any]) -> None:
        assert self.crowd is not None
        await asyncio.sleep(self._dice.random() * LONGEST_THOUGHT)
        (attachment,) = body["attachments"]
        carried = attachment["content"]["actions"][0]["data"]
        text = f"Kuuntelin {number}"
        entries = {"intended": text, "happened": text, "next": text}
        activity = self.crowd.pressed(number, "submit", carried | entries, reply_to=activity_id)
        while number not in self.thanked:
            worker = self._dice.choice(self._workers())
            try:
                answer = await self.crowd.post(worker.url, activity)
            except (aiohttp.ClientError, TimeoutError):
                answer = None
            if answer is not None and answer.status == 200 and THANKS in words(answer.body["value"]):
                self.thanked[number] = text
            else:
                await asyncio.sleep(AGAIN_SECONDS)
