"""Microsoft's own schemas: our manifest is one, and what is wrong with a manifest is seen."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from coaching.people import Language
from manifest.app import VERSION, localisation
from tests.manifest.sample import SAMPLE


@pytest.fixture
def schemas(npm_packages: Path) -> Path:
    """The folder with the schemas of our manifest's version."""
    return npm_packages / "@microsoft" / "app-manifest" / "build" / "json-schemas" / "teams" / f"v{VERSION}"


def faults(schemas: Path, name: str, content: object) -> list[str]:
    schema = json.loads((schemas / f"{name}.schema.json").read_text(encoding="utf-8-sig"))
    return [error.message for error in Draft4Validator(schema).iter_errors(content)]


def test_the_manifest_is_what_microsoft_says_it_is(schemas: Path) -> None:
    assert faults(schemas, "MicrosoftTeams", SAMPLE) == []


@pytest.mark.parametrize("language", Language)
def test_a_language_file_is_what_microsoft_says_it_is(schemas: Path, language: Language) -> None:
    assert faults(schemas, "MicrosoftTeams.Localization", localisation(language)) == []


def _without_privacy(wrong: dict[str, Any]) -> None:
    del wrong["developer"]["privacyUrl"]


def _with_an_address_that_is_none(wrong: dict[str, Any]) -> None:
    wrong["developer"]["termsOfUseUrl"] = "ministry.example/terms"


def _with_a_long_name(wrong: dict[str, Any]) -> None:
    wrong["name"]["short"] = "S" * 31


def _with_too_many_commands(wrong: dict[str, Any]) -> None:
    commands = wrong["bots"][0]["commandLists"][0]["commands"]
    wrong["bots"][0]["commandLists"][0]["commands"] = commands + commands


def _with_a_short_colour(wrong: dict[str, Any]) -> None:
    wrong["accentColor"] = "#FFF"


def _with_an_id_that_is_none(wrong: dict[str, Any]) -> None:
    wrong["id"] = "sparri"


def _with_something_of_our_own(wrong: dict[str, Any]) -> None:
    wrong["sparri"] = True


@pytest.mark.parametrize(
    "spoil",
    [
        _without_privacy,
        _with_an_address_that_is_none,
        _with_a_long_name,
        _with_too_many_commands,
        _with_a_short_colour,
        _with_an_id_that_is_none,
        _with_something_of_our_own,
    ],
)
def test_a_wrong_manifest_is_refused(schemas: Path, spoil: Callable[[dict[str, Any]], None]) -> None:
    wrong = copy.deepcopy(SAMPLE)
    spoil(wrong)

    assert faults(schemas, "MicrosoftTeams", wrong)
