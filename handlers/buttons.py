"""Buttons: what they say, and the short data they carry (a code and arguments, at most 64 bytes)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from content.catalog import Catalog

DATA_BYTES = 64
"""Telegram's limit for callback data."""

SEPARATOR = ":"


@dataclass(frozen=True)
class Button:
    """A button: its words by label key (`buttons.back`, `commands.menu`) or as they are, and one thing it does."""

    key: str | None = None
    text: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    contact: bool = False

    def words(self, catalog: Catalog, language: str) -> str:
        """Say the button in a language."""
        return self.text if self.text is not None else catalog.label(self.key or "", language, **self.values)


Rows = Sequence[Sequence[Button]]


def pack(code: str, *args: object) -> str:
    """Give callback data; raise ValueError where it would not fit or could not be read back."""
    parts = [code, *(str(arg) for arg in args)]
    data = SEPARATOR.join(parts)
    if len(data.encode()) > DATA_BYTES or any(SEPARATOR in part for part in parts):
        raise ValueError(f"callback data does not fit: {data}")
    return data


def unpack(data: str) -> tuple[str, list[str]]:
    """Read callback data back into its code and arguments."""
    code, *args = data.split(SEPARATOR)
    return code, args


def act(key: str, code: str, *args: object, **values: Any) -> Button:
    """Make a button for an act; its words are the label `buttons.<key>`."""
    return Button(key=f"buttons.{key}", values=values, data=pack(code, *args))


def pick(text: str, code: str, *args: object) -> Button:
    """Make a button for a choice whose words are data, such as a unit's name."""
    return Button(text=text, data=pack(code, *args))


def link(key: str, url: str) -> Button:
    """Make a button that opens an address."""
    return Button(key=f"buttons.{key}", url=url)


def share_contact() -> Button:
    """Make the button that shares one's own phone number."""
    return Button(key="buttons.share_contact", contact=True)
