"""The credential by which the bot proves to Microsoft who it is: when it ends, so that nobody is surprised by it."""

from datetime import UTC, date, datetime
from pathlib import Path

import structlog
from cryptography import x509
from prometheus_client import Gauge

from bot.config import AppType, Settings

#: So many days before its end it is warned of.
WARNED_DAYS = 30
DAYS_LEFT = Gauge(
    "sparri_credential_days_left", "Days until the app's secret or certificate ends; absent where that is not known."
)

_log = structlog.get_logger(__name__)


def ends(settings: Settings) -> date | None:
    """The last date (UTC) of the secret or the certificate; None where it has no end, or nobody has told it.

    A secret's end is in Entra alone, so it is set beside the secret. Raises OSError or ValueError for a certificate
    that cannot be read.
    """
    if settings.app_type == AppType.CERTIFICATE:
        return x509.load_pem_x509_certificate(_certificate(Path(settings.certificate_path))).not_valid_after_utc.date()
    return settings.app_password_ends if settings.app_type == AppType.SINGLE_TENANT else None


def warning(settings: Settings, today: date) -> str:
    """What an administrator has to know today; empty for nothing."""
    try:
        end = ends(settings)
    except (OSError, ValueError):
        return "the certificate cannot be read"
    if end is None or (end - today).days > WARNED_DAYS:
        return ""
    return f"the credential ended on {end}" if end < today else f"the credential ends on {end}"


async def watch(settings: Settings) -> None:
    """Show how long it is good, and log when that is not long."""
    today = datetime.now(UTC).date()
    try:
        end = ends(settings)
    except (OSError, ValueError):
        end = None
    if end is not None:
        DAYS_LEFT.set((end - today).days)
    if said := warning(settings, today):
        _log.warning(said)


def _certificate(path: Path) -> bytes:
    """The certificate of a PEM file that holds its key too. Raises OSError, or ValueError where there is none."""
    pem, begins, ends_ = path.read_bytes(), b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
    start = pem.index(begins)
    return pem[start : pem.index(ends_, start) + len(ends_)]
