"""The sheets of a survey's workbook: their names, columns and words."""

from dataclasses import dataclass

SURVEY, QUESTIONS, GUIDE = "SURVEI", "PERTANYAAN", "PETUNJUK"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: the definition's field (`.en` for the English words), its title first among its aliases, its width."""

    name: str
    titles: tuple[str, ...]
    width: int = 14


FIELDS = (
    Field("code", ("KODE", "CODE"), 10),
    Field("kind", ("JENIS", "TIPE", "KIND"), 16),
    Field("text", ("TEKS", "PERTANYAAN", "TEXT"), 60),
    Field("required", ("WAJIB", "REQUIRED"), 8),
    Field("options", ("PILIHAN", "OPTIONS"), 50),
    Field("min", ("MIN", "MINIMAL"), 8),
    Field("max", ("MAKS", "MAX", "MAKSIMAL"), 8),
    Field("show_if", ("TAMPIL JIKA", "SHOW IF"), 30),
    Field("hint", ("BANTUAN", "HINT"), 40),
    Field("low_label", ("LABEL BAWAH", "LOW LABEL")),
    Field("high_label", ("LABEL ATAS", "HIGH LABEL")),
    Field("options_from", ("PILIHAN DARI", "OPTIONS FROM")),
    Field("picks", ("DAFTAR", "PICKS")),
    Field("purpose", ("TUJUAN", "PURPOSE")),
    Field("means", ("MAKNA", "MEANS"), 18),
    Field("part", ("BAGIAN", "PART")),
    Field("special", ("DATA KHUSUS", "SPECIAL")),
    Field("never_segment", ("TANPA SEGMEN", "NEVER SEGMENT")),
    Field("text.en", ("TEKS EN", "TEXT EN"), 60),
    Field("options.en", ("PILIHAN EN", "OPTIONS EN"), 40),
    Field("hint.en", ("BANTUAN EN", "HINT EN"), 40),
    Field("low_label.en", ("LABEL BAWAH EN", "LOW LABEL EN")),
    Field("high_label.en", ("LABEL ATAS EN", "HIGH LABEL EN")),
)
TEXTS = ("text", "hint", "low_label", "high_label")
"""Fields in two languages."""
BOOLEANS = ("required", "special", "never_segment")
LIMITS = ("min", "max")

SURVEY_ROWS = {
    "code": "KODE",
    "version": "VERSI",
    "title": "JUDUL",
    "intro": "PEMBUKA",
    "closing": "PENUTUP",
    "minutes": "MENIT",
    "secrecy": "SIFAT",
}
"""What stands in the first column of the sheet SURVEI, by field; parts follow as `BAGIAN <kode>`."""
SURVEY_TEXTS = ("title", "intro", "closing")
PART = "BAGIAN"
SURVEY_TITLES = ("ISIAN", "ISI", "ISI EN")

KINDS = {
    "single": "pilihan tunggal",
    "multiple": "pilihan ganda",
    "ranked": "urutan",
    "scale": "skala",
    "nps": "0-10",
    "yes_no": "ya/tidak",
    "number": "angka",
    "date": "tanggal",
    "short_text": "teks pendek",
    "long_text": "teks panjang",
    "consent": "persetujuan",
    "unit": "daftar",
    "page": "halaman",
}
SECRECIES = {"named": "bernama", "confidential": "rahasia", "anonymous": "anonim setelah ditutup"}
PICKS = {"agency": "OPD", "unit": "unit", "place": "wilayah"}
YES, NO = "ya", "tidak"
YES_WORDS = {"ya", "y", "yes", "x", "v", "1", "true", "benar", "wajib"}
NO_WORDS = {"tidak", "t", "no", "n", "0", "false", "-", ""}
ALONE, IF = "sendiri", "jika"
"""Marks of an option in square brackets before its `=`."""


def title(of_survey: bool, name: str) -> str:
    """Give what a field is called in the workbook."""
    if of_survey:
        return SURVEY_ROWS.get(name, QUESTIONS if name == "questions" else name)
    return next((field.titles[0] for field in FIELDS if field.name == name), name)
