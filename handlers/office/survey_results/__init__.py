"""Results of surveys: questions as pictures and in words, by cuts once published, and as a workbook."""

from handlers.office.survey_results import asking, cuts, download, publishing, screens
from handlers.office.survey_results.feature import feature

__all__ = ["asking", "cuts", "download", "feature", "publishing", "screens"]
