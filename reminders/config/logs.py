"""What log lines look like, and what is kept out of them.

JSON lines for machines, plain lines while developing. Never patient data or secrets:
events carry ids and codes, and the secret part of callback addresses is masked.
"""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# The unguessable part of the addresses that the provider posts to.
SECRET_PATH = re.compile(r"/hooks/[^/\s]+")


def mask_secret_paths(
    _logger: WrappedLogger, _method: str, event: EventDict
) -> EventDict:
    """Mask the secret in every value that is a string, requests and paths alike."""
    for key, value in event.items():
        if isinstance(value, str) and "/hooks/" in value:
            event[key] = SECRET_PATH.sub("/hooks/***", value)
    return event


def configure() -> None:
    """Route structlog through the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            mask_secret_paths,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logging_config(*, readable: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: one handler, one formatter, everything to stderr."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if readable
        else structlog.processors.JSONRenderer()
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
                "foreign_pre_chain": [
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.TimeStamper(fmt="iso"),
                    structlog.stdlib.ExtraAdder(),
                    structlog.stdlib.PositionalArgumentsFormatter(),
                    mask_secret_paths,
                ],
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "structured"}
        },
        "root": {"handlers": ["console"], "level": level},
        # At DEBUG it prints request paths, and one of them is the Connect token.
        "loggers": {"urllib3": {"level": "INFO"}},
    }
