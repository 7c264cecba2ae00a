"""Lives: what is said to somebody is told in order, and what becomes of the rest with its reason."""

from dataclasses import replace
from datetime import date

import pytest

from bot.previews.accounts import Message
from bot.previews.page import page
from bot.previews.terminal import plain
from coaching.asks import SkipReason
from coaching.elements import Instrument, Question, Survey
from coaching.people import Language, Role
from coaching.placing import LeftOut, MovedBy
from coaching.reasons import Waiting
from coaching.simulation import Answers
from coaching.visits import Purpose
from dialogs.wording import t
from tests.bot.previews.sample import SAMPLE, account, preview, told
from tests.builders import in_all


def titles(messages: tuple[Message, ...], purpose: Purpose | None = None) -> list[str]:
    return [said.title.words for each in messages for said in each.said if purpose in (None, said.purpose)]


def test_what_is_said_is_told_in_order_with_reminders_and_marks() -> None:
    found = account(answers=Answers.ALWAYS)

    said = {one.title.words: one for message in found.messages for one in message.said}
    assert [message.at for message in found.messages] == sorted(message.at for message in found.messages)
    assert said["Tervetuloa (fi)"].purpose is Purpose.NOTICE
    assert said["Purku (fi) (tapaaminen 1)"].delivered
    assert said["Suunnitelma (fi)"].delivered
    assert said["Miten etenee (fi)"].delivered
    link = next(one for title, one in said.items() if title.startswith("Pian alkaa"))
    assert link.urgent
    assert "Alku (fi)" in link.title.words


def test_who_never_answers_is_reminded_then_slowed_down_and_asked_whether_to_go_on() -> None:
    found = account(answers=Answers.NEVER)

    assert titles(found.messages, Purpose.REMINDER)
    assert "Sparri kirjoittaa harvemmin" in told(found.moved)["Suunnitelma (fi)"]
    assert found.messages[-1].said[-1].purpose is Purpose.CHECK_BACK


def test_what_is_moved_by_a_break_says_so_with_both_dates() -> None:
    found = account(answers=Answers.ALWAYS)

    line = told(found.moved)["Tauolla (fi)"]
    assert "1.3.2027 klo 9.00" in line
    assert "9.3.2027" in line
    assert "tauko" in line


def test_what_closes_before_there_is_room_is_left_out_with_its_reason() -> None:
    found = account()

    line = told(found.dropped)["Lauantaina (fi)"]
    assert "6.2.2027" in line
    assert "viimeinen hetki" in line


def test_what_waits_for_a_plan_that_nobody_makes_is_told() -> None:
    without, with_a_plan = account(answers=Answers.NEVER), account(answers=Answers.ALWAYS)

    assert told(without.ahead)["Miten etenee (fi)"] == "odottaa, kunnes henkilöllä on kehittymissuunnitelma."
    assert "Miten etenee (fi)" in titles(with_a_plan.messages)


def test_the_preview_says_that_it_takes_plans_for_written() -> None:
    assert [preview(answers=answers).assumes_plans for answers in Answers] == [
        answers is not Answers.NEVER for answers in Answers
    ]
    assert not preview(replace(SAMPLE, elements=SAMPLE.elements[:1]), answers=Answers.ALWAYS).assumes_plans


def test_what_comes_after_the_preview_is_told_with_its_date() -> None:
    assert told(account().ahead)["Vuoden päästä (fi)"] == "tulee ma 31.1.2028 klo 9.00."


def test_what_cannot_be_delivered_yet_is_counted() -> None:
    items = (Question(id="cope", text=in_all("Jaksan hyvin.")),)
    survey = Survey(id="pulse", title=in_all("Kysely"), items=items, anonymous=False, at=SAMPLE.elements[0].at)

    found = account(programme=replace(SAMPLE, elements=(*SAMPLE.elements, survey)), answers=Answers.ALWAYS)

    assert told(found.undelivered)["Kysely (fi)"] == "1 viesti"
    assert {"Tervetuloa (fi)", "Purku (fi)", "Miten etenee (fi)"}.isdisjoint(told(found.undelivered))


def test_what_nobody_gets_is_told_before_anybody_is_with_what_to_write() -> None:
    items = (Question(id="cope", text=in_all("Jaksan hyvin.")),)
    start = SAMPLE.elements[0].at
    signed = Survey(id="pulse", title=in_all("Kysely"), at=start, items=items, anonymous=False)
    unsigned = Survey(id="other", title=in_all("Nimetön"), at=start, items=items, closes=start)
    instrument = Instrument(id="strengths", title=in_all("Arviointi"), at=start, items=items)

    found = preview(replace(SAMPLE, elements=(*SAMPLE.elements, signed, unsigned, instrument)), answers=Answers.ALWAYS)
    lines = " ".join(plain(found, in_full=()).split())

    assert [line.about.words for line in found.unsent] == ["Kysely (fi)", "Arviointi (fi)"]
    assert "Näitä ei saa kukaan, koska Sparri ei osaa vielä lähettää niitä: – Kysely (fi): kysely" in lines
    assert "anonymous: true" in lines
    assert "– Arviointi (fi): arviointi, jolla on omat kysymykset" in lines
    assert "<strong>Näitä ei saa kukaan" in page(found)
    assert preview(answers=Answers.ALWAYS).unsent == ()


def test_nothing_that_the_programme_has_for_somebody_is_passed_over() -> None:
    found = account(answers=Answers.TYPICAL)

    spoken_of = {*titles(found.messages), *told(found.dropped), *told(found.ahead)}
    expected = {each.title[Language.FI] for each in SAMPLE.elements if Role.PARTICIPANT in each.audience.roles}
    assert {title for title in expected if not any(title in one for one in spoken_of)} == set()


def test_merged_things_are_one_message_and_listed_together() -> None:
    same_hour = tuple(replace(each, at=SAMPLE.elements[0].at) for each in SAMPLE.elements[:1] + SAMPLE.elements[6:7])
    found = account(programme=replace(SAMPLE, elements=same_hour))

    assert len(found.messages[0].said) == 2
    assert told(found.merged) == {
        f"ma 1.2.2027 klo {found.messages[0].at.hour}.{found.messages[0].at.minute:02}": (
            "Tauolla (fi) ja Tervetuloa (fi)"
        )
    }


def test_a_text_that_is_missing_is_shown_in_the_programmes_next_language() -> None:
    found = account(language=Language.SV, answers=Answers.ALWAYS)

    said = {one.title.words: one.title.language for message in found.messages for one in message.said}
    assert said["Tervetuloa (sv)"] is Language.SV
    assert next(language for title, language in said.items() if title.startswith("Kokeile")) is Language.FI


def test_free_days_are_weekends_holidays_and_breaks() -> None:
    free = account().free

    assert {date(2027, 2, 6), date(2027, 3, 3), date(2027, 3, 26)} <= free
    assert date(2027, 3, 8) not in free


def test_what_steers_a_terminal_is_made_visible() -> None:
    name = {Language.FI: "Tervetuloa \x1b[31m"}
    found = account(programme=replace(SAMPLE, elements=(replace(SAMPLE.elements[0], title=name),)))

    assert titles(found.messages) == ["Tervetuloa \N{REPLACEMENT CHARACTER}[31m"]


def test_made_up_people_are_spread_over_groups_languages_and_parts() -> None:
    accounts = preview(people=7).accounts

    assert {each.language for each in accounts} == set(Language)
    assert {kind for each in accounts for kind in each.kinds} >= {"participant:a", "participant:b", "manager"}
    assert titles(accounts[-1].messages) == ["Tue heitä (fi)"]


@pytest.mark.parametrize("language", Language)
def test_every_reason_has_words(language: Language) -> None:
    for family, reasons in {
        "waiting": Waiting,
        "skipped": SkipReason,
        "left_out": LeftOut,
        "purpose": Purpose,
        "role": Role,
        "answers": Answers,
    }.items():
        for reason in reasons:
            assert t(language, f"preview.{family}.{reason}")
    for moved in MovedBy:
        assert t(language, f"moved_by.{moved}")
