"""Spreadsheets in and out: Excel and CSV as an office sends them, and files Excel opens without surprises."""

from content.sheets.annotating import annotate
from content.sheets.headers import Header, Row, find_header, letter, normal_title, records
from content.sheets.reading import Cell, Table, read_table
from content.sheets.writing import Column, neutral, template, write_table

__all__ = [
    "Cell",
    "Column",
    "Header",
    "Row",
    "Table",
    "annotate",
    "find_header",
    "letter",
    "neutral",
    "normal_title",
    "read_table",
    "records",
    "template",
    "write_table",
]
