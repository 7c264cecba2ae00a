"""The ministry's discussions in two stages, in December 2020 and in early 2021, each pair at its own pace.

Who holds the first one late, on 22 December, still comes to the second. From Christmas to Epiphany nobody is reminded.
The owner sees how many pairs of a unit are how far, of five or more, and never whose discussion is late.
"""

from datetime import date, timedelta

from coaching.people import Language
from coaching.talk_counts import LEAST, told
from dialogs.cards import words
from dialogs.talk_counts import counts_card
from scheduler.placing import place_all_behind
from scheduler.talks import bring_talks
from storage.store import Store
from tests.builders import TENANT, Clock
from tests.scheduler.test_talks import KEY, all_talks, at, hold, of_stage, om, preparations, told_to_managers

__all__ = ["om"]


async def test_who_holds_the_first_discussion_late_still_comes_to_the_second(om: Store, clock: Clock) -> None:
    late = 0
    for days in range(70):
        clock.now = at(date(2020, 11, 23) + timedelta(days=days))
        await bring_talks(om)
        await place_all_behind(om)
        if clock.now.date() == date(2020, 12, 22):
            talk = next(iter((await of_stage(om, "talk-feedback")).values()))
            await hold(om, talk, clock.now.date())
            late = talk.participant_id

    second = await of_stage(om, "talk-goals")
    prepared = await preparations(om, "talk-goals")
    assert (second[late].first, second[late].last) == (date(2021, 1, 11), date(2021, 2, 28))
    assert prepared[late] == date(2021, 1, 11)
    others = {number: talk for number, talk in second.items() if number != late}
    assert {talk.first for talk in others.values()} == {date(2021, 1, 26)}
    assert {prepared[number] for number in others} == {date(2021, 1, 26)}
    quiet = at(date(2020, 12, 24), 0), at(date(2021, 1, 6), 21)
    assert not any(quiet[0] <= opens <= quiet[1] for _, opens, _ in await told_to_managers(om))


async def test_the_owner_sees_numbers_of_five_pairs_or_more_and_nobodys_name(om: Store, clock: Clock) -> None:
    clock.now = at(date(2020, 12, 1))
    await bring_talks(om)
    found = await all_talks(om)
    for talk in found[::2]:
        await hold(om, talk, date(2020, 12, 1))

    async with om.transaction() as unit:
        programme_id = await unit.programmes.id_of(TENANT, KEY)
        assert programme_id is not None
        stages = await unit.talk_counts.of(programme_id)
        names = await unit.people.names_of({talk.participant_id for talk in found})
        units = [person.unit for person in (await unit.people.by_ids(names)).values()]
    told_of = [(each.stage.title[Language.FI], told(each.by_unit)) for each in stages]
    said = words(counts_card(Language.FI, "Ohjelma", told_of, least=LEAST))

    small = {unit for unit in units if units.count(unit) < LEAST}
    assert small
    assert f"Kaikki yhteensä: {len(found)} paria" in said
    assert f"pidetty {len(found[::2])}," in said
    assert any(f"{unit}: {units.count(unit)} paria" in said for unit in units)
    assert not any(f"{unit}:" in said for unit in small)
    assert not any(name in said for name in names.values())
