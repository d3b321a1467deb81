"""The pure state of answering: one draft and one event give the next draft or a named refusal; nothing is raised.

A button names its question. Pressed when another question is on the screen (twice, from an old message, from a second
device) it changes nothing; only the review leads to any question, and to it any once nothing required is lacking.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from db.surveys import standing, typed, values
from db.surveys.definition import SEVERAL, TYPED, Definition, Kind, Option, Question
from db.surveys.drafts import Back, Choose, Continue, Draft, Edit, Event, Review, Skip, Toggle, Typed
from db.surveys.values import InvalidAnswer
from db.surveys.visibility import Attributes, View, view


def start(definition: Definition, attributes: Attributes) -> Draft:
    """Give the draft of somebody who opens the survey for the first time."""
    return Draft(at=next(iter(view(definition, attributes, {}).codes), None))


def apply(definition: Definition, attributes: Attributes, draft: Draft, event: Event) -> Draft | InvalidAnswer:
    """Give the draft after an event, the same draft where the event is none of this screen's, or the refusal."""
    stand = _Stand(definition, attributes, settled(definition, attributes, draft))
    act = _ACTS.get(type(event))
    try:
        return act(stand, event) if act else stand.draft
    except InvalidAnswer as refusal:
        return refusal


def answer(definition: Definition, attributes: Attributes, draft: Draft, code: str, value: Any) -> Draft:
    """Answer any question that is shown (a form typed in by an operator) and stay; raises `InvalidAnswer`."""
    stand = _Stand(definition, attributes, draft)
    if code not in stand.view.codes:
        raise InvalidAnswer("not_shown")
    question = definition.by_code[code]
    return stand.with_answer(question, values.check(question, stand.options(question), value))


def settled(definition: Definition, attributes: Attributes, draft: Draft) -> Draft:
    """Give the draft on a question that is shown: one that is not (any more) makes way for the first open one."""
    now = view(definition, attributes, draft.answers)
    if draft.at is None or draft.at in now.codes:
        return draft
    return replace(draft, at=next_open(now, draft, None))


def next_open(now: View, draft: Draft, after: str | None) -> str | None:
    """Give the first shown question without an answer or a skip after one, else the first of all, else the review."""
    open_ones = [
        (place, code)
        for place, code in enumerate(now.codes)
        if code not in now.answers and code not in draft.skipped
    ]  # fmt: skip
    place = now.codes.index(after) if after in now.codes else -1
    later = (code for at, code in open_ones if at > place)
    return next(later, None) or next((code for _, code in open_ones), None)


def others_open(now: View, draft: Draft) -> bool:
    """Tell whether any question but the one on the screen still waits for an answer or a skip."""
    return any(code != draft.at and code not in now.answers and code not in draft.skipped for code in now.codes)


class _Stand:
    """A draft on its screen, with what is shown there."""

    def __init__(self, definition: Definition, attributes: Attributes, draft: Draft) -> None:
        self.definition, self.attributes, self.draft = definition, attributes, draft
        self.view = view(definition, attributes, draft.answers)

    def on_screen(self, code: str | None) -> Question | None:
        """Give the question on the screen if that is the one meant."""
        return self.definition.by_code[code] if code is not None and code == self.draft.at else None

    def options(self, question: Question) -> tuple[Option, ...]:
        return self.view.options[question.code]

    def with_answer(self, question: Question, value: Any) -> Draft:
        """Give the draft with an answer, an empty one taking it away."""
        answers = {code: kept for code, kept in self.draft.answers.items() if code != question.code}
        if value != ():
            answers[question.code] = value
        return replace(self.draft, answers=answers, skipped=self.draft.skipped - {question.code})

    def gone_on(self, draft: Draft) -> Draft:
        """Give a draft moved on from the question on the screen."""
        now = view(self.definition, self.attributes, draft.answers)
        return replace(draft, at=next_open(now, draft, self.draft.at))


def _choose(stand: _Stand, event: Choose) -> Draft:
    question = stand.on_screen(event.question)
    if question is None or question.kind in SEVERAL | TYPED | {Kind.PAGE}:
        return stand.draft
    value = values.check(question, stand.options(question), values.pressed(question, event.code))
    return stand.gone_on(stand.with_answer(question, value))


def _toggle(stand: _Stand, event: Toggle) -> Draft:
    question = stand.on_screen(event.question)
    if question is None or question.kind not in SEVERAL:
        return stand.draft
    options = stand.options(question)
    picks = picked(question, options, stand.draft)
    if (event.code in picks) == event.on:
        return stand.draft
    if not event.on:
        return stand.with_answer(question, tuple(code for code in picks if code != event.code))
    return stand.with_answer(question, _joined(question, options, picks, event.code))


def picked(question: Question, options: tuple[Option, ...], draft: Draft) -> tuple[str, ...]:
    """Give the choices made so far, complete or not, without options that are no longer shown."""
    kept = draft.answers.get(question.code, ())
    gone = {option.code for option in question.options} - {option.code for option in options}
    return tuple(code for code in kept if code not in gone) if isinstance(kept, tuple) else ()


def _joined(question: Question, options: tuple[Option, ...], picks: tuple[str, ...], code: str) -> tuple[str, ...]:
    alone = {option.code for option in options if option.exclusive}
    together = (code,) if code in alone else (*(pick for pick in picks if pick not in alone), code)
    # Too few is no fault while somebody is still choosing.
    checked = values.check(replace(question, low=None), options, together)
    return checked if isinstance(checked, tuple) else (code,)


def _type(stand: _Stand, event: Typed) -> Draft:
    question = stand.on_screen(stand.draft.at)
    if question is None or question.kind is Kind.PAGE:
        return stand.draft
    return stand.gone_on(stand.with_answer(question, typed.read(question, stand.options(question), event.text)))


def _continue(stand: _Stand, event: Continue) -> Draft:
    question = stand.on_screen(event.question)
    if question is None:
        return stand.draft
    _refuse_too_few(stand, question)
    answered = question.code in stand.view.answers
    return stand.gone_on(stand.draft) if answered else _passed_over(stand, question)


def _refuse_too_few(stand: _Stand, question: Question) -> None:
    """Refuse choices that were begun and are too few: passed by, they would be lost unseen."""
    picks = picked(question, stand.options(question), stand.draft)
    if picks:
        values.check(question, stand.options(question), picks)


def _skip(stand: _Stand, event: Skip) -> Draft:
    question = stand.on_screen(event.question)
    return _passed_over(stand, question) if question else stand.draft


def _passed_over(stand: _Stand, question: Question) -> Draft:
    if question.required:
        raise InvalidAnswer("required")
    without = stand.with_answer(question, ())
    return stand.gone_on(replace(without, skipped=without.skipped | {question.code}))


def _back(stand: _Stand, event: Back) -> Draft:
    codes = stand.view.codes
    if event.question != stand.draft.at or not codes:
        return stand.draft
    place = len(codes) if event.question is None else codes.index(event.question)
    return replace(stand.draft, at=codes[max(0, place - 1)])


def _edit(stand: _Stand, event: Edit) -> Draft:
    if stand.draft.at is not None or event.question not in stand.view.codes:
        return stand.draft
    return replace(stand.draft, at=event.question)


def _review(stand: _Stand, event: Review) -> Draft:
    question = stand.on_screen(event.question)
    if question is None or not standing.complete(stand.definition, stand.attributes, stand.draft):
        return stand.draft
    _refuse_too_few(stand, question)
    return replace(stand.draft, at=None)


_ACTS: dict[type[Event], Callable[[_Stand, Any], Draft]] = {
    Choose: _choose,
    Toggle: _toggle,
    Typed: _type,
    Continue: _continue,
    Skip: _skip,
    Back: _back,
    Edit: _edit,
    Review: _review,
}
