"""The manifest: complete in three languages, within Teams' limits, and asking for nothing."""

import pytest

from coaching.people import Language
from dialogs.calls import parse
from dialogs.commands import MENU
from manifest.app import ADDITIONAL_LANGUAGES, DEFAULT_LANGUAGE, Publisher, localisation, manifest, strings
from tests.manifest.sample import APP_ID, BOT_ID, SAMPLE

#: Characters, by the end of a place's name.
LIMITS = {"name.short": 30, "name.full": 100, "description.short": 80, "description.full": 4000, "title": 32}
LIMIT_OF_A_DESCRIPTION = 128
MOST_COMMANDS = 10


@pytest.mark.parametrize("language", Language)
def test_what_teams_shows_fits(language: Language) -> None:
    for place, words in strings(language).items():
        limit = LIMITS.get(place) or LIMITS.get(place.rpartition(".")[2]) or LIMIT_OF_A_DESCRIPTION

        assert 0 < len(words) <= limit, place


@pytest.mark.parametrize("language", ADDITIONAL_LANGUAGES)
def test_every_language_says_the_same_places(language: Language) -> None:
    assert localisation(language).keys() - {"$schema"} == strings(DEFAULT_LANGUAGE).keys()


@pytest.mark.parametrize("language", Language)
def test_what_the_command_menu_sends_is_understood_in_every_language(language: Language) -> None:
    shown = strings(language)
    for number, command in enumerate(MENU):
        call = parse(shown[f"bots[0].commandLists[0].commands[{number}].title"])

        assert call is not None
        assert call.command is command


def test_the_manifest_itself_speaks_the_default_language() -> None:
    words = strings(DEFAULT_LANGUAGE)
    (bot,) = SAMPLE["bots"]
    (commands,) = bot["commandLists"]

    assert SAMPLE["name"] == {"short": words["name.short"], "full": words["name.full"]}
    assert SAMPLE["description"]["full"] == words["description.full"]
    assert [each["title"] for each in commands["commands"]] == [
        words[f"bots[0].commandLists[0].commands[{number}].title"] for number in range(len(MENU))
    ]


def test_the_bot_is_in_personal_chats_alone_and_asks_for_no_permission() -> None:
    (bot,) = SAMPLE["bots"]

    assert bot["scopes"] == ["personal"]
    assert [each["scopes"] for each in bot["commandLists"]] == [["personal"]]
    assert not {"webApplicationInfo", "authorization", "permissions", "validDomains"} & SAMPLE.keys()
    assert len(MENU) <= MOST_COMMANDS


def test_the_app_and_its_bot_may_have_different_ids() -> None:
    publisher = Publisher(name="A", website_url="", privacy_url="", terms_url="")

    made = manifest(publisher, app_id=APP_ID, bot_id=BOT_ID, version="1.2.3")

    assert (made["id"], made["bots"][0]["botId"], made["version"]) == (APP_ID, BOT_ID, "1.2.3")
