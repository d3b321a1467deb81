"""Files made to bring the reader down are refused before it sees them, and honest ones are let through."""

import struct
import zlib

import pytest

from content.errors import SheetError
from content.sheets import read_table
from content.sheets.guard import LARGEST_UNPACKED, MOST_ROWS
from tests.content.workbooks import by_hand, zipped

FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'


def cell(reference: str, inside: str = "<v>2</v>") -> str:
    return f'<row r="2"><c r="{reference}">{inside}</c></row>'


def refusal(data: bytes) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_table(data, "berkas.xlsx")
    return caught.value


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (cell("XFD1048576"), "too_many_rows"),
        (cell("A1048576"), "too_many_rows"),
        (cell(f"A{MOST_ROWS + 1}"), "too_many_rows"),
        (cell("ZZ200000"), "too_large"),
        (cell("XFD99999"), "too_large"),
        (cell("CV200000") + cell("CW1"), "too_large"),
        ("<row r = '2'><c\n r\n=\t'XFD1048576'><v>2</v></c></row>", "too_many_rows"),
        (cell("A1048576", "<is><t>jauh</t></is>"), "too_many_rows"),
        (cell("A1048576", "<f>1+1</f>"), "too_many_rows"),
    ],
)
def test_a_far_cell_does_not_make_the_reader_set_aside_the_whole_rectangle(rows: str, code: str) -> None:
    assert refusal(by_hand(FIRST + rows)).code == code


def test_a_far_cell_under_a_prefix_is_found() -> None:
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row r="1"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert refusal(by_hand("", extra={"xl/worksheets/sheet1.xml": sheet})).code == "too_many_rows"


def test_a_far_cell_between_two_pieces_is_found() -> None:
    # The search reads in pieces; a reference must be found wherever the cut falls.
    for padding in range(262_144 - 200, 262_144 + 20, 7):
        filler = f"<!--{'-x' * (padding // 2)}-->"
        assert refusal(by_hand(filler + FIRST + cell("A1048576"))).code == "too_many_rows"


@pytest.mark.parametrize(
    "rows",
    [
        cell("A100000"),
        cell("BA7"),
        '<row r="1048576"><c r="XFD1048576" s="0"/></row>',
        '<row r="2"><c r="A2" t="inlineStr"><is><t>kode r="XFD1048576"</t></is></c></row>',
    ],
)
def test_an_honest_file_that_looks_far_is_read(rows: str) -> None:
    assert read_table(by_hand(FIRST + rows), "berkas.xlsx").rows[0][0] == 1.0


def test_too_much_in_all_is_refused_by_what_the_parts_declare() -> None:
    data = by_hand(FIRST, extra={"xl/media/image1.bin": b""})
    refused = refusal(_declaring(data, "xl/media/image1.bin", LARGEST_UNPACKED + 1))
    assert refused.code == "too_large"
    assert refused.values["limit"] == LARGEST_UNPACKED


def test_a_part_packed_beyond_measure_is_refused() -> None:
    refused = refusal(by_hand(FIRST, extra={"xl/sharedStrings.xml": "a" * 3_000_000}))
    assert refused.code == "suspicious_ratio"


def test_a_part_larger_than_it_declares_is_refused() -> None:
    data = by_hand(FIRST, extra={"xl/sharedStrings.xml": "".join(f"<a>{n}</a>" for n in range(9_999))})
    assert refusal(_declaring(data, "xl/sharedStrings.xml", 10)).code == "not_a_workbook"


@pytest.mark.parametrize("head", ['<?xml version="1.0" encoding="UTF-16"?>', "<?xml version='1.0' encoding='utf-7'?>"])
def test_an_encoding_that_would_hide_the_references_is_refused(head: str) -> None:
    assert refusal(by_hand(FIRST, head=head)).code == "not_a_workbook"


def test_a_sheet_in_utf16_is_refused() -> None:
    sheet = "<worksheet><sheetData/></worksheet>"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        data = by_hand("", extra={"xl/worksheets/sheet1.xml": sheet.encode(encoding)})
        assert refusal(data).code == "not_a_workbook"


def test_declared_entities_are_refused_where_they_could_unfold() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa">]>'
    assert refusal(by_hand(FIRST + cell("A1048576"), head=head)).code == "not_a_workbook"


def test_a_sheet_that_is_no_xml_is_refused_when_looked_at_closely() -> None:
    assert refusal(by_hand('<row r="1"><c r="A1048576"><v>1</v>')).code == "not_a_workbook"


def test_a_part_that_stands_twice_is_refused() -> None:
    data = by_hand(FIRST, extra={"xl/worksheets/sheet2.xml": "<worksheet/>"})
    assert refusal(data.replace(b"sheet2.xml", b"sheet1.xml")).code == "not_a_workbook"


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    assert refusal(zipped({"a.txt": "halo"})).code == "unreadable"


def _declaring(data: bytes, name: str, size: int) -> bytes:
    """Return the ZIP with another unpacked size declared for one part, in its central directory."""
    at = data.rindex(name.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


def test_our_own_forgery_of_a_size_leaves_the_rest_intact() -> None:
    data = by_hand(FIRST)
    same = _declaring(data, "xl/workbook.xml", _size(data, "xl/workbook.xml"))
    assert zlib.crc32(same) == zlib.crc32(data)


def _size(data: bytes, name: str) -> int:
    at = data.rindex(name.encode()) - 46
    size: int = struct.unpack("<I", data[at + 24 : at + 28])[0]
    return size
