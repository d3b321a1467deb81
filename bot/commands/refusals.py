"""What a command says when it refuses: the reason and what to do, in one English sentence on standard error."""

import sys

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import SettingsError
from content.errors import ContentError
from db.errors import DomainError


class Refused(Exception):
    """A command cannot do what it was asked; its text is the reason and what to do."""


SENTENCES = {
    "KeyFileUnsafe": "others than its owner may read the key file {path}: chmod 600 {path}",
    "KeyFileBroken": "{path} holds no key (or not all of it): put the right file back, do not make a new one",
    "KeyFileWrong": "this database was sealed with another key: put the key file back that belongs to it",
    "SealBroken": "a sealed value does not open: put the key file back that belongs to this database",
    "ForeignKeysBroken": "after the migration rows of {tables} would name rows that are not there; nothing was "
    "changed: put the copy made before the migration away and report it",
    "SenderAlreadyRuns": "another process already sends from this SQLite database: stop it, or use PostgreSQL for "
    "several processes",
    "NotADemo": "only a demo's clock can be moved, and this database is not marked as one: "
    "TEMAN_DATABASE_URL may name the wrong one",
    "DatabaseNotEmpty": "the database is not empty ({rows} rows in {table}): name another one in TEMAN_DATABASE_URL",
    "RulesInvalid": "office.yaml does not hold together: {problems}",
    "CalendarInvalid": "the calendar of {year} is not written as it must be (at {place}): correct "
    "calendars/{year}.yaml",
}
"""Refusals by name; a name that is missing here is said as the counter says it, in English."""

EXPECTED = (Refused, SettingsError, DomainError, ContentError, SQLAlchemyError, OSError)


def sentence(error: BaseException) -> str:
    """Give the sentence for an expected error; never a value out of the database, never an address with its word."""
    match error:
        case DomainError() if error.code in SENTENCES:
            return SENTENCES[error.code].format(**error.values)
        case DomainError() | ContentError():
            return _as_in_chat(error)
        case SQLAlchemyError():
            cause = getattr(error, "orig", None) or error
            return f"the database could not do it ({type(cause).__name__}): see that it runs and is reachable"
        case OSError() if error.filename:
            return f"{error.filename}: {error.strerror}"
        case _:
            return str(error)


def _as_in_chat(error: DomainError | ContentError) -> str:
    from content.catalog import Catalog  # noqa: PLC0415  only a refusal needs the texts
    from content.markup import plain  # noqa: PLC0415

    values = error.values if isinstance(error, DomainError) else {"code": error.code, "values": error.values}
    try:
        return plain(Catalog().render(f"errors/{type(error).__name__}", dict(values), "en"))
    except ContentError:
        return str(error)


def complain(error: BaseException) -> None:
    """Say on standard error why nothing was done."""
    print(f"teman-mutasi: {sentence(error)}", file=sys.stderr)
