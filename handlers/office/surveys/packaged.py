"""The packaged definitions, the office's own in their place: read once, like every packaged text."""

from functools import cache
from pathlib import Path

from content import surveys
from db.surveys import reading
from db.surveys.definition import Definition


@cache
def packaged(own: Path | None) -> tuple[Definition, ...]:
    """Give every packaged definition; raises `DefinitionInvalid` or FileError where the office's own is broken."""
    return tuple(reading.read(surveys.survey(name, own)) for name in surveys.names(own))
