"""Refusals with a name: a code and values; the sentence to each stands in content under errors/."""

from typing import Any


class DomainError(Exception):
    """A refusal a person must hear about; the class's name names its text."""

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(type(self).__name__)

    @property
    def code(self) -> str:
        """Name the refusal; the same word is the template's."""
        return type(self).__name__


class NotAllowed(DomainError):
    """The person has no right to this act (any more)."""


class NotFound(DomainError):
    """The thing this act names is not there (any more)."""


class StaleButton(DomainError):
    """The button belongs to a screen that has passed."""
