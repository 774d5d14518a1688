"""What log lines look like, and what is kept out of them.

JSON lines for machines, plain lines while developing. Never patient data or secrets:
events carry ids and codes, addresses go without what was searched for and without the
secret part of a callback's or an invitation's, and of an exception only its kind and
its place are kept.
"""

import re
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ROOT = Path(__file__).resolve().parent.parent.parent

# The unguessable part of the addresses that the provider posts to, and of the links in
# invitations.
SECRET_PATH = re.compile(r"(/hooks/|/setup/join/)[^/\s]+")


def mask_addresses(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take searches out of requests, and the secrets out of addresses.

    Django hands the request itself along with its own lines, whose `repr` has both.
    """
    if "request" in event:
        request = event["request"]
        path = getattr(request, "path", None)
        shown = f"{request.method} {path}" if path else str(request)
        event["request"] = shown.partition("?")[0]
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = SECRET_PATH.sub(r"\1***", value)
    return event


def tell_where(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its kind and the places it passed through.

    Its words may quote a patient: a database names the row that it refuses.
    """
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if not isinstance(error, BaseException):
        return event
    event["error"] = type(error).__name__
    event["where"] = [
        f"{_below_root(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    # A worker's line repeats the exception, and the whole traceback below it.
    line = str(event.get("event", "")).partition("\n")[0]
    event["event"] = line.replace(repr(error), type(error).__name__)
    event.pop("data", None)
    return event


def _below_root(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else filename


def configure() -> None:
    """Route structlog through the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
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
    finish: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=False)]
        if readable
        else [tell_where, structlog.processors.JSONRenderer()]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    mask_addresses,
                    *finish,
                ],
                "foreign_pre_chain": [
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.TimeStamper(fmt="iso"),
                    structlog.stdlib.ExtraAdder(),
                    structlog.stdlib.PositionalArgumentsFormatter(),
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
