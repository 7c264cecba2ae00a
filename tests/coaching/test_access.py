"""Who may read what, as the policy says it in words."""

from itertools import product

import pytest

from coaching.access import READERS, SHAREABLE, Audience, Matter, gets_pooled, is_private, may_read, progress_readers

POLICY = {
    Matter.REFLECTION: {Audience.SELF},
    Matter.HAND_IN: {Audience.SELF, Audience.COACH},
    Matter.INTENTION: {Audience.SELF},
    Matter.REPLY: {Audience.SELF, Audience.ADDRESSEE},
    Matter.TEAM_ANSWER: {Audience.SELF},
    Matter.PREPARATION: {Audience.SELF},
    Matter.NOTES: {Audience.SELF},
    Matter.TALK: {Audience.SELF, Audience.COUNTERPART},
    Matter.SUMMARY: {Audience.SELF},
    Matter.PROGRESS: {Audience.SELF, Audience.COACH, Audience.OWNER},
    Matter.PLAN: {Audience.SELF},
    Matter.CHECK_IN: {Audience.SELF},
    Matter.MEASURE: {Audience.SELF},
    Matter.BALLOT: set(),
}
POOLED = {(Matter.TEAM_ANSWER, Audience.ASKER), (Matter.BALLOT, Audience.COACH)}


@pytest.mark.parametrize(("matter", "audience"), [*product(Matter, Audience)])
def test_only_those_whom_the_policy_names_may_read(matter: Matter, audience: Audience) -> None:
    assert may_read(audience, matter) == (audience in POLICY[matter])


@pytest.mark.parametrize(("matter", "audience"), [*product(Matter, Audience)])
def test_only_what_a_team_and_a_survey_answer_is_had_together(matter: Matter, audience: Audience) -> None:
    assert gets_pooled(audience, matter) == ((matter, audience) in POOLED)


def test_of_a_reply_and_a_teams_answer_nobody_else_sees_that_there_is_one() -> None:
    assert {matter for matter in Matter if not progress_readers(matter)} == {Matter.REPLY, Matter.TEAM_ANSWER}


def test_that_a_discussion_was_summed_up_only_the_other_one_of_the_two_sees() -> None:
    assert progress_readers(Matter.SUMMARY) == {Audience.SELF, Audience.COUNTERPART}
    assert SHAREABLE[Matter.SUMMARY] == {Audience.COUNTERPART}


@pytest.mark.parametrize("matter", Matter)
def test_everything_is_read_by_its_own_person_but_what_nobody_can_find_again(matter: Matter) -> None:
    assert may_read(Audience.SELF, matter) == (matter is not Matter.BALLOT)


def test_of_a_ballot_others_see_no_more_than_that_it_was_cast() -> None:
    assert progress_readers(Matter.BALLOT) == {Audience.COACH, Audience.OWNER}
    assert SHAREABLE[Matter.BALLOT] == frozenset()


@pytest.mark.parametrize("matter", Matter)
@pytest.mark.parametrize("audience", [Audience.MANAGER, Audience.TEAM])
def test_managers_and_teams_read_nothing_without_a_share(audience: Audience, matter: Matter) -> None:
    assert not may_read(audience, matter)


def test_a_reflection_is_read_by_nobody_else() -> None:
    assert READERS[Matter.REFLECTION] == {Audience.SELF}
    assert Audience.MANAGER not in SHAREABLE[Matter.REFLECTION]


@pytest.mark.parametrize("matter", Matter)
def test_every_matter_says_with_whom_it_can_be_shared(matter: Matter) -> None:
    assert SHAREABLE[matter] <= {*Audience} - {Audience.SELF, Audience.OWNER, Audience.ADDRESSEE}


@pytest.mark.parametrize(
    ("matter", "private"),
    [
        (Matter.REFLECTION, True),
        (Matter.HAND_IN, True),
        (Matter.INTENTION, True),
        (Matter.REPLY, True),
        (Matter.TEAM_ANSWER, True),
        (Matter.PREPARATION, True),
        (Matter.NOTES, True),
        (Matter.TALK, True),
        (Matter.SUMMARY, True),
        (Matter.PROGRESS, False),
        (Matter.PLAN, True),
        (Matter.CHECK_IN, True),
        (Matter.MEASURE, True),
        (Matter.BALLOT, True),
    ],
)
def test_all_but_progress_is_encrypted(matter: Matter, private: bool) -> None:
    assert is_private(matter) is private
