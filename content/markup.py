"""Telegram's HTML as this house writes it: what a text may hold and how long it is to Telegram."""

import re
from html import unescape
from html.parser import HTMLParser

LONGEST_MESSAGE = 4096
"""UTF-16 units of a message after entity parsing (Bot API, sendMessage)."""
PLAIN_TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"})
_TAG = re.compile(r"<[^>]*>")
_HREF = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")


def plain(html: str) -> str:
    """Return a text without its formatting: tags left out, entities resolved."""
    return unescape(_TAG.sub("", html))


def visible_length(html: str) -> int:
    """Count a text's UTF-16 units as Telegram does, after entity parsing."""
    words = plain(html)
    return len(words) if words.isascii() else len(words.encode("utf-16-le")) // 2


def fits(html: str) -> bool:
    """Tell whether a text keeps within one message; the usual short one is not even taken apart."""
    # No sign takes more than two units and markup only shrinks, so half the limit always fits.
    return len(html) * 2 <= LONGEST_MESSAGE or visible_length(html) <= LONGEST_MESSAGE


def is_sound(html: str) -> bool:
    """Tell whether Telegram would take this HTML: known tags only, properly nested, nothing left unescaped."""
    checker = _Checker()
    checker.feed(html)
    checker.close()
    return checker.sound and not checker.open and not _AMPERSAND.search(html)


class _Checker(HTMLParser):
    """Walks a text and remembers the first thing Telegram would refuse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.sound = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sound &= (tag in PLAIN_TAGS and not attrs) or _is_link(tag, attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.sound &= bool(self.open) and self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sound = False

    def handle_data(self, data: str) -> None:
        self.sound &= "<" not in data and ">" not in data

    def handle_comment(self, data: str) -> None:
        self.sound = False

    def handle_decl(self, decl: str) -> None:
        self.sound = False

    def handle_pi(self, data: str) -> None:
        self.sound = False

    def unknown_decl(self, data: str) -> None:
        self.sound = False


def _is_link(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
    if tag != "a" or [name for name, _value in attrs] != ["href"]:
        return False
    return _HREF.fullmatch(attrs[0][1] or "") is not None
