"""A survey on paper: the form to print, the sheet to type into, and the sheet tried out and saved."""

from handlers.office.survey_paper import entering, files, screens
from handlers.office.survey_paper.feature import feature

__all__ = ["entering", "feature", "files", "screens"]
