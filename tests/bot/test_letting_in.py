"""Newcomers: on no roster they get a code; a coach, a later roster or the administrator lets them in."""

import re
from pathlib import Path

import pytest

from bot.people_loading import load
from coaching.people import Language, Member, Person, Role
from demo.teams import User
from tests.bot.conftest import Chat

HEADER = "email,name,role,language,timezone,unit,groups,manager,coach"


async def code_of(chat: Chat, newcomer: User) -> str:
    """The code that a newcomer is told."""
    (said,) = await chat.write(newcomer, "hei")
    found = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{2}\b", said)
    assert found
    return found.group()


async def in_the_store(chat: Chat, user: User) -> Person:
    async with chat.store.transaction() as unit:
        found = await unit.people.by_aad(chat.teams.tenant, user.aad_id)
    assert found is not None
    return found


async def load_rows(chat: Chat, tmp_path: Path, *rows: str) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    await load(chat.store, file, tenant=chat.teams.tenant)


async def test_a_coach_lets_a_newcomer_in_and_both_hear_of_it(chat: Chat) -> None:
    pekka, coach = await chat.person("Pekka Pelto", role=Role.COACH)
    newcomer = chat.teams.user("Siri Sjö", email="siri@ministry.example")
    code = await code_of(chat, newcomer)

    said = await chat.write(pekka, f"päästä sisään {code.lower().replace('-', ' ')}")

    assert said == ["Siri Sjö on nyt mukana."]
    await chat.teams.until(lambda: "Valmentajasi päästi sinut mukaan. Tervetuloa!" in chat.teams.texts(newcomer))
    siri = await in_the_store(chat, newcomer)
    assert siri.admitted
    async with chat.store.transaction() as unit:
        assert await unit.people.parts(siri.id) == [
            Member(person_id=siri.id, programme_id=None, role=Role.PARTICIPANT, coach_id=coach.id)
        ]
    assert await chat.write(pekka, f"päästä sisään {code}") != said


async def test_a_roster_that_is_loaded_later_lets_a_newcomer_in(chat: Chat, tmp_path: Path) -> None:
    newcomer = chat.teams.user("Siri Sjö", email="Siri@Ministry.example")
    code = await code_of(chat, newcomer)

    await load_rows(chat, tmp_path, "siri@ministry.example,Siri Sjö,participant,,,,,,")

    assert code not in "".join(await chat.write(newcomer, "hei"))


async def test_whom_a_coach_let_in_is_the_same_person_on_a_later_roster(chat: Chat, tmp_path: Path) -> None:
    pekka, _ = await chat.person("Pekka Pelto", role=Role.COACH)
    newcomer = chat.teams.user("Siri Sjö", email="siri@ministry.example")
    await chat.write(pekka, f"päästä sisään {await code_of(chat, newcomer)}")

    await load_rows(chat, tmp_path, "siri@ministry.example,Siri Sjö,speaker,,,HR,,,")

    siri = await in_the_store(chat, newcomer)
    async with chat.store.transaction() as unit:
        found = await unit.people.by_email(chat.teams.tenant, "siri@ministry.example")
        assert found == siri
        assert [part.role for part in await unit.people.parts(siri.id)] == [Role.SPEAKER]
    assert siri.unit == "HR"


async def test_the_address_after_the_code_says_who_of_the_roster_it_is(chat: Chat, tmp_path: Path) -> None:
    pekka, coach = await chat.person("Pekka Pelto", role=Role.COACH)
    await load_rows(chat, tmp_path, "siri.sjo@ministry.example,Siri Sjö,speaker,sv,,HR,A,,pekka.pelto@ministry.example")
    newcomer = chat.teams.user("Sjö Siri (external)", email="")
    code = await code_of(chat, newcomer)

    said = await chat.write(pekka, f"päästä sisään {code} Siri.Sjo@ministry.example")

    assert said == ["Siri Sjö on nyt mukana."]
    await chat.teams.until(lambda: "Din coach släppte in dig. Välkommen!" in chat.teams.texts(newcomer))
    siri = await in_the_store(chat, newcomer)
    assert (siri.email, siri.language, siri.unit) == ("siri.sjo@ministry.example", Language.SV, "HR")
    assert siri.address is not None
    async with chat.store.transaction() as unit:
        assert await unit.people.by_code(chat.teams.tenant, code) is None
        assert await unit.people.parts(siri.id) == [
            Member(person_id=siri.id, programme_id=None, role=Role.SPEAKER, groups=("A",), coach_id=coach.id)
        ]


async def test_a_language_that_was_chosen_while_waiting_stays(chat: Chat, tmp_path: Path) -> None:
    pekka, _ = await chat.person("Pekka Pelto", role=Role.COACH)
    await load_rows(chat, tmp_path, "siri.sjo@ministry.example,Siri Sjö,speaker,sv,,,,,")
    newcomer = chat.teams.user("Siri", email="")
    code = await code_of(chat, newcomer)
    await chat.write(newcomer, "English")

    await chat.write(pekka, f"päästä sisään {code} siri.sjo@ministry.example")

    assert (await in_the_store(chat, newcomer)).language is Language.EN


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("nobody@ministry.example", "Listalla ei ole ketään tällä osoitteella"),
        ("aino.aalto@ministry.example", "Joku tällä osoitteella juttelee jo kanssani"),
        ("kaisa.kuu@ministry.example", "Vain ylläpito voi päästää hänet mukaan"),
        ("olli.oja@ministry.example", "Vain ylläpito voi päästää hänet mukaan"),
    ],
    ids=["nobody", "somebody else", "a coach", "an owner"],
)
async def test_whom_a_coach_cannot_let_in_waits_on(chat: Chat, email: str, said: str) -> None:
    pekka, _ = await chat.person("Pekka Pelto", role=Role.COACH)
    aino, _ = await chat.person("Aino Aalto")
    await chat.write(aino, "hei")
    await chat.person("Kaisa Kuu", role=Role.COACH)
    await chat.person("Olli Oja", role=Role.OWNER)
    newcomer = chat.teams.user("Siri Sjö", email="")
    code = await code_of(chat, newcomer)

    (answer,) = await chat.write(pekka, f"päästä sisään {code} {email}")

    assert said in answer
    assert not (await in_the_store(chat, newcomer)).admitted
    assert await code_of(chat, newcomer) == code


async def test_only_a_coach_lets_people_in(chat: Chat) -> None:
    aino, _ = await chat.person("Aino Aalto")
    newcomer = chat.teams.user("Siri Sjö", email="siri@ministry.example")
    code = await code_of(chat, newcomer)

    (answer,) = await chat.write(aino, f"päästä sisään {code}")

    assert "Vain valmentaja" in answer
    assert not (await in_the_store(chat, newcomer)).admitted


async def test_a_coach_without_a_code_is_told_how(chat: Chat) -> None:
    pekka, _ = await chat.person("Pekka Pelto", role=Role.COACH)

    (answer,) = await chat.write(pekka, "päästä sisään")

    assert "K7QF-2M" in answer
