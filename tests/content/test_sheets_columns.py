"""A table read by columns says what it says by rows."""

from hypothesis import given
from hypothesis import strategies as st

from content.sheets import Cell, find_header, in_columns, records

ALIASES = {"number": ["NIP"], "name": ["NAMA"], "phone": ["NOMOR HP"]}
HEADER: list[Cell] = ["NO", "NIP", "NAMA", "UNOR", "NOMOR HP"]

cells = st.sampled_from(["", " ", "x", "198704122010012903", 1.0, 2.0, True])
rows = st.lists(st.lists(cells, max_size=7), max_size=12)


@given(rows)
def test_by_columns_and_by_rows_it_is_the_same_table(below: list[list[Cell]]) -> None:
    table = [HEADER, *below]
    header = find_header(table, ALIASES)
    by_rows = list(records(table, header))
    turned = in_columns(table, header)
    assert turned.numbers == [row.number for row in by_rows]
    for field in turned.fields:
        assert list(turned.column(field)) == [row.cells[field] for row in by_rows]


@given(rows)
def test_filled_fields_are_counted_without_blanks(below: list[list[Cell]]) -> None:
    table = [HEADER, *below]
    header = find_header(table, ALIASES)
    turned = in_columns(table, header)
    for at, row in enumerate(records(table, header)):
        assert turned.filled(at) == sum(not isinstance(cell, str) or bool(cell.strip()) for cell in row.cells.values())
