"""How long a text is to Telegram, compared with a count made another way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from content.markup import fits, is_sound, plain, visible_length

ANY_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def units(text: str) -> int:
    """Count UTF-16 units one sign at a time: two for those beyond the basic plane."""
    return sum(2 if ord(sign) > 0xFFFF else 1 for sign in text)


@given(ANY_WORDS)
def test_escaped_words_count_as_what_people_see(words: str) -> None:
    assert visible_length(str(escape(words))) == units(words)
    assert plain(str(escape(words))) == words


@given(ANY_WORDS)
def test_formatting_around_words_counts_nothing(words: str) -> None:
    dressed = f'<b>{escape(words)}</b><a href="https://x.id/?a=1&amp;b=2"><i></i></a>'
    assert visible_length(dressed) == units(words)
    assert is_sound(dressed)


@pytest.mark.parametrize("sign", ["a", "é", "🙂", "&amp;", "&#39;"])
def test_the_short_cut_agrees_with_the_full_count(sign: str) -> None:
    width = units(plain(sign))
    for count in (2047 // width, 2048 // width, 4096 // width):
        assert fits(sign * count)
    assert not fits(sign * (4096 // width) + "bb"[: 1 + 4096 % width])
