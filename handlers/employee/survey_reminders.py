"""Under a reminder of a survey: open it, or hear of it no more."""

from collections.abc import Mapping
from typing import Any

from content.catalog import Catalog
from db.surveys import reminders
from handlers.answers import Answer, show, toast
from handlers.buttons import Rows, act
from handlers.context import Context
from handlers.features import Feature
from handlers.outgoing import filled_by, keyboard_for

feature = Feature("survey_reminders")


def in_language(text: Mapping[str, Any], language: str) -> str:
    """Give a definition's words in a language, else the Indonesian ones."""
    return str(text.get(language) or text["id"])


@feature.button("rem_quiet")
async def be_quiet(context: Context, round_id: int) -> Answer:
    """Stop reminding of this round; the message loses its buttons."""
    ended = await reminders.silence(context.session, round_id, context.person.employee_id)
    return [
        toast("survey_reminders/quiet_toast"),
        show(
            "survey_reminders/quiet",
            title=in_language(ended.title, context.language),
            closes_at=ended.closes_at.isoformat() if ended.closes_at else "",
            open=ended.open,
        ),
    ]


@filled_by(reminders.UNFINISHED)
@filled_by(reminders.LAST_DAY)
def _filled(_catalog: Catalog, values: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    return {"title": in_language(values["title"], language), "closes_at": values["closes_at"]}


@keyboard_for(reminders.UNFINISHED)
@keyboard_for(reminders.LAST_DAY)
def _under(values: Mapping[str, Any]) -> Rows:
    return [[act("fill_survey", "sv_open", values["round"])], [act("stop_reminding", "rem_quiet", values["round"])]]
