"""The roster's vocabulary in both dialects, and the words that are in neither."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.remarks import Unreadable
from db.roster import words as book


def refused(reader: Any, *cells: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        reader(*cells)
    return caught.value.remark.code


@pytest.mark.parametrize(
    ("cell", "grade"),
    [
        ("III/d", "III/d"),
        ("IIId", "III/d"),
        ("III.d", "III/d"),
        ("III-D", "III/d"),
        ("iii / d", "III/d"),
        ("Gol. III/d", "III/d"),
        ("Golongan III/d", "III/d"),
        ("Penata Tk. I", "III/d"),
        ("Penata Tk.I", "III/d"),
        ("Penata Tingkat 1", "III/d"),
        ("Penata Tingkat I (III/d)", "III/d"),
        ("Penata Tk. I, III/d", "III/d"),
        ("Penata Muda", "III/a"),
        ("Pembina Utama", "IV/e"),
        ("Pembina Utama Madya", "IV/d"),
        ("Pembina Tk. I", "IV/b"),
        ("Juru Muda Tingkat I", "I/b"),
        ("IV/e", "IV/e"),
        ("IVa", "IV/a"),
        ("I", "I"),
        ("IX", "IX"),
        ("Golongan IX", "IX"),
        ("xvii", "XVII"),
    ],
)
def test_a_grade_has_one_form(cell: str, grade: str) -> None:
    assert book.grade(cell) == grade


@pytest.mark.parametrize("cell", ["I/e", "II/e", "III/e", "V/a", "III/f", "XVIII", "VV", "Penata Agung", "9", "31"])
def test_a_grade_that_does_not_exist_is_refused(cell: str) -> None:
    assert refused(book.grade, cell) == "grade_unknown"


def test_there_are_seventeen_grades_of_either_kind_and_a_rank_for_each_lettered_one() -> None:
    assert len(book.LETTERED) == len(book.ROMAN) == 17
    assert set(book.RANKS.values()) == book.LETTERED
    assert "I/e" not in book.LETTERED


@given(st.sampled_from(sorted(book.LETTERED)), st.sampled_from(["/", "", ".", "-", " ", " / "]), st.booleans())
def test_every_grade_reads_back_however_it_is_joined(grade: str, sign: str, lower: bool) -> None:
    row, letter = grade.split("/")
    written = f"{row}{sign}{letter}"
    assert book.grade(written.lower() if lower else written.upper()) == grade


@given(st.text(max_size=12))
def test_any_other_text_is_a_known_grade_or_refused(text: str) -> None:
    try:
        grade = book.grade(text)
    except Unreadable as flaw:
        grade = flaw.remark.code
    assert grade in {None, "grade_unknown"} | book.LETTERED | book.ROMAN


@pytest.mark.parametrize(
    ("cell", "employment"),
    [
        ("PNS", "permanent_servant"),
        ("PNS Daerah Kab/Kota Bekerja Pada Kab/Kota", "permanent_servant"),
        ("Pegawai Negeri Sipil", "permanent_servant"),
        ("P", "permanent_servant"),
        ("CPNS", "candidate_servant"),
        ("Calon PNS", "candidate_servant"),
        ("C", "candidate_servant"),
        ("PPPK", "contract_servant"),
        ("P3K", "contract_servant"),
        ("Pegawai Pemerintah dengan Perjanjian Kerja", "contract_servant"),
        ("PPPK Paruh Waktu", "part_time_contract_servant"),
    ],
)
def test_a_type_of_employment_is_known_in_its_long_forms(cell: str, employment: str) -> None:
    assert book.employment_type(cell) == employment


def test_somebody_else_is_no_civil_servant() -> None:
    assert refused(book.employment_type, "Honorer") == "type_unknown"


@pytest.mark.parametrize(
    ("grade", "employment", "fits"),
    [
        ("III/d", "permanent_servant", True),
        ("III/a", "candidate_servant", True),
        ("IX", "permanent_servant", False),
        ("IX", "contract_servant", True),
        ("V", "part_time_contract_servant", True),
        ("III/d", "contract_servant", False),
    ],
)
def test_a_grade_fits_its_type(grade: str, employment: str, fits: bool) -> None:
    assert book.grade_fits(grade, employment) is fits


@pytest.mark.parametrize(
    ("kind", "name", "echelon", "code"),
    [
        ("JPT PRATAMA", "Kepala Dinas", "", "jpt_pratama"),
        ("Administrator", "Camat", "", "administrator"),
        ("PENGAWAS", "Lurah", "", "pengawas"),
        ("PELAKSANA", "Pengadministrasi Perkantoran", "", "pelaksana"),
        ("Fungsional Umum", "Pengadministrasi Perkantoran", "", "pelaksana"),
        ("FUNGSIONAL", "Guru Ahli Pertama", "", "jf_expert"),
        ("FUNGSIONAL", "Analis Kebijakan Ahli Muda (hasil penyetaraan)", "", "jf_expert"),
        ("Jabatan Fungsional Tertentu", "Perawat Terampil", "", "jf_skilled"),
        ("FUNGSIONAL", "Perawat Penyelia", "", "jf_skilled"),
        ("FUNGSIONAL", "Guru", "", "functional"),
        ("STRUKTURAL", "Sekretaris Daerah", "II.a", "jpt_pratama"),
        ("STRUKTURAL", "Camat", "III.a", "administrator"),
        ("STRUKTURAL", "Kasi", "IVa", "pengawas"),
        ("STRUKTURAL", "Kepala TU", "Eselon V", "pelaksana"),
        ("STRUKTURAL", "Kasi", "", "structural"),
        ("STRUKTURAL", "Kasi", "I.a", "structural"),
    ],
)
def test_the_kind_of_a_post_is_told_by_column_name_and_echelon(kind: str, name: str, echelon: str, code: str) -> None:
    assert book.position_kind(kind, name, echelon) == code


def test_an_unknown_kind_of_post_is_refused() -> None:
    assert refused(book.position_kind, "Magang", "", "") == "kind_unknown"
    assert book.position_kind("", "Guru", "") is None


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("SD", "SD"),
        ("SLTP", "SMP"),
        ("SMA/SMK", "SMA"),
        ("SLTA Kejuruan", "SMA"),
        ("D-III", "D3"),
        ("D.3", "D3"),
        ("Diploma III/Sarjana Muda", "D3"),
        ("D-IV", "D4"),
        ("S-1", "S1"),
        ("S1", "S1"),
        ("S-1/Sarjana", "S1"),
        ("Sarjana", "S1"),
        ("Profesi", "Profesi"),
        ("S-2", "S2"),
        ("Spesialis", "Spesialis"),
        ("S-3/Doktor", "S3"),
    ],
)
def test_a_level_of_education_has_one_form(cell: str, level: str) -> None:
    assert book.education(cell) == level
    assert level in book.EDUCATION


def test_an_unknown_level_of_education_is_refused() -> None:
    assert refused(book.education, "Kursus menjahit") == "education_unknown"


@pytest.mark.parametrize(
    ("cell", "sex"), [("L", "M"), ("P", "F"), ("M", "M"), ("F", "F"), ("1", "M"), (2.0, "F"), ("Perempuan", "F")]
)
def test_sex_is_known_in_every_dialect(cell: Any, sex: str) -> None:
    assert book.looked_up(book.SEXES, "sex_unreadable")(cell) == sex


def test_a_word_that_is_not_in_the_book_is_refused_by_the_books_name() -> None:
    assert refused(book.looked_up(book.RATINGS, "rating_unknown"), "Istimewa") == "rating_unknown"
    assert book.looked_up(book.SANCTIONS, "discipline_unknown")("Tidak ada") is None
