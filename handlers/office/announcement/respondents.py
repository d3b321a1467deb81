"""An announcement to a survey's respondents: who has answered, who has not, or who gave one answer."""

from db import announcements
from db.audiences import Audience, Respondents
from db.errors import StaleButton
from db.models import Announcement
from db.surveys import segments
from db.surveys.definition import Kind, Option, Question
from handlers.answers import Answer, Show, show
from handlers.buttons import Button, act, pick
from handlers.context import Context
from handlers.keyboards import paged
from handlers.office.announcement.audience import counts_screen, mine
from handlers.office.announcement.feature import feature
from handlers.office.announcement.respondent_words import unmarked

LONGEST_LABEL = 60
"""Characters of a question or an answer on a button."""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"


@feature.button("ann_resp")
async def list_rounds(context: Context, announcement_id: int, page: int) -> Answer:
    """List the surveys whose respondents can be written to."""
    one = await mine(context, announcement_id)
    found = await segments.rounds(context.session)
    entries = [_entry(context, one, asked) for asked in found]
    rows = [*paged(entries, max(page, 0), "ann_resp", one.id), [act("back", "ann_whom", one.id)]]
    return show("announcements/respondents", *rows, count=len(found))


def _entry(context: Context, one: Announcement, asked: segments.Asked) -> Button:
    title = str(asked.title.get(context.language) or asked.title["id"])
    opened = asked.round.opened_at
    values = {"title": _short(title), "opened_at": opened.isoformat() if opened else ""}
    words = context.tools.catalog.label("respondents.round", context.language, **values)
    return pick(words, "ann_round", one.id, asked.round.id)


@feature.button("ann_round")
async def choose_part(context: Context, announcement_id: int, round_id: int) -> Answer:
    """Offer who has answered, who has not, and the answers where officers may read them."""
    one = await mine(context, announcement_id)
    round_, definition = await segments.addressed(context.session, round_id)
    by_answer = segments.answers_may_choose(round_) and segments.questions(definition)
    more = [[act("by_answer", "ann_question", one.id, round_id, 0)]] if by_answer else []
    return show(
        "announcements/respondents_part",
        [act("finished_ones", "ann_part", one.id, round_id, 1)],
        [act("unfinished_ones", "ann_part", one.id, round_id, 0)],
        *more,
        [act("back", "ann_resp", one.id, 0)],
        title=definition.title.said(context.language),
        kind=round_.secrecy,
    )


@feature.button("ann_part")
async def take_part(context: Context, announcement_id: int, round_id: int, finished: int) -> Answer:
    """Address who has answered, or who has not."""
    one = await mine(context, announcement_id)
    round_, _ = await segments.addressed(context.session, round_id)
    veiled = not segments.answers_may_choose(round_)
    announcements.aim(one, Audience(respondents=Respondents(round_id, finished=bool(finished), veiled=veiled)))
    return await counts_screen(context, one)


@feature.button("ann_question")
async def list_questions(context: Context, announcement_id: int, round_id: int, page: int) -> Answer:
    """List the questions by whose answers people may be chosen."""
    one = await mine(context, announcement_id)
    round_, definition = await segments.opened(context.session, round_id)
    if not segments.answers_may_choose(round_):
        raise StaleButton
    asked = segments.questions(definition)
    words = [_short(f"{found.code} · {unmarked(found.text, context.language)}") for found in asked]
    entries = [
        pick(said, "ann_option", one.id, round_id, found.code, 0) for said, found in zip(words, asked, strict=True)
    ]
    rows = paged(entries, max(page, 0), "ann_question", one.id, round_id)
    return show("announcements/respondents_question", *rows, [act("back", "ann_round", one.id, round_id)])


@feature.button("ann_option")
async def list_options(context: Context, announcement_id: int, round_id: int, code: str, page: int) -> Answer:
    """List the answers of a question, without saying how many gave each."""
    one = await mine(context, announcement_id)
    question = await segments.question_of(context.session, round_id, code)
    entries = [
        pick(_short(_said(context, question, option)), "ann_answer", one.id, round_id, code, option.code)
        for option in segments.choices(question)
    ]
    rows = paged(entries, max(page, 0), "ann_option", one.id, round_id, code)
    return _options_screen(context, one, round_id, question, rows)


def _options_screen(
    context: Context, one: Announcement, round_id: int, question: Question, rows: list[list[Button]]
) -> Show:
    back = [act("back", "ann_question", one.id, round_id, 0)]
    text = unmarked(question.text, context.language)
    fewest = context.tools.rules.smallest_group
    return show("announcements/respondents_option", *rows, back, question=text, fewest=fewest)


@feature.button("ann_answer")
async def take_answer(context: Context, announcement_id: int, round_id: int, code: str, answer: str) -> Answer:
    """Address who gave an answer; refused where they are too few."""
    one = await mine(context, announcement_id)
    question = await segments.question_of(context.session, round_id, code)
    if answer not in {option.code for option in segments.choices(question)}:
        raise StaleButton
    fewest = context.tools.rules.smallest_group
    part = Respondents(round_id, question=code, answer=answer, fewest=fewest)
    announcements.aim(one, Audience(respondents=part))
    return await counts_screen(context, one)


def _said(context: Context, question: Question, option: Option) -> str:
    if question.kind is Kind.YES_NO:
        return context.tools.catalog.label(f"respondents.{option.code}", context.language)
    return option.text.said(context.language)
