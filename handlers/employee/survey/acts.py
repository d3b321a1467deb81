"""What the buttons under a survey do, for every desk at which one may sit."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from db import shown
from db.errors import StaleButton
from db.surveys import places, typed
from db.surveys.definition import AGREED, Definition, Kind, Question
from db.surveys.drafts import Back, Choose, Continue, Edit, Event, Review, Skip, Toggle, Typed
from db.surveys.values import REFERENCE, InvalidAnswer
from handlers.answers import Answer, Forget, Show, toast
from handlers.employee.survey.picker import PAGE as PLACES
from handlers.employee.survey.screens import screen
from handlers.employee.survey.sitting import Desk, Keys, Sitting
from handlers.errors import ERROR_TEXT
from handlers.features import Feature

if TYPE_CHECKING:
    from handlers.context import Context

LONGEST_QUERY = 200
"""Characters of words looked for; no place has a longer name, and each word is a condition."""
REVIEW = -1
"""In a button's place of a question: the review."""


def at_place(definition: Definition, place: int) -> Question:
    """Give the question at a button's place; a forged one is `StaleButton`."""
    if not 0 <= place < len(definition.questions):
        raise StaleButton
    return definition.questions[place]


def code_at(question: Question, place: int) -> str:
    """Give the code of the choice at a button's place; a forged one is `StaleButton`."""
    if not 0 <= place < len(question.codes):
        raise StaleButton
    return question.codes[place]


class Counter:
    """Answers the buttons of one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def after(
        self, context: "Context", subject: int, make: Callable[[Definition], Event], *, page: int = 0
    ) -> Answer:
        """Let a button have its effect and show what comes of it; a refusal is said over the chat.

        Only in the message in which the survey is answered now; any older one has made way.
        """
        place = await self.place(context, subject)
        if place not in (None, context.message_id):
            return toast("survey/elsewhere", alert=True)
        before = await self.desk.stand(context, subject)
        event = make(before.definition)
        if loses(before, event):
            return self.asked_back(context, before)
        outcome = await self.desk.move(context, before, event)
        if isinstance(outcome, InvalidAnswer):
            raise outcome
        query = await self.query(context, outcome) if outcome.draft.at == before.draft.at else ""
        made = await screen(context, self.desk, outcome, page=page, query=query)
        return replace(made, known=place is not None)

    async def place(self, context: "Context", subject: int) -> int | None:
        """Give the message in which this survey is answered now; None where that is not known."""
        purpose = self.desk.purpose(subject)
        return context.pressed_for(purpose) or await shown.place_of(context.session, context.chat_id, purpose)

    async def in_place(self, context: "Context", subject: int) -> bool:
        """Tell whether the pressed button is in the message in which this survey is answered."""
        return await self.place(context, subject) in (None, context.message_id)

    def asked_back(self, context: "Context", here: Sitting) -> Show:
        """Ask whether the answers shall really go: without the consent they may not be kept."""
        keys = Keys(self.desk.prefix, here)
        question = here.question
        assert question is not None
        rows = [[keys.act("drop_answers", "decline", keys.place(question))], [keys.act("back", "open")]]
        values = {"title": here.definition.title.said(context.language), "count": len(here.draft.answers) - 1}
        values |= {"days": context.tools.rules.backup_days}
        return Show("survey/declining", values, rows, self.desk.purpose(here.subject))

    async def query(self, context: "Context", here: Sitting) -> str:
        """Give what was searched for at the question on the screen."""
        place = await context.place()
        kept = place.values if place is not None and place.step == self.desk.step else {}
        fits = kept.get("subject") == here.subject and kept.get("at") == here.draft.at
        return str(kept.get("query", "")) if fits else ""

    async def search(self, context: "Context", here: Sitting, text: str, over: int | None) -> Answer | None:
        """Look for places that fit what was typed; None where there are none."""
        question = here.question
        if question is None or question.kind is not Kind.UNIT or question.picks is None or len(text) > LONGEST_QUERY:
            return None
        _, total = await places.found(context.session, question.picks, text, count=PLACES)
        return [await screen(context, self.desk, here, query=text, over=over), Forget()] if total else None

    async def typed(self, context: "Context", subject: int, text: str) -> Answer:
        """Take typed words as the answer to the question on the screen; what cannot be taken is said there."""
        over = await shown.place_of(context.session, context.chat_id, self.desk.purpose(subject))
        here = await self.desk.stand(context, subject)
        found = await self.search(context, here, text, over)
        if found is not None:
            return found
        if loses(here, Typed(text)):
            return [replace(self.asked_back(context, here), over=over), Forget()]
        outcome = await self.desk.move(context, here, Typed(text))
        if not isinstance(outcome, InvalidAnswer):
            return [await screen(context, self.desk, outcome, over=over), Forget()]
        words = context.tools.catalog.render(ERROR_TEXT.format(outcome.code), outcome.values, context.language)
        if outcome.reason == "too_long":  # it stays in the chat, to be shortened there
            return await screen(context, self.desk, here, notice=words)
        return [await screen(context, self.desk, here, notice=words, over=over), Forget()]


def loses(here: Sitting, event: Event) -> bool:
    """Tell whether an event would take back the consent on which answers already given rest."""
    question = here.question
    if question is None or not question.gates or not set(here.draft.answers) - {question.code}:
        return False
    return _refuses(question, event)


def _refuses(question: Question, event: Event) -> bool:
    """Tell whether what was pressed or typed is a no to a consent; words that mean nothing are none."""
    match event:
        case Choose(code, pick):
            return code == question.code and pick in question.codes and pick != AGREED
        case Typed(text):
            with suppress(InvalidAnswer):
                return typed.read(question, (), text) != AGREED
    return False


def serve(feature: Feature, desk: Desk) -> Counter:
    """Register the buttons of a desk, and its step of typed words."""
    counter = Counter(desk)
    _answering(feature, desk, counter)
    _picking(feature, desk, counter)
    _moving(feature, desk, counter)
    _looking(feature, desk, counter)
    return counter


def _answering(feature: Feature, desk: Desk, counter: Counter) -> None:
    @feature.button(f"{desk.prefix}_choose")
    async def choose(context: "Context", subject: int, question: int, option: int) -> Answer:
        def event(definition: Definition) -> Event:
            asked = at_place(definition, question)
            return Choose(asked.code, code_at(asked, option))

        return await counter.after(context, subject, event)

    @feature.button(f"{desk.prefix}_pick")
    async def pick(context: "Context", subject: int, question: int, option: int, on: int, page: int) -> Answer:  # noqa: PLR0917
        def event(definition: Definition) -> Event:
            asked = at_place(definition, question)
            return Toggle(asked.code, code_at(asked, option), bool(on))

        return await counter.after(context, subject, event, page=page)


def _picking(feature: Feature, desk: Desk, counter: Counter) -> None:
    @feature.button(f"{desk.prefix}_unit")
    async def unit(context: "Context", subject: int, question: int, reference: str, on: int, page: int) -> Answer:  # noqa: PLR0917
        here = await desk.stand(context, subject)
        asked, code = at_place(here.definition, question), f"#{reference}"
        if asked.picks is None or not REFERENCE.fullmatch(code):
            raise StaleButton
        if on and not await places.named(context.session, asked.picks, [code]):
            raise StaleButton
        return await counter.after(context, subject, lambda _: Toggle(asked.code, code, bool(on)), page=page)

    @feature.button(f"{desk.prefix}_decline")
    async def decline(context: "Context", subject: int, question: int) -> Answer:
        here = await desk.stand(context, subject)
        asked = at_place(here.definition, question)
        if not asked.gates or not await counter.in_place(context, subject):
            raise StaleButton
        outcome = await desk.move(context, here, Choose(asked.code, asked.codes[-1]))
        if isinstance(outcome, InvalidAnswer):
            raise outcome
        return await screen(context, desk, outcome)


def _moving(feature: Feature, desk: Desk, counter: Counter) -> None:
    def named(code: str, make: Callable[[str], Event]) -> None:
        @feature.button(f"{desk.prefix}_{code}")
        async def act(context: "Context", subject: int, question: int) -> Answer:
            return await counter.after(context, subject, lambda of: make(at_place(of, question).code))

    named("next", Continue)
    named("skip", Skip)
    named("edit", Edit)
    named("finish", Review)

    @feature.button(f"{desk.prefix}_back")
    async def back(context: "Context", subject: int, question: int) -> Answer:
        def event(definition: Definition) -> Event:
            return Back(None if question == REVIEW else at_place(definition, question).code)

        return await counter.after(context, subject, event)


def _looking(feature: Feature, desk: Desk, counter: Counter) -> None:
    @feature.button(f"{desk.prefix}_page")
    async def page(context: "Context", subject: int, question: int, number: int, whole: int = 0) -> Answer:
        here = await desk.stand(context, subject)
        stays = await counter.in_place(context, subject) and here.question is at_place(here.definition, question)
        if not stays:
            raise StaleButton
        query = "" if whole else await counter.query(context, here)
        return await screen(context, desk, here, page=max(number, 0), query=query)

    @feature.button(f"{desk.prefix}_review")
    async def review(context: "Context", subject: int, number: int) -> Answer:
        if not await counter.in_place(context, subject):
            return toast("survey/elsewhere", alert=True)
        return await screen(context, desk, await desk.stand(context, subject), page=number)
