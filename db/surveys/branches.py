"""Which answers tell more than they say, by branching: an attribute, because only some were asked; special data."""

from collections.abc import Iterator, Mapping

from db.surveys.conditions import Answered, Attribute, Chosen, Leaf, leaves
from db.surveys.definition import Definition, Kind, Question


def telling(definition: Definition) -> Mapping[Attribute, frozenset[str]]:
    """Give each condition on an attribute with the questions whose answers, or their absence, may tell it.

    Those are the ones that ask it, for themselves or for an option, and whatever looks back at one of them.
    """
    found: dict[Attribute, set[str]] = {}
    for question in definition.questions:
        asked = list(_asked(question))
        for leaf in asked:
            if isinstance(leaf, Attribute):
                found.setdefault(leaf, set()).add(question.code)
        before = _before(question)
        for codes in found.values():
            if codes & before:
                codes.add(question.code)
    return {leaf: frozenset(codes) for leaf, codes in found.items()}


def guarding(definition: Definition) -> frozenset[str]:
    """Name the consents on which special data hangs, by way of other questions, too: who gave one tells of it."""
    behind: set[str | None] = set()
    for question in reversed(definition.questions):  # conditions look back, so that one walk finds them all
        if question.special or question.code in behind:
            behind |= _before(question)
    inner = (one.code for one in definition.questions if one.kind is Kind.CONSENT and not one.gates)
    return frozenset(code for code in inner if code in behind)


def _before(question: Question) -> set[str | None]:
    """Name the questions that one looks back at."""
    asked = {leaf.question for leaf in _asked(question) if isinstance(leaf, Chosen | Answered)}
    return asked | {question.options_from}


def _asked(question: Question) -> Iterator[Leaf]:
    for condition in (question.show_if, *(option.show_if for option in question.options)):
        if condition is not None:
            yield from leaves(condition)
