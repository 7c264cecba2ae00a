"""People with an open reflection each, who answer it on its card again and again, in other words every time."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.callers import Callers
from bench.load import Failed
from bot.config import Settings
from coaching.asks import AskKind, Element
from coaching.people import Address, Language, Member, Person, Role
from demo.connector import ADAPTIVE_CARD
from demo.teams import Sent, StandIn, User
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.schema import Part, upgrade
from storage.store import Store, Unit

DATA_VERSION = 1  # of what cards carry
TIMEZONE = "Europe/Helsinki"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """A card that can be answered: where it is, what its button carries, the revision it shows, its inputs' names."""

    activity_id: str
    button: Mapping[str, Any]
    revision: int
    fields: Sequence[str]

    def filled(self, text: str) -> dict[str, Any]:
        """What Teams sends when the card is submitted with the same text in every input."""
        return {"sparri": {**self.button, "revision": self.revision}, **dict.fromkeys(self.fields, text)}


@dataclass(slots=True, kw_only=True)
class Writer:
    """Somebody with an open reflection. form: None until they began. thanked_for: answers that got a receipt."""

    user: User
    person_id: int
    ask_id: int
    form: OpenForm | None = None
    thanked_for: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation in databases of its own, made for the bench; environment is what Sparri is served with."""

    environment: Mapping[str, str]
    writers: Sequence[Writer]


async def organisation(stand_in: StandIn, folder: Path, users: Sequence[User]) -> Organisation:
    """New databases in *folder* with these people, admitted and installed, and one open three-step debrief each."""
    environment = {
        **stand_in.environment(),
        "DATABASE_URL": f"sqlite:///{folder / 'sparri.db'}",
        "KEYS_DATABASE_URL": f"sqlite:///{folder / 'keys.db'}",
    }
    async with opened(environment) as store, store.transaction() as unit:
        element = await _element(unit, stand_in.tenant)
        writers = [await _writer(unit, stand_in, user, element) for user in users]
    return Organisation(environment=environment, writers=writers)


@asynccontextmanager
async def opened(environment: Mapping[str, str]) -> AsyncIterator[Store]:
    """The store that Sparri has with that environment, at the newest schema."""
    settings = Settings.model_validate(dict(environment))
    main, keys = open_engine(settings.database_url), open_engine(settings.keys_database_url)
    try:
        await upgrade(main, Part.MAIN)
        await upgrade(keys, Part.KEYS)
        yield Store(main, KeyRing(keys, settings.raw_master_keys()))
    finally:
        await main.dispose()
        await keys.dispose()


async def _element(unit: Unit, tenant: str) -> Element:
    name = {Language.FI: "Kokeilu", Language.SV: "Prov", Language.EN: "Trial"}
    programme_id = await unit.programmes.add(tenant=tenant, key="trial", name=name)
    element = Element(id=0, programme_id=programme_id, key="debrief", kind=AskKind.REFLECTION, title=name, intro=name)
    return await unit.programmes.add_element(element)


async def _writer(unit: Unit, stand_in: StandIn, user: User, element: Element) -> Writer:
    person = await unit.people.add(
        Person(
            id=0,
            tenant=stand_in.tenant,
            aad_id=user.aad_id,
            email=user.email,
            name=user.name,
            timezone=TIMEZONE,
            key_id=None,
            admitted_at=unit.now,
            installed=True,
            install_changed_at=datetime(2026, 1, 1, tzinfo=UTC),
            address=Address(
                service_url=stand_in.service_url,
                conversation_id=user.conversation_id,
                user_id=user.user_id,
                bot_id=stand_in.bot_id,
            ),
        )
    )
    part = Member(person_id=person.id, programme_id=element.programme_id, role=Role.PARTICIPANT)
    await unit.people.save_part(part)
    ask = await unit.asks.add(person_id=person.id, element=element)
    return Writer(user=user, person_id=person.id, ask_id=ask.id)


class ReflectionCallers(Callers):
    """The writers of an organisation, in turn."""

    def __init__(self, stand_in: StandIn, url: str, writers: Sequence[Writer]) -> None:
        super().__init__(stand_in, url)
        self._writers = writers
        self._next = cycle(writers)

    async def begin(self) -> None:
        """Everybody asks for the card of their reflection. Raises Failed."""
        for writer in self._writers:
            wish = {"sparri": {"v": DATA_VERSION, "verb": "show", "ask": writer.ask_id}}
            sent = await self.converse(writer.user, self._stand_in.submit(writer.user, wish))
            writer.form = _form(sent)

    async def turn(self) -> None:
        """One answer, and its receipt. Raises Failed when it is something else than a receipt that comes back."""
        writer = next(self._next)
        if writer.form is None:
            raise Failed("somebody answers who has not begun")
        text = self.text()
        activity = self._stand_in.submit(writer.user, writer.form.filled(text), reply_to=writer.form.activity_id)
        sent = await self.converse(writer.user, activity)
        receipt = _content(sent)
        if receipt is None or _inputs(receipt):
            raise Failed(f"an answer got no receipt, but {_said(sent)!r}")
        writer.form = replace(writer.form, revision=_revision(receipt) or writer.form.revision)
        writer.thanked_for.append(text)


async def check_all_stored(of: Organisation) -> int:
    """How many answers there are, when every one that was thanked for can be read, once and in order.

    Raises Failed otherwise.
    """
    stored = 0
    async with opened(of.environment) as store:
        for writer in of.writers:
            async with store.transaction() as unit:
                texts = await _texts(unit, writer)
            if texts != writer.thanked_for:
                raise Failed(f"{len(writer.thanked_for)} answers were thanked for, and {len(texts)} are stored")
            stored += len(texts)
    return stored


async def _texts(unit: Unit, writer: Writer) -> list[str]:
    """What is stored of a writer's, oldest first; the same text is in every field of a version."""
    person = await unit.people.get(writer.person_id)
    if person is None:
        raise Failed("a person is gone")
    _, cipher = await unit.cipher(person)
    newest = await unit.answers.latest(writer.ask_id) or 0
    texts = []
    for version in range(1, newest + 1):
        values = await unit.answers.read(cipher, person_id=person.id, ask_id=writer.ask_id, version=version)
        texts.append(str(next(iter(values.values()), "")))
    return texts


def _content(sent: Sent) -> Mapping[str, Any] | None:
    """The card in a message; None when it has none."""
    attachments = sent.body.get("attachments") or []
    return next((each["content"] for each in attachments if each.get("contentType") == ADAPTIVE_CARD), None)


def _form(sent: Sent) -> OpenForm:
    content = _content(sent)
    if content is None or sent.activity_id is None or not _inputs(content):
        raise Failed(f"somebody asked for the card of their open reflection and was sent {_said(sent)!r}")
    button = next(own for own in _buttons(content) if own["verb"] == "submit")
    return OpenForm(
        activity_id=sent.activity_id, button=button, revision=button["revision"], fields=tuple(_inputs(content))
    )


def _said(sent: Sent) -> str:
    """The words of a plain message, or what a card's notification shows."""
    return str(sent.body.get("text") or sent.body.get("summary") or "")


def _parts(card: object) -> Iterator[Mapping[str, Any]]:
    """Every object within a card's JSON."""
    if isinstance(card, Mapping):
        yield card
        card = list(card.values())
    if isinstance(card, list):
        for part in card:
            yield from _parts(part)


def _inputs(card: object) -> list[str]:
    return [part["id"] for part in _parts(card) if str(part.get("type", "")).startswith("Input.")]


def _buttons(card: object) -> list[Mapping[str, Any]]:
    """What the card's buttons carry of ours."""
    return [part["sparri"] for part in _parts(card) if "sparri" in part]


def _revision(card: object) -> int | None:
    return next((own["revision"] for own in _buttons(card) if "revision" in own), None)
