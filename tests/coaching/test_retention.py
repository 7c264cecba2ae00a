"""Retention: until when what people wrote is kept, by the programme's own rule and in its own zone."""

from datetime import UTC, date, datetime

import pytest

from coaching.programmes import Rules
from coaching.retention import kept_until
from tests.coaching.programming import programme


@pytest.mark.parametrize(
    ("given", "ended_at", "until"),
    [
        pytest.param({}, None, datetime(2027, 6, 30, 21, tzinfo=UTC), id="a year after the last day, at midnight"),
        pytest.param(
            {"rules": Rules(kept_days=0)}, None, datetime(2026, 6, 30, 21, tzinfo=UTC), id="the last day is kept whole"
        ),
        pytest.param(
            {},
            datetime(2026, 1, 31, 22, 30, tzinfo=UTC),
            datetime(2027, 2, 1, 22, tzinfo=UTC),
            id="ended early, after midnight in Helsinki, in winter",
        ),
        pytest.param(
            {}, datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 6, 30, 21, tzinfo=UTC), id="ended after its last day"
        ),
    ],
)
def test_what_people_wrote_is_kept_so_long(given: dict[str, Rules], ended_at: datetime, until: datetime) -> None:
    found = programme(**{"ends": date(2026, 6, 30), "rules": Rules(kept_days=365)} | given)

    assert kept_until(found, ended_at) == until
