"""Reads a printed sheet back without the library that made it: the words of its text layer, and its QR codes.

The QR reading follows ISO/IEC 18004 for level M and pristine codes: no errors are corrected, none are expected.
"""

import base64
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Matrix = list[list[bool]]
_BLOCKS = {1: [16], 2: [28], 3: [44], 4: [32, 32], 5: [43, 43], 6: [27, 27, 27, 27], 7: [31, 31, 31, 31]}
"""Data bytes of each block at level M, by version."""
_ALIGNED = {1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38]}
_FORMAT_MASK = 0b101010000010010
_MASKS: list[Callable[[int, int], bool]] = [
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _column: row % 2 == 0,
    lambda _row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
]


@dataclass(frozen=True)
class Page:
    """One page: its lines of text with their places in points, and what its QR codes say."""

    lines: list[tuple[float, float, str]]
    codes: list[str]

    @property
    def text(self) -> str:
        """All lines as one text."""
        return "\n".join(line for _x, _y, line in self.lines)


def read_pages(pdf: bytes) -> list[Page]:
    """Return the pages of a PDF in order."""
    return [_page(drawn) for drawn in _drawings(pdf)]


def words_of(pdf: bytes) -> list[str]:
    """Return the words of each page in the order in which they were drawn, wherever they stand."""
    return [
        " ".join(_unescaped(text) for text in re.findall(r"\((.*?)(?<!\\)\) Tj", drawn)) for drawn in _drawings(pdf)
    ]


def _drawings(pdf: bytes) -> list[str]:
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return [zlib.decompress(base64.a85decode(stream.strip(), adobe=False)).decode("latin-1")
            for stream in (part.strip().removesuffix(b"~>") for part in streams)]  # fmt: skip


def _page(drawn: str) -> Page:
    lines = re.findall(r"1 0 0 1 ([\d.]+) ([\d.]+) Tm \((.*?)(?<!\\)\) Tj", drawn)
    return Page([(float(x), float(y), _unescaped(text)) for x, y, text in lines], [*map(decoded, _matrices(drawn))])


def _unescaped(text: str) -> str:
    plain = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), text)
    return re.sub(r"\\(.)", r"\1", plain).encode("latin-1").decode("cp1252")


def _matrices(drawn: str) -> Iterator[Matrix]:
    for path in re.findall(r"((?:[-\d.]+ [-\d.]+ [-\d.]+ [-\d.]+ re ?\n?)+)f", drawn.replace("\n", " ")):
        numbers = [float(number) for number in re.findall(r"[-\d.]+", path)]
        runs = list(zip(numbers[::4], numbers[1::4], numbers[2::4], numbers[3::4], strict=True))
        side, left, top = runs[0][3], min(run[0] for run in runs), max(run[1] for run in runs)
        size = round((top - min(run[1] for run in runs)) / side) + 1
        matrix = [[False] * size for _row in range(size)]
        for x, y, width, _height in runs:
            row, column = round((top - y) / side), round((x - left) / side)
            matrix[row][column : column + round(width / side)] = [True] * round(width / side)
        yield matrix


def decoded(matrix: Matrix) -> str:
    """Return the bytes a QR holds, as text."""
    size = len(matrix)
    version = (size - 17) // 4
    form = "".join("01"[matrix[8][column]] for column in (0, 1, 2, 3, 4, 5, 7, 8))
    form += "".join("01"[matrix[row][8]] for row in (7, 5, 4, 3, 2, 1, 0))
    unmasked = int(form, 2) ^ _FORMAT_MASK
    if unmasked >> 13 != 0:
        raise ValueError("not level M")
    mask = _MASKS[unmasked >> 10 & 0b111]
    bits = "".join("01"[matrix[row][column] ^ mask(row, column)] for row, column in _places(size, version))
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)]
    return _message(_woven_apart(words, _BLOCKS[version]))


def _places(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Yield the data modules in order: pairs of columns from the right, up and down in turn."""
    upwards = True
    for right in [column for column in range(size - 1, 0, -2) if column > 6] + [5, 3, 1]:
        for row in range(size - 1, -1, -1) if upwards else range(size):
            for column in (right, right - 1):
                if not _reserved(row, column, size, version):
                    yield row, column
        upwards = not upwards


def _reserved(row: int, column: int, size: int, version: int) -> bool:
    far = size - 8
    corner = (row < 9 and column < 9) or (row < 9 and column >= far) or (row >= far and column < 9)
    number = version >= 7 and ((row < 6 and column >= size - 11) or (column < 6 and row >= size - 11))
    last = size - 7
    aligned = any(
        abs(row - middle) <= 2 and abs(column - centre) <= 2
        for middle in _ALIGNED[version]
        for centre in _ALIGNED[version]
        if (middle, centre) not in ((6, 6), (6, last), (last, 6))
    )
    return corner or number or aligned or row == 6 or column == 6


def _woven_apart(words: list[int], blocks: list[int]) -> bytes:
    parts: list[list[int]] = [[] for _block in blocks]
    stream = iter(words)
    for place in range(max(blocks)):
        for block, part in zip(blocks, parts, strict=True):
            if place < block:
                part.append(next(stream))
    return bytes(word for part in parts for word in part)


def _message(data: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    if bits[:4] != "0100":
        raise ValueError("not in bytes")
    length = int(bits[4:12], 2)
    return bytes(int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()
