"""Which service URLs may have our token."""

import pytest

from bot.teams.address import trusted_service_url

HOSTS = ("smba.trafficmanager.net", "127.0.0.1:5000", "gov.example:8443")


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        pytest.param("https://smba.trafficmanager.net@evil.example/", False, id="a user name that looks like the host"),
        pytest.param("https://smba.trafficmanager.net.evil.example/", False, id="the host as a part of another"),
        pytest.param("https://evil.example/smba.trafficmanager.net/", False, id="the host in the path"),
        pytest.param("https://evil.example\\@smba.trafficmanager.net/", False, id="a backslash"),
        pytest.param("https://smba.trafficmanager.net#@evil.example/", False, id="a fragment"),
        pytest.param("https://smba.trafficmanager.net?x=1", False, id="a query"),
        pytest.param("https://smba.traffic\tmanager.net/", False, id="a tab, which some parsers drop"),
        pytest.param("https://smba.traffic\u212aanager.net/", False, id="a letter that folds to another"),
        pytest.param("https://smba.trafficmanager.net/{conversation}/", False, id="braces, which the SDK fills in"),
        pytest.param("http://smba.trafficmanager.net/teams/", False, id="no TLS"),
        pytest.param("https://smba.trafficmanager.net:444/", False, id="another port"),
        pytest.param("http://127.0.0.1:5001/", False, id="another port on loopback"),
        pytest.param("http://localhost:5000/", False, id="a loopback name that is not listed"),
        pytest.param("file:///etc/passwd", False, id="another scheme"),
        pytest.param("", False, id="nothing"),
        pytest.param("https://smba.trafficmanager.net/emea/a%2Fb/", True, id="a listed host with a path"),
        pytest.param("https://SMBA.TrafficManager.NET:443/teams", True, id="capitals and the usual port"),
        pytest.param("https://gov.example:8443/teams/", True, id="a listed host and port"),
        pytest.param("http://127.0.0.1:5000/teams/", True, id="listed loopback without TLS"),
    ],
)
def test_only_listed_hosts_are_trusted(url: str, trusted: bool) -> None:
    assert trusted_service_url(url, HOSTS, development=False) is trusted


@pytest.mark.parametrize("url", ["http://localhost:56150/_connector", "http://[::1]:9/", "https://127.0.0.1/"])
def test_in_development_every_loopback_host_will_do(url: str) -> None:
    assert trusted_service_url(url, (), development=True)
    assert not trusted_service_url(url, (), development=False)


def test_development_trusts_no_host_outside() -> None:
    assert not trusted_service_url("http://localhost.evil.example/", (), development=True)
