"""The screens of a survey: a question, the review, a refused consent; for whoever sits before it, counting or not."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from db.surveys import navigation, standing
from db.surveys.definition import SEVERAL, Kind, Option, Question
from db.surveys.visibility import View, view
from handlers.answers import Show
from handlers.buttons import Button
from handlers.employee.survey.choices import LONG, Choosing, choice_rows, picks_of
from handlers.employee.survey.picker import Shelf, names_of, picker_rows, shelf_of
from handlers.employee.survey.review import review_screen
from handlers.employee.survey.sitting import Desk, Keys, Sitting
from handlers.employee.survey.wording import Tongue, clip, salutation, size

if TYPE_CHECKING:
    from handlers.context import Context

ROOM = 3_300
"""Characters for the survey's own texts on one screen, and what is answered; the rest of 4,096 is the frame's."""
LONGEST_ANSWER = 600
"""Characters of an answer under its question; free text has 500."""


async def screen(
    context: "Context",
    desk: Desk,
    here: Sitting,
    *,
    page: int = 0,
    query: str = "",
    notice: str = "",
    over: int | None = None,
) -> Show:
    """Show where a sitting stands, and wait for what may be typed there.

    `notice`: a refusal in words, put on top. `over`: the message to show it in when no button was pressed.
    """
    await desk.listen(context, here, query)
    tongue = Tongue(context.tools.catalog, context.language, await names_of(context, here))
    if here.declined and here.question is None:
        return _declined(desk, here, tongue, over)
    if here.question is None:
        return review_screen(desk, here, tongue, context.person, page=page, over=over)
    shelf = await shelf_of(context, here.question, query, page)
    return _Asked(context, desk, here, tongue).show(here.question, shelf, page=page, notice=notice, over=over)


def _declined(desk: Desk, here: Sitting, tongue: Tongue, over: int | None) -> Show:
    keys = Keys(desk.prefix, here)
    assert here.declined is not None
    rows = [[keys.act("read_again", "edit", here.definition.order[here.declined])], [desk.leaving(here)]]
    return Show("survey/declined", _frame(here, tongue), rows, desk.purpose(here.subject), over=over)


def _frame(here: Sitting, tongue: Tongue) -> dict[str, Any]:
    until = here.closes_at.isoformat() if here.closes_at else ""
    return {"title": tongue.said(here.definition.title), "until": until, "trial": here.trial}


class _Asked:
    """A question on its screen."""

    def __init__(self, context: "Context", desk: Desk, here: Sitting, tongue: Tongue) -> None:
        self.desk, self.here, self.tongue = desk, here, tongue
        self.keys = Keys(desk.prefix, here)
        self.view: View = view(here.definition, here.attributes, here.draft.answers)
        self.about = salutation(tongue, context.person)

    def show(self, question: Question, shelf: Shelf | None, *, page: int, notice: str, over: int | None) -> Show:
        options = self.view.options[question.code]
        choosing = navigation.picked(question, options, self.here.draft)
        picked = picks_of(question, self.view.answers.get(question.code), choosing)
        asked = Choosing(question, options, picked, page)
        if shelf is not None:
            rows = picker_rows(self.keys, self.tongue, asked, shelf)
        else:
            rows = choice_rows(self.keys, self.tongue, asked)
        values = self._values(question, options, shelf, notice)
        purpose = self.desk.purpose(self.here.subject)
        return Show("survey/question", values, [*rows, *self._ways(question, picked)], purpose, over=over)

    def _ways(self, question: Question, picked: Sequence[str]) -> list[list[Button]]:
        place = self.keys.place(question)
        answered = question.code in self.view.answers
        on = answered or question.kind is Kind.PAGE or (question.kind in SEVERAL and bool(picked))
        rows = [[self.keys.act("continue", "next", place)]] if on else []
        first = question.code == self.view.codes[0]
        back = self.desk.leaving(self.here) if first else self.keys.act("back", "back", place)
        skippable = not question.required and question.kind is not Kind.PAGE
        below = [back, *([self.keys.act("skip", "skip", place)] if skippable else [])]
        finish = [[self.keys.act("review_and_send", "finish", place)]] if self._may_finish() else []
        return [*rows, below, *finish]

    def _may_finish(self) -> bool:
        """Tell whether only what is optional is left, and more of it than this: else the next press leads there."""
        left = self.view.answers and navigation.others_open(self.view, self.here.draft)
        return bool(left) and standing.complete(*self.here.answering)

    def _values(
        self, question: Question, options: Sequence[Option], shelf: Shelf | None, notice: str
    ) -> Mapping[str, Any]:
        here, tongue = self.here, self.tongue
        progress = standing.progress(*here.answering)
        part = next((tongue.said(one.title) for one in here.definition.parts if one.code == question.part), "")
        value, query = clip(self._answer(question, options), LONGEST_ANSWER), shelf.query if shelf else ""
        frame, limits = _frame(here, tongue), self._limits(question)
        beside = (frame["title"], part, value, notice, query, limits["low_label"], limits["high_label"])
        return {
            **frame,
            **self._texts(question, options, sum(map(size, beside))),
            "part": part,
            "number": progress.number,
            "of": progress.about,
            "secrecy": str(here.secrecy),
            "first": not here.touched and here.sent is None,
            "minutes": here.definition.minutes or 0,
            "kind": str(question.kind),
            "required": question.required,
            "answer": value,
            "notice": notice,
            "query": query,
            "found": shelf.total if shelf else 0,
            **limits,
        }

    def _answer(self, question: Question, options: Sequence[Option]) -> str:
        """Say what is answered already; choices being made stand there before they are complete."""
        picks = navigation.picked(question, tuple(options), self.here.draft)
        value = picks or None if question.kind in SEVERAL else self.view.answers.get(question.code)
        return "" if value is None else self.tongue.answer(question, value)

    def _texts(self, question: Question, options: Sequence[Option], taken: int) -> dict[str, Any]:
        """Give the definition's texts as far as they fit: the question whole, then what goes before and after it."""
        room = ROOM - taken
        given = self.view.answers
        texts: dict[str, Any] = {}
        intro = self.here.definition.intro if not self.here.touched and self.here.sent is None else None
        for name, text in (("text", question.text), ("intro", intro), ("hint", question.hint)):
            html = self.tongue.html(self.here.definition, text, given, self.about, room=max(room, 0))
            texts[name] = html
            room -= size(html)
        listed = [self.tongue.said(option.text) for option in options]
        long = any(size(words) > LONG for words in listed) and sum(map(size, listed)) + 5 * len(listed) < room
        return {**texts, "listed": listed if long else []}

    def _limits(self, question: Question) -> dict[str, Any]:
        low, high = question.low, question.high
        return {
            "least": question.least,
            "most": question.most,
            "low": "" if low is None else low,
            "high": "" if high is None else high,
            "low_label": self.tongue.said(question.low_label),
            "high_label": self.tongue.said(question.high_label),
        }
