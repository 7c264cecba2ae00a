"""Shares: nobody reads what the table and the owner's own word do not allow, in any state of affairs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.access import READERS, SHAREABLE, Audience, Matter
from coaching.shares import (
    Item,
    NotToBeShared,
    Reader,
    Share,
    ShareState,
    Subject,
    Thing,
    is_live,
    may_read,
    readable,
    seen_by,
    shared,
    taken_back,
)

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
AINO, PEKKA, MATTI = 1, 2, 3
GOAL = Thing(subject=Subject.ASK, subject_id=7)
HAND_IN = Item(owner_id=AINO, matter=Matter.HAND_IN, subject=Subject.ASK, subject_id=7, field="evidence")
MANAGER = Reader(person_id=PEKKA, audiences=frozenset({Audience.MANAGER}))

people = st.integers(1, 3)
moments = st.sampled_from([NOW + timedelta(days=days) for days in (-2, -1, 0, 1, 2)])
fields = st.sampled_from(["what", "why"])
things = st.builds(
    Thing, subject=st.sampled_from(Subject), subject_id=st.integers(1, 2), field=st.one_of(st.none(), fields)
)
items = st.builds(
    Item,
    owner_id=people,
    matter=st.sampled_from(Matter),
    subject=st.sampled_from(Subject),
    subject_id=st.integers(1, 2),
    field=fields,
)
all_shares = st.builds(
    Share,
    id=st.just(1),
    owner_id=people,
    state=st.sampled_from(ShareState),
    things=st.frozensets(things, max_size=3),
    audience=st.one_of(st.none(), st.sampled_from(Audience)),
    person_id=st.one_of(st.none(), people),
    ends_at=st.one_of(st.none(), moments),
)
readers = st.builds(Reader, person_id=people, audiences=st.frozensets(st.sampled_from(Audience)))


def allowed_in_words(reader: Reader, item: Item, shares: list[Share]) -> bool:
    """The policy again, the long way: what somebody would say who had only read the table and the shares."""
    if reader.person_id == item.owner_id:
        return True
    for audience in reader.audiences:
        if audience is not Audience.SELF and audience in READERS[item.matter]:
            return True
    for share in shares:
        in_force = share.state == ShareState.SHARED and share.ends_at is not None and share.ends_at > NOW
        if not in_force or share.owner_id != item.owner_id or share.audience not in reader.audiences:
            continue
        if share.audience not in SHAREABLE[item.matter] or share.person_id not in {None, reader.person_id}:
            continue
        names = {str(thing) for thing in share.things}
        whole = f"{item.subject}:{item.subject_id}"
        if whole in names or f"{whole}/{item.field}" in names:
            return True
    return False


@settings(max_examples=10_000)
@given(reader=readers, item=items, shares=st.lists(all_shares, max_size=4))
def test_in_ten_thousand_states_nobody_reads_what_the_table_does_not_allow(
    reader: Reader, item: Item, shares: list[Share]
) -> None:
    allowed = allowed_in_words(reader, item, shares)

    assert may_read(reader, item, shares, NOW) is allowed
    assert (readable(reader, [item], shares, NOW) == [item]) is allowed
    if allowed and reader.person_id != item.owner_id:
        assert not reader.audiences.isdisjoint(seen_by(item, shares, NOW))


@settings(max_examples=1000)
@given(reader=readers, item=items, shares=st.lists(all_shares, max_size=4))
def test_once_all_is_taken_back_only_the_table_counts(reader: Reader, item: Item, shares: list[Share]) -> None:
    after = [taken_back(share, NOW) for share in shares]

    assert may_read(reader, item, after, NOW) is may_read(reader, item, [], NOW)


@pytest.mark.parametrize("audience", Audience)
def test_a_reflection_is_never_a_managers_whatever_is_shared(audience: Audience) -> None:
    reflection = replace(HAND_IN, matter=Matter.REFLECTION)
    share = Share(
        id=1,
        owner_id=AINO,
        state=ShareState.SHARED,
        things=frozenset({Thing(subject=Subject.ASK, subject_id=7)}),
        audience=audience,
        person_id=PEKKA,
        ends_at=NOW + timedelta(days=1),
    )

    assert not may_read(MANAGER, reflection, [share], NOW)


def of_hand_in(**given: object) -> Share:
    values: dict[str, object] = {
        "things": [Thing(subject=Subject.ASK, subject_id=7, field="evidence")],
        "audience": Audience.MANAGER,
        "person_id": PEKKA,
        "ends_at": NOW + timedelta(days=1),
        "now": NOW,
    }
    return shared(Share(id=1, owner_id=AINO), [Matter.HAND_IN], **(values | given))  # type: ignore[arg-type]


def test_what_is_shared_is_read_until_its_end_and_not_a_moment_longer() -> None:
    share = of_hand_in()

    assert may_read(MANAGER, HAND_IN, [share], NOW)
    assert may_read(MANAGER, HAND_IN, [share], NOW + timedelta(hours=23, minutes=59))
    assert not may_read(MANAGER, HAND_IN, [share], NOW + timedelta(days=1))


def test_one_field_is_not_the_others() -> None:
    share = of_hand_in()

    assert not may_read(MANAGER, replace(HAND_IN, field="adapted"), [share], NOW)


def test_somebody_who_is_no_longer_the_manager_reads_no_more_and_a_new_one_nothing() -> None:
    share = of_hand_in()

    assert not may_read(Reader(person_id=PEKKA), HAND_IN, [share], NOW)
    assert not may_read(replace(MANAGER, person_id=MATTI), HAND_IN, [share], NOW)


@pytest.mark.parametrize(("matter", "audience"), [*product(Matter, Audience)])
def test_only_what_the_table_lets_be_shared_can_be(matter: Matter, audience: Audience) -> None:
    def share() -> Share:
        return shared(
            Share(id=1, owner_id=AINO),
            [matter],
            things=[GOAL],
            audience=audience,
            person_id=None if audience is Audience.TEAM else PEKKA,
            ends_at=NOW + timedelta(days=1),
            now=NOW,
        )

    if audience in SHAREABLE[matter]:
        assert is_live(share(), NOW)
    else:
        with pytest.raises(NotToBeShared):
            share()


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"ends_at": NOW}, id="that is over already"),
        pytest.param({"person_id": AINO}, id="with oneself"),
        pytest.param({"person_id": None}, id="with nobody in particular"),
        pytest.param({"audience": Audience.TEAM}, id="with one person as a team"),
    ],
)
def test_a_share_without_sense_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(NotToBeShared):
        of_hand_in(**given)


def test_what_was_taken_back_stays_so() -> None:
    share = taken_back(of_hand_in(), NOW + timedelta(hours=1))

    assert taken_back(share, NOW + timedelta(hours=2)) == share
    assert taken_back(Share(id=1, owner_id=AINO), NOW).state is ShareState.DISCARDED


@given(thing=things)
def test_a_thing_has_a_name_that_leads_back_to_it(thing: Thing) -> None:
    assert Thing.named(str(thing)) == thing
