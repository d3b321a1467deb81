"""Which answers tell an attribute of whoever gave them, because only some were asked: by branching, not by a cut."""

from collections.abc import Iterator, Mapping

from db.surveys.conditions import Answered, Attribute, Chosen, Leaf, leaves
from db.surveys.definition import Definition, Question


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
        before = {leaf.question for leaf in asked if isinstance(leaf, Chosen | Answered)} | {question.options_from}
        for codes in found.values():
            if codes & before:
                codes.add(question.code)
    return {leaf: frozenset(codes) for leaf, codes in found.items()}


def _asked(question: Question) -> Iterator[Leaf]:
    for condition in (question.show_if, *(option.show_if for option in question.options)):
        if condition is not None:
            yield from leaves(condition)
