"""Conditions as an officer writes them in a cell: `Q1 = A,B dan Q2 <> C`, and as plain data.

`dan`, `atau`, `bukan ( … )`, `=`, `<>`, `diisi`, `kosong`; JENIS PEGAWAI and JENIS JABATAN ask about the person.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

LONGEST, DEEPEST = 2_000, 20
"""Signs of a condition, and brackets inside brackets; a file made to be deep must not exhaust the stack."""
ATTRIBUTES = {"JENIS PEGAWAI": "employment_type", "JENIS JABATAN": "position_kind"}
_WORDS_OF = {word: title for title, word in ATTRIBUTES.items()}
_TOKEN = re.compile(r"\s*(JENIS\s+PEGAWAI\b|JENIS\s+JABATAN\b|@?\w+|<>|!=|≠|[=,()])", re.IGNORECASE)
_NAME = re.compile(r"@?\w+(?:\s+\w+)?")
_OPERATORS = {"=", "<>", "!=", "≠", "diisi", "kosong"}
_JOINED_BY = {"all": " dan ", "any": " atau "}


class ConditionError(ValueError):
    """A condition that cannot be read; `near` is where reading stopped."""

    def __init__(self, near: str) -> None:
        super().__init__(near)
        self.near = near


def parse(text: str) -> dict[str, Any]:
    """Read a condition into plain data; raises ConditionError."""
    reader = _Reader(_tokens(text))
    condition = reader.junction(0)
    if reader.next is not None:
        raise ConditionError(reader.next)
    return condition


def written(condition: Mapping[str, Any]) -> str:
    """Write plain data as a condition; `parse` gives the same back."""
    for joined, between in _JOINED_BY.items():
        if joined in condition:
            return between.join(_inside(part) for part in condition[joined])
    if "not" in condition:
        part = condition["not"]
        if part.keys() & {"is", "in"}:
            return f"{_subject(part)} <> {_values(part)}"
        return f"{_subject(part)} kosong" if "answered" in part else f"bukan ({written(part)})"
    if "answered" in condition:
        return f"{_subject(condition)} diisi"
    return f"{_subject(condition)} = {_values(condition)}"


def _inside(part: Mapping[str, Any]) -> str:
    return f"({written(part)})" if part.keys() & _JOINED_BY.keys() else written(part)


def _subject(part: Mapping[str, Any]) -> str:
    if "attribute" in part:
        return _WORDS_OF.get(part["attribute"], f"@{part['attribute']}")
    return str(part["question"])


def _values(part: Mapping[str, Any]) -> str:
    return ", ".join(map(str, part["in"] if "in" in part else [part["is"]]))


def _tokens(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise ConditionError(text[:20])
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise ConditionError(text[at:].strip()[:20])
        tokens.append(found[1])
        at = found.end()
    return tokens


class _Reader:
    """Reads from left to right; a word is a name where a name must stand, so that no code is forbidden."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def next(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self) -> str:
        token = self.next
        if token is None:
            raise ConditionError("…")
        self._at += 1
        return token

    def takes(self, *words: str) -> bool:
        token = self.next
        if token is None or token.casefold() not in words:
            return False
        self._at += 1
        return True

    def junction(self, depth: int) -> dict[str, Any]:
        return self._joined("any", lambda: self._joined("all", lambda: self.single(depth)))

    def _joined(self, joined: str, inner: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        parts = [inner()]
        while self.takes(_JOINED_BY[joined].strip()):
            parts.append(inner())
        return parts[0] if len(parts) == 1 else {joined: parts}

    def single(self, depth: int) -> dict[str, Any]:
        if depth > DEEPEST:
            raise ConditionError(self.next or "…")
        if self._is_not():
            self.take()
            return {"not": self.single(depth + 1)}
        if self.takes("("):
            condition = self.junction(depth + 1)
            if not self.takes(")"):
                raise ConditionError(self.next or "…")
            return condition
        return self.comparison()

    def _is_not(self) -> bool:
        following = self._tokens[self._at + 1 : self._at + 2]
        named = bool(following) and following[0].casefold() in _OPERATORS
        return self.next is not None and self.next.casefold() == "bukan" and not named

    def comparison(self) -> dict[str, Any]:
        subject = self._named(self.take())
        if self.takes("diisi"):
            return {**subject, "answered": True}
        if self.takes("kosong"):
            return {"not": {**subject, "answered": True}}
        if self.takes("="):
            return {**subject, **self._listed()}
        if self.takes("<>", "!=", "≠"):
            return {"not": {**subject, **self._listed()}}
        raise ConditionError(self.next or "…")

    def _named(self, token: str) -> dict[str, str]:
        if not _NAME.fullmatch(token):
            raise ConditionError(token)
        title = " ".join(token.upper().split())
        if title in ATTRIBUTES:
            return {"attribute": ATTRIBUTES[title]}
        return {"attribute": token[1:]} if token.startswith("@") else {"question": title}

    def _listed(self) -> dict[str, Any]:
        values = [self._value()]
        while self.takes(","):
            values.append(self._value())
        return {"is": values[0]} if len(values) == 1 else {"in": values}

    def _value(self) -> str:
        token = self.take()
        if not re.fullmatch(r"\w+", token):
            raise ConditionError(token)
        return token.upper()
