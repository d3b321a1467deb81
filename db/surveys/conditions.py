"""When a question or an option is shown: a tiny language as data that looks back at answers and at attributes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DEEPEST = 20
"""Conditions inside conditions; nobody reads more, and a file made to be deep must not exhaust the stack."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; also true while the question it asks about has no answer."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer is, or has among its choices, one of these codes (points of a scale are codes, too)."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The question is shown and has an answer."""

    question: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """The person's attribute, frozen at launch, is one of these."""

    name: str
    values: tuple[str, ...]


Condition = AllOf | AnyOf | Not | Chosen | Answered | Attribute
Leaf = Chosen | Answered | Attribute


def holds(condition: Condition, answers: Mapping[str, Any], attributes: Mapping[str, str]) -> bool:
    """Tell whether a condition holds for the answers that count so far."""
    match condition:
        case AllOf(parts):
            return all(holds(part, answers, attributes) for part in parts)
        case AnyOf(parts):
            return any(holds(part, answers, attributes) for part in parts)
        case Not(part):
            return not holds(part, answers, attributes)
        case Chosen(question, values):
            return not choices(answers.get(question)).isdisjoint(values)
        case Answered(question):
            return question in answers
        case Attribute(name, values):
            return attributes.get(name) in values


def choices(value: Any) -> frozenset[str]:
    """Give the codes an answer holds: one, several, or none."""
    if value is None:
        return frozenset()
    return frozenset(value) if isinstance(value, tuple) else frozenset({str(value)})


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Walk over everything a condition asks about."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case Chosen() | Answered() | Attribute():
            yield condition


def parse(raw: Any, depth: int = 0) -> Condition:
    """Read a condition from plain data; raises ValueError `bad_condition`, which pydantic collects."""
    if not isinstance(raw, Mapping) or depth > DEEPEST:
        raise _bad()
    fields = dict(raw)
    for joined, kind in (("all", AllOf), ("any", AnyOf)):
        if fields.keys() == {joined}:
            return _junction(kind, fields[joined], depth)
    if fields.keys() == {"not"}:
        return Not(parse(fields["not"], depth + 1))
    if fields.keys() == {"question", "answered"} and fields["answered"] is True:
        return Answered(_name(fields["question"]))
    subject = "attribute" if "attribute" in fields else "question"
    kind_of = Attribute if subject == "attribute" else Chosen
    if fields.keys() == {subject, "is"}:
        return kind_of(_name(fields[subject]), (_code(fields["is"]),))
    if fields.keys() == {subject, "in"}:
        return kind_of(_name(fields[subject]), _codes(fields["in"]))
    raise _bad()


def plain(condition: Condition) -> dict[str, Any]:
    """Write a condition as plain data; `parse` gives the same condition back."""
    match condition:
        case AllOf(parts):
            return {"all": [plain(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [plain(part) for part in parts]}
        case Not(part):
            return {"not": plain(part)}
        case Answered(question):
            return {"question": question, "answered": True}
        case Chosen(question, values):
            return {"question": question, **_values(values)}
        case Attribute(name, values):
            return {"attribute": name, **_values(values)}


def _values(values: tuple[str, ...]) -> dict[str, Any]:
    return {"is": values[0]} if len(values) == 1 else {"in": list(values)}


def _junction(kind: type[AllOf | AnyOf], parts: Any, depth: int) -> Condition:
    if not isinstance(parts, list) or not parts:
        raise _bad()
    read = tuple(parse(part, depth + 1) for part in parts)
    return read[0] if len(read) == 1 else kind(read)


def _codes(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not values:
        raise _bad()
    return tuple(dict.fromkeys(map(_code, values)))


def _code(value: Any) -> str:
    # A file's `1` is the point of a scale; its `yes` would be a truth value and nobody's code.
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _bad()
    return str(value)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise _bad()
    return value


def _bad() -> ValueError:
    return ValueError("bad_condition")
