"""The sheet of joining slips that an office prints and cuts: eight to an A4 page, each with a QR and a typed code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import groupby

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from content.catalog import Catalog

COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = A4[0] / COLUMNS, A4[1] / ROWS
_MARGIN = 7 * mm
"""Free on every side: office printers leave the outer 5 mm white."""
_QR = 31 * mm
"""Side of the QR; a cheap phone camera reads it from a hand's breadth away."""
_QR_GAP = 5 * mm
"""Wider than the four modules of white that readers need around a QR."""
_GROUP = 4
"""Signs of the code between two gaps, as many as a reader holds in mind."""
_PLAIN, _BOLD, _CODE = "Helvetica", "Helvetica-Bold", "Courier-Bold"
_CODE_SIZE = 17


@dataclass(frozen=True, slots=True)
class Slip:
    """One person's slip: initials and unit to hand it out by, the code to type, the link behind the QR."""

    name_initials: str
    unit: str
    code: str
    link: str
    expires: date | datetime


def slips_pdf(slips: Sequence[Slip], language: str = "id", *, catalog: Catalog, office: str) -> bytes:
    """Return the sheet as PDF with a text layer; `office` is named as the one who runs the service."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, lang=language)
    canvas.setTitle(catalog.label("slips.title", language))
    canvas.setAuthor(office)
    for number, slip in enumerate(slips):
        place = number % (COLUMNS * ROWS)
        if place == 0:
            if number:
                canvas.showPage()
            _cut_lines(canvas)
        row, column = divmod(place, COLUMNS)
        _Drawn(canvas, column * WIDTH, A4[1] - (row + 1) * HEIGHT).slip(slip, _words(slip, language, catalog, office))
    canvas.save()
    return buffer.getvalue()


def grouped(code: str) -> str:
    """Write a code in groups that are easy to type; one that has its own separators is left alone."""
    if not code.isalnum():
        return code
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def _words(slip: Slip, language: str, catalog: Catalog, office: str) -> dict[str, str]:
    values = {
        "initials": slip.name_initials,
        "bot": slip.link.partition("?")[0].removeprefix("https://"),
        "office": office,
        "expires": slip.expires,
    }
    keys = ("title", "for_whom", "how", "who", "expires", "secret")
    return {key: catalog.label(f"slips.{key}", language, **values) for key in keys}


def _cut_lines(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setDash(4, 3)
    canvas.setLineWidth(0.5)
    canvas.setStrokeGray(0.45)
    for row in range(1, ROWS):
        canvas.line(0, row * HEIGHT, A4[0], row * HEIGHT)
    for column in range(1, COLUMNS):
        canvas.line(column * WIDTH, 0, column * WIDTH, A4[1])
    canvas.restoreState()


class _Drawn:
    """One slip's place on the page, written from the top down beside its QR."""

    def __init__(self, canvas: Canvas, left: float, bottom: float) -> None:
        self._canvas = canvas
        self._left = left + _MARGIN
        self._width = WIDTH - 2 * _MARGIN
        self._y = bottom + HEIGHT - _MARGIN

    def slip(self, slip: Slip, words: dict[str, str]) -> None:
        """Draw everything on one slip."""
        beside = self._width - _QR - _QR_GAP
        top = self._y
        self._paragraph(words["title"], _BOLD, 10, beside, lines=2)
        self._y -= 1.5 * mm
        self._paragraph(words["for_whom"], _BOLD, 12, beside, lines=1)
        self._paragraph(slip.unit, _PLAIN, 8.5, beside, lines=3)
        self._y -= 1 * mm
        self._paragraph(words["expires"], _PLAIN, 8.5, beside, lines=2)
        self._qr(slip.link, self._left + self._width - _QR, top - _QR)
        self._y = min(self._y, top - _QR) - 2 * mm
        self._code(grouped(slip.code))
        self._paragraph(words["how"], _PLAIN, 8.5, self._width, lines=2)
        self._paragraph(words["who"], _PLAIN, 8.5, self._width, lines=2)
        self._y -= 1 * mm
        self._paragraph(words["secret"], _BOLD, 9.5, self._width, lines=1)

    def _paragraph(self, text: str, font: str, size: float, width: float, *, lines: int) -> None:
        split = simpleSplit(text, font, size, width)
        if len(split) > lines:
            split = [*split[: lines - 1], split[lines - 1].rstrip() + "…"]
        for line in split:
            self._y -= size * 1.2
            self._text(line, font, size)

    def _code(self, code: str) -> None:
        size = _CODE_SIZE
        while self._canvas.stringWidth(code, _CODE, size) > self._width:
            size -= 1
        self._y -= size * 1.1
        self._text(code, _CODE, size)
        self._y -= 2 * mm

    def _text(self, text: str, font: str, size: float) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(self._left, self._y, text)

    def _qr(self, link: str, left: float, bottom: float) -> None:
        # Drawn as one path, a run of dark modules at a time: the library's own widget takes twice as long.
        modules = _modules(link)
        side = _QR / len(modules)
        path = self._canvas.beginPath()
        for row, line in enumerate(modules):
            column = 0
            for dark, run in groupby(line):
                length = len(list(run))
                if dark:
                    path.rect(left + column * side, bottom + _QR - (row + 1) * side, length * side, side)
                column += length
        self._canvas.drawPath(path, stroke=0, fill=1)


def _modules(link: str) -> list[list[bool]]:
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(link)
    code.make()
    return [[bool(dark) for dark in line] for line in code.modules]
