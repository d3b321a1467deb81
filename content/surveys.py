"""Survey definitions as plain mappings, packaged and the office's own, and how their texts are shown."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from content.loading import Files

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def names(own: Path | None = None) -> list[str]:
    """List the definitions by file name without suffix, the office's own among them."""
    return [Path(path).stem for path in Files(own).listed("surveys/*.yaml")]


def survey(name: str, own: Path | None = None) -> dict[str, Any]:
    """Parse a definition, the office's own in place of the packaged; raises FileError `missing` or `unreadable`."""
    return Files(own).mapping(f"surveys/{name}.yaml")


def shown(text: str, values: Mapping[str, str]) -> str:
    """Give a definition's text as Telegram HTML: `**bold**`, and placeholders such as `answer.Q1` from `values`.

    A text is data: nothing in it or in a value is taken for markup, and a placeholder without a value stays as it is.
    """
    bold = _BOLD.sub(r"<b>\1</b>", escape(text, quote=False))
    return _PLACEHOLDER.sub(lambda found: escape(values.get(found[1], found[0]), quote=False), bold)
