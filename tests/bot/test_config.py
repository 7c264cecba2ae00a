"""Configuration: one message names all that is missing or wrong, and never a secret."""

import base64
import re
from pathlib import Path

import pytest

from bot.config import (
    BOT_FRAMEWORK_METADATA,
    DEVELOPMENT_APP_ID,
    DEVELOPMENT_TENANT,
    TEAMS_SERVICE_HOST,
    Misconfigured,
    Settings,
    checked,
    read_settings,
)

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
SIGNED_KEY = base64.b64encode(b"\xfb\xff" * 16).decode()
OWN_TENANT = "66666666-7777-8888-9999-000000000000"
PRODUCTION = {
    "MicrosoftAppType": "SingleTenant",
    "MicrosoftAppId": "11111111-2222-3333-4444-555555555555",
    "MicrosoftAppPassword": "canary-password",
    "MicrosoftAppTenantId": OWN_TENANT,
    "SPARRI_MASTER_KEY": KEY,
}
DEVELOPMENT = {"SPARRI_MODE": "development", "SPARRI_MASTER_KEY": KEY}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


def settings_of(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings()


def refusal(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> str:
    """The message with which this environment is refused."""
    with pytest.raises(Misconfigured) as fault:
        checked(settings_of(monkeypatch, environment))
    return str(fault.value)


def names_in(message: str) -> set[str]:
    """The settings that the lines of a message begin with."""
    return set(re.findall(r"^ *-? *(\w+)[:= ]", message, re.MULTILINE)) - {"Sparri"}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        pytest.param(
            {"SERVICE_URL_HOSTS": ",", "OPENID_METADATA_URL": "keys"},
            {
                "SPARRI_MASTER_KEY",
                "MicrosoftAppType",
                "MicrosoftAppId",
                "MicrosoftAppTenantId",
                "SERVICE_URL_HOSTS",
                "OPENID_METADATA_URL",
            },
            id="everything at once",
        ),
        pytest.param(
            {"MicrosoftAppType": "SingleTenant", "MicrosoftAppPasword": "x"},
            {"SPARRI_MASTER_KEY", "MicrosoftAppId", "MicrosoftAppTenantId", "MicrosoftAppPassword"},
            id="a misspelt name is a missing one",
        ),
        pytest.param(PRODUCTION | {"MicrosoftAppType": ""}, {"MicrosoftAppType"}, id="no type"),
        pytest.param(PRODUCTION | {"MicrosoftAppType": "singletenant"}, {"MicrosoftAppType"}, id="a misspelt type"),
        pytest.param(PRODUCTION | {"MicrosoftAppType": "MultiTenant"}, {"MicrosoftAppType"}, id="a retired type"),
        pytest.param(PRODUCTION | {"MicrosoftAppId": ""}, {"MicrosoftAppId"}, id="no app id"),
        pytest.param(PRODUCTION | {"MicrosoftAppTenantId": ""}, {"MicrosoftAppTenantId"}, id="no tenant"),
        pytest.param(PRODUCTION | {"MicrosoftAppPassword": ""}, {"MicrosoftAppPassword"}, id="no password"),
        pytest.param(
            PRODUCTION | {"MicrosoftAppType": "Certificate"}, {"MicrosoftAppCertificatePath"}, id="no certificate"
        ),
        pytest.param(PRODUCTION | {"MicrosoftAppType": "UserAssignedMSI"}, {"AZURE_CLIENT_ID"}, id="no identity"),
        pytest.param(
            PRODUCTION | {"MicrosoftAppType": "FederatedCredential"}, {"AZURE_FEDERATED_TOKEN_FILE"}, id="no token file"
        ),
        pytest.param(PRODUCTION | {"SPARRI_MASTER_KEY": ""}, {"SPARRI_MASTER_KEY"}, id="no master key"),
        pytest.param(PRODUCTION | {"SPARRI_MODE": "developement"}, {"SPARRI_MODE"}, id="a misspelt mode"),
        pytest.param(PRODUCTION | {"SERVICE_URL_HOSTS": ""}, {"SERVICE_URL_HOSTS"}, id="no service host"),
        pytest.param(
            PRODUCTION | {"OPENID_METADATA_URL": "http://keys.example/openid"},
            {"OPENID_METADATA_URL"},
            id="keys over a line that anybody may change",
        ),
        pytest.param(PRODUCTION | {"PUBLIC_URL": "sparri.example"}, {"PUBLIC_URL"}, id="a host is no address"),
        pytest.param(PRODUCTION | {"PUBLIC_URL": "http://sparri.example"}, {"PUBLIC_URL"}, id="links without https"),
    ],
)
def test_what_is_missing_or_misspelt_is_named_in_one_message(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], named: set[str]
) -> None:
    assert names_in(refusal(monkeypatch, environment)) == named


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "MicrosoftAppType": "Certificate",
            "MicrosoftAppPassword": "",
            "MicrosoftAppCertificatePath": "/certs/app.pem",
        },
        {"MicrosoftAppType": "UserAssignedMSI", "MicrosoftAppPassword": "", "AZURE_CLIENT_ID": "identity"},
        {
            "MicrosoftAppType": "FederatedCredential",
            "MicrosoftAppPassword": "",
            "AZURE_FEDERATED_TOKEN_FILE": "/tokens/azure",
        },
        {"OPENID_METADATA_URL": "http://127.0.0.1:8080/openid"},
        {"HOST": "0.0.0.0"},
    ],
    ids=["password", "certificate", "managed identity", "federated", "keys on loopback", "all addresses"],
)
def test_each_way_to_prove_who_the_bot_is_can_be_served(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    settings = settings_of(monkeypatch, PRODUCTION | changes)

    assert checked(settings) == settings


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "10.0.0.1", "sparri.example", "127.0.0.1.example"])
def test_development_mode_is_refused_off_loopback(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    message = refusal(monkeypatch, DEVELOPMENT | {"HOST": host})

    assert "HOST must be a loopback address" in message


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_development_mode_on_loopback_needs_a_master_key_only(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    settings = checked(settings_of(monkeypatch, DEVELOPMENT | {"HOST": host}))

    assert settings.development
    assert (settings.app_id, settings.tenant_id) == (DEVELOPMENT_APP_ID, DEVELOPMENT_TENANT)
    assert settings.tenants == {DEVELOPMENT_TENANT}


def test_development_mode_keeps_an_app_id_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = checked(settings_of(monkeypatch, DEVELOPMENT | {"MicrosoftAppId": "my-app"}))

    assert settings.app_id == "my-app"


def test_development_mode_without_a_master_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert names_in(refusal(monkeypatch, {"SPARRI_MODE": "development"})) == {"SPARRI_MASTER_KEY"}


def test_what_is_not_set_has_the_defaults_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = checked(settings_of(monkeypatch, PRODUCTION))

    assert not settings.development
    assert (settings.host, settings.port) == ("127.0.0.1", 3978)
    assert settings.database_url == "sqlite:///sparri.db"
    assert settings.keys_database_url == "sqlite:///sparri-keys.db"
    assert settings.service_url_hosts == (TEAMS_SERVICE_HOST,) == ("smba.trafficmanager.net",)
    assert settings.openid_metadata_url == BOT_FRAMEWORK_METADATA
    assert settings.tenants == {OWN_TENANT}
    assert settings.sends_per_second == 25.0
    assert (settings.public_url, settings.authority_host) == ("", "")


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = {
        "ALLOWED_TENANTS": " one, two,,",
        "SERVICE_URL_HOSTS": "smba.trafficmanager.net,127.0.0.1:9000",
        "SPARRI_MASTER_KEY": f"{SIGNED_KEY} , {KEY}",
    }

    settings = checked(settings_of(monkeypatch, PRODUCTION | lists))

    assert settings.tenants == {"one", "two"}
    assert settings.service_url_hosts == ("smba.trafficmanager.net", "127.0.0.1:9000")
    assert settings.raw_master_keys() == (b"\xfb\xff" * 16, b"k" * 32)


@pytest.mark.parametrize("key", [KEY, KEY.rstrip("="), f" {KEY} "], ids=["padded", "unpadded", "with spaces"])
def test_a_master_key_is_read_however_it_was_copied(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    assert settings_of(monkeypatch, {"SPARRI_MASTER_KEY": key}).raw_master_keys() == (b"k" * 32,)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(f"{KEY},{KEY[:-8]}", id="the second too short"),
        pytest.param(KEY[:-4], id="too short"),
        pytest.param(KEY[:-2] + "AAAA", id="too long"),
        pytest.param("a", id="half a byte"),
        pytest.param("!" * 44, id="not base64"),
        pytest.param("ä" * 44, id="not ascii"),
        pytest.param("canary-passphrase", id="a pass phrase"),
    ],
)
def test_a_master_key_that_is_none_is_refused_without_showing_it(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    message = refusal(monkeypatch, PRODUCTION | {"SPARRI_MASTER_KEY": keys})

    assert names_in(message) == {"SPARRI_MASTER_KEY"}
    assert "`python -m bot keys new`" in message
    assert not [key for key in keys.split(",") if len(key) > 1 and key in message]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "abc"), ("PORT", "65536"), ("SENDS_PER_SECOND", "0"), ("SENDS_PER_SECOND", "51")],
)
def test_a_number_that_is_none_or_out_of_bounds_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ValueError, match=rf"(?i){name}") as fault:
        settings_of(monkeypatch, PRODUCTION | {name: value})

    assert "canary" not in str(fault.value)


def test_what_cannot_be_read_is_told_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PORT": "abc", "SENDS_PER_SECOND": "99", "SPARRI_MODE": "developement"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(Misconfigured) as fault:
        read_settings()

    assert names_in(str(fault.value)) == {
        "PORT",
        "SENDS_PER_SECOND",
        "SPARRI_MODE",
        "SPARRI_MASTER_KEY",
        "MicrosoftAppType",
        "MicrosoftAppId",
        "MicrosoftAppTenantId",
    }


@pytest.mark.parametrize("empty", ["", "  ", "\t"])
def test_a_value_of_nothing_but_space_is_a_missing_one(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    for name in ["PORT", "SENDS_PER_SECOND", "SPARRI_MODE", *PRODUCTION]:
        monkeypatch.setenv(name, empty)

    with pytest.raises(Misconfigured) as fault:
        read_settings()

    assert names_in(str(fault.value)) == PRODUCTION.keys() - {"MicrosoftAppPassword"}


def test_space_around_a_value_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(monkeypatch, {name: f" {value}\t" for name, value in PRODUCTION.items()})

    assert checked(settings) == settings_of(monkeypatch, PRODUCTION)


@pytest.mark.parametrize(
    ("databases", "named"),
    [
        ({"DATABASE_URL": " "}, {"DATABASE_URL"}),
        (
            {"DATABASE_URL": "mysql://db.example/sparri", "KEYS_DATABASE_URL": "keys.db"},
            {"DATABASE_URL", "KEYS_DATABASE_URL"},
        ),
        ({"DATABASE_URL": "postgresql://db.example:port/sparri"}, {"DATABASE_URL"}),
        ({"DATABASE_URL": "sqlite:///one.db", "KEYS_DATABASE_URL": "sqlite:///one.db"}, {"KEYS_DATABASE_URL"}),
    ],
    ids=["empty", "no databases of ours", "no port", "one for both"],
)
def test_a_database_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, databases: dict[str, str], named: set[str]
) -> None:
    assert names_in(refusal(monkeypatch, PRODUCTION | databases)) == named


def test_an_empty_address_to_listen_on_is_not_every_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert names_in(refusal(monkeypatch, PRODUCTION | {"HOST": ""})) == {"HOST"}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["without", "with a byte-order mark"])
def test_a_dotenv_file_may_begin_as_windows_writes_it(tmp_path: Path, mark: bytes) -> None:
    lines = "".join(f"{name}={value}\r\n" for name, value in PRODUCTION.items())
    (tmp_path / ".env").write_bytes(mark + lines.encode())

    assert read_settings().tenant_id == OWN_TENANT


def test_a_dotenv_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("MicrosoftAppPassword=säätö".encode("latin-1"))

    with pytest.raises(Misconfigured, match=r"\.env is not UTF-8"):
        read_settings()


def test_a_dotenv_file_is_read_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [f"{name}={value}" for name, value in (PRODUCTION | {"HOST": "::1", "PORT": "4000", "OTHER": "x"}).items()]
    (tmp_path / ".env").write_text("# Säätiedot\n" + "\n".join(lines), encoding="utf-8")

    settings = checked(settings_of(monkeypatch, {"PORT": "5000"}))

    assert settings.app_password.get_secret_value() == "canary-password"
    assert (settings.host, settings.port) == ("::1", 5000)


def test_no_secret_shows_in_the_settings_or_in_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = {
        "DATABASE_URL": "postgresql://sparri:canary-1@db.example/sparri",
        "KEYS_DATABASE_URL": "postgresql://sparri:canary-2@db.example/keys",
        "SPARRI_MASTER_KEY": f"{KEY},canary-key",
        "MicrosoftAppType": "",
    }

    settings = settings_of(monkeypatch, PRODUCTION | secret)
    message = refusal(monkeypatch, secret)

    for shown in (repr(settings), str(settings), message):
        assert "canary" not in shown
        assert KEY not in shown
