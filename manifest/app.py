"""The app's manifest and its language files, as Teams' schema 1.25 wants them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coaching.people import Language
from dialogs.commands import MENU, description, title
from dialogs.wording import t

VERSION = "1.25"
SCHEMA = f"https://developer.microsoft.com/en-us/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
#: In the manifest itself; the others have files beside it.
DEFAULT_LANGUAGE = Language.FI
ADDITIONAL_LANGUAGES = tuple(language for language in Language if language is not DEFAULT_LANGUAGE)
COLOUR_ICON = "color.png"
OUTLINE_ICON = "outline.png"
ACCENT = "#1F5C4D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """The organisation that runs the app. The addresses are https."""

    name: str
    website_url: str
    privacy_url: str
    terms_url: str


def manifest(publisher: Publisher, *, app_id: str, bot_id: str, version: str) -> dict[str, Any]:
    """The manifest. app_id: the app's own in Teams; bot_id: the bot's in Entra; version: "1.2.3", raised each time.

    The bot is in personal chats alone, takes no files or calls, and asks for no permission.
    """
    names = strings(DEFAULT_LANGUAGE)
    commands = [
        {"title": title(DEFAULT_LANGUAGE, command), "description": description(DEFAULT_LANGUAGE, command)}
        for command in MENU
    ]
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": publisher.name,
            "websiteUrl": publisher.website_url,
            "privacyUrl": publisher.privacy_url,
            "termsOfUseUrl": publisher.terms_url,
        },
        "name": {"short": names["name.short"], "full": names["name.full"]},
        "description": {"short": names["description.short"], "full": names["description.full"]},
        "icons": {"color": COLOUR_ICON, "outline": OUTLINE_ICON},
        "accentColor": ACCENT,
        "localizationInfo": {
            "defaultLanguageTag": DEFAULT_LANGUAGE.value,
            "additionalLanguages": [
                {"languageTag": language.value, "file": language_file(language)} for language in ADDITIONAL_LANGUAGES
            ],
        },
        "defaultInstallScope": "personal",
        "bots": [
            {
                "botId": bot_id,
                "scopes": ["personal"],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "supportsCalling": False,
                "supportsVideo": False,
                "commandLists": [{"scopes": ["personal"], "commands": commands}],
            }
        ],
    }


def strings(language: Language) -> Mapping[str, str]:
    """All that Teams shows of the app in *language*, by the places in the manifest."""
    shown = {
        "name.short": t(language, "teams_app.name"),
        "name.full": t(language, "teams_app.full_name"),
        "description.short": t(language, "teams_app.short"),
        "description.full": t(language, "teams_app.full"),
    }
    for number, command in enumerate(MENU):
        place = f"bots[0].commandLists[0].commands[{number}]"
        shown[f"{place}.title"] = title(language, command)
        shown[f"{place}.description"] = description(language, command)
    return shown


def language_file(language: Language) -> str:
    """The name of a language's file in the package."""
    return f"{language.value}.json"


def localisation(language: Language) -> dict[str, str]:
    """What stands in a language's file."""
    schema = SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema")
    return {"$schema": schema, **strings(language)}
