"""The results of a round: what there is of it, question by question."""

from typing import Any

from db import audit
from db.surveys import publications, response, rounds
from db.surveys.disclosure import Tables
from db.surveys.overall import Overall
from db.surveys.publications import Results
from handlers.answers import Answer, Show, show
from handlers.buttons import Button, act, pack, pick
from handlers.context import Context
from handlers.employee.survey.wording import clip
from handlers.keyboards import paged
from handlers.office.survey_results.feature import feature
from handlers.office.survey_results.wording import Wording

LABEL = 60
"""Signs of a question on a button."""


@feature.button("svr_list")
async def rounds_screen(context: Context) -> Answer:
    """List the rounds whose results can be looked at."""
    found = await publications.open_to_look(context.session)
    entries = [[pick(_listed(context, one.state, said.title.said(context.language)), "svr", one.id)]
               for one, said in found]  # fmt: skip
    back = [Button(key="buttons.office_menu", data=pack("menu", "kantor"))]
    return show("survey_results/rounds", *entries, back, rounds=len(found))


def _listed(context: Context, state: str, title: str) -> str:
    return context.tools.catalog.label(f"round_listed.{state}", context.language, title=title)


@feature.button("svr")
async def results(context: Context, round_id: int, page: int = 0) -> Answer:
    """Show how many have answered, and the questions."""
    found = await publications.results(context.session, round_id, anew=True)
    return await screen(context, found, max(page, 0))


async def screen(context: Context, found: Results, page: int = 0) -> Show:
    """Give the screen of a round's results."""
    words = wording(context, found)
    how = await response.response(context.session, found.round.id)
    tables = found.tables or Tables(0, (), ())
    entries = [
        pick(clip(f"{place + 1}. {words.question(found.definition.by_code[table.question])}", LABEL), "svr_q",
             found.round.id, place)
        for place, table in enumerate(tables.questions)
    ]  # fmt: skip
    return show(
        "survey_results/round",
        *paged(entries, page, "svr", found.round.id),
        *_acts(context, found),
        [_back(context, found)],
        title=words.title(),
        kind=context.tools.catalog.label(f"round_kinds.{found.round.secrecy}", context.language),
        anonymous=found.round.secrecy == "anonymous",
        state=found.round.state,
        published=found.published,
        asked=how.asked,
        finished=how.finished,
        people=tables.people,
        cuts=[words.cut(cut) for cut in tables.cuts],
    )


def wording(context: Context, found: Results) -> Wording:
    """Give the words for results in the chat's language."""
    return Wording(context.tools.catalog, context.language, found)


def _acts(context: Context, found: Results) -> list[list[Button]]:
    """Give what else can be done; the office's officers publish."""
    if found.published:
        return [[act("download_results", "svr_file", found.round.id)]]
    officer = context.person.has("officer")
    ready = found.round.state == rounds.CLOSED and officer
    return [[act("publish_results", "svr_ask", found.round.id)]] if ready else []


def _back(context: Context, found: Results) -> Button:
    if context.person.has("officer"):
        return act("back", "svk_round", found.round.id)
    return act("back", "svr_list")


def table_of(found: Results, place: int) -> Overall | None:
    """Give the table of a question by its place; None where the button is of another day."""
    tables = found.tables.questions if found.tables else ()
    return tables[place] if 0 <= place < len(tables) else None


async def note(context: Context, act_: str, found: Results, **more: Any) -> None:
    """Keep in the audit who looked at, or took away, what."""
    await audit.write(
        context.session, act_, at=context.now, subject=rounds.SUBJECT, subject_id=found.round.id,
        actor_id=context.person.employee_id, **more,
    )  # fmt: skip
