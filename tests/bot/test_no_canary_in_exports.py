"""Exports and a canary: whoever is erased is in no file that anybody fetches afterwards, by an old link or anew."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.file_makers import MAKERS
from bot.files import NotTheirs, Order
from coaching.access import Audience
from coaching.asks import AskKind, AskState
from coaching.people import Language, Person, Role
from coaching.plans import Goal
from coaching.shares import ShareState, Subject, Thing
from demo.teams import User
from storage.errands import ErrandKind
from storage.one_time_links import FileKind
from storage.tables import keys_metadata, metadata, one_time_links
from tests.bot.conftest import Chat
from tests.bot.hands import say
from tests.bot.reading import rows_of
from tests.bot.test_assignments import all_brought, assigned, met, told
from tests.bot.test_erasing import ENOUGH_SECONDS, all_in, is_erased
from tests.bot.test_follow_up_files import coach_of, hand_in, part_of
from tests.bot.test_my_data_whole import answer
from tests.bot.test_no_canary import files_in, is_clean
from tests.builders import Clock, add_ask, add_element
from tests.conftest import Database
from tests.serving import eventually

pytestmark = pytest.mark.usefixtures("public_address")

NAME, WORDS = "Kanaria Keltainen", "kanarialintu lauloi aamulla"
#: What nobody else is to fetch of the canary, also before it is gone.
THEIR_OWN = (FileKind.PLAN_DOCX, FileKind.PLAN_MD, FileKind.PLAN_JSON, FileKind.TEAM_MEETING)
FOLLOW_UPS = (FileKind.FOLLOW_UP_CSV, FileKind.FOLLOW_UP_XLSX)


@dataclass
class Ground:
    """The canary, their coach and a peer; and the numbers of all that a file of theirs can be of."""

    user: User
    canary: Person
    coach_user: User
    coach: Person
    peer: Person
    about: Mapping[str, int]

    @property
    def others(self) -> tuple[Person, Person]:
        return self.coach, self.peer


@pytest.fixture
async def ground(chat: Chat, clock: Clock) -> Ground:
    """The canary has handed in, planned, shared, asked their coach and been answered."""
    user, canary = await met(chat, NAME)
    _, peer = await met(chat, "Aino Aalto")
    (ask,) = await assigned(chat, canary)
    coach_user, coach, programme_id = await coach_of(chat)
    for each in (canary, peer):
        await part_of(chat, each, Role.PARTICIPANT, coach_id=coach.id)
    await hand_in(chat, user, evidence=WORDS)
    plan_id, talk_id = await planned(chat, canary, clock)
    await letters(chat, canary, coach, ask.id)
    await shared(chat, canary, coach, ask.id, clock)
    await told(chat, coach_user, WORDS)
    assert WORDS in await say(chat, coach_user, "minulle jaettu 1")
    about = {"programme": programme_id, "plan": plan_id, "ask": talk_id}
    return Ground(user=user, canary=canary, coach_user=coach_user, coach=coach, peer=peer, about=about)


async def planned(chat: Chat, person: Person, clock: Clock) -> tuple[int, int]:
    """A goal, and what of it goes to the team: the numbers of the plan, and of the ask about the team."""
    asks = {}
    for kind in (AskKind.PLAN, AskKind.TEAM_PLAN):
        element = await add_element(chat.store, key=f"own-{kind}:1", kind=kind, tenant=chat.teams.tenant)
        asks[kind] = await add_ask(chat.store, person, element, state=AskState.ANSWERED, version=1)
    goal, talk = asks[AskKind.PLAN], asks[AskKind.TEAM_PLAN]
    async with chat.store.transaction() as unit:
        known = await unit.people.get(person.id)
        assert known is not None
        await answer(unit, known, goal, {"what": WORDS})
        await answer(unit, known, talk, {"sentences": [WORDS], "day": "2026-12-01", "hour": "09:00"})
        plan = await unit.plans.begin(person.id, goal.programme_id)
        await unit.plans.add_goal(
            Goal(id=goal.id, plan_id=plan.id, person_id=person.id, number=1, created_at=clock.now)
        )
    return plan.id, talk.id


async def letters(chat: Chat, person: Person, coach: Person, ask_id: int) -> None:
    """A question, and feedback that says it again."""
    async with chat.store.transaction() as unit:
        for each, kind in ((person, ErrandKind.QUESTION), (coach, ErrandKind.FEEDBACK)):
            known = await unit.people.get(each.id)
            assert known is not None
            known, cipher = await unit.cipher(known)
            await unit.errands.add(cipher, kind=kind, ask_id=ask_id, by_id=known.id, words=f"{WORDS}!")
    await all_brought(chat)


async def shared(chat: Chat, person: Person, coach: Person, ask_id: int, clock: Clock) -> None:
    async with chat.store.transaction() as unit:
        card = await unit.cards.add(person_id=person.id, ask_id=None)
        share = await unit.shares.add(owner_id=person.id, card_id=card.id)
        await unit.shares.save(
            replace(
                share,
                state=ShareState.SHARED,
                things=frozenset({Thing(subject=Subject.ASK, subject_id=ask_id)}),
                audience=Audience.COACH,
                person_id=coach.id,
                shared_at=clock.now,
                ends_at=clock.now + timedelta(days=30),
            )
        )


async def made(chat: Chat, kind: FileKind, person: Person, about: Mapping[str, int]) -> str:
    """All that a file says, however it is packed; nothing where it is not theirs."""
    async with chat.store.transaction() as unit:
        known = await unit.people.get(person.id)
    assert known is not None
    try:
        file = await MAKERS[kind](chat.store, Order(person=known, about=about, language=Language.FI))
    except NotTheirs:
        return ""
    return said_in(file.content)


def said_in(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8-sig", "replace").replace("\r\n ", "")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(said_in(archive.read(name)) for name in archive.namelist())


async def link(chat: Chat, kind: FileKind, person: Person, about: Mapping[str, int]) -> str:
    token = f"{kind}-{person.id}".ljust(43, "x")
    async with chat.store.transaction() as unit:
        await unit.one_time_links.add(token, person_id=person.id, kind=kind, about=about, language=Language.FI)
    return token


async def fetched(chat: Chat, token: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{chat.url}/files/{token}") as page:
            shown = await page.text()
        async with session.post(f"{chat.url}/files/{token}") as answer_:
            return answer_.status, shown + said_in(await answer_.read())


async def test_files_name_the_canary_to_those_who_may_read_it_and_to_nobody_else(chat: Chat, ground: Ground) -> None:
    for kind in THEIR_OWN:
        assert WORDS in await made(chat, kind, ground.canary, ground.about), kind
        for other in ground.others:
            assert await made(chat, kind, other, ground.about) == "", kind
    for kind in FOLLOW_UPS:
        read = await made(chat, kind, ground.coach, ground.about)
        assert NAME in read
        assert WORDS in read
        assert await made(chat, kind, ground.peer, ground.about) == ""
    own, theirs, peers = [
        await made(chat, FileKind.MY_DATA, each, ground.about) for each in (ground.canary, *ground.others)
    ]
    assert own.count(WORDS) >= 8, "four texts of theirs, each in both files"
    assert NAME in theirs, "the coach opened what they shared"
    assert WORDS in theirs, "the coach said it again"
    assert is_clean(peers)
    assert {*THEIR_OWN, *FOLLOW_UPS, FileKind.MY_DATA} == set(MAKERS), "another kind of file belongs here too"


async def test_after_the_erasure_no_file_of_anybody_has_the_canary_by_an_old_link_or_anew(
    chat: Chat, ground: Ground, clock: Clock, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = (ground.canary, *ground.others)
    old = {(kind, each.id): await link(chat, kind, each, ground.about) for kind in MAKERS for each in people}

    await say(chat, ground.user, "poista tietoni")
    await say(chat, ground.user, "poista kaikki")
    await eventually(lambda: is_erased(chat, clock), seconds=ENOUGH_SECONDS)

    assert len(await rows_of(chat, one_time_links)) == len(MAKERS) * len(ground.others)
    for (kind, person_id), token in old.items():
        status, said = await fetched(chat, token)
        assert is_clean(said), kind
        if person_id == ground.canary.id:
            assert status in (404, 410)
        elif kind is FileKind.MY_DATA or (kind in FOLLOW_UPS and person_id == ground.coach.id):
            assert status == 200, kind
        else:
            assert status in (403, 404), kind
    for kind in MAKERS:
        for other in ground.others:
            assert is_clean(await made(chat, kind, other, ground.about)), kind
    assert is_clean(await all_in(database.url, metadata) + await all_in(database.keys_url, keys_metadata))
    assert is_clean(capsys.readouterr().out)
    if database.kind == "sqlite":
        for name, content in files_in(tmp_path).items():
            assert is_clean(content.decode("latin-1")), name
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: is_clean(str([*chat.teams.cards(ground.coach_user).values()])))
