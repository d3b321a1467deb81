"""What an announcement says to each reader: the office's text with the reader's own salutation, name and unit."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from content.catalog import Catalog
from content.errors import OfficeTextError
from content.markup import plain, visible_length
from content.office_text import PLACEHOLDERS, OfficeText, compile_office_text
from db.announcements import MESSAGE
from handlers.outgoing import filled_by

LONGEST_TEXT = 3500
"""UTF-16 units of an announcement as typed, so that a second officer sees all of it in one message with the buttons."""
LONGEST_READ = 3900
"""UTF-16 units of an announcement as the reader with the longest name gets it; the rest is for the line below it."""
LONGEST_VALUES = {"sapaan": "x" * 9, "nama": "x" * 120, "unit": "x" * 200}
OFFICE_LANGUAGE = "id"
"""Salutations follow the language of the office's text, not that of the reader's menus."""

_LEFT_OVER = re.compile(r"\{\{|\}\}|\{\s*(?:" + "|".join(PLACEHOLDERS) + r")\s*\}")
"""What was meant as a placeholder and is none: a bracket too few, or formatting that begins between two."""

compiled = lru_cache(maxsize=64)(compile_office_text)
"""A text is checked and compiled once and then written thousands of times."""


def check(source: str) -> OfficeText:
    """Compile an officer's text and hold it against the lengths above; raises OfficeTextError."""
    made: OfficeText = compiled(source)
    read = plain(made.render(LONGEST_VALUES))
    left = _LEFT_OVER.search(read)
    if left is not None:
        raise OfficeTextError("syntax", line=1 + read.count("\n", 0, left.start()))
    for length, limit in (
        (visible_length(source), LONGEST_TEXT),
        (visible_length(made.render(LONGEST_VALUES)), LONGEST_READ),
    ):
        if length > limit:
            raise OfficeTextError("too_long", length=length, limit=limit)
    return made


def named(source: str) -> tuple[str, ...]:
    """Name the placeholders a checked text uses."""
    return compiled(source).placeholders


def with_titles(name: str, prefix: str | None, suffix: str | None) -> str:
    """Write a name with its titles: `Dr. Rina Wulandari, S.Pd., M.Si.`."""
    whole = f"{prefix} {name}" if prefix else name
    return f"{whole}, {suffix}" if suffix else whole


def salutation(catalog: Catalog, sex: str | None) -> str:
    """Give `Bapak`, `Ibu`, or `Bapak/Ibu` where the sex is not known."""
    return catalog.label(
        {"M": "address.male", "F": "address.female"}.get(sex or "", "address.unknown"), OFFICE_LANGUAGE
    )


def personal(catalog: Catalog, person: Mapping[str, Any], defaults: Mapping[str, str]) -> dict[str, str | None]:
    """Give what a text may name of a reader; what lacks is its default, or None."""
    name = (person["full_name"] or "").strip()
    values = {
        "sapaan": salutation(catalog, person["sex"]),
        "nama": with_titles(name, person["title_prefix"], person["title_suffix"]) if name else None,
        "unit": (person["unit"] or "").strip() or None,
    }
    return {key: value or defaults.get(key) for key, value in values.items()}


@filled_by(MESSAGE)
def fill(catalog: Catalog, values: Mapping[str, Any], _language: str) -> Mapping[str, Any]:
    """Write an announcement for one reader."""
    own = personal(catalog, values["person"], values["defaults"])
    return {"text": compiled(values["text"]).render(own), "reference": values["reference"]}
