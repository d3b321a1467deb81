"""Telegram's HTML into text and entities, as strictly as Telegram's own parser.

The rules and the sentences of refusal follow parse_html in tdlib (td/telegram/MessageEntity.cpp); offsets in them are
bytes, as there.
"""

import re
from dataclasses import dataclass

from bot.simulator.errors import ApiError, bad_request
from bot.simulator.text import Entity, units

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_ESCAPE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#(\d+)|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPECIAL = re.compile(r"[<&]")
_BLANK = " \t\r\n\0\v"
_ATTRIBUTE = re.compile(r"[^\s=>]*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_LINK = re.compile(r"(?:https?|tg|ton)://\S+\Z|mailto:\S+\Z|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?\Z")
_HIGHEST = 0x10FFFF
_MAX_ENTITIES = 100
"""Telegram ignores the rest (limits.tginfo.me; also PTB's MessageLimit.MESSAGE_ENTITIES)."""


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    start: int  # in the pieces: where the tag's text begins


class _Parser:
    """One pass over one text."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.at = 0
        self.pieces: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def fail(self, text: str) -> ApiError:
        return bad_request(f"can't parse entities: {text}")

    def bytes_before(self, position: int) -> int:
        return len(self.html[:position].encode())

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += units(text)

    def run(self) -> None:
        html = self.html
        while (match := _SPECIAL.search(html, self.at)) is not None:
            if match.start() > self.at:
                self.add(html[self.at : match.start()])
            self.at = match.start()
            if html[self.at] == "&":
                self.escape()
            elif html.startswith("</", self.at):
                self.end_tag()
            else:
                self.start_tag()
        self.add(html[self.at :])
        if self.open:
            raise self.fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def escape(self) -> None:
        character, self.at = _unescaped(self.html, self.at)
        self.add(character)

    def start_tag(self) -> None:
        begin = self.at
        end = begin + 1
        while end < len(self.html) and self.html[end] not in _BLANK and self.html[end] != ">":
            end += 1
        if end == len(self.html):
            raise self.fail(f"Unclosed start tag at byte offset {self.bytes_before(begin)}")
        tag = self.html[begin + 1 : end].lower()
        if tag not in _KINDS:
            raise self.fail(f'Unsupported start tag "{tag}" at byte offset {self.bytes_before(begin)}')
        self.at = end
        argument = self.attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            where = self.bytes_before(begin)
            raise self.fail(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append(_Open(tag, argument, self.offset, len(self.pieces)))

    def attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self.skip_blanks()
            if self.peek() == ">":
                self.at += 1
                return argument
            name = _matched(_ATTRIBUTE, self.html, self.at)
            if not name and self.peek():
                raise self.fail(f'Empty attribute name in the tag "{tag}" at byte offset {self.bytes_before(begin)}')
            self.at += len(name)
            if (tag, name) == ("blockquote", "expandable") and self.peek() != "=":
                argument = "expandable"
                continue
            argument = _argument(tag, name, self.attribute_value(tag, begin)) or argument

    def attribute_value(self, tag: str, begin: int) -> str:
        where = self.bytes_before(begin)
        self.skip_blanks()
        if self.peek() != "=":
            raise self.fail(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {where}'
            )
        self.at += 1
        self.skip_blanks()
        if not self.peek():
            raise self.fail(f'Unclosed start tag "{tag}" at byte offset {where}')
        value = self.quoted() if self.peek() in "'\"" else self.token()
        if not self.peek():
            raise self.fail(f"Unclosed start tag at byte offset {where}")
        return value

    def quoted(self) -> str:
        quote = self.html[self.at]
        self.at += 1
        value = ""
        while self.peek() and self.peek() != quote:
            character, self.at = _unescaped(self.html, self.at) if self.peek() == "&" else (self.peek(), self.at + 1)
            value += character
        self.at += 1
        return value

    def token(self) -> str:
        token = _matched(_TOKEN, self.html, self.at)
        start, self.at = self.at, self.at + len(token)
        if self.peek() and self.peek() not in _BLANK and self.peek() != ">":
            raise self.fail(f"Unexpected end of name token at byte offset {self.bytes_before(start)}")
        return token.lower()

    def end_tag(self) -> None:
        begin = self.at
        where = self.bytes_before(begin)
        if not self.open:
            raise self.fail(f"Unexpected end tag at byte offset {where}")
        end = self.html.find(">", begin)
        found = self.html[begin + 2 : end].rstrip(_BLANK).lower()
        if end < 0 or any(blank in found for blank in _BLANK):
            raise self.fail(f"Unclosed end tag at byte offset {where}")
        opened = self.open.pop()
        if found and found != opened.tag:
            raise self.fail(f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{found}>"')
        self.at = end + 1
        if self.offset > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        entity: Entity = {
            "type": _KINDS[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        if opened.tag == "a":
            entity.update(_link(opened.argument or "".join(self.pieces[opened.start :])))
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdigit() or opened.argument == "0":
                raise self.fail("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and opened.argument and self.open and self.open[-1].tag == "pre":
            self.open[-1].argument = opened.argument
            return
        elif opened.tag == "pre" and opened.argument:
            entity["language"] = opened.argument
        if entity["type"] != "text_link" or "url" in entity:
            self.entities.append(entity)

    def skip_blanks(self) -> None:
        while self.peek() and self.peek() in _BLANK:
            self.at += 1

    def peek(self) -> str:
        return self.html[self.at : self.at + 1]


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities; raises ApiError with Telegram's words for markup it would refuse."""
    if "<" not in html and "&" not in html:
        return html, []
    parser = _Parser(html)
    parser.run()
    entities = sorted(_outside_code(parser.entities), key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(parser.pieces), entities[:_MAX_ENTITIES]


def _unescaped(html: str, position: int) -> tuple[str, int]:
    """Return the character at an ampersand and where the text goes on; what is no escape stands for itself."""
    match = _ESCAPE.match(html, position)
    if match is None:
        return "&", position + 1
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name], match.end()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= _HIGHEST or 0xD800 <= code <= 0xDFFF or match.end() - position > 10:  # noqa: PLR2004
        return "&", position + 1
    return chr(code), match.end()


def _argument(tag: str, name: str, value: str) -> str:
    """Return the attribute that matters for a tag; all others are read over."""
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return ""


def _link(url: str) -> Entity:
    """Return an entity's link, or nothing: a bad address loses its link and keeps its text, as at Telegram."""
    if not _LINK.match(url):
        return {}
    return {"url": url if "://" in url or url.startswith("mailto:") else f"http://{url}"}


def _outside_code(entities: list[Entity]) -> list[Entity]:
    """Leave out what stands inside code: Telegram shows code plain."""
    codes = [entity for entity in entities if entity["type"] in ("code", "pre")]
    return [entity for entity in entities if not any(_inside(entity, code) for code in codes)] if codes else entities


def _inside(entity: Entity, code: Entity) -> bool:
    end = entity["offset"] + entity["length"]
    return entity is not code and code["offset"] <= entity["offset"] and end <= code["offset"] + code["length"]


def _matched(pattern: re.Pattern[str], text: str, position: int) -> str:
    match = pattern.match(text, position)
    return match.group() if match else ""
