"""`/data_saya`: one's own answers to surveys; seen, taken away, deleted, and consents withdrawn."""

from typing import Any

from db.errors import StaleButton
from db.surveys import own
from db.surveys.definition import Question
from db.surveys.own import Mine
from handlers.answers import Answer, File, Show, show, toast
from handlers.buttons import Button, act, pack
from handlers.context import Context
from handlers.employee.own_answers import BUILDER
from handlers.employee.survey.desk import RoundDesk
from handlers.employee.survey.wording import clip
from handlers.features import Feature
from handlers.keyboards import paged
from handlers.menus import to_menu

feature = Feature("my_data")
SPECIAL = "special_data"
"""The purpose of the consent to special data, as the packaged survey has it."""
LONGEST_NAME = 40
"""Characters of a consent's words on a button."""


@feature.command("data_saya")
async def begin(context: Context, _words: str) -> Answer:
    """Show which surveys the person has answered."""
    return await _list(context, 0)


@feature.button("md_list")
async def list_again(context: Context, page: int) -> Answer:
    """Show the list in place, or another page of it."""
    return await _list(context, max(page, 0))


async def _list(context: Context, page: int) -> Show:
    found = await own.listed(context.session, context.person)
    entries = [_entry(context, one) for one in found]
    take = [[act("download_data", "md_download")]] if any(one.kept for one in found) else []
    rows = [*paged(entries, page, "md_list"), *take, [to_menu()]]
    return show("my_data/list", *rows, count=len(found), limited=context.person.own_since is not None)


def _entry(context: Context, one: Mine) -> Button:
    title = one.definition.title.said(context.language)
    return Button(key=f"my_data_entries.{_state(one)}", values={"title": title}, data=pack("md_survey", one.round.id))


def _state(one: Mine) -> str:
    if not one.findable:
        return "gone"
    if one.locked:
        return "locked"
    if one.sent is not None:
        return "paper" if one.via == "paper" else "sent"
    return "declined" if one.participant.state == "declined" else "begun"


@feature.button("md_survey")
async def look(context: Context, round_id: int) -> Answer:
    """Show what is kept of one survey, and what can be done with it."""
    return _screen(context, await own.one(context.session, context.person, round_id))


def _screen(context: Context, one: Mine) -> Show:
    this = one.round.id
    rows = []
    if one.kept:
        inner = [[_withdrawing(context, one, asked)] for asked in one.inner]
        rows = [*inner, [act("delete_answers", "md_delete", this)]]
    if one.via == "paper":
        rows.insert(0, [act("new_question", "ask")])
    return show("my_data/survey", *rows, [act("back", "md_list", 0)], **_told(context, one))


def _withdrawing(context: Context, one: Mine, asked: Question) -> Button:
    """Make the button of a consent inside; an office's own ones are named by how they were asked for."""
    this = ("md_inner", one.round.id, _place(one, asked))
    if asked.purpose == SPECIAL:
        return act("withdraw_inner", *this)
    words = " ".join(asked.text.said(context.language).replace("**", "").split())
    return act("withdraw_named", *this, name=clip(words, LONGEST_NAME))


def _told(context: Context, one: Mine) -> dict[str, Any]:
    return {
        "title": one.definition.title.said(context.language),
        "state": _state(one),
        "secrecy": one.round.secrecy,
        "answers": len(one.answers),
        "sent_at": one.sent_at.isoformat() if one.sent_at else "",
        "open": one.round.state == "open",
    }


def _place(one: Mine, question: Question) -> int:
    return one.definition.order[question.code]


@feature.button("md_download")
async def download(context: Context) -> Answer:
    """Hand out one's own answers; the file stays in the own chat."""
    return File(BUILDER, {"chat": context.chat_id})


@feature.button("md_delete")
async def ask_delete(context: Context, round_id: int) -> Answer:
    """Ask once more before answers are deleted."""
    one = await own.one(context.session, context.person, round_id)
    if not one.kept:
        return await _list(context, 0)
    rows = [[act("delete_yes", "md_deleted", round_id)], [act("back", "md_survey", round_id)]]
    return show("my_data/delete", *rows, title=one.definition.title.said(context.language), open=_is_open(one))


@feature.button("md_deleted")
async def delete(context: Context, round_id: int) -> Answer:
    """Delete the answers and withdraw the consent."""
    one = await own.one(context.session, context.person, round_id)
    await own.end(context.session, one, context.now)
    place = await context.place()
    if place is not None and place.step == RoundDesk.step:  # a word typed now must not begin it anew
        await context.leave()
    return show(
        "my_data/deleted",
        [act("to_my_data", "md_list", 0)],
        [to_menu()],
        title=one.definition.title.said(context.language),
        days=context.tools.rules.backup_days,
        open=_is_open(one),
    )


def _is_open(one: Mine) -> bool:
    return one.round.state == "open"


@feature.button("md_inner")
async def ask_withdraw(context: Context, round_id: int, place: int) -> Answer:
    """Ask once more before a consent inside a survey is withdrawn."""
    one = await own.one(context.session, context.person, round_id)
    question = _consent(one, place)
    rows = [[act("withdraw_yes", "md_inner_yes", round_id, place)], [act("back", "md_survey", round_id)]]
    return show("my_data/inner", *rows, text=question.text.said(context.language).replace("**", ""))


@feature.button("md_inner_yes")
async def withdraw(context: Context, round_id: int, place: int) -> Answer:
    """Withdraw a consent inside a survey; what stands under it is deleted."""
    one = await own.one(context.session, context.person, round_id)
    await own.withdraw_inner(context.session, one, _consent(one, place).code, context.now)
    days = context.tools.rules.backup_days
    left = await own.one(context.session, context.person, round_id)
    return [toast("my_data/withdrawn", alert=True, days=days), _screen(context, left)]


def _consent(one: Mine, place: int) -> Question:
    found = next((asked for asked in one.inner if _place(one, asked) == place), None)
    if found is None:
        raise StaleButton
    return found
