"""A feature: the commands, buttons, dialog steps and files one subject brings to the counter."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any, TypeVar, get_args

from db.errors import StaleButton
from handlers.access import RIGHTS, Right
from handlers.answers import Answer

LARGEST = 2**63 - 1
"""The largest number a column holds; a forged button may carry more, which no database could even look for."""

Handler = Callable[..., Awaitable[Answer]]
H = TypeVar("H", bound=Handler)


class Feature:
    """Collects what a subject answers to; `handlers.FEATURES` lists all of them in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.commands: dict[str, Handler] = {}
        self.buttons: dict[str, Handler] = {}
        self.texts: dict[str, Handler] = {}
        self.documents: dict[str, Handler] = {}
        self.contacts: list[Handler] = []
        self.replies: dict[str, Handler] = {}
        self.strays: list[Handler] = []

    def command(self, name: str) -> Callable[[H], H]:
        """Answer `/name`; the handler takes the context and the words behind the command."""
        return self._into(self.commands, name, f"/{name}")

    def button(self, code: str) -> Callable[[H], H]:
        """Answer a button; the handler takes the context and the button's arguments, `str` or `int`."""
        return self._into(self.buttons, code, code)

    def text(self, step: str) -> Callable[[H], H]:
        """Answer a text typed at a dialog's step; the handler takes the context and the text."""
        return self._into(self.texts, step, f">{step}")

    def document(self, step: str) -> Callable[[H], H]:
        """Answer a file sent at a dialog's step; the handler takes the context (see `Context.outside`)."""
        return self._into(self.documents, step, f">{step}")

    def contact(self, handler: H) -> H:
        """Answer a shared contact."""
        self.contacts.append(handler)
        return handler

    def stray(self, handler: H) -> H:
        """Answer a text that belongs to no dialog; None leaves it to whoever comes next."""
        self.strays.append(handler)
        return handler

    def reply(self, purpose: str) -> Callable[[H], H]:
        """Answer a reply to one of our messages whose purpose begins with this word."""
        return self._into(self.replies, purpose, f"<{purpose}")

    def _into(self, place: dict[str, Any], name: str, key: str) -> Callable[[H], H]:
        assert key in RIGHTS, f"{key} has no right in handlers/access.py"

        def keep(handler: H) -> H:
            assert name not in place, f"{key} is answered twice"
            place[name] = handler
            return handler

        return keep


def right_to(key: str) -> Right:
    """Give the right a key asks for."""
    return RIGHTS[key]


@cache
def _kinds(handler: Handler) -> tuple[tuple[type, bool], ...]:
    taken = list(inspect.signature(handler).parameters.values())[1:]
    kinds = [int if int in (one.annotation, *get_args(one.annotation)) else str for one in taken]
    return tuple((kind, one.default is inspect.Parameter.empty) for kind, one in zip(kinds, taken, strict=True))


def read_args(handler: Handler, args: Sequence[str]) -> list[str | int]:
    """Read a button's arguments as its handler takes them; raise `StaleButton` where a forged one does not fit."""
    kinds = _kinds(handler)
    if not sum(needed for _, needed in kinds) <= len(args) <= len(kinds):
        raise StaleButton
    try:
        read = [kind(arg) for (kind, _), arg in zip(kinds, args, strict=False)]
    except ValueError as forged:
        raise StaleButton from forged
    if any(isinstance(arg, int) and abs(arg) > LARGEST for arg in read):
        raise StaleButton
    return read
