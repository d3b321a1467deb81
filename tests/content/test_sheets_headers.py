"""Headers in either dialect wherever they stand, and rows without titles, blanks and signatures."""

import pytest

from content.errors import SheetError
from content.sheets import Cell, find_header, letter, normal_title, records

ALIASES = {
    "number": ["NIP", "NIP BARU"],
    "name": ["NAMA", "NAMA PEGAWAI"],
    "unit": ["UNOR NAMA", "NAMA UNOR"],
    "phone": ["NOMOR HP", "NO HP"],
}
HEADER: list[Cell] = ["NIP", "NAMA", "UNOR NAMA", "NOMOR HP", "AGAMA", "NIK", "ESELON", "EMAIL"]
RINA: list[Cell] = ["198704122010012903", "Rina Contoh", "Subbagian Umum", "0812", "", "", "", ""]
ANDI: list[Cell] = ["199405202022211904", "Andi Contoh", "SD Negeri 000", "", "", "", "", ""]
BLANK: list[Cell] = [""] * 8
SPACES: list[Cell] = [" ", "\u00a0", "", "", "", "", "", ""]


def alone(text: Cell, place: int = 0) -> list[Cell]:
    row = [*BLANK]
    row[place] = text
    return row


def numbers(rows: list[list[Cell]]) -> list[int]:
    return [row.number for row in records(rows, find_header(rows, ALIASES))]


@pytest.mark.parametrize("above", range(10))
def test_a_header_is_found_in_any_of_the_first_ten_rows(above: int) -> None:
    rows = [*(alone(f"Judul {line}") for line in range(above)), HEADER, RINA]
    header = find_header(rows, ALIASES)
    assert header.row == above + 1
    assert numbers(rows) == [above + 2]


def test_below_the_tenth_row_no_header_is_looked_for() -> None:
    with pytest.raises(SheetError) as caught:
        find_header([*[BLANK] * 10, HEADER, RINA], ALIASES)
    assert caught.value.code == "no_header"
    assert caught.value.values["expected"] == ["NIP", "NAMA", "UNOR NAMA", "NOMOR HP"]


def test_a_heading_that_holds_one_known_word_is_no_header() -> None:
    assert find_header([alone("NAMA"), HEADER, RINA], ALIASES).row == 2


def test_the_row_with_most_known_titles_is_the_header() -> None:
    assert find_header([["NIP", "NAMA", "", "", "", "", "", ""], HEADER, RINA], ALIASES).row == 2


@pytest.mark.parametrize(
    "title", ["NIP BARU", "nip baru", " Nip  Baru ", "NIP_BARU", "NIP.BARU", "NIP\nBARU", "NIP\u00a0BARU", "NIP-BARU*"]
)
def test_titles_are_known_however_they_are_written(title: str) -> None:
    header = find_header([[title, "Nama Pegawai"], ["1", "Rina"]], ALIASES)
    assert header.columns == {"number": 0, "name": 1}
    assert normal_title(title) == "NIP BARU"


def test_both_dialects_lead_to_the_same_fields() -> None:
    simpeg = find_header([["NIP", "NAMA", "NAMA UNOR"]], ALIASES)
    siasn = find_header([["NIP BARU", "NAMA", "UNOR NAMA"]], ALIASES)
    assert simpeg.columns == siasn.columns == {"number": 0, "name": 1, "unit": 2}
    assert siasn.titles == {"number": "NIP BARU", "name": "NAMA", "unit": "UNOR NAMA"}


def test_the_preferred_title_wins_where_two_are_there() -> None:
    assert find_header([["NIP BARU", "NIP", "NAMA"]], ALIASES).columns["number"] == 1


def test_one_title_in_two_columns_is_refused_with_their_letters() -> None:
    with pytest.raises(SheetError) as caught:
        find_header([["NIP", "NAMA", "", "nip"]], ALIASES)
    assert caught.value.code == "column_twice"
    assert caught.value.values == {"title": "NIP", "columns": ["A", "D"]}


def test_titles_nobody_needs_are_named() -> None:
    header = find_header([HEADER], ALIASES)
    assert header.unused == ("AGAMA", "NIK", "ESELON", "EMAIL")
    assert header.width == 8


def test_cells_come_raw_by_field() -> None:
    rows: list[list[Cell]] = [HEADER, [1.98704122010012e17, " Rina ", "", 812.0, "x", "x", "x", "x"]]
    row = next(records(rows, find_header(rows, ALIASES)))
    assert row.cells == {"number": 1.98704122010012e17, "name": " Rina ", "unit": "", "phone": 812.0}


def test_a_row_shorter_than_the_header_has_empty_cells() -> None:
    rows: list[list[Cell]] = [HEADER, ["1", "Rina"], ANDI]
    assert next(records(rows, find_header(rows, ALIASES))).cells["phone"] == ""


def test_blank_rows_are_passed_over_and_numbers_stay_the_sheets() -> None:
    assert numbers([alone("Judul"), HEADER, RINA, BLANK, SPACES, ANDI]) == [3, 6]


def test_a_header_repeated_on_every_page_is_no_row() -> None:
    assert numbers([HEADER, RINA, [*HEADER], ANDI]) == [2, 4]


@pytest.mark.parametrize(
    "counting",
    [["1", "2", "3", "4", "5", "6", "7", "8"], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], ["(1)", "(2)", "(3)"]],
)
def test_a_row_that_only_counts_the_columns_is_no_row(counting: list[Cell]) -> None:
    assert numbers([HEADER, counting, RINA]) == [3]


def test_signatures_below_the_table_are_no_rows() -> None:
    signed: list[list[Cell]] = [
        BLANK,
        alone("Samarinda, 2 Januari 2026", 1),
        ["", "Mengetahui,", "", "Yang membuat,", "", "", "", ""],
        BLANK,
        alone("NIP. 19650101 199003 1 901", 1),
        BLANK,
    ]
    assert numbers([HEADER, RINA, ANDI, *signed]) == [2, 3]


def test_a_row_without_its_number_is_still_a_row() -> None:
    assert numbers([HEADER, RINA, ["", "Icha Contoh", "Sekretariat", "0813", "", "", "", ""]]) == [2, 3]


@pytest.mark.parametrize("number", ["198704122010012903", "19870412 201001 2 903", "'198704122010012903", 1.98e17])
def test_a_last_row_with_little_but_an_employee_number_is_still_a_row(number: Cell) -> None:
    assert numbers([HEADER, RINA, alone(number)]) == [2, 3]


def test_in_a_narrow_table_nothing_but_blank_rows_is_left_out() -> None:
    rows: list[list[Cell]] = [["NIP", "NAMA"], ["1", "Rina"], ["2", ""], ["", ""]]
    assert numbers(rows) == [2, 3]


def test_a_table_without_rows_has_none() -> None:
    assert numbers([HEADER, BLANK, alone("Samarinda, 2 Januari 2026")]) == []


@pytest.mark.parametrize(
    ("column", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_columns_have_the_letters_excel_shows(column: int, letters: str) -> None:
    assert letter(column) == letters
