"""Spreadsheets in and out: Excel and CSV as an office sends them, and files Excel opens without surprises."""

from content.sheets.annotating import annotate, annotate_page
from content.sheets.headers import Columns, Header, Row, find_header, in_columns, letter, normal_title, records
from content.sheets.reading import Cell, Table, read_table
from content.sheets.writing import Column, Sheet, neutral, template, write_book, write_table

__all__ = [
    "Cell",
    "Column",
    "Columns",
    "Header",
    "Row",
    "Sheet",
    "Table",
    "annotate",
    "annotate_page",
    "find_header",
    "in_columns",
    "letter",
    "neutral",
    "normal_title",
    "read_table",
    "records",
    "template",
    "write_book",
    "write_table",
]
