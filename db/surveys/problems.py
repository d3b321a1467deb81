"""What is wrong with a definition: a code, the place and values; the sentence to each stands in content."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from db.errors import DomainError


class Place(NamedTuple):
    """Where in a definition: a question by its place in the list, a field of it or of the survey, an option."""

    question: int | None = None
    field: str = ""
    option: int | None = None


class Problem(NamedTuple):
    """One thing to correct; `values` fill its sentence (`question` names the code where there is one)."""

    code: str
    place: Place
    values: Mapping[str, Any] = {}


class DefinitionInvalid(DomainError):
    """The survey cannot be read or published as written; `problems` lists all of it, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems=list(problems))
        self.problems = tuple(problems)
