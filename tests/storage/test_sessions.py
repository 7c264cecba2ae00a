"""The session of an element: what is stored of it comes back whole."""

from datetime import UTC, datetime

from coaching.asks import AskKind, Element
from coaching.people import Language
from coaching.programmes import Material, Mode, Speaker, When
from coaching.sessions import SessionFacts
from storage.store import Store
from tests.builders import add_ask, add_element, add_person, in_all

FACTS = SessionFacts(
    programme="kokeilu-2027",
    number=3,
    title=in_all("Kuunteleminen"),
    starts=datetime(2027, 2, 4, 7, 0, tzinfo=UTC),
    ends=datetime(2027, 2, 4, 10, 30, tzinfo=UTC),
    timezone="Europe/Helsinki",
    mode=Mode.HYBRID,
    theme=in_all("Läsnäolo"),
    place=in_all("Kelo"),
    link="https://meet.example/3",
    coach="Kaisa Coach",
    speakers=(Speaker(name="Olli Osasto", email="olli@ministerio.example", topic=in_all("Arki")),),
    materials=(Material(title=in_all("Luku"), url="https://a.example/1.pdf", when=When.AFTER, language=Language.SV),),
    sequence=2,
    cancelled=True,
)


async def test_an_ask_about_a_session_comes_back_with_all_its_facts(store: Store) -> None:
    person = await add_person(store)
    async with store.transaction() as unit:
        programme_id = await unit.programmes.add(tenant=person.tenant, key="kokeilu-2027", name=in_all("Kokeilu"))
        element = await unit.programmes.add_element(
            Element(
                id=0,
                programme_id=programme_id,
                key="prep.3",
                kind=AskKind.SESSION_PREP,
                title=in_all("Ensi tapaaminen"),
                intro={},
                session=FACTS,
            )
        )

    ask = await add_ask(store, person, element, occurrence=3, wants_answer=False)

    async with store.transaction() as unit:
        found = await unit.asks.get(ask.id)
    assert found is not None
    assert found.element == element
    assert found.element.session == FACTS


async def test_what_asks_for_no_answer_is_not_open(store: Store) -> None:
    person = await add_person(store)
    question, news = await add_element(store, key="debrief"), await add_element(store, key="prep.1")
    await add_ask(store, person, news, wants_answer=False)
    asked = await add_ask(store, person, question)

    async with store.transaction() as unit:
        assert [ask.id for ask in await unit.asks.open_of(person.id)] == [asked.id]
