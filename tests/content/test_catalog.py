"""Texts and labels by name: found, filled, escaped, measured, and refused by a named error."""

from pathlib import Path
from typing import Any

import pytest

from content.catalog import Catalog
from content.errors import CatalogError, FileError


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return an office's own directory with a handful of texts."""
    write(tmp_path, "id/test/greeting", '{# {"nama": "Rina"} #}\nYth. <b>{{ nama }}</b>')
    write(tmp_path, "en/test/greeting", '{# {"nama": "Rina"} #}\nDear <b>{{ nama }}</b>')
    return tmp_path


def write(place: Path, name: str, text: str) -> None:
    path = place / f"{name}.html.j2"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def refusal(catalog: Catalog, name: str, **values: object) -> str:
    with pytest.raises(CatalogError) as caught:
        catalog.render(name, values)
    return caught.value.code


def test_a_text_is_said_in_the_language_asked_for(own: Path) -> None:
    catalog = Catalog(own)
    assert catalog.render("test/greeting", {"nama": "Rina"}) == "Yth. <b>Rina</b>"
    assert catalog.render("test/greeting", {"nama": "Rina"}, "en") == "Dear <b>Rina</b>"


def test_values_are_escaped(own: Path) -> None:
    said = Catalog(own).render("test/greeting", {"nama": "<b>Siti</b> & <script>"})
    assert said == "Yth. <b>&lt;b&gt;Siti&lt;/b&gt; &amp; &lt;script&gt;</b>"


def test_a_value_is_never_read_as_a_template(own: Path) -> None:
    assert "{{ 7 * 7 }}" in Catalog(own).render("test/greeting", {"nama": "{{ 7 * 7 }}"})


def test_the_offices_own_text_comes_before_the_packaged_one(tmp_path: Path) -> None:
    write(tmp_path, "id/benefits/learning", "{# {} #}\nTeks kantor sendiri")
    assert Catalog(tmp_path).render("benefits/learning", {}) == "Teks kantor sendiri"
    assert "Belajar" in Catalog().render("benefits/learning", {"office": "BKPSDM"})


def test_blank_lines_and_edges_are_tidied(own: Path) -> None:
    write(own, "id/test/loose", "{# {} #}\n\n\nSatu  \n\n\n\n\t\nDua \n{% if true %}\nTiga\n{% endif %}\n\n\n")
    assert Catalog(own).render("test/loose", {}) == "Satu\n\nDua\nTiga"


def test_filters_speak_the_language_of_the_text(own: Path) -> None:
    write(own, "id/test/when", "{# {} #}{{ saat | hari_tanggal }}, {{ saat | pukul }}: {{ jumlah | ribuan }}")
    write(own, "en/test/when", "{# {} #}{{ saat | hari_tanggal }}, {{ saat | pukul }}: {{ jumlah | ribuan }}")
    values = {"saat": "2026-11-26T00:00:00+00:00", "jumlah": 9900}
    assert Catalog(own).render("test/when", values) == "Kamis, 26 November 2026, pukul 08.00 WITA: 9.900"
    assert Catalog(own).render("test/when", values, "en") == "Thursday, 26 November 2026, 08:00 WITA: 9,900"
    assert "07.00 WIB" in Catalog(own, zone="Asia/Jakarta").render("test/when", values)


def test_an_unknown_name_is_refused(own: Path) -> None:
    assert refusal(Catalog(own), "test/nothing") == "unknown"


def test_no_name_reaches_out_of_the_directory(own: Path) -> None:
    write(own, "secret", "rahasia")
    assert refusal(Catalog(own), "../secret") == "unknown"


def test_a_missing_value_is_refused_not_left_blank(own: Path) -> None:
    assert refusal(Catalog(own), "test/greeting") == "missing_value"


def test_a_template_that_does_not_parse_is_refused_by_name(own: Path) -> None:
    write(own, "id/test/broken", "{# {} #}{% if %}")
    assert refusal(Catalog(own), "test/broken") == "broken"


def test_a_value_a_filter_cannot_take_is_refused_by_name(own: Path) -> None:
    write(own, "id/test/day", "{# {} #}{{ hari | tanggal }}")
    assert refusal(Catalog(own), "test/day", hari="besok") == "broken"


def test_an_own_text_cannot_reach_into_the_program(own: Path) -> None:
    write(own, "id/test/attack", '{# {} #}{{ "".__class__.__mro__ }}')
    assert refusal(Catalog(own), "test/attack") == "broken"


@pytest.mark.parametrize(("text", "fits"), [("a" * 4096, True), ("a" * 4097, False)])
def test_a_message_may_be_as_long_as_telegram_takes(own: Path, text: str, fits: bool) -> None:
    write(own, "id/test/long", "{# {} #}<b>{{ isi }}</b>")
    if fits:
        assert len(Catalog(own).render("test/long", {"isi": text})) == 4096 + len("<b></b>")
    else:
        assert refusal(Catalog(own), "test/long", isi=text) == "too_long"


def test_length_is_counted_as_telegram_counts(own: Path) -> None:
    write(own, "id/test/long", "{# {} #}{{ isi }}")
    # An emoji beyond the basic plane is two units; an escaped sign is one.
    assert Catalog(own).render("test/long", {"isi": "🙂" * 2048})
    assert refusal(Catalog(own), "test/long", isi="🙂" * 2048 + "a") == "too_long"
    assert Catalog(own).render("test/long", {"isi": "&" * 4096}) == "&amp;" * 4096
    assert refusal(Catalog(own), "test/long", isi="&" * 4097) == "too_long"


def test_a_text_declares_its_values_in_its_first_comment(own: Path) -> None:
    catalog = Catalog(own)
    assert catalog.declared("test/greeting") == {"nama": "Rina"}
    assert catalog.variables("test/greeting") == {"nama"}


@pytest.mark.parametrize("opening", ["", "{# bukan JSON #}", "{# [1] #}", "Halo {# {} #}"])
def test_a_text_without_declared_values_is_found_out(own: Path, opening: str) -> None:
    write(own, "id/test/silent", opening + "Halo")
    with pytest.raises(CatalogError) as caught:
        Catalog(own).declared("test/silent")
    assert caught.value.code == "undeclared"
    assert caught.value.values["name"] == "test/silent"


def test_names_lists_packaged_and_own_texts_once(own: Path) -> None:
    write(own, "id/benefits/learning", "{# {} #}Teks kantor sendiri")
    names = Catalog(own).names()
    assert "test/greeting" in names
    assert names.count("benefits/learning") == 1
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("key", "values", "indonesian", "english"),
    [
        ("buttons.send_to", {"count": 9900}, "Kirim ke 9.900 orang", "Send to 9,900 people"),
        ("buttons.send_to", {"count": 1}, "Kirim ke 1 orang", "Send to 1 person"),
        ("units.working_days", {"count": 2}, "2 hari kerja", "2 working days"),
        ("units.rows", {"count": 12_012}, "12.012 baris", "12,012 rows"),
        ("address.unknown", {}, "Bapak/Ibu", "Mr/Ms"),
    ],
)
def test_labels_are_filled(key: str, values: dict[str, Any], indonesian: str, english: str) -> None:
    assert Catalog().label(key, **values) == indonesian
    assert Catalog().label(key, "en", **values) == english


def test_a_label_is_plain_words_not_html(tmp_path: Path) -> None:
    (tmp_path / "id").mkdir()
    (tmp_path / "id" / "labels.toml").write_text('[test]\nunit = "Unit {{ nama }}"\n', encoding="utf-8")
    assert Catalog(tmp_path).label("test.unit", nama="Sosial & Budaya") == "Unit Sosial & Budaya"


def test_an_office_may_change_one_word_and_keep_the_rest(tmp_path: Path) -> None:
    (tmp_path / "id").mkdir()
    (tmp_path / "id" / "labels.toml").write_text('[buttons]\nskip = "Lompati"\n', encoding="utf-8")
    catalog = Catalog(tmp_path)
    assert catalog.label("buttons.skip") == "Lompati"
    assert catalog.label("buttons.back") == "Kembali"


def test_labels_may_stand_in_files_by_subject(tmp_path: Path) -> None:
    (tmp_path / "id" / "labels").mkdir(parents=True)
    (tmp_path / "id" / "labels" / "test.toml").write_text('[test]\nhello = "Halo"\n', encoding="utf-8")
    assert Catalog(tmp_path).labels("test") == {"hello": "Halo"}


@pytest.mark.parametrize("key", ["buttons.nothing", "buttons", "nothing.at.all", "buttons.back.deeper"])
def test_an_unknown_label_is_refused(key: str) -> None:
    with pytest.raises(CatalogError) as caught:
        Catalog().label(key)
    assert caught.value.code == "unknown"


def test_a_label_without_its_value_is_refused() -> None:
    with pytest.raises(CatalogError) as caught:
        Catalog().label("buttons.send_to")
    assert caught.value.code == "missing_value"


def test_a_group_that_is_one_label_is_refused() -> None:
    with pytest.raises(CatalogError):
        Catalog().labels("buttons.back")


def test_labels_that_do_not_parse_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "id").mkdir()
    (tmp_path / "id" / "labels.toml").write_text("[buttons\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        Catalog(tmp_path)
    assert caught.value.code == "unreadable"
    assert "labels.toml" in str(caught.value)
