"""What a command says when it refuses: the reason and what to do, in one English sentence on standard error."""

import sys

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import SettingsError
from content.errors import ContentError
from db.errors import DomainError


class Refused(Exception):
    """A command cannot do what it was asked; its text is the reason and what to do."""


EXPECTED = (Refused, SettingsError, DomainError, ContentError, SQLAlchemyError, OSError)


def sentence(error: BaseException) -> str:
    """Give the sentence for an expected error; never a value out of the database, never an address with its word."""
    match error:
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
