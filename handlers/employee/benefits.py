"""`/manfaat`: what a transfer brings and costs, by topic; whether it was clear is counted without the person."""

from functools import cache

from content.benefits import Topic, topics
from db import benefits, shown
from db.errors import StaleButton
from db.requests import Origin
from handlers.answers import Answer, Show, show
from handlers.buttons import act, pick
from handlers.context import Context
from handlers.employee import questions
from handlers.features import Feature
from handlers.keyboards import turns
from handlers.menus import to_menu

feature = Feature("benefits")

OPEN_CARD = "card"
"""The purpose under which a card's message is kept while its taps may still count; it names no topic."""


@feature.command("manfaat")
async def begin(context: Context, _words: str) -> Answer:
    """Show the topics."""
    return _topics(context)


@feature.button("topics")
async def list_topics(context: Context) -> Answer:
    """Show the topics in place."""
    return _topics(context)


def _topics(context: Context) -> Show:
    return show("topics/choose", *([pick(one.title, "card", one.code, 0)] for one in listed(context)), [to_menu()])


def listed(context: Context) -> list[Topic]:
    """List the topics in the person's language."""
    return _listed(context.language, context.tools.own_content)


_listed = cache(topics)  # read once, like every text


def _topic(context: Context, code: str) -> Topic:
    found = next((topic for topic in listed(context) if topic.code == code), None)
    if found is None:
        raise StaleButton
    return found


@feature.button("card")
async def open_card(context: Context, code: str, number: int) -> Answer:
    """Show a card of a topic, with the way to the others."""
    topic = _topic(context, code)
    if not 0 <= number < len(topic.cards):
        raise StaleButton
    rules = context.tools.rules
    return show(
        topic.cards[number],
        turns(number, len(topic.cards), "card", code),
        [act("is_clear", "clear", code), act("still_questions", "unclear", code)],
        [act("to_topics", "topics")],
        purpose=OPEN_CARD,
        office=rules.office_name,
        appointing_authority=rules.appointing_authority,
        objection_days=rules.objection_days,
    )


@feature.button("clear")
async def is_clear(context: Context, code: str) -> Answer:
    """Count that a topic was clear."""
    topic = _topic(context, code)
    await _count(context, topic, "clear")
    return show("topics/thanks", [act("to_topics", "topics")], [to_menu()], title=topic.title)


@feature.button("unclear")
async def has_questions(context: Context, code: str) -> Answer:
    """Count that a topic left a question, and ask for it."""
    await _count(context, _topic(context, code), "question")
    return await questions.prompt(context, Origin("benefit", code))


async def _count(context: Context, topic: Topic, answer: benefits.Answer) -> None:
    """Count a tap once per card shown: the first takes the card's mark away, a second finds none."""
    if await shown.forget(context.session, context.chat_id, context.message_id, OPEN_CARD):
        today = context.tools.clock.local(context.now).date()
        await benefits.count(context.session, topic.code, answer, today)
