"""Writing an announcement: `/siaran`, the text as typed, and the list of what is on its way."""

from content.errors import OfficeTextError
from db import announcements
from db.announcements import DRAFT
from db.errors import NotFound
from db.models import Announcement
from handlers.answers import Answer, show
from handlers.buttons import Button, act, pick
from handlers.context import Context
from handlers.errors import excuse
from handlers.office.announcement import written
from handlers.office.announcement.audience import draft_screen
from handlers.office.announcement.feature import feature
from handlers.office.announcement.formatting import office_html
from handlers.office.announcement.progress import state_screen
from handlers.office.announcement.words import title

TEXT = "announcement_text"


@feature.command("siaran")
async def begin(context: Context, words: str) -> Answer:
    """Ask for a text, and list the newest announcements; one that stands behind the command is taken at once."""
    await context.enter(TEXT)
    if words:
        return await _take_at_once(context)
    rows = [
        [_listed(context, one, state)]
        for one, state in await announcements.recent(context.session, context.person.employee_id)
    ]
    return show("announcements/compose", *rows, [act("abort", "cancel")], listed=bool(rows))


async def _take_at_once(context: Context) -> Answer:
    try:
        return await _taken(context, office_html(context.message, behind_command=True), None)
    except OfficeTextError as refusal:  # let through, it would roll back the step in which the text is asked for again
        return await excuse(context, refusal)


def _listed(context: Context, one: Announcement, state: str) -> Button:
    words = context.tools.catalog.label(f"announcement_states.{state}", context.language)
    return pick(f"{words}: {title(one.text)}", "ann_open", one.id)


@feature.text(TEXT)
async def take_text(context: Context, _text: str) -> Answer:
    """Keep a typed text with its formatting; a wrong one is refused with what to mend, and asked for again."""
    place = await context.place()
    return await _taken(context, office_html(context.message), place.values.get("id") if place else None)


async def _taken(context: Context, source: str, announcement_id: int | None) -> Answer:
    written.check(source)
    one = await _draft(context, announcement_id, source)
    await context.leave()
    return await draft_screen(context, one)


async def _draft(context: Context, announcement_id: int | None, source: str) -> Announcement:
    by = context.person.employee_id
    if announcement_id is not None:
        try:
            known = await announcements.get(context.session, announcement_id)
        except NotFound:
            known = None
        if known is not None and known.author_id == by and known.state == DRAFT:
            announcements.rewrite(known, source)
            return known
    return await announcements.draft(context.session, by, source, context.now)


@feature.button("ann_rewrite")
async def ask_for_text(context: Context, announcement_id: int) -> Answer:
    """Ask for another text of a draft."""
    one = await announcements.own_draft(context.session, announcement_id, context.person.employee_id)
    await context.enter(TEXT, id=one.id)
    return show("announcements/rewrite", [act("abort", "ann_open", one.id)], text=one.text)


@feature.button("ann_drop")
async def drop(context: Context, announcement_id: int) -> Answer:
    """Give a draft up."""
    one = await announcements.own_draft(context.session, announcement_id, context.person.employee_id)
    announcements.drop(one)
    await context.leave()
    return show("announcements/dropped", [act("to_menu", "menu", "menu")])


@feature.button("ann_open")
async def open_one(context: Context, announcement_id: int) -> Answer:
    """Show an announcement as it stands: a draft to its author, anything else to every officer."""
    one = await announcements.get(context.session, announcement_id)
    await context.leave()
    if one.state != DRAFT:
        return await state_screen(context, one)
    one = await announcements.own_draft(context.session, announcement_id, context.person.employee_id)
    return await draft_screen(context, one)
