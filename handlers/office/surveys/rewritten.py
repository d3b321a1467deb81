"""The word to whoever opened an anonymous round once it is rewritten: how many answers count, or why none do."""

from collections.abc import Mapping
from typing import Any

from content.catalog import Catalog
from db.surveys import closing, rewriting
from handlers.employee.survey_reminders import in_language
from handlers.outgoing import filled_by


@filled_by(closing.TOLD)
def _filled(_catalog: Catalog, values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    days = rewriting.UNTIL_LOST.days
    return {"lost": 0, **values, "title": in_language(values["title"], language), "days": days}
