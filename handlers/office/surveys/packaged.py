"""The packaged definitions, the office's own in their place: read once, like every packaged text."""

import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from content import surveys
from content.errors import FileError
from db.surveys import reading
from db.surveys.branching import publishable
from db.surveys.definition import Definition
from db.surveys.problems import DefinitionInvalid

log = logging.getLogger(__name__)


@cache
def packaged(own: Path | None) -> tuple[Definition, ...]:
    """Give every packaged definition; a broken one of the office's is left out and logged, `check` says what to do."""
    return tuple(_sound(own))


def _sound(own: Path | None) -> Iterator[Definition]:
    for name in surveys.names(own):
        try:
            definition = reading.read(surveys.survey(name, own))
            publishable(definition)
        except (FileError, DefinitionInvalid):
            log.exception("a survey's file cannot be used", extra={"survey": name})
        else:
            yield definition
