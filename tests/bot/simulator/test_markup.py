"""Telegram's HTML: what it becomes, what is refused and in which words, and the way back."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.errors import ApiError
from bot.simulator.markup import parse_html
from bot.simulator.safe_html import safe_html
from bot.simulator.text import found_entities, piece, trimmed, units


def marked(html: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the text, and kind and words of every entity."""
    text, entities = parse_html(html)
    return text, [(entity["type"], piece(text, entity["offset"], entity["length"])) for entity in entities]


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><strong>b</strong>", "ab", [("bold", "a"), ("bold", "b")]),
        ("<i>a</i><em>b</em>", "ab", [("italic", "a"), ("italic", "b")]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", c) for c in "abc"]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", "a")]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", "a")]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", "a")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", "a")]),
        ("<code>a</code>", "a", [("code", "a")]),
        ("<pre>a</pre>", "a", [("pre", "a")]),
        ("<B>a</b >", "a", [("bold", "a")]),
        ("<b>a</>", "a", [("bold", "a")]),
        ("<b>a <i>b</i> c</b>", "a b c", [("bold", "a b c"), ("italic", "b")]),
        ("<code>a <b>b</b></code>", "a b", [("code", "a b")]),
        ("&lt;&gt;&amp;&quot;", '<>&"', []),
        ("&#60;&#x3e;&#128512;", "<>😀", []),
        ("&nbsp; &copy; & &#0; &#xd800;", "&nbsp; &copy; & &#0; &#xd800;", []),
        ("&amp", "&", []),
        ("😀<b>é</b>", "😀é", [("bold", "é")]),
        ('<a href="https://samarindakota.go.id/">situs</a>', "situs", [("text_link", "situs")]),
        ("<a href='samarindakota.go.id'>situs</a>", "situs", [("text_link", "situs")]),
        ("<a>https://bkn.go.id</a>", "https://bkn.go.id", [("text_link", "https://bkn.go.id")]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ('<b class="x">a</b>', "a", [("bold", "a")]),
        ("<b></b>a", "a", []),
    ],
)
def test_html_becomes_text_and_entities(html: str, text: str, entities: list[tuple[str, str]]) -> None:
    assert marked(html) == (text, entities)


@pytest.mark.parametrize(
    ("html", "field", "value"),
    [
        ('<pre><code class="language-python">x</code></pre>', "language", "python"),
        ('<a href="https://a.id/?x=1&amp;y=2">x</a>', "url", "https://a.id/?x=1&y=2"),
        ('<a href="a.id">x</a>', "url", "http://a.id"),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "custom_emoji_id", "5368324170671202286"),
    ],
)
def test_an_entity_carries_its_argument(html: str, field: str, value: str) -> None:
    _, (entity,) = parse_html(html)
    assert entity[field] == value


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br>a", 'Unsupported start tag "br" at byte offset 2'),
        ("3 < 4", 'Unsupported start tag "" at byte offset 2'),
        ("3 < 4 > 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=https://x>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<!-- a -->", 'Unsupported start tag "!--" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_in_telegram_s_words(html: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(html)
    assert (caught.value.code, caught.value.description) == (400, f"Bad Request: can't parse entities: {words}")


def test_a_hundred_entities_are_kept() -> None:
    _, entities = parse_html("<b>a</b> " * 130)
    assert len(entities) == 100


SAFE = [
    ("<b>a & b</b>", [], "&lt;b&gt;a &amp; b&lt;/b&gt;"),
    ("a b", [("bold", 0, 3), ("italic", 2, 1)], "<b>a <i>b</i></b>"),
    ("a b", [("bold", 0, 2), ("italic", 1, 2)], "<b>a<i> </i></b>b"),
    ("😀x", [("underline", 2, 1)], "😀<u>x</u>"),
    ("/menu", [("bot_command", 0, 5)], "/menu"),
    ("x", [("text_link", 0, 1)], "x"),
]


@pytest.mark.parametrize(("text", "entities", "html"), SAFE)
def test_safe_html_is_built_from_entities_only(text: str, entities: list[tuple[str, int, int]], html: str) -> None:
    given_entities: list[dict[str, Any]] = [
        {"type": kind, "offset": offset, "length": length} for kind, offset, length in entities
    ]
    assert safe_html(text, given_entities) == html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tg://user?id=1", "data:text/html,x"])
def test_only_web_links_reach_the_page(url: str) -> None:
    assert safe_html("x", [{"type": "text_link", "offset": 0, "length": 1, "url": url}]) == "x"


def test_a_link_cannot_break_out_of_its_attribute() -> None:
    link = {"type": "text_link", "offset": 0, "length": 1, "url": 'https://a.id/"><script>'}
    assert "<script>" not in safe_html("x", [link])


TREES: st.SearchStrategy[str] = st.recursive(
    st.text(alphabet="ab <>&\"'é😀", max_size=6).map(
        lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    ),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "u", "s"]), st.lists(inner, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=12,
)


@given(TREES)
def test_well_formed_html_survives_there_and_back(html: str) -> None:
    text, entities = parse_html(html)
    again, same = parse_html(safe_html(text, entities))
    assert again == text
    assert sorted(map(str, same)) == sorted(map(str, entities))


@given(st.text(alphabet="<>/ab=\"'& #x1;é😀", max_size=40))
def test_any_text_is_either_parsed_or_refused(html: str) -> None:
    with suppress(ApiError):
        text, entities = parse_html(html)
        assert all(entity["offset"] + entity["length"] <= units(text) for entity in entities)


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    if not any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        assert parse_html(safe_html(text, [])) in ((text, []), (text.replace("&#x27;", "'"), []))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start", [("bot_command", "/start")]),
        ("/start KODE-12", [("bot_command", "/start")]),
        ("lihat /menu, lalu", [("bot_command", "/menu")]),
        ("a/b 1/2 https://x.id/y", [("url", "https://x.id/y")]),
        ("/menu@TemanMutasiSimBot", [("bot_command", "/menu@TemanMutasiSimBot")]),
        ("😀 /menu @budi", [("bot_command", "/menu"), ("mention", "@budi")]),
        ("surel a@b.id", []),
    ],
)
def test_commands_and_addresses_are_found(text: str, found: list[tuple[str, str]]) -> None:
    entities = found_entities(text)
    assert [(entity["type"], piece(text, entity["offset"], entity["length"])) for entity in entities] == found


def test_blanks_at_both_ends_are_cut_and_entities_follow() -> None:
    bold = {"type": "bold", "offset": 0, "length": 6}
    assert trimmed("  ab  ", [bold]) == ("ab", [{**bold, "length": 2}])
    assert trimmed("  ab  ", [{"type": "bold", "offset": 5, "length": 1}]) == ("ab", [])
