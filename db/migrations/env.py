"""Alembic's entry: runs the history on a connection that `db.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from db.clock import UTCDateTime
from db.models import Base


def render(_kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our one column type by its name."""
    if isinstance(item, UTCDateTime):
        autogen.imports.add("from db.clock import UTCDateTime")
        return "UTCDateTime()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render,
    compare_type=True,
)
context.run_migrations()
