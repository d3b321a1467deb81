"""What an officer may write into an announcement, what is refused, and what nobody can smuggle through."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import OfficeTextError
from content.markup import is_sound, plain
from content.office_text import compile_office_text

READER = {"sapaan": "Ibu", "nama": "Rina Contoh", "unit": "Dinas Sosial"}
WORDS = st.text(st.characters(exclude_characters="{}<>&", exclude_categories=["C"]), max_size=40)


def refusal(source: str, allowed: tuple[str, ...] = ("sapaan", "nama", "unit")) -> OfficeTextError:
    with pytest.raises(OfficeTextError) as caught:
        compile_office_text(source, allowed)
    return caught.value


def test_placeholders_are_filled_for_each_reader() -> None:
    text = compile_office_text("Yth. {{ sapaan }} <b>{{nama}}</b> di {{ unit }}. Sekali lagi: {{ nama }}.")
    assert text.placeholders == ("sapaan", "nama", "unit")
    assert text.render(READER) == "Yth. Ibu <b>Rina Contoh</b> di Dinas Sosial. Sekali lagi: Rina Contoh."
    assert "Andi" in text.render({**READER, "nama": "Andi"})


def test_a_text_without_placeholders_is_the_same_for_everyone() -> None:
    text = compile_office_text("  Rapat hari Senin.\n\nMohon hadir.  ")
    assert text.placeholders == ()
    assert text.render({}) == "Rapat hari Senin.\n\nMohon hadir."
    assert text.source == "Rapat hari Senin.\n\nMohon hadir."


def test_values_are_escaped_and_never_read_as_templates() -> None:
    text = compile_office_text("Yth. {{ nama }}")
    assert text.render({"nama": "<b>Siti</b> & <script>"}) == "Yth. &lt;b&gt;Siti&lt;/b&gt; &amp; &lt;script&gt;"
    assert text.render({"nama": "{{ unit }}"}) == "Yth. {{ unit }}"


@given(WORDS, st.text(max_size=60), WORDS)
def test_filling_is_nothing_but_replacing_with_the_escaped_value(before: str, value: str, after: str) -> None:
    # The sure words keep the text from being empty and its edges from being trimmed.
    source = f"Awal {before}{{{{ nama }}}}{after} akhir"
    filled = compile_office_text(source).render({"nama": value})
    written = escape(value).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    assert filled == f"Awal {before}{written}{after} akhir"
    assert is_sound(filled)


@pytest.mark.parametrize(
    "source",
    [
        "<b>tebal</b> <i>miring</i> <u>garis</u> <s>coret</s>",
        '<a href="https://samarindakota.go.id/a?b=1&amp;c=2">tautan</a>',
        "<pre>tabel</pre><code>kode</code>",
        "<blockquote>kutipan</blockquote>",
        "<tg-spoiler>rahasia</tg-spoiler>",
        "<b><i>bertumpuk</i></b>",
        "5 &lt; 6 &amp; 7 &gt; 6, kutip &quot;ini&quot; dan &#39;itu&#39;",
        "kurung { satu } dan } dua {",
    ],
)
def test_the_formatting_telegram_knows_passes(source: str) -> None:
    assert compile_office_text(source).render({}) == source


@pytest.mark.parametrize(
    "source",
    [
        "{{ nama.__class__ }}",
        "{{ nama | upper }}",
        "{{ nama() }}",
        "{{ nama[0] }}",
        "{{ 'a' * 100000000 }}",
        "{{ 7 * 7 }}",
        "{{ 7 }}",
        "{{ [nama] }}",
        "{{ nama ~ unit }}",
        "{{ nama if unit }}",
        "{{ nama == unit }}",
        "{{ nama is defined }}",
        "{{ not nama }}",
        "{{ lipsum }}{{ cycler() }}",
        "{% for i in range(9) %}a{% endfor %}",
        "{% if nama %}a{% endif %}",
        "{% set nama = 1 %}",
        "{% include 'x' %}",
        "{% raw %}{{ nama }}{% endraw %}",
        "{# catatan #}",
        "{{ nama",
        "{{ }}",
        "{% ",
        "{{ nama }} {{ 'x' }}",
    ],
)
def test_anything_but_a_plain_placeholder_is_refused(source: str) -> None:
    assert refusal(source).code in {"syntax", "unknown_placeholder"}


def test_a_refusal_names_the_line() -> None:
    assert refusal("Satu\nDua\n{{ nama | upper }}").values == {"line": 3}
    assert refusal("Satu\nDua {% if nama %}").values == {"line": 2}


@pytest.mark.parametrize("name", ["nip", "NAMA", "self", "loop", "range", "dict", "nama_lengkap"])
def test_an_unknown_placeholder_is_named_beside_the_known_ones(name: str) -> None:
    refused = refusal(f"Yth. {{{{ {name} }}}}")
    assert refused.code == "unknown_placeholder"
    assert refused.values == {"name": name, "allowed": ["sapaan", "nama", "unit"]}


def test_which_placeholders_are_known_is_the_callers_choice() -> None:
    assert compile_office_text("{{ tanggal }}", ("tanggal",)).render({"tanggal": "1"}) == "1"
    assert refusal("{{ nama }}", ("tanggal",)).code == "unknown_placeholder"


@pytest.mark.parametrize(
    "source",
    [
        "<b>tidak ditutup",
        "<b><i>salah susun</b></i>",
        "ditutup saja</b>",
        "<script>alert(1)</script>",
        "<img src='x'>",
        "<b class='x'>hias</b>",
        "<br>",
        "<b/>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="tg://user?id=1">x</a>',
        "<a>x</a>",
        '<a href="https://x.id" title="y">x</a>',
        '<a href="https://x.id/{{ nama }}">x</a>',
        "<{{ nama }}>",
        "<b {{ nama }}>x</b>",
        "A & B",
        "5 < 6",
        "6 > 5",
        "&nbsp;",
        "<!-- catatan -->",
        "<!DOCTYPE html>",
        "<?php ?>",
        "<![CDATA[x]]>",
        "<b",
    ],
)
def test_markup_telegram_would_refuse_is_refused_here_first(source: str) -> None:
    assert refusal(f"Pengumuman {source}").code == "markup"


@pytest.mark.parametrize("source", ["", "   \n ", "<b></b>", "<b> </b>\n"])
def test_an_empty_text_is_refused(source: str) -> None:
    assert refusal(source).code == "empty"


def test_a_text_longer_than_a_message_is_refused_when_written() -> None:
    assert compile_office_text("a" * 4096).render({}) == "a" * 4096
    refused = refusal("a" * 4097)
    assert refused.code == "too_long"
    assert refused.values == {"length": 4097, "limit": 4096}
    assert refusal("x" * 1_000_000).code == "too_long"


def test_a_text_that_grows_too_long_with_its_values_is_refused_then() -> None:
    text = compile_office_text("a" * 4090 + "{{ nama }}")
    assert text.render({"nama": "b" * 6})
    with pytest.raises(OfficeTextError) as caught:
        text.render({"nama": "b" * 7})
    assert caught.value.code == "too_long"


def test_formatting_does_not_count_towards_the_length() -> None:
    source = "<b>" + "a" * 4096 + "</b>"
    assert plain(compile_office_text(source).render({})) == "a" * 4096


@pytest.mark.parametrize("values", [{}, {"nama": None}, {"unit": "Dinas Sosial"}])
def test_a_reader_without_a_value_is_named_not_written_to(values: dict[str, object]) -> None:
    with pytest.raises(OfficeTextError) as caught:
        compile_office_text("Yth. {{ nama }}").render(values)
    assert caught.value.code == "missing_value"
    assert caught.value.values == {"name": "nama"}
    assert str(caught.value) == "missing_value {'name': 'nama'}"
