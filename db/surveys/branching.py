"""The checks before publishing: every question can be reached and left, and nothing speaks of what nobody said."""

from collections.abc import Callable, Iterator

from db.surveys import limits, references
from db.surveys.courses import Courses
from db.surveys.definition import Definition, Kind, Question
from db.surveys.problems import DefinitionInvalid, Place, Problem
from db.surveys.satisfiability import FALSE, TRUE, Formula, Negation, Search, TooComplicated, every, some


def publishable(definition: Definition) -> None:
    """Refuse a definition with any problem; raises `DefinitionInvalid`."""
    found = problems(definition)
    if found:
        raise DefinitionInvalid(found)


def problems(definition: Definition) -> list[Problem]:
    """List everything that stands against publishing, in the order of the questions."""
    found = [*limits.problems(definition), *references.problems(definition), *_courses(definition)]
    last = len(definition.questions)
    return sorted(found, key=lambda one: last if one.place.question is None else one.place.question)


def _courses(definition: Definition) -> Iterator[Problem]:
    courses = Courses(definition)
    for place, question in enumerate(definition.questions):
        try:
            yield from (problem for check in _CHECKS for problem in check(courses, place, question))
        except TooComplicated:
            yield Problem("too_complicated", Place(place, "show_if"), {"question": question.code})
    try:
        yield from _closing(courses)
    except TooComplicated:
        yield Problem("too_complicated", Place(None, "closing"), {"question": ""})


def _possible(courses: Courses, *formulas: Formula) -> bool:
    return Search(courses.domains).solve(every(*formulas)) is not None


def _unreachable(courses: Courses, place: int, question: Question) -> Iterator[Problem]:
    if question.show_if and not _possible(courses, courses.reached(question.code)):
        code = "required_unreachable" if question.required else "unreachable"
        yield Problem(code, Place(place, "show_if"), {"question": question.code})


def _dead_end(courses: Courses, place: int, question: Question) -> Iterator[Problem]:
    if question.kind is Kind.UNIT or not any(option.show_if for option in question.options):
        return
    least = max(1, question.least) if question.required else 1
    if _possible(courses, courses.reached(question.code), Negation(_enough(courses, question, least))):
        code = "dead_end" if question.required else "nothing_to_choose"
        field = "options_from" if question.options_from else "options"
        yield Problem(code, Place(place, field), {"question": question.code, "least": least})


def _enough(courses: Courses, question: Question, least: int) -> Formula:
    """When at least so many options are shown, or one that stands alone."""
    alone = [courses.offered(question, option.code) for option in question.options if option.exclusive]
    counted: list[Formula] = [TRUE, *[FALSE] * least]
    for option in question.options:
        if not option.exclusive:
            shown = courses.offered(question, option.code)
            counted = [TRUE, *(some(counted[n], every(shown, counted[n - 1])) for n in range(1, least + 1))]
    return some(counted[least], *alone)


def _unsaid(courses: Courses, place: int, question: Question) -> Iterator[Problem]:
    for field, text in (("text", question.text), ("hint", question.hint)):
        for name in references.recalled(text):
            if courses.definition.order.get(name, place) < place and _possible(
                courses, courses.reached(question.code), Negation(courses.answered(name))
            ):
                yield Problem("recall_unanswered", Place(place, field), {"question": question.code, "name": name})


def _special(courses: Courses, place: int, question: Question) -> Iterator[Problem]:
    """Special data only under a consent of its own, not under the one the survey opens with (UU 27/2022, art. 4)."""
    if not question.special or question.kind is Kind.CONSENT:
        return
    before = courses.definition.questions[:place]
    refused = [Negation(courses.agreed(one.code)) for one in before if one.kind is Kind.CONSENT and not one.gates]
    if _possible(courses, courses.reached(question.code), *refused):
        yield Problem("special_without_consent", Place(place, "special"), {"question": question.code})


_CHECKS: tuple[Callable[[Courses, int, Question], Iterator[Problem]], ...] = (
    _unreachable,
    _dead_end,
    _unsaid,
    _special,
)


def _closing(courses: Courses) -> Iterator[Problem]:
    for name in references.recalled(courses.definition.closing):
        if name in courses.definition.by_code and _possible(courses, courses.sent(), Negation(courses.answered(name))):
            yield Problem("recall_unanswered", Place(None, "closing"), {"question": "", "name": name})
