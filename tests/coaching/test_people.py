"""Installs that come twice and late, and what silences Sparri."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coaching.people import Language, Person, installed, paused, resumed, stopped, uninstalled

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EARLIER, LATER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
AINO = Person(id=1, tenant="ministry", key_id="aino-1")
WITH_APP = replace(AINO, installed=True, install_changed_at=NOW)
WITHOUT_APP = replace(AINO, installed=False, install_changed_at=NOW)


@pytest.mark.parametrize(
    ("before", "event", "at", "after"),
    [
        pytest.param(WITHOUT_APP, installed, EARLIER, WITHOUT_APP, id="an install that is older than the uninstall"),
        pytest.param(WITH_APP, uninstalled, EARLIER, WITH_APP, id="an uninstall that is older than the install"),
        pytest.param(WITH_APP, installed, NOW, WITH_APP, id="the second event of the same install"),
        pytest.param(
            WITH_APP, installed, EARLIER, WITH_APP, id="the second event of the same install, in the other order"
        ),
        pytest.param(
            WITHOUT_APP,
            uninstalled,
            LATER,
            replace(WITHOUT_APP, install_changed_at=LATER),
            id="the second event of the same uninstall",
        ),
        pytest.param(AINO, uninstalled, NOW, WITHOUT_APP, id="an uninstall of what was never installed"),
        pytest.param(AINO, installed, NOW, WITH_APP, id="the first install"),
        pytest.param(WITH_APP, uninstalled, LATER, replace(WITHOUT_APP, install_changed_at=LATER), id="an uninstall"),
        pytest.param(WITHOUT_APP, installed, LATER, replace(WITH_APP, install_changed_at=LATER), id="a second install"),
        pytest.param(WITHOUT_APP, installed, NOW, WITH_APP, id="an install of the same moment as the uninstall"),
    ],
)
def test_an_install_event_changes_what_it_is_newer_than(
    before: Person, event: Callable[[Person, datetime], Person], at: datetime, after: Person
) -> None:
    assert event(before, at) == after


def test_an_uninstall_that_comes_after_a_newer_install_changes_nothing() -> None:
    again = installed(WITH_APP, LATER + timedelta(minutes=1))

    assert uninstalled(again, LATER).installed


def test_a_pause_lasts_until_its_moment_and_is_replaced_by_the_next() -> None:
    once = paused(AINO, NOW)

    assert once.paused_until == NOW
    assert paused(once, LATER).paused_until == LATER


def test_a_stop_has_no_end_and_takes_the_pause_away() -> None:
    quiet = stopped(paused(AINO, LATER), NOW)

    assert (quiet.stopped_at, quiet.paused_until) == (NOW, None)


@pytest.mark.parametrize(
    "quiet",
    [
        pytest.param(AINO, id="nothing to resume"),
        pytest.param(paused(AINO, LATER), id="a pause"),
        pytest.param(stopped(AINO, NOW), id="a stop"),
    ],
)
def test_resuming_ends_a_pause_and_a_stop(quiet: Person) -> None:
    assert resumed(quiet) == AINO


@pytest.mark.parametrize(("admitted_at", "admitted"), [(None, False), (NOW, True)])
def test_a_person_is_admitted_from_a_moment_on(admitted_at: datetime | None, admitted: bool) -> None:
    assert replace(AINO, admitted_at=admitted_at).admitted is admitted


def test_the_first_language_is_the_fallback() -> None:
    assert [*Language] == [Language.FI, Language.SV, Language.EN]
    assert AINO.language is Language.FI
