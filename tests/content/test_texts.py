"""Reads every packaged text and label: both languages, the declared values, Telegram's limits, the tone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.catalog import LANGUAGES, Catalog
from content.loading import PACKAGED, read_mapping
from content.markup import is_sound, visible_length

CATALOG = Catalog()
TEXTS = [(name, language) for language in LANGUAGES for name in CATALOG.names(language)]
NEVER_SAID = re.compile(r"\b(terbukti|dijamin|adil|kamu|kalian|anonim sepenuhnya|tahan manipulasi)\b", re.IGNORECASE)
"""Words that voice or promise more than anyone can keep."""
LAW_ARTICLE = re.compile(r"\b(pasal|ayat|article|art\.)\s*\d", re.IGNORECASE)

CONTRACT_BUTTONS = {
    "Saya setuju", "Tidak sekarang", "Bagikan nomor HP", "Ya, ini saya", "Bukan saya", "Ada data keliru",
    "Semua pegawai", "Pratinjau", "Jadwalkan", "Setujui pengiriman", "Kembalikan", "Jeda", "Lanjutkan",
    "Batalkan pengiriman", "Tarik kembali", "Simpan perubahan", "Sahkan", "Buka survei", "Tutup survei", "Kembali",
    "Lewati", "Kirim jawaban", "Buka dan kirim", "Sekarang", "Jawab", "Selesai", "Buka lagi", "Buka surat",
    "Surat sudah saya baca", "Unduh SK", "Sampaikan kendala", "Ini pertanyaan", "Minta dihubungi",
    "Sudah disampaikan langsung", "Sudah jelas", "Masih ada pertanyaan", "Unduh data saya", "Hapus jawaban saya",
    "Keluar dari layanan", "Batal",
}  # fmt: skip
"""Every label other programs and people rely on, by hand."""

CONTRACT_COMMANDS = set(
    re.findall(
        r"\w+",
        """start menu manfaat survei keputusan adaptasi tanya data_saya cek bahasa bantuan batal
        kantor pegawai siaran kelola_survei kelola_keputusan pantau_adaptasi peta_talenta kesesuaian
        tindak_lanjut laporan peran""",
    )
)


@pytest.mark.parametrize(("name", "language"), TEXTS)
def test_every_text_renders_with_the_values_it_declares(name: str, language: str) -> None:
    said = CATALOG.render(name, CATALOG.declared(name, language), language)
    assert 0 < visible_length(said) <= 4096
    assert is_sound(said), said


@pytest.mark.parametrize(("name", "language"), TEXTS)
def test_no_text_asks_for_more_than_it_declares(name: str, language: str) -> None:
    assert CATALOG.variables(name, language) <= set(CATALOG.declared(name, language))


@pytest.mark.parametrize("name", CATALOG.names("id"))
def test_nothing_is_declared_that_neither_language_asks_for(name: str) -> None:
    # One language may do without: English has no need of a reader's sex.
    asked = CATALOG.variables(name, "id") | CATALOG.variables(name, "en")
    assert asked == set(CATALOG.declared(name, "id"))


@pytest.mark.parametrize("name", CATALOG.names("id"))
def test_both_languages_ask_for_the_same(name: str) -> None:
    assert set(CATALOG.declared(name, "id")) == set(CATALOG.declared(name, "en"))


def test_both_languages_have_the_same_texts() -> None:
    assert CATALOG.names("id") == CATALOG.names("en")


@pytest.mark.parametrize(("name", "language"), TEXTS)
def test_no_text_promises_too_much_or_quotes_the_law(name: str, language: str) -> None:
    said = CATALOG.render(name, CATALOG.declared(name, language), language)
    assert not NEVER_SAID.search(said)
    assert not LAW_ARTICLE.search(said)


def label_keys(language: str) -> set[str]:
    files = [PACKAGED / language / "labels.toml", *(PACKAGED / language / "labels").glob("*.toml")]
    return {key for path in files if path.is_file() for key in _dotted(read_mapping(path))}


def _dotted(tree: dict[str, object], above: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{above}{key}.")
        else:
            yield above + key


def test_both_languages_have_the_same_labels() -> None:
    assert label_keys("id") == label_keys("en")


def test_every_label_of_the_contract_is_there_to_the_letter() -> None:
    buttons = read_mapping(PACKAGED / "id" / "labels.toml")["buttons"]
    assert set(buttons.values()) >= CONTRACT_BUTTONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_words_telegram_takes(language: str) -> None:
    commands = CATALOG.labels("commands", language)
    assert set(commands) >= CONTRACT_COMMANDS
    assert all(1 <= len(words) <= 256 for words in commands.values())


def test_the_two_named_menu_words_are_as_agreed() -> None:
    assert CATALOG.label("commands.siaran") == "Pengumuman"
    assert CATALOG.label("commands.manfaat") == "Manfaat dan beratnya mutasi"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_never_carries_a_sign_alone(language: str) -> None:
    buttons = read_mapping(PACKAGED / language / "labels.toml")["buttons"]
    assert all(re.search(r"[A-Za-z]{2}", words) for words in buttons.values())


def test_texts_lie_only_in_the_two_languages() -> None:
    found = {path.relative_to(PACKAGED).parts[0] for path in Path(PACKAGED).rglob("*.j2")}
    assert found == set(LANGUAGES)
