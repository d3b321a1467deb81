"""Whole rows and whole files: which rows the office can take, which are refused, and what is doubtful."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.remarks import Cell
from db.roster import columns
from db.roster.judging import FACTS, NoRosterRows
from tests.rosters import PERSON, codes, judged, person


def fact(row: Mapping[str, Cell], name: str) -> Any:
    return judged(row).entries[0].facts[FACTS.index(name)]


def test_a_good_row_is_taken_without_a_word() -> None:
    found = judged(PERSON)
    assert (found.remarks, found.refused, found.notes) == ({}, [], [])
    entry = found.entries[0]
    assert entry.number == 2
    assert entry.nip.digits == "198704122010012903"
    assert dict(zip(FACTS, entry.facts, strict=True)) == {
        "full_name": "Rina Contoh",
        "title_prefix": None,
        "title_suffix": "S.Sos., M.Si.",
        "sex": "F",
        "employment_type": "permanent_servant",
        "legal_status": None,
        "grade": "III/d",
        "position_kind": "pelaksana",
        "position_name": "Penelaah Teknis Kebijakan",
        "position_date": date(2021, 2, 1),
        "education_level": "S2",
        "education_field": "Administrasi Publik",
    }
    assert (entry.agency.name, entry.unit.name) == ("Dinas Sosial dan Pemberdayaan Masyarakat", "Subbagian Umum")
    assert entry.phone == "+6281100000001"


@pytest.mark.parametrize("dialect", range(4))
def test_every_title_of_every_dialect_leads_to_its_column(dialect: int) -> None:
    known = columns.REQUIRED | {"phone": columns.OPTIONAL["phone"], "title_suffix": columns.OPTIONAL["title_suffix"]}
    plain = {columns.title(field): PERSON[columns.title(field).replace("NIP BARU", "NIP")] for field in known}
    row = {titles[dialect % len(titles)]: plain[columns.title(field)] for field, titles in known.items()}
    found = judged(row)
    assert len(found.entries) == 1
    assert found.entries[0].phone == "+6281100000001"


@pytest.mark.parametrize("missing", columns.REQUIRED)
def test_a_file_without_a_required_column_is_no_roster(missing: str) -> None:
    gone = {title.upper() for title in columns.REQUIRED[missing]}
    row = {name: cell for name, cell in PERSON.items() if name not in gone}
    with pytest.raises(columns.NoRosterColumns) as caught:
        judged(row)
    assert caught.value.values == {"columns": [columns.title(missing)]}


def test_a_file_without_people_is_refused() -> None:
    with pytest.raises(NoRosterRows):
        judged(dict.fromkeys(PERSON, ""))


REFUSED: list[tuple[dict[str, Cell], list[str]]] = [
    ({"NIP": ""}, ["nip_missing"]),
    ({"NIP": "19870412201001290"}, ["nip_length"]),
    ({"NIP": 1.98704122010012e17}, ["nip_rounded"]),
    ({"NIP": "198702312010012903"}, ["nip_birth"]),
    ({"NIP": "198704122010172903"}, ["nip_month"]),
    ({"NIP": "198704122010012000"}, ["nip_serial"]),
    ({"NIP": "198704121974012903"}, ["nip_year"]),
    ({"NIP": "199504122010012903"}, ["nip_young"]),
    ({"NAMA": ""}, ["cell_missing"]),
    ({"NAMA": "R" * 201}, ["too_long"]),
    ({"JENIS PEGAWAI": "Honorer"}, ["type_unknown"]),
    ({"JENIS PEGAWAI": "PPPK", "GOL RUANG": "IX"}, ["type_differs"]),
    ({"JENIS PEGAWAI": ""}, ["cell_missing"]),
    ({"GOL RUANG": "I/e"}, ["grade_unknown"]),
    ({"GOL RUANG": "IX"}, ["grade_unfit"]),
    ({"JENIS JABATAN": "Magang"}, ["kind_unknown"]),
    ({"JABATAN NAMA": " "}, ["cell_missing"]),
    ({"TINGKAT PENDIDIKAN": "Kursus"}, ["education_unknown"]),
    ({"UNOR NAMA": ""}, ["cell_missing"]),
    ({"UNOR INDUK": "-"}, ["cell_missing"]),
    ({"NIP": "", "NAMA": "", "GOL RUANG": "X/x"}, ["nip_missing", "grade_unknown", "cell_missing"]),
]


@pytest.mark.parametrize(("cells", "expected"), REFUSED)
def test_a_row_is_refused_with_each_of_its_reasons(cells: dict[str, Cell], expected: list[str]) -> None:
    found = judged(PERSON | cells, person())
    assert sorted(codes(found)) == sorted(expected)
    assert [row.number for row in found.refused] == [2]
    assert [entry.number for entry in found.entries] == [3]


DOUBTED: list[tuple[dict[str, Cell], str]] = [
    ({"NIP": "197004122010012903"}, "nip_age"),
    ({"JENIS KELAMIN": "L"}, "sex_differs"),
    ({"JENIS KELAMIN": "tidak tahu"}, "sex_unreadable"),
    ({"TANGGAL LAHIR": "13-04-1987"}, "birth_differs"),
    ({"TANGGAL LAHIR": "kapan"}, "date_unreadable"),
    ({"TMT JABATAN": "31-02-2021"}, "date_unreadable"),
    ({"NIP": "196801012000012903"}, "retirement"),
    ({"JENIS JABATAN": "STRUKTURAL"}, "kind_structural"),
    ({"NOMOR HP": "0541-731001"}, "phone_unreadable"),
    ({"NIP ATASAN": 1.98704122010012e17}, "other_nip_unreadable"),
    ({"NIP ATASAN": PERSON["NIP"]}, "superior_self"),
    ({"NILAI POTENSI": 101.0}, "score_unreadable"),
    ({"TAHUN ASESMEN": "dulu"}, "year_unreadable"),
    ({"PREDIKAT KINERJA 2025": "Istimewa"}, "rating_unknown"),
    ({"HUKDIS AKTIF": "Sangat berat"}, "discipline_unknown"),
    ({"GELAR BELAKANG": "S" * 121}, "too_long"),
]


@pytest.mark.parametrize(("cells", "expected"), DOUBTED)
def test_a_doubtful_row_is_taken_with_a_remark(cells: dict[str, Cell], expected: str) -> None:
    found = judged(PERSON | cells)
    assert codes(found) == [expected]
    assert len(found.entries) == 1


QUIET: list[dict[str, Cell]] = [
    {"TANGGAL LAHIR": "12-04-1987"},
    {"TANGGAL LAHIR": ""},
    {"TMT JABATAN": ""},
    {"NAMA PENDIDIKAN": ""},
    {"NOMOR HP": ""},
    {"NIP ATASAN": ""},
    {"NIP LAMA": "131234567"},
    {"HUKDIS AKTIF": "Tidak ada"},
    {"NIP": "196901012000012903"},
    {"NIP": "196801012000012903", "JENIS JABATAN": "FUNGSIONAL", "JABATAN NAMA": "Guru Ahli Madya"},
    {"NIP": "196801012000012903", "JENIS JABATAN": "JPT PRATAMA", "JABATAN NAMA": "Kepala Dinas"},
    {"NIP": "196201012000012903", "JENIS JABATAN": "FUNGSIONAL", "JABATAN NAMA": "Dokter Ahli Utama"},
]


@pytest.mark.parametrize("cells", QUIET)
def test_what_is_usual_is_not_remarked_on(cells: dict[str, Cell]) -> None:
    found = [code for code in codes(judged(PERSON | cells)) if code != "nip_age"]
    assert found == []


def test_of_a_repeated_number_the_first_row_stands() -> None:
    found = judged(PERSON, person(), PERSON | {"NAMA": "Orang Lain"})
    assert [entry.facts[0] for entry in found.entries] == ["Rina Contoh", "Rina Contoh"]
    assert found.remarks[4][0].code == "nip_repeated"
    assert found.remarks[4][0].values == {"row": 2}


def test_a_number_written_otherwise_is_still_the_same_number() -> None:
    assert codes(judged(PERSON, PERSON | {"NIP": "19870412 201001 2 903"}), row=3) == ["nip_repeated"]


def test_a_shared_telephone_is_remarked_on_in_every_row_that_has_it() -> None:
    found = judged(person(NOMOR_HP="081234567890"), person(NOMOR_HP="+62 812-3456-7890"), person())
    assert [codes(found, row) for row in (2, 3, 4)] == [["phone_shared"], ["phone_shared"], []]
    assert found.remarks[2][0].values == {"rows": 2}


def test_the_telephone_of_a_refused_row_counts_for_nobody() -> None:
    found = judged(person(NOMOR_HP="081234567890"), person(NOMOR_HP="081234567890", GOL_RUANG="I/e"))
    assert codes(found) == []


def test_where_column_and_number_differ_nobody_is_addressed_by_guess() -> None:
    assert fact(PERSON | {"JENIS KELAMIN": "L"}, "sex") is None
    assert fact(PERSON | {"JENIS KELAMIN": ""}, "sex") == "F"
    assert fact(PERSON | {"JENIS KELAMIN": "?"}, "sex") == "F"


def test_a_c_beside_pns_makes_a_candidate() -> None:
    assert fact(PERSON | {"STATUS CPNS PNS": "C"}, "employment_type") == "candidate_servant"
    assert fact(PERSON | {"STATUS CPNS PNS": "P"}, "employment_type") == "permanent_servant"


@pytest.mark.parametrize("name", ["<b>Siti</b> & <script>", '=HYPERLINK("http://x","klik")', "@SUM(A1)", "{{ nama }}"])
def test_a_name_that_looks_like_markup_or_a_formula_is_kept_as_text(name: str) -> None:
    assert fact(PERSON | {"NAMA": name}, "full_name") == name


def test_a_heading_between_the_rows_is_passed_over() -> None:
    found = judged(PERSON, {"NIP": "BIDANG PELAYANAN"}, person())
    assert [entry.number for entry in found.entries] == [2, 4]
    assert not found.refused


def test_a_nearly_empty_row_is_not_passed_over_in_silence() -> None:
    assert codes(judged(PERSON, {"NAMA": "Rina", "UNOR NAMA": "Umum"}, person()), row=3)[0] == "nip_missing"


@pytest.mark.parametrize(("rounded", "good", "noted"), [(3, 20, True), (2, 2, False), (3, 60, False)])
def test_many_rounded_numbers_are_a_fault_of_the_file(rounded: int, good: int, noted: bool) -> None:
    bad = [PERSON | {"NIP": 1.98704122010012e17}] * (rounded - 1) + [PERSON | {"NIP": "198704122010012000"}]
    found = judged(*bad, *(person() for _ in range(good)))
    assert [(note.code, note.values["rows"]) for note in found.notes] == [("nip_column_numeric", rounded)] * noted


def test_talent_is_read_apart_from_what_stands_in_the_clear() -> None:
    found = judged(
        PERSON
        | {"PREDIKAT KINERJA 2025": "Sangat Baik", "PREDIKAT 2024": "Baik", "NILAI POTENSI": 61.9}
        | {"NILAI KOMPETENSI": "64,6", "TAHUN ASESMEN": 2024.0, "HUKDIS AKTIF": "Ringan", "PELATIHAN": "Mediasi; GIS"}
    )
    assert dict(zip(found.talent, found.entries[0].talent, strict=True)) == {
        "performance_2025": "very_good",
        "performance_2024": "good",
        "potential": 61.9,
        "competency": 64.6,
        "assessment_year": 2024,
        "discipline": "light",
        "skills": ["Mediasi", "GIS"],
    }


def test_performance_of_the_year_before_is_known_by_either_name() -> None:
    assert judged(PERSON | {"PREDIKAT KINERJA N-1": "Baik"}).talent == ["performance_2025"]


def test_where_a_unit_lies_is_told_only_when_all_its_people_say_the_same() -> None:
    found = judged(
        person(UNOR_NAMA="Puskesmas A", LOKASI_KERJA="Palaran"),
        person(UNOR_NAMA="Puskesmas A", LOKASI_KERJA="Palaran"),
        person(UNOR_NAMA="Puskesmas B", LOKASI_KERJA="Palaran"),
        person(UNOR_NAMA="Puskesmas B", LOKASI_KERJA="Sambutan"),
        person(UNOR_NAMA="Puskesmas C", LOKASI_KERJA=""),
    )
    agency = "dinas sosial dan pemberdayaan masyarakat"
    assert found.kecamatan == {(agency, "puskesmas a"): "Palaran"}


def test_columns_nobody_needs_are_named_and_running_numbers_are_not() -> None:
    assert columns.dropped(["No.", "AGAMA", "NIK", "Keterangan", "ALAMAT"]) == ["AGAMA", "NIK", "ALAMAT"]


JUNK = st.one_of(
    st.text(max_size=30),
    st.floats(allow_nan=False),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.sampled_from(sorted({str(cell) for cell in PERSON.values()})),
)
TITLES = [
    *PERSON,
    "TANGGAL LAHIR",
    "NIP ATASAN",
    "NIP LAMA",
    "ESELON",
    "PREDIKAT KINERJA 2025",
    "NILAI POTENSI",
    "PELATIHAN",
]


@given(st.lists(st.dictionaries(st.sampled_from(TITLES), JUNK, max_size=5), min_size=1, max_size=4))
def test_whatever_stands_in_the_cells_every_row_is_accounted_for(rows: list[dict[str, Any]]) -> None:
    found = judged(*(PERSON | junk for junk in rows), person())
    taken = [entry.number for entry in found.entries]
    refused = [row.number for row in found.refused]
    assert sorted(taken + refused) == list(range(2, len(rows) + 3))
    assert all(found.remarks[row] for row in refused)
