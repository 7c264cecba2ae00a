"""Logs: JSON lines with ids and counts. What people write, their names and their addresses never get here."""

import logging
import sys

import structlog

#: These may log bodies and tokens at lower levels.
_QUIET = ("msrest", "urllib3", "botbuilder", "botframework", "azure", "aiohttp.access", "apscheduler", "asyncio")


def configure() -> None:
    """One JSON object a line on standard output, ours and the libraries' warnings alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_LibraryFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def silence() -> None:
    """Nothing is logged: for a command that itself says what it found."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


class _LibraryFormatter(logging.Formatter):
    """A library's record without its message: where it came from and what kind of error it was, no content."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        renderer = structlog.processors.JSONRenderer()
        line = renderer(
            None,
            "",
            {
                "event": "library",
                "logger": record.name,
                "level": record.levelname.lower(),
                "line": f"{record.module}:{record.lineno}",
                "error": error,
            },
        )
        return str(line)
