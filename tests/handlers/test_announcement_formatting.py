"""From typed entities to HTML: whatever somebody types, only allowed tags come out and no sign of it is lost."""

from datetime import UTC, datetime
from typing import Any

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st

from content.errors import OfficeTextError
from content.markup import is_sound, plain
from handlers.office.announcement import written
from handlers.office.announcement.formatting import office_html

KINDS = [str(kind) for kind in telegram.constants.MessageEntityType]
TEXTS = st.text(st.one_of(st.sampled_from("<>&\"'{} /a🎌é"), st.characters(exclude_categories=["C"])), max_size=30)
ADDRESSES = st.sampled_from(
    ["https://contoh.go.id/?a=1&b=2", "http://contoh.go.id", "tg://user?id=1", "javascript:alert(1)",
     'https://contoh.go.id/" onclick="x', "https://contoh.go.id/<b>", ""]
)  # fmt: skip


def typed(text: str, *entities: tuple[str, int, int], url: str | None = None) -> telegram.Message:
    made = [
        telegram.MessageEntity(kind, offset, length, url=url if kind == "text_link" else None)
        for kind, offset, length in entities
    ]
    return telegram.Message(1, datetime.now(UTC), telegram.Chat(1, "private"), text=text, entities=made)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(st.lists(st.tuples(TEXTS, st.sampled_from(KINDS)), min_size=1, max_size=6), ADDRESSES)
def test_every_piece_keeps_its_words_and_the_whole_is_sound_or_refused(pieces: list[tuple[str, str]], url: str) -> None:
    entities, offset = [], 0
    for words, kind in pieces:
        if words:
            entities.append((kind, offset, units(words)))
        offset += units(words)
    text = "".join(words for words, _ in pieces)
    html = office_html(typed(text, *entities, url=url))
    if is_sound(html):
        assert plain(html) == text.strip()
    else:
        with pytest.raises(OfficeTextError):
            written.check(html)


@pytest.mark.parametrize("command", ["/siaran ", "/siaran@teman_bot\n\n"])
def test_behind_a_command_words_keep_their_formatting(command: str) -> None:
    text = command + "🎌 Apel & upacara"
    marks = [("bot_command", 0, units(command.strip())), ("italic", 0, units(command) + 2)]
    message = typed(text, *marks, ("bold", units(command) + 3, 4))
    assert office_html(message, behind_command=True) == "<i>🎌</i> <b>Apel</b> &amp; upacara"


@given(TEXTS)
def test_plain_words_come_out_as_they_went_in(text: str) -> None:
    html = office_html(typed(text))
    assert is_sound(html)
    assert plain(html) == text.strip()


@pytest.mark.parametrize(
    ("kind", "html"),
    [
        ("bold", "<b>kata</b> lain"),
        ("italic", "<i>kata</i> lain"),
        ("underline", "<u>kata</u> lain"),
        ("strikethrough", "<s>kata</s> lain"),
        ("spoiler", "<tg-spoiler>kata</tg-spoiler> lain"),
        ("code", "<code>kata</code> lain"),
        ("pre", "<pre>kata</pre> lain"),
        ("blockquote", "<blockquote>kata</blockquote> lain"),
        ("expandable_blockquote", "<blockquote>kata</blockquote> lain"),
        ("mention", "kata lain"),
        ("bot_command", "kata lain"),
        ("custom_emoji", "kata lain"),
        ("text_mention", "kata lain"),
        ("url", "kata lain"),
    ],
)
def test_each_kind_of_formatting_becomes_its_own_tag_or_plain(kind: str, html: str) -> None:
    assert office_html(typed("kata lain", (kind, 0, 4))) == html


def test_formatting_inside_formatting_is_nested() -> None:
    html = office_html(typed("satu dua tiga", ("bold", 0, 13), ("italic", 5, 3)))
    assert html == "<b>satu <i>dua</i> tiga</b>"
    assert written.check(html).placeholders == ()


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://contoh.go.id/?a=1&b=2", '<a href="https://contoh.go.id/?a=1&amp;b=2">kata</a> lain'),
        ("http://contoh.go.id", '<a href="http://contoh.go.id">kata</a> lain'),
        ("tg://user?id=1", "kata lain"),
        ("javascript:alert(1)", "kata lain"),
    ],
)
def test_only_web_addresses_stay_behind_words(url: str, kept: str) -> None:
    assert office_html(typed("kata lain", ("text_link", 0, 4), url=url)) == kept


@pytest.mark.parametrize("start", range(10))
def test_formatting_that_cuts_a_placeholder_is_refused_or_around_it(start: int) -> None:
    text = "{{ nama }}"
    html = office_html(typed(text, ("bold", start, len(text) - start)))
    if start == 0:
        assert written.check(html).placeholders == ("nama",)
        return
    with pytest.raises(OfficeTextError):
        written.check(html)


def test_what_looks_like_our_own_spoiler_is_only_words() -> None:
    fake: Any = '<span class="tg-spoiler">kata</span>'
    assert plain(office_html(typed(fake))) == fake
