"""Loading reflections: everybody meant is asked, once, and the same file again changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.people_loading import NoSuchProgramme
from bot.reflection_files import ReflectionsRefused
from bot.reflection_loading import LoadedMeanwhile, LoadedReflections, load
from coaching.asks import Ask, AskState
from coaching.people import Language, Member, Person, Role
from storage.store import AlreadyThere, Store
from tests.builders import TENANT, add_person

PROGRAMME = '[programme]\nkey = "arki"\nname = { fi = "Arki", sv = "Vardag" }\n'


def reflection(key: str = "session-1", *, whom: str = '"participants"', more: str = "") -> str:
    return f'[[reflection]]\nkey = "{key}"\ntitle = {{ fi = "Istunto" }}\nfor = {whom}\n{more}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Aino and Bo are asked about session 1, Bo about session 2 too."""
    path = tmp_path / "reflections.toml"
    both = '["aino@ministry.example", "bo@ministry.example"]'
    path.write_text(
        PROGRAMME
        + reflection(whom=both, more="due_at = 2026-11-20T12:00:00Z")
        + reflection("session-2", whom='["bo@ministry.example"]', more='questions = [{ fi = "Mitä?" }]')
    )
    return path


def rewrite(file: Path, old: str, new: str, *, more: str = "") -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new) + more, encoding="utf-8")


@pytest.fixture
async def people(store: Store) -> list[Person]:
    return [
        await add_person(store, name=name, email=f"{name.lower()}@ministry.example", aad_id=name if known else None)
        for name, known in (("Aino", True), ("Bo", False), ("Cecilia", True))
    ]


async def asks_of(store: Store, person: Person) -> list[Ask]:
    async with store.transaction() as unit:
        return await unit.asks.open_of(person.id)


def counts(loaded: LoadedReflections) -> tuple[int, int, int]:
    return loaded.new, loaded.changed, loaded.unchanged


async def test_those_named_are_asked_and_take_part(store: Store, file: Path, people: list[Person]) -> None:
    loaded = await load(store, file, tenant=TENANT)

    assert (counts(loaded), loaded.not_in_contact) == ((3, 0, 0), 1)
    aino, bo, cecilia = people
    assert [ask.element.key for ask in await asks_of(store, aino)] == ["session-1"]
    assert [(ask.element.key, ask.due_at) for ask in await asks_of(store, bo)] == [
        ("session-1", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("session-2", None),
    ]
    assert await asks_of(store, cecilia) == []
    async with store.transaction() as unit:
        assert await unit.people.programme_names(aino) == ["Arki"]
        assert await unit.people.programme_names(replace(bo, language=Language.SV)) == ["Vardag"]
        assert await unit.people.programme_names(cecilia) == []


async def test_the_same_file_again_changes_nothing(store: Store, file: Path, people: list[Person]) -> None:
    await load(store, file, tenant=TENANT)
    before = [await asks_of(store, person) for person in people]

    assert counts(await load(store, file, tenant=TENANT)) == (0, 0, 3)

    assert [await asks_of(store, person) for person in people] == before


async def test_participants_are_all_of_them_and_nobody_else(store: Store, tmp_path: Path) -> None:
    async with store.transaction() as unit:
        programme_id = await unit.programmes.add(tenant=TENANT, key="arki", name={Language.FI: "Arki"})
        crowd = [Person(id=0, tenant=TENANT, email=f"p{number}@ministry.example") for number in range(120)]
        await unit.people.add_all(crowd)
        known = await unit.people.by_emails(TENANT, [str(person.email) for person in crowd])
        roles = [Role.COACH, Role.MANAGER, *[Role.PARTICIPANT] * 118]
        await unit.people.add_parts(
            [
                Member(person_id=person.id, programme_id=programme_id, role=role)
                for person, role in zip(known.values(), roles, strict=True)
            ]
        )
    file = tmp_path / "reflections.toml"
    file.write_text('[programme]\nkey = "arki"\n' + reflection())
    steps: list[tuple[int, int]] = []

    loaded = await load(store, file, tenant=TENANT, progress=lambda done, total: steps.append((done, total)))

    assert counts(loaded) == (118, 0, 0)
    assert steps == [(50, 118), (100, 118), (118, 118)]


async def test_who_is_named_is_a_participant_for_the_whole_file(
    store: Store, tmp_path: Path, people: list[Person]
) -> None:
    file = tmp_path / "for-all.toml"
    file.write_text(PROGRAMME + reflection() + reflection("session-2", whom='["aino@ministry.example"]'))

    assert counts(await load(store, file, tenant=TENANT)) == (2, 0, 0)
    assert counts(await load(store, file, tenant=TENANT)) == (0, 0, 2)


async def test_other_times_move_what_is_open_and_leave_what_is_not(
    store: Store, file: Path, people: list[Person]
) -> None:
    await load(store, file, tenant=TENANT)
    (answered,) = await asks_of(store, people[0])
    async with store.transaction() as unit:
        await unit.asks.save(replace(answered, state=AskState.ANSWERED))
    rewrite(file, "2026-11-20", "2026-11-27")

    assert counts(await load(store, file, tenant=TENANT)) == (0, 1, 2)

    assert [ask.due_at for ask in await asks_of(store, people[1])] == [datetime(2026, 11, 27, 12, tzinfo=UTC), None]
    async with store.transaction() as unit:
        found = await unit.asks.get(answered.id)
    assert found is not None
    assert found.due_at == answered.due_at


async def test_a_load_that_was_cut_off_is_finished_by_the_next(store: Store, file: Path, people: list[Person]) -> None:
    def killed(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await load(store, file, tenant=TENANT, progress=killed)

    assert counts(await load(store, file, tenant=TENANT)) == (1, 0, 2)
    assert [len(await asks_of(store, person)) for person in people] == [1, 2, 0]


async def test_other_words_under_a_key_that_is_there_are_refused(
    store: Store, file: Path, people: list[Person]
) -> None:
    await load(store, file, tenant=TENANT)
    rewrite(file, "Mitä?", "Miksi?", more=reflection("session-3"))

    with pytest.raises(ReflectionsRefused, match="'session-2' is there already with other words"):
        await load(store, file, tenant=TENANT)

    async with store.transaction() as unit:
        programme_id = await unit.programmes.id_of(TENANT, "arki")
        assert set(await unit.programmes.elements_of(programme_id or 0)) == {"session-1", "session-2"}


async def test_a_programme_that_is_not_there_and_has_no_name_is_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "reflections.toml"
    file.write_text(reflection())

    with pytest.raises(NoSuchProgramme, match="tempo"):
        await load(store, file, tenant=TENANT, programme="tempo")


async def test_another_load_at_the_same_time_is_told(store: Store, file: Path, people: list[Person]) -> None:
    def another_came_first(done: int, total: int) -> None:
        raise AlreadyThere

    with pytest.raises(LoadedMeanwhile):
        await load(store, file, tenant=TENANT, progress=another_came_first)


async def test_somebody_of_another_tenant_is_not_known(store: Store, file: Path, people: list[Person]) -> None:
    with pytest.raises(ReflectionsRefused, match="nobody known"):
        await load(store, file, tenant="another-tenant")
