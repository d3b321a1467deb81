"""A survey's definition as a workbook and back: what an officer edits in Excel."""

from content.survey_sheets.reading import Mistake, SurveySheet, read
from content.survey_sheets.remarks import remarked
from content.survey_sheets.writing import template, write

__all__ = ["Mistake", "SurveySheet", "read", "remarked", "template", "write"]
