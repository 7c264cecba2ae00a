"""Configuration: the environment or a `.env` file, checked whole at start; what is missing is named in one message."""

import base64
import binascii
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BOT_FRAMEWORK_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
TEAMS_SERVICE_HOST = "smba.trafficmanager.net"
DEVELOPMENT_APP_ID = "00000000-0000-0000-0000-000000000000"
DEVELOPMENT_TENANT = "development"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MASTER_KEY_BYTES = 32


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
    """All that an administrator can set, under the names of the README's table."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True, case_sensitive=False)

    mode: str = Field(default="production", alias="SPARRI_MODE")
    app_type: str = Field(default="", alias="MicrosoftAppType")
    app_id: str = Field(default="", alias="MicrosoftAppId")
    app_password: SecretStr = Field(default=SecretStr(""), alias="MicrosoftAppPassword")
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

    @field_validator("allowed_tenants", "service_url_hosts", "master_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

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


def checked(settings: Settings) -> Settings:
    """The settings, fit to serve with. Raises Misconfigured with one message that names every fault.

    In development mode an app id and a tenant are filled in where they are absent.
    """
    if settings.mode not in set(Mode):
        raise Misconfigured(f"SPARRI_MODE is {settings.mode!r}: leave it out, or set it to development")
    faults = [*_common_faults(settings)]
    if settings.development:
        faults += _development_faults(settings)
        settings = settings.model_copy(
            update={
                "app_id": settings.app_id or DEVELOPMENT_APP_ID,
                "tenant_id": settings.tenant_id or DEVELOPMENT_TENANT,
            }
        )
    else:
        faults += _production_faults(settings)
    if faults:
        raise Misconfigured("Sparri is not started:\n" + "\n".join(f"  - {fault}" for fault in faults))
    return settings


def _common_faults(settings: Settings) -> list[str]:
    faults = []
    if not settings.master_keys:
        faults.append("SPARRI_MASTER_KEY is missing; make one with `python -m bot keys new`")
    else:
        try:
            settings.raw_master_keys()
        except Misconfigured as fault:
            faults.append(str(fault))
    if not settings.service_url_hosts:
        faults.append(f"SERVICE_URL_HOSTS is empty; the public cloud's is {TEAMS_SERVICE_HOST}")
    return faults


def _development_faults(settings: Settings) -> list[str]:
    if settings.host in LOOPBACK:
        return []
    return [f"SPARRI_MODE=development checks no tokens, so HOST must be a loopback address, not {settings.host}"]


def _production_faults(settings: Settings) -> list[str]:
    faults = []
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
