"""Words that several screens of an announcement share: its title, its audience, its reasons."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from content.catalog import Catalog
from content.markup import plain
from handlers.office.announcement.respondent_words import part_words

LONGEST_TITLE = 40
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
LONGEST_UNITS = 300
"""Signs of unit names a screen spells out; the others are counted."""


def title(source: str) -> str:
    """Give the first words of a text's longest part between placeholders, to tell announcements apart."""
    parts = [" ".join(part.split()) for part in _PLACEHOLDER.split(plain(source))]
    words = max(parts, key=len).strip(" ,.;:!–-") or plain(source)
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rstrip() + "…"


def audience_words(catalog: Catalog, audience: Mapping[str, Any], language: str) -> str:
    """Say whom an announcement is for; `audience` holds `everyone`, the names of `units`, and maybe `respondents`."""
    if audience["everyone"]:
        return catalog.label("announcement.everyone", language)
    if audience.get("respondents"):
        return part_words(catalog, audience["respondents"], language)
    names: Sequence[str] = audience["units"]
    shown: list[str] = []
    for name in names:
        if shown and sum(map(len, shown)) + len(name) > LONGEST_UNITS:
            break
        shown.append(name)
    words = "; ".join(shown)
    rest = len(names) - len(shown)
    return catalog.label("announcement.and_more", language, names=words, count=rest) if rest else words


def reason_words(catalog: Catalog, reasons: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """Say reasons with how many people each holds for, the most frequent first."""
    ordered = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"words": catalog.label(f"reasons.{code}", language), "count": count} for code, count in ordered]
