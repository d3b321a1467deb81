"""Files as people send them: Excel and CSV, with whatever a cell has become on the way."""

from datetime import date

import pytest

from content.errors import SheetError
from content.sheets import read_table
from content.sheets.guard import MOST_ROWS
from tests.content.workbooks import workbook

NUMBER = "198704122010012903"


def refusal(data: bytes, filename: str) -> str:
    with pytest.raises(SheetError) as caught:
        read_table(data, filename)
    return caught.value.code


def test_cells_come_as_they_stand() -> None:
    data = workbook([[NUMBER, float(NUMBER), 12.5, True, date(2026, 11, 24), "24-11-2026", "", " spasi "]])
    row = read_table(data, "pegawai.xlsx").rows[0]
    assert row == [NUMBER, float(NUMBER), 12.5, True, date(2026, 11, 24), "24-11-2026", "", " spasi "]
    assert [type(cell) for cell in row[:5]] == [str, float, float, bool, date]


def test_a_number_that_excel_has_rounded_stays_a_number() -> None:
    assert isinstance(read_table(workbook([[float(NUMBER)]]), "a.xlsx").rows[0][0], float)


def test_rows_are_counted_as_the_sheet_counts_them() -> None:
    rows = read_table(workbook([[""], [""], ["", "", "ketiga"]]), "a.xlsx").rows
    assert rows[2][2] == "ketiga"
    assert len(rows) == 3


def test_the_first_visible_sheet_with_cells_is_read() -> None:
    data = workbook([["tersembunyi"]], [[""]], [["terlihat"]], [["berikut"]], hidden=[0])
    table = read_table(data, "a.xlsx")
    assert table.rows == [["terlihat"]]
    assert table.sheet == "Lembar 3"


def test_a_workbook_is_known_by_its_bytes_not_its_name() -> None:
    assert read_table(workbook([["a"]]), "salah nama.csv").rows == [["a"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_whatever_its_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    lines = [["NIP", "NAMA"], [NUMBER, "Désirée Contoh"], ["", "Andi"]]
    text = "\r\n".join(delimiter.join(cells) for cells in lines) + "\r\n"
    assert read_table(text.encode(encoding), "pegawai.CSV").rows == lines


def test_a_comma_inside_semicolons_is_no_delimiter() -> None:
    text = "Daftar, menurut unit\nNIP;NAMA\n1;Rina, S.Sos., M.Si., M.A.\n2;Andi, S.E., M.M., Ak., C.A.\n"
    assert read_table(text.encode(), "a.csv").rows[2] == ["1", "Rina, S.Sos., M.Si., M.A."]


def test_quoted_cells_keep_delimiters_and_line_breaks() -> None:
    rows = read_table(b'NAMA;ALAMAT\n"Rina; Contoh";"Baris 1\nBaris 2"\nAndi;"kata ""ini"""\n', "a.csv").rows
    assert rows == [["NAMA", "ALAMAT"], ["Rina; Contoh", "Baris 1\nBaris 2"], ["Andi", 'kata "ini"']]


@pytest.mark.parametrize("first", ["sep=,\n", "SEP=,\r\n"])
def test_excels_line_naming_the_delimiter_is_no_row(first: str) -> None:
    assert read_table(f"{first}NIP,NAMA;X\n1,Rina\n".encode(), "a.csv").rows == [["NIP", "NAMA;X"], ["1", "Rina"]]


def test_blank_lines_of_a_csv_count_as_rows() -> None:
    assert read_table(b"judul\n\nNIP;NAMA\n1;Rina\n", "a.csv").rows[3] == ["1", "Rina"]


@pytest.mark.parametrize("filename", ["a.xlsx", "a.csv"])
def test_a_file_without_cells_is_refused(filename: str) -> None:
    data = workbook([[""]]) if filename == "a.xlsx" else b"\n\n;;\n"
    assert refusal(data, filename) == "empty"


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "lama.xls", "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "berkata sandi.xlsx", "old_excel"),
        (b"%PDF-1.7", "surat.pdf", "unsupported"),
        (b"NIP;NAMA", "pegawai", "unsupported"),
        (b"bukan zip", "pegawai.xlsx", "not_a_workbook"),
        (b"PK\x03\x04rusak", "pegawai.xlsx", "not_a_workbook"),
        (workbook([["a"]])[:-40], "terpotong.xlsx", "not_a_workbook"),
        (b"NIP;NAMA\n1;\x81\x8d", "a.csv", "encoding"),
        (b"NIP\0;NAMA", "a.csv", "encoding"),
        (b"\xff\xfeN\xd8", "a.csv", "encoding"),
        (b"sep=ab\nNIP;NAMA\n", "a.csv", "unreadable"),
        (b"NIP;" + b"x" * 200_000, "a.csv", "unreadable"),
        (b";" * 1_000, "a.csv", "too_many_columns"),
        (b"", "a.csv", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, filename: str, code: str) -> None:
    assert refusal(data, filename) == code


def test_a_csv_without_end_is_refused() -> None:
    assert refusal(b"1\n" * (MOST_ROWS + 1), "a.csv") == "too_many_rows"
