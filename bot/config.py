"""Configuration: the environment or a `.env` file, checked whole at start; what is missing is named in one message."""

import base64
import binascii
import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.engine import UnusableDatabase, database_url

BOT_FRAMEWORK_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
TEAMS_SERVICE_HOST = "smba.trafficmanager.net"
DEVELOPMENT_APP_ID = "00000000-0000-0000-0000-000000000000"
DEVELOPMENT_TENANT = "development"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MASTER_KEY_BYTES = 32
_REFUSAL = "Sparri cannot start with this configuration:"
_NO_PACKAGE = "The app cannot be packed with this configuration:"
#: Teams' own limits for what stands in the app's manifest, in characters.
LONGEST_DEVELOPER = 32
LONGEST_ADDRESS = 2048
#: What a setting is to be, where the reader's own words would not say it.
_EXAMPLES = {"MicrosoftAppPasswordEnds": "not a date such as 2027-05-31"}
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_HTTPS = re.compile(r"https://[^\s/?#.]+(\.[^\s/?#.]+)+([/?#]\S*)?", re.IGNORECASE)


class AppType(StrEnum):
    """How the bot proves to Microsoft who it is."""

    SINGLE_TENANT = "SingleTenant"
    MANAGED_IDENTITY = "UserAssignedMSI"
    CERTIFICATE = "Certificate"
    FEDERATED = "FederatedCredential"


class Mode(StrEnum):
    """development: no token check, for local tools; only on a loopback address."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class Misconfigured(Exception):
    """The configuration cannot be served; the message names every fault and what to set."""


class Settings(BaseSettings):
    """All that an administrator can set, under the names of the README's table; space around a value is nothing.

    Use `read_settings`, which checks them.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",  # Windows' editors begin a file with a byte-order mark
        extra="ignore",
        populate_by_name=True,
        case_sensitive=False,
    )

    mode: str = Field(default="production", alias="SPARRI_MODE")
    app_type: str = Field(default="", alias="MicrosoftAppType")
    app_id: str = Field(default="", alias="MicrosoftAppId")
    app_password: SecretStr = Field(default=SecretStr(""), alias="MicrosoftAppPassword")
    app_password_ends: date | None = Field(default=None, alias="MicrosoftAppPasswordEnds")
    tenant_id: str = Field(default="", alias="MicrosoftAppTenantId")
    certificate_path: str = Field(default="", alias="MicrosoftAppCertificatePath")
    managed_identity_client_id: str = Field(default="", alias="AZURE_CLIENT_ID")
    federated_token_file: str = Field(default="", alias="AZURE_FEDERATED_TOKEN_FILE")
    authority_host: str = Field(default="", alias="AZURE_AUTHORITY_HOST")
    openid_metadata_url: str = Field(default=BOT_FRAMEWORK_METADATA, alias="OPENID_METADATA_URL")
    allowed_tenants: Annotated[tuple[str, ...], NoDecode] = Field(default=(), alias="ALLOWED_TENANTS")
    service_url_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(TEAMS_SERVICE_HOST,), alias="SERVICE_URL_HOSTS"
    )
    database_url: str = Field(default="sqlite:///sparri.db", alias="DATABASE_URL", repr=False)
    keys_database_url: str = Field(default="sqlite:///sparri-keys.db", alias="KEYS_DATABASE_URL", repr=False)
    master_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(default=(), alias="SPARRI_MASTER_KEY")
    host: str = Field(default="127.0.0.1", alias="HOST")
    port: int = Field(default=3978, alias="PORT", ge=0, le=65535)
    public_url: str = Field(default="", alias="PUBLIC_URL")
    sends_per_second: float = Field(default=25.0, alias="SENDS_PER_SECOND", gt=0, le=50)
    broadcast_undo_seconds: float = Field(default=120.0, alias="BROADCAST_UNDO_SECONDS", ge=0, le=3600)
    teams_app_id: str = Field(default="", alias="TEAMS_APP_ID")
    developer_name: str = Field(default="", alias="APP_DEVELOPER_NAME")
    website_url: str = Field(default="", alias="APP_WEBSITE_URL")
    privacy_url: str = Field(default="", alias="APP_PRIVACY_URL")
    terms_url: str = Field(default="", alias="APP_TERMS_URL")

    @field_validator("mode", "port", "sends_per_second", "broadcast_undo_seconds", "app_password_ends", mode="before")
    @classmethod
    def _default_when_empty(cls, value: object, field: ValidationInfo) -> object:
        return cls.model_fields[str(field.field_name)].default if value == "" else value

    @field_validator("allowed_tenants", "service_url_hosts", "master_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("*", mode="before")  # the last one here is the first to be run
    @classmethod
    def _strip(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @property
    def development(self) -> bool:
        """Whether tokens are not checked."""
        return self.mode == Mode.DEVELOPMENT

    @property
    def tenants(self) -> frozenset[str]:
        """The tenants whose people may write to Sparri: ALLOWED_TENANTS, or the app's own."""
        return frozenset(self.allowed_tenants or (self.tenant_id,))

    def raw_master_keys(self) -> tuple[bytes, ...]:
        """The master keys as 32 bytes each; the first encrypts, all decrypt. Raises Misconfigured."""
        try:
            keys = tuple(base64.urlsafe_b64decode(_padded(key.get_secret_value())) for key in self.master_keys)
        except (binascii.Error, ValueError):
            raise Misconfigured("SPARRI_MASTER_KEY: not base64; make one with `python -m bot keys new`") from None
        if any(len(key) != MASTER_KEY_BYTES for key in keys):
            raise Misconfigured(
                f"SPARRI_MASTER_KEY: each key is {MASTER_KEY_BYTES} bytes in base64; "
                "make one with `python -m bot keys new`"
            )
        return keys


def _padded(text: str) -> str:
    return text.strip().replace("+", "-").replace("/", "_") + "=" * (-len(text.strip()) % 4)


def read_settings() -> Settings:
    """The settings of the environment and the `.env` file, fit to serve with. Raises Misconfigured."""
    return _refused_unless_fit(*read_with_faults())


def read_with_faults() -> tuple[Settings, list[str]]:
    """The settings as far as they can be read, and all that keeps Sparri from serving with them. Raises Misconfigured.

    That is raised only where nothing can be read at all.
    """
    settings, unreadable = _read()
    return settings, [*unreadable, *_faults(settings)]


def read_databases() -> Settings:
    """The settings, of which only the databases are fit to be used: all that an upgrade needs. Raises Misconfigured."""
    settings, _ = _read()
    return _refused_unless_fit(settings, _database_faults(settings))


def read_publishing() -> Settings:
    """The settings, of which only what the Teams app's package says is fit to be used. Raises Misconfigured."""
    settings, _ = _read()
    return _refused_unless_fit(settings, publishing_faults(settings), _NO_PACKAGE)


def checked(settings: Settings) -> Settings:
    """The settings, fit to serve with. Raises Misconfigured with one message that names every fault.

    In development mode an app id and a tenant are filled in where they are absent.
    """
    return _refused_unless_fit(settings, _faults(settings))


def _read() -> tuple[Settings, list[str]]:
    """The settings, and what of them cannot be read; that has its default, so that the rest can be checked as well."""
    try:
        return Settings(), []
    except UnicodeDecodeError:
        raise Misconfigured(f"{_REFUSAL}\n  - .env is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise Misconfigured(f"{_REFUSAL}\n  - .env cannot be read: {error.strerror}") from None
    except ValidationError as error:
        wrong = {str(fault["loc"][0]): fault["msg"] for fault in error.errors()}
    defaults: dict[str, Any] = {
        str(field.alias): field.default for field in Settings.model_fields.values() if field.alias in wrong
    }
    return Settings(**defaults), [
        f"{name}: {_EXAMPLES.get(name) or what[:1].lower() + what[1:]}" for name, what in wrong.items()
    ]


def _refused_unless_fit(settings: Settings, faults: list[str], refusal: str = _REFUSAL) -> Settings:
    if faults:
        raise Misconfigured("\n".join([refusal, *(f"  - {fault}" for fault in faults)]))
    if not settings.development:
        return settings
    return settings.model_copy(
        update={
            "app_id": settings.app_id or DEVELOPMENT_APP_ID,
            "tenant_id": settings.tenant_id or DEVELOPMENT_TENANT,
        }
    )


def _faults(settings: Settings) -> list[str]:
    faults = []
    if settings.mode not in set(Mode):
        faults.append(f"SPARRI_MODE is {settings.mode!r}; leave it out, or set it to development")
    faults += _common_faults(settings)
    faults += _development_faults(settings) if settings.development else _production_faults(settings)
    return faults


def _common_faults(settings: Settings) -> list[str]:
    faults = _database_faults(settings)
    if not settings.master_keys:
        faults.append("SPARRI_MASTER_KEY is missing; make one with `python -m bot keys new`")
    else:
        try:
            settings.raw_master_keys()
        except Misconfigured as fault:
            faults.append(str(fault))
    if settings.public_url and not _is_trustworthy(settings.public_url):
        faults.append("PUBLIC_URL is not an https address (http is for loopback only)")
    if not settings.service_url_hosts:
        faults.append(f"SERVICE_URL_HOSTS is empty; the public cloud's is {TEAMS_SERVICE_HOST}")
    return faults


def _database_faults(settings: Settings) -> list[str]:
    faults, addresses = [], []
    for name, text in (("DATABASE_URL", settings.database_url), ("KEYS_DATABASE_URL", settings.keys_database_url)):
        try:
            addresses.append(database_url(text))
        except UnusableDatabase as fault:
            faults.append(f"{name}: {fault}")
    if len(addresses) == 2 and addresses[0] == addresses[1]:
        faults.append("KEYS_DATABASE_URL is the same database as DATABASE_URL; the keys need one of their own")
    return faults


def publishing_faults(settings: Settings) -> list[str]:
    """What keeps the Teams app from being packed, a line each."""
    ids = [("MicrosoftAppId", settings.app_id)] + [("TEAMS_APP_ID", settings.teams_app_id)] * bool(
        settings.teams_app_id
    )
    faults = [
        f"{name} is {'not an id such as ' + DEVELOPMENT_APP_ID if value else 'missing'}"
        for name, value in ids
        if not _GUID.fullmatch(value)
    ]
    if not 0 < len(settings.developer_name) <= LONGEST_DEVELOPER:
        faults.append(
            f"APP_DEVELOPER_NAME is missing or longer than {LONGEST_DEVELOPER} characters, which is Teams' limit"
        )
    addresses = [
        ("APP_WEBSITE_URL", settings.website_url),
        ("APP_PRIVACY_URL", settings.privacy_url),
        ("APP_TERMS_URL", settings.terms_url),
    ]
    return faults + [
        f"{name} is missing or no https address of at most {LONGEST_ADDRESS} characters"
        for name, address in addresses
        if not _HTTPS.fullmatch(address) or len(address) > LONGEST_ADDRESS
    ]


def _development_faults(settings: Settings) -> list[str]:
    if settings.host in LOOPBACK:
        return []
    return [f"SPARRI_MODE=development checks no tokens, so HOST must be a loopback address, not {settings.host}"]


def _production_faults(settings: Settings) -> list[str]:
    faults = [] if settings.host else ["HOST is empty; 0.0.0.0 is every address of this machine"]
    if settings.app_type not in set(AppType):
        known = ", ".join(AppType)
        given = f"is {settings.app_type!r}" if settings.app_type else "is missing"
        faults.append(f"MicrosoftAppType {given}; one of {known}")
    faults += [
        f"{name} is missing"
        for name, value in (("MicrosoftAppId", settings.app_id), ("MicrosoftAppTenantId", settings.tenant_id))
        if not value
    ]
    needs = {
        AppType.SINGLE_TENANT: [("MicrosoftAppPassword", settings.app_password.get_secret_value())],
        AppType.CERTIFICATE: [("MicrosoftAppCertificatePath", settings.certificate_path)],
        AppType.MANAGED_IDENTITY: [("AZURE_CLIENT_ID", settings.managed_identity_client_id)],
        AppType.FEDERATED: [("AZURE_FEDERATED_TOKEN_FILE", settings.federated_token_file)],
    }
    if settings.app_type in needs:
        faults += [
            f"{name} is missing; {settings.app_type} needs it"
            for name, value in needs[AppType(settings.app_type)]
            if not value
        ]
    if not _is_trustworthy(settings.openid_metadata_url):
        faults.append("OPENID_METADATA_URL is not an https address (http is for loopback only)")
    return faults


def _is_trustworthy(url: str) -> bool:
    """Whether what comes from there is what its owner sent: whoever can change the keys can sign as Teams."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
