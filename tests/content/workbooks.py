"""Workbooks made by hand, part by part, so that a test can hold what no honest program would write."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook

from content.sheets import Cell

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
}


def by_hand(rows: str, *, head: str = '<?xml version="1.0"?>', extra: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return a workbook whose only sheet holds exactly these `<row>` elements."""
    sheet = f"{head}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    return zipped({**_PARTS, "xl/worksheets/sheet1.xml": sheet, **(extra or {})})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP of these parts."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(*sheets: Sequence[Sequence[Cell]], hidden: Sequence[int] = ()) -> bytes:
    """Return a workbook as a spreadsheet program would write it; `hidden` names sheets by place."""
    buffer = BytesIO()
    with Workbook(buffer) as book:
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        pages = [book.add_worksheet(f"Lembar {place + 1}") for place in range(len(sheets))]
        for place, (page, rows) in enumerate(zip(pages, sheets, strict=True)):
            if place in hidden:
                page.hide()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        page.write_datetime(row, column, cell, day)
                    elif isinstance(cell, str):
                        page.write_string(row, column, cell)
                    else:
                        page.write(row, column, cell)
        next(page for place, page in enumerate(pages) if place not in hidden).activate()
    return buffer.getvalue()
