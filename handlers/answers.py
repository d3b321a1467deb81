"""What a handler returns: screens, messages, toasts, files. Saying it is the door's business."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.buttons import Rows


@dataclass(frozen=True)
class Say:
    """A new message. `purpose` lets it be found again to be changed later."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: Rows = ()
    purpose: str | None = None
    remove_keyboard: bool = False
    """Take the contact button away; Telegram allows no other buttons under such a message."""


@dataclass(frozen=True)
class Show(Say):
    """A screen: takes the place of the message whose button was pressed; else it is a new message.

    `over`: the message whose place it takes when no button was pressed, such as after typed words.
    """

    over: int | None = None
    known: bool = False
    """The pressed message is known to be of this purpose: nothing needs to be noted again."""


@dataclass(frozen=True)
class Toast:
    """A line over the chat that answers a pressed button; `alert` waits until it is read."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    alert: bool = False


@dataclass(frozen=True)
class File:
    """A file, built by its builder's name after the transaction; `delete_minutes` later it goes from the chat."""

    builder: str
    values: Mapping[str, Any] = field(default_factory=dict)
    delete_minutes: int | None = None


@dataclass(frozen=True)
class Picture:
    """A picture, built by its builder's name after the transaction; its caption says what it shows."""

    builder: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Forget:
    """Delete the message that was just sent to us (an uploaded file, a typed code)."""


@dataclass(frozen=True)
class Commands:
    """Bring the chat's command list up to date with its roles and language."""


Part = Say | Show | Toast | File | Picture | Forget | Commands
Answer = Part | list[Part] | None


def say(name: str, /, *rows: Any, purpose: str | None = None, **values: Any) -> Say:
    """Say a text in a new message, with rows of buttons."""
    return Say(name, values, rows, purpose)


def show(name: str, /, *rows: Any, purpose: str | None = None, **values: Any) -> Show:
    """Show a screen in place, with rows of buttons."""
    return Show(name, values, rows, purpose)


def toast(name: str, /, *, alert: bool = False, **values: Any) -> Toast:
    """Answer a pressed button with a line over the chat."""
    return Toast(name, values, alert)


def parts(answer: Answer) -> list[Part]:
    """List what an answer is made of."""
    if answer is None:
        return []
    return answer if isinstance(answer, list) else [answer]
