"""The first screen of `/pegawai`: how many there are, and what can be done."""

from db import employees
from handlers.answers import Answer, show
from handlers.buttons import act, pick
from handlers.context import Context
from handlers.keyboards import paged
from handlers.menus import to_menu
from handlers.office.links import link_rows, scope_of
from handlers.office.roster.feature import feature
from handlers.office.survey_paper.screens import paper_rows


@feature.command("pegawai")
async def overview(context: Context, _words: str) -> Answer:
    """Show the numbers of the own subtree and what waits there; an officer may also bring a roster."""
    count = await employees.standing(context.session, scope_of(context.person))
    rows = await link_rows(context)
    if context.person.has("officer"):
        rows = [[act("upload_roster", "roupload")], [act("by_agency", "roagencies", 0)], *rows]
    rows += await paper_rows(context)
    return show(
        "roster/overview", *rows, [act("find_person", "findperson")], [to_menu()],
        people=count.people, joined=count.joined, confirmed=count.confirmed, without_phone=count.without_phone,
    )  # fmt: skip


@feature.button("roagencies")
async def by_agency(context: Context, page: int) -> Answer:
    """List the agencies with how many have joined; each leads to its slips."""
    word = context.tools.catalog.label
    choices = [
        pick(
            word("roster.joined_of", context.language, name=one.name, joined=one.joined, people=one.people),
            "unitslips", one.id, 0,
        )
        for one in await employees.standing_by_agency(context.session)
    ]  # fmt: skip
    return show("roster/by_agency", *paged(choices, page, "roagencies"), [act("to_links", "menu", "pegawai")])
