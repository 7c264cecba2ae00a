"""`python -m bot manifest`: the package, and what is missing for it in one message."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.bot.cli.conftest import refused, run

PUBLISHED = {
    "APP_DEVELOPER_NAME": "Ministry of Examples",
    "APP_WEBSITE_URL": "https://ministry.example/sparri",
    "APP_PRIVACY_URL": "https://ministry.example/privacy",
    "APP_TERMS_URL": "https://ministry.example/terms",
}


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PUBLISHED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("published")
def test_the_package_has_what_was_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMS_APP_ID", "AAAAAAAA-2222-3333-4444-555555555555")

    said = run("manifest --out sparri.zip --app-version 1.4.0").stdout

    assert said.startswith("sparri.zip: manifest.json, ")
    with zipfile.ZipFile(tmp_path / "sparri.zip") as package:
        made = json.loads(package.read("manifest.json"))
    assert made["version"] == "1.4.0"
    assert made["developer"]["name"] == PUBLISHED["APP_DEVELOPER_NAME"]
    assert (made["id"][:8], made["bots"][0]["botId"][:8]) == ("AAAAAAAA", "11111111")
    assert [path.name for path in tmp_path.iterdir()] == ["sparri.zip"]


def test_all_that_is_missing_is_named_at_once() -> None:
    said = refused("manifest")

    assert said.startswith("The app cannot be packed")
    assert [name for name in PUBLISHED if name in said] == list(PUBLISHED)
    assert "canary" not in said


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MicrosoftAppId", "sparri"),
        ("TEAMS_APP_ID", "11111111-2222-3333-4444-55555555555G"),
        ("APP_DEVELOPER_NAME", "M" * 33),
        ("APP_WEBSITE_URL", "http://ministry.example"),
        ("APP_WEBSITE_URL", "https://localhost"),
        ("APP_PRIVACY_URL", "https://ministry.example/a b"),
        ("APP_TERMS_URL", "https://ministry.example/" + "a" * 2048),
    ],
)
def test_what_teams_would_refuse_is_refused_here(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    lines = refused("manifest").splitlines()

    assert len(lines) == 2
    assert name in lines[1]


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("version", ["1", "1.2", "v1.2.3", "1.2.3-beta", "01.2.3"])
def test_a_version_is_three_numbers(version: str) -> None:
    assert "is no version" in refused(f"manifest --app-version {version}")


@pytest.mark.usefixtures("published")
def test_a_place_that_cannot_be_written_is_told() -> None:
    assert "cannot be written" in refused("manifest --out nowhere/sparri.zip")
