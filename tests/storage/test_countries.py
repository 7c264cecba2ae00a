"""Which country a zone is in, for its public holidays."""

from zoneinfo import available_timezones

import holidays
import pytest

from storage.countries import country_of


@pytest.mark.parametrize(
    ("timezone", "country"),
    [
        pytest.param("Europe/Helsinki", "FI", id="Finland"),
        pytest.param("Europe/Brussels", "BE", id="Belgium"),
        pytest.param("America/Argentina/Buenos_Aires", "AR", id="a zone of three parts"),
        pytest.param("Etc/UTC", None, id="a zone of no country"),
        pytest.param("Asia/Calcutta", None, id="a former name"),
        pytest.param("", None, id="no name"),
    ],
)
def test_a_zone_tells_whose_holidays_are_kept(timezone: str, country: str | None) -> None:
    assert country_of(timezone) == country


def test_the_holidays_of_every_country_are_known() -> None:
    zones = available_timezones()

    countries = {country for zone in zones if (country := country_of(zone)) is not None}

    assert len(countries) > 200
    assert countries <= holidays.list_supported_countries().keys()
