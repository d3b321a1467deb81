"""The review: every question with its answer in words, what is still open, the way to each, and `Kirim jawaban`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.people import Person
from db.surveys import standing
from db.surveys.standing import Line
from handlers.answers import Show
from handlers.buttons import Button
from handlers.employee.survey.sitting import Desk, Keys, Sitting
from handlers.employee.survey.wording import Tongue, clip, salutation

PAGE = 8
"""Questions on one screen of the review."""
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_BUTTON = 110, 220, 34
"""Characters (UTF-16) of each in the review: eight of them leave room for the frame in 4,096."""
MISSING = 5
"""Questions named as lacking; the button leads to the first."""


@dataclass(frozen=True)
class _Row:
    """A question of the review with its number and its words in one line."""

    number: int
    line: Line
    text: str

    def told(self, tongue: Tongue) -> dict[str, Any]:
        value = self.line.value
        said = "" if value is None else clip(tongue.answer(self.line.question, value), LONGEST_ANSWER)
        return {"number": self.number, "text": clip(self.text, LONGEST_QUESTION), "state": self.line.state,
                "answer": said}  # fmt: skip


def review_screen(desk: Desk, here: Sitting, tongue: Tongue, person: Person, *, page: int, over: int | None) -> Show:
    """Show one page of the review."""
    rows = _listed(here, tongue, person)
    lacking = standing.lacking(*here.answering)
    missing = [row for row in rows if row.line.question.code in lacking]
    page = min(max(page, 0), max(0, (len(rows) - 1) // PAGE))
    values = {
        "title": tongue.said(here.definition.title),
        "until": here.closes_at.isoformat() if here.closes_at else "",
        "trial": here.trial,
        "secrecy": str(here.secrecy),
        "lines": [row.told(tongue) for row in rows[page * PAGE : (page + 1) * PAGE]],
        "page": page + 1,
        "pages": -(-len(rows) // PAGE),
        "missing": [row.told(tongue) for row in missing[:MISSING]],
        "sent": here.sent is not None,
        "changed": here.changed,
    }
    keys = Keys(desk.prefix, here)
    below = [keys.act("back", "back", -1), desk.leaving(here)]
    return Show(
        "survey/review", values, [*_rows(keys, rows, missing, page), below], desk.purpose(here.subject), over=over
    )


def _listed(here: Sitting, tongue: Tongue, person: Person) -> list[_Row]:
    about, lines = salutation(tongue, person), standing.review(*here.answering)
    given = {line.question.code: line.value for line in lines if line.value is not None}
    words = [tongue.plain(here.definition, line.question.text, given, about) for line in lines]
    return [_Row(number, line, text) for number, (line, text) in enumerate(zip(lines, words, strict=True), 1)]


def _rows(keys: Keys, rows: Sequence[_Row], missing: Sequence[_Row], page: int) -> list[list[Button]]:
    ways = [
        [keys.pick(clip(f"{row.number}. {row.text}", LONGEST_BUTTON), "edit", keys.place(row.line.question))]
        for row in rows[page * PAGE : (page + 1) * PAGE]
    ]
    back = [keys.act("previous", "review", page - 1)] if page else []
    on = [keys.act("next", "review", page + 1)] if (page + 1) * PAGE < len(rows) else []
    turn = [[*back, *on]] if back or on else []
    if missing:
        first = missing[0]
        return [
            *ways,
            *turn,
            [keys.act("answer_missing", "edit", keys.place(first.line.question), number=first.number)],
        ]
    return [*ways, *turn, *([[keys.act("submit_answers", "send")]] if keys.here.changed else [])]
