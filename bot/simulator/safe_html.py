"""Text and entities back into HTML that is safe to show: built from parsed entities only, everything else escaped."""

from html import escape

from bot.simulator.text import Entity

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
}


def safe_html(text: str, entities: list[Entity]) -> str:
    """Return HTML with nothing in it but Telegram's own few tags and http(s) links."""
    if not entities:
        return escape(text)
    encoded = text.encode("utf-16-le")
    result: list[str] = []
    stack: list[tuple[int, str]] = []
    position = 0

    def upto(place: int) -> None:
        nonlocal position
        result.append(escape(encoded[position * 2 : place * 2].decode("utf-16-le", "replace")))
        position = place

    for entity in sorted(entities, key=lambda item: (item["offset"], -item["length"])):
        opening, closing = _tags(entity)
        if not opening:
            continue
        while stack and stack[-1][0] <= entity["offset"]:
            end, tag = stack.pop()
            upto(end)
            result.append(tag)
        upto(entity["offset"])
        end = entity["offset"] + entity["length"]
        # What overlaps without nesting is cut at the outer end, so the tags always match.
        stack.append((min(end, stack[-1][0]) if stack else end, closing))
        result.append(opening)
    for end, tag in reversed(stack):
        upto(end)
        result.append(tag)
    upto(len(encoded) // 2)
    return "".join(result)


def _tags(entity: Entity) -> tuple[str, str]:
    url = entity.get("url", "")
    if entity["type"] == "text_link" and url.startswith(("http://", "https://", "mailto:")):
        return f'<a href="{escape(url)}" rel="noopener noreferrer" target="_blank">', "</a>"
    return _TAGS.get(entity["type"], ("", ""))
