"""What every table shares: the base, names for constraints, and column kinds."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, cast

from sqlalchemy import JSON, BigInteger, Identity, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, mapped_column

from db.clock import UTCDateTime

# Batch mode on SQLite can only drop a constraint that has a name.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[
    int,
    mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
]
TelegramId = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[datetime, mapped_column(UTCDateTime)]
Word = Annotated[str, mapped_column(String(40))]
"""A word of the program's own vocabulary: a state, a kind, a reason."""
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
"""Bytes that only the key file opens (see `db.keys`)."""


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSON,
        dict[str, object]: JSON,
        dict[str, int]: JSON,
        list[int]: JSON,
        list[str]: JSON,
    }


def table(model: type[Base]) -> Table:
    """Give the table itself: for what runs with every update, asking it costs half of what asking for objects does."""
    return cast("Table", model.__table__)
