"""Files we hand out: text stays text, moments are local, and nothing turns into a formula."""

from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import SheetError
from content.sheets import Cell, Column, annotate, neutral, read_table, template, write_table
from tests.content.workbooks import workbook

COLUMNS = [
    Column("NIP", width=22),
    Column("NAMA", width=30),
    Column("JUMLAH", "number"),
    Column("TANGGAL", "date"),
    Column("WAKTU", "moment"),
]


def read(data: bytes) -> list[list[Cell]]:
    return read_table(data, "keluaran.xlsx").rows


def part(data: bytes, name: str) -> str:
    with ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize(
    "value",
    ["=1+1", '=HYPERLINK("http://x","klik")', "+SUM(A1)", "-2+A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋A1",
     "－A1", "＠A1", "  =1+1", "\u00a0=1", "-cmd|' /C calc'!A0", "+1|x"],
)  # fmt: skip
def test_what_would_be_a_formula_is_neutralised(value: str) -> None:
    assert neutral(value) == "'" + value


@pytest.mark.parametrize(
    "value", ["Rina Contoh", "", "a=b", "+62 812-3456-7890", "-", "-5", "+62 (541) 123.456", "198704122010012903", "'x"]
)
def test_what_could_never_be_one_is_left_alone(value: str) -> None:
    assert neutral(value) == value


@given(st.text(max_size=30))
def test_no_text_leaves_beginning_like_a_formula_that_does_anything(value: str) -> None:
    left = neutral(value).lstrip(" ")
    if left.startswith(("=", "@", "＝", "＠", "\t", "\r")):
        pytest.fail(left)
    if left.startswith(("+", "-")):
        assert not any(sign.isalpha() or sign in "|!'\"" for sign in left)


def test_rows_are_written_under_their_titles() -> None:
    moment = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)
    rows = read(write_table(COLUMNS, [("198704122010012903", "Rina", 9900, date(2026, 11, 24), moment)]))
    assert rows[0] == ["NIP", "NAMA", "JUMLAH", "TANGGAL", "WAKTU"]
    # 00.05 UTC is five past eight in Samarinda.
    assert rows[1] == ["198704122010012903", "Rina", 9900.0, date(2026, 11, 24), datetime(2026, 11, 24, 8, 5)]  # noqa: DTZ001


def test_a_day_may_be_given_as_a_moment_and_is_the_local_one() -> None:
    evening = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    rows = read(write_table([Column("TANGGAL", "date")], [(evening,)]))
    assert rows[1] == [date(2026, 11, 25)]


def test_a_number_of_eighteen_digits_keeps_them_all() -> None:
    assert read(write_table(COLUMNS[:1], [("198704122010012903",)]))[1] == ["198704122010012903"]


def test_nothing_is_written_where_there_is_no_value() -> None:
    rows = read(write_table(COLUMNS, [(None, "Rina", None, None, None)]))
    assert rows[1] == ["", "Rina", "", "", ""]


def test_names_that_look_like_formulas_are_text_and_neutral() -> None:
    data = write_table(COLUMNS[:2], [("1", '=HYPERLINK("http://x","klik")'), ("2", "<b>Siti</b> & <script>")])
    assert [row[1] for row in read(data)[1:]] == ['\'=HYPERLINK("http://x","klik")', "<b>Siti</b> & <script>"]
    assert "<f>" not in part(data, "xl/worksheets/sheet1.xml")


def test_a_text_longer_than_a_cell_is_cut_where_one_sees_it() -> None:
    written = read(write_table([Column("CATATAN")], [("a" * 40_000,)]))[1][0]
    assert isinstance(written, str)
    assert len(written) == 32_767
    assert written.endswith("a…")


def test_a_row_of_another_width_is_a_mistake_found_at_once() -> None:
    with pytest.raises(ValueError, match="zip"):
        write_table(COLUMNS, [("1", "2")])


def test_rows_may_come_one_by_one() -> None:
    assert len(read(write_table(COLUMNS[:1], ((str(number),) for number in range(1_000))))) == 1_001


def test_a_template_is_empty_and_its_text_columns_stay_text() -> None:
    data = template([Column("NIP"), Column("NOMOR HP"), Column("JUMLAH", "number")])
    assert read(data) == [["NIP", "NOMOR HP", "JUMLAH"]]
    columns = part(data, "xl/worksheets/sheet1.xml").partition("<cols>")[2].partition("</cols>")[0].split("<col ")[1:]
    styles = [column.partition('style="')[2].partition('"')[0] for column in columns]
    assert _format_id(data, styles[0]) == _format_id(data, styles[1]) == "49"  # 49 is Excel's own number for text
    assert _format_id(data, styles[2]) != "49"


def _format_id(data: bytes, style: str) -> str:
    listed = part(data, "xl/styles.xml").partition("<cellXfs")[2].split("<xf ")[1:]
    return listed[int(style)].partition('numFmtId="')[2].partition('"')[0]


ORIGINAL: list[list[Cell]] = [
    ["PEMERINTAH KOTA", "", "", ""],
    ["NIP", "NAMA", "TMT", "NILAI"],
    ["198704122010012903", "Rina Contoh", date(2021, 2, 1), 61.9],
    [1.98704122010012e17, '=HYPERLINK("http://x")', "01-02-2021", True],
    ["", "", "", ""],
    ["", "Kepala BKPSDM", "", ""],
]


def test_a_file_comes_back_with_remarks_and_every_cell_as_it_came() -> None:
    given_back = annotate(workbook(ORIGINAL), "a.xlsx", {3: "Diterima.", 4: "NIP terbaca sebagai angka."}, header_row=2)
    rows = read(given_back)
    assert [row[4] for row in rows] == ["", "KETERANGAN", "Diterima.", "NIP terbaca sebagai angka.", "", ""]
    assert rows[3][1] == '\'=HYPERLINK("http://x")'
    rows[3][1] = ORIGINAL[3][1]
    assert [row[:4] for row in rows] == ORIGINAL
    assert read_table(given_back, "a.xlsx").sheet == "Lembar 1"


def test_a_second_round_writes_over_the_remarks_of_the_first() -> None:
    first = annotate(workbook(ORIGINAL), "a.xlsx", {3: "Ditolak."}, header_row=2)
    second = annotate(first, "a.xlsx", {4: "Ditolak."}, header_row=2)
    assert [row[4] for row in read(second)] == ["", "KETERANGAN", "", "Ditolak.", "", ""]
    assert {len(row) for row in read(second)} == {5}


def test_a_column_of_that_name_further_left_is_the_offices_own() -> None:
    data = workbook([["NIP", "KETERANGAN", "NAMA"], ["1", "milik kantor", "Rina"]])
    rows = read(annotate(data, "a.xlsx", {2: "Diterima."}, header_row=1))
    assert rows == [["NIP", "KETERANGAN", "NAMA", "KETERANGAN"], ["1", "milik kantor", "Rina", "Diterima."]]


def test_a_csv_comes_back_as_excel_with_its_numbers_intact() -> None:
    data = "NIP;NAMA\n198704122010012903;Rina\n199405202022211904\n".encode("cp1252")
    rows = read(annotate(data, "pegawai.csv", {2: "=Diterima"}, header_row=1))
    assert rows == [
        ["NIP", "NAMA", "KETERANGAN"],
        ["198704122010012903", "Rina", "'=Diterima"],
        ["199405202022211904", "", ""],
    ]


def test_a_file_that_cannot_be_read_cannot_be_given_back() -> None:
    with pytest.raises(SheetError) as caught:
        annotate(b"bukan zip", "a.xlsx", {}, header_row=1)
    assert caught.value.code == "not_a_workbook"
