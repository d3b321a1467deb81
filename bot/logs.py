"""Logs: one JSON object a line; token, NIP and phone never get in, not even by way of an exception."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

TOKEN = re.compile(r"\d{5,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
NIP = re.compile(r"(?<!\d)\d{8}[ .-]?\d{6}[ .-]?\d[ .-]?\d{3}(?!\d)")
PHONE = re.compile(r"(?<!\d)(?:\+?62|0)[ -]?8(?:[ -]?\d){7,11}(?!\d)")
PATTERNS = ((TOKEN, "[token]"), (NIP, "[nip]"), (PHONE, "[phone]"))

STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime", "taskName"}


def mask(text: str) -> str:
    """Put a word in the place of anything that looks like a token, a NIP or a phone number."""
    for pattern, word in PATTERNS:
        text = pattern.sub(word, text)
    return text


class JsonLines(logging.Formatter):
    """Formats a record as one masked JSON line; a traceback without the values of variables."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "event": record.getMessage(),
        }
        said |= {key: str(value) for key, value in record.__dict__.items() if key not in STANDARD}
        if record.exc_info and record.exc_info[0] is not None:
            said["trace"] = "".join(traceback.format_exception(*record.exc_info))
        if record.stack_info:
            said["stack"] = record.stack_info
        return mask(json.dumps(said, ensure_ascii=False))


QUIET = ("telegram", "httpx", "httpcore", "apscheduler", "aiosqlite", "asyncio", "sqlalchemy", "alembic")
"""Libraries whose finer logs repeat what passes through them: updates, addresses, statements with values, rows.

Without it a log would say which button somebody pressed in an anonymous survey, and when."""


def masked(stream: TextIO) -> logging.Handler:
    """Make a handler whose every line goes through the mask, and hush what would repeat people's data."""
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of ticks that are left out while one still runs
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    return handler


def set_up(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log through the mask: root handler alone, so no library can go round it."""
    logging.basicConfig(level=level, handlers=[masked(stream or sys.stderr)], force=True)
