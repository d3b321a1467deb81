"""What gets into a log: canaries planted in every way a record can carry something, and a scanner that finds them."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import masked
from db.engine import Database
from tests.log_scan import found_in

TOKEN = "8100000001:AAF4e2bYd0c9RkqX7mPzT1uVwLs3JhGi8Ko"
NIP = "198503152010011007"
PHONES = ("+6281234567890", "081234567890", "62812-3456-7890", "0812 3456 7890")
CANARIES = (TOKEN, TOKEN.replace(":", "%3A"), NIP, "19850315 201001 1 007", *PHONES)

Log = tuple[logging.Logger, io.StringIO]


@pytest.fixture
def log() -> Iterator[Log]:
    """A logger whose lines go through our handler into a string."""
    stream = io.StringIO()
    handler = masked(stream)
    logger = logging.getLogger("canaries")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)
    logger.propagate = True


def refuse(canary: str) -> None:
    raise ValueError(canary)


def raised(logger: logging.Logger, canary: str) -> None:
    try:
        refuse(canary)
    except ValueError:
        try:
            refuse(f"while {canary} was told")
        except ValueError:
            logger.exception("went wrong")


WAYS: dict[str, Callable[[logging.Logger, str], None]] = {
    "message": lambda logger, canary: logger.info("see %s", canary),
    "in the text": lambda logger, canary: logger.info(f"see {canary}!"),  # noqa: G004 - somebody will
    "mapping": lambda logger, canary: logger.warning("see %(what)s", {"what": canary}),
    "nested": lambda logger, canary: logger.info("see %r", {"a": [canary, {"b": canary}]}),
    "extra": lambda logger, canary: logger.info("see", extra={"what": canary, "more": [canary]}),
    "address": lambda logger, canary: logger.info("POST https://api.telegram.org/bot%s/sendMessage", canary),
    "exception": raised,
    "exception as value": lambda logger, canary: logger.error("failed: %s", ValueError(canary)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("canary", CANARIES)
def test_no_canary_gets_through(log: Log, way: str, canary: str) -> None:
    logger, stream = log
    WAYS[way](logger, canary)
    line = stream.getvalue()
    assert canary not in line
    assert found_in(line) == []
    assert set(json.loads(line)) >= {"at", "level", "from", "event"}, "a masked line is still JSON"


@pytest.mark.parametrize("canary", CANARIES)
def test_the_scanner_finds_what_no_mask_hid(canary: str) -> None:
    assert found_in(f'{{"event": "see {canary}"}}') != []


def test_what_is_no_secret_stays_readable(log: Log) -> None:
    logger, stream = log
    logger.info("batch %s of %s", 17, 12_003, extra={"update_id": 812_345_678, "seconds": 0.8123456})
    told = json.loads(stream.getvalue())
    assert (told["event"], told["update_id"], told["seconds"]) == ("batch 17 of 12003", "812345678", "0.8123456")


async def test_a_database_error_does_not_tell_its_parameters(database: Database, log: Log) -> None:
    logger, stream = log
    names = {"name": "Rina Rahasia", "phone": PHONES[0]}
    for statement in ("INSERT INTO nowhere VALUES (:name, :phone)", "SELECT 1 WHERE :name = :phone AND nothing"):
        try:
            async with database.transaction() as session:
                await session.execute(text(statement), names)
        except SQLAlchemyError:
            logger.exception("failed")
    assert stream.getvalue().count('"trace"') == 2
    assert "Rina Rahasia" not in stream.getvalue()
    assert found_in(stream.getvalue()) == []


def test_at_its_finest_a_log_does_not_tell_what_was_pressed(log: Log) -> None:
    _logger, stream = log
    library = logging.getLogger("telegram.ext.Application")
    library.addHandler(handler := masked(stream))
    try:
        library.debug("Processing update %s", "sv_choose:7:1:2")  # as python-telegram-bot says of each
        library.warning("a warning")
    finally:
        library.removeHandler(handler)
    assert "sv_choose" not in stream.getvalue()
    assert "a warning" in stream.getvalue()
