"""Gives a survey's workbook back with a remark beside each row that needs mending, on both of its sheets."""

from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook

from content.sheets import annotate_page
from content.survey_sheets import columns
from content.survey_sheets.reading import Mistake, header_row_of, sheets_of


def remarked(data: bytes, filename: str, remarks: Sequence[tuple[Mistake, str]]) -> bytes:
    """Return the workbook as it came, what is said of each mistake in a last column; raises what `read` does."""
    said: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    sheets = sheets_of(data, filename)
    for mistake, words in remarks:
        # The header's own place in the last column is taken by its title.
        row = max(mistake.row, header_row_of(mistake.sheet, sheets.get(mistake.sheet, [])) + 1)
        said[mistake.sheet][row].append(f"{mistake.column}{mistake.row}: {words}")
    buffer = BytesIO()
    with Workbook(buffer) as book:
        for name in (columns.SURVEY, columns.QUESTIONS):
            rows = [*sheets.get(name, [])]
            rows += [[] for _ in range(len(rows), max(said[name], default=1))]
            joined = {row: "\n".join(words) for row, words in said[name].items()}
            annotate_page(book, book.add_worksheet(name), rows, joined, header_row=header_row_of(name, rows))
    return buffer.getvalue()
