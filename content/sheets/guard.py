"""Looks into a workbook before it is opened: the reader would take the process down over a file made to do so.

One filled cell in the last row and column is enough: the reader asks for the whole rectangle at once.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from content.errors import SheetError

LARGEST_UNPACKED = 200_000_000
"""Bytes of all parts together; the 12,000-row roster of a city has 17 million."""
HIGHEST_RATIO = 100
"""Unpacked over packed; real rosters stay near 10."""
MOST_ROWS = 200_000
MOST_CELLS = 20_000_000
"""Cells of the rectangle the reader sets aside, some 32 bytes each."""
_SMALL = 1_000_000
"""Bytes below which a ratio says nothing: little files of equal rows pack very well."""
_PIECE = 1 << 18
_OVERLAP = 64
_NOISE = b" \n\t\r'\""
_FAR = re.compile(rb"r=(?:[B-Z](?:[A-Z]|\d{6})|A(?:[A-Z](?:[A-Z]|\d{6})|\d{6})|\d{6})")
"""A reference past column AZ or row 99,999, with blanks and quotes taken out; worth an exact look, no more."""


def inspect(data: bytes) -> None:
    """Refuse a workbook that is no ZIP or would unfold beyond measure.

    Raises SheetError `not_a_workbook`, `too_large`, `suspicious_ratio` or `too_many_rows`.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_sizes(archive.infolist())
            for part in archive.infolist():
                _check_part(archive, part)
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as reason:
        raise SheetError("not_a_workbook", reason=str(reason)) from reason


def _check_sizes(parts: list[ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > LARGEST_UNPACKED:
        raise SheetError("too_large", size=unpacked, limit=LARGEST_UNPACKED)
    if unpacked > _SMALL and unpacked > HIGHEST_RATIO * packed:
        raise SheetError("suspicious_ratio", ratio=unpacked // max(packed, 1), limit=HIGHEST_RATIO)
    names = [part.filename for part in parts]
    if len(set(names)) < len(names):
        raise SheetError("not_a_workbook", reason="a part stands twice")


def _check_part(archive: ZipFile, part: ZipInfo) -> None:
    """Read a part to its end, so that one larger than it declares is found, and look for far cells in sheets."""
    if not part.filename.endswith((".xml", ".rels")):
        return
    is_sheet = part.filename.startswith("xl/worksheets/")
    with archive.open(part) as stream:
        far = _has_far_cell(stream) if is_sheet else _drained(stream)
    if far:
        with archive.open(part) as stream:
            _measure(stream)


def _drained(stream: IO[bytes]) -> bool:
    while stream.read(_PIECE):
        pass
    return False


def _has_far_cell(stream: IO[bytes]) -> bool:
    far, tail = False, b""
    for piece in _pieces(stream):
        searched = tail + piece.translate(None, _NOISE)
        far = far or _FAR.search(searched) is not None
        tail = searched[-_OVERLAP:]
    return far


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    first = stream.read(_PIECE)
    # Any encoding in which the references look different would walk past the search.
    if b"\0" in first[:4] or first[:2] in (b"\xff\xfe", b"\xfe\xff") or _foreign_encoding(first):
        raise SheetError("not_a_workbook", reason="not UTF-8")
    while first:
        yield first
        first = stream.read(_PIECE)


def _foreign_encoding(first: bytes) -> bool:
    declared = re.search(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']*)""", first[:200])
    return declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii")


def _measure(stream: IO[bytes]) -> None:
    """Find the exact reach of the filled cells; raises SheetError when their rectangle is too large."""
    reach = _Reach()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reach.start
    parser.EntityDeclHandler = reach.entity
    try:
        parser.ParseFile(stream)
    except expat.ExpatError as reason:
        raise SheetError("not_a_workbook", reason=str(reason)) from reason
    if reach.rows > MOST_ROWS:
        raise SheetError("too_many_rows", rows=reach.rows, limit=MOST_ROWS)
    if reach.rows * reach.columns > MOST_CELLS:
        raise SheetError("too_large", size=reach.rows * reach.columns, limit=MOST_CELLS)


class _Reach:
    """Follows the cells of a sheet and remembers how far right and down a filled one stands."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._cell = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._cell = attributes.get("r", "")
        elif local in ("v", "is", "f") and self._cell:
            self._fill(self._cell)
            self._cell = ""

    def entity(self, *_declared: object) -> None:
        raise SheetError("not_a_workbook", reason="entities are declared")

    def _fill(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        column = 0
        for sign in letters:
            column = column * 26 + ord(sign.upper()) - ord("A") + 1
        self.columns = max(self.columns, column)
        self.rows = max(self.rows, int(reference[len(letters) :] or 0))
