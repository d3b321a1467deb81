"""Everything wrong with an uploaded definition in one go, past the first broken field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from db.surveys import branching, conditions
from db.surveys.conditions import Attribute
from db.surveys.definition import Definition
from db.surveys.fitting import misfits
from db.surveys.problems import Problem
from db.surveys.reading import assembled, shape_problems
from db.surveys.shapes import QuestionShape, SurveyShape

_STANDING_IN = {"code": "X", "version": 1, "title": "X"}
"""In place of what is broken about the survey as a whole, so that its questions can be judged."""


def inspect(mapping: Mapping[str, Any]) -> tuple[Problem, ...]:
    """List every problem of a definition, each place once, without those that only follow from another.

    A broken field is left out, a question without code, kind or text too; what remains is judged as for publishing.
    """
    found = _Found()
    found.add(shape_problems(mapping))
    raw = mapping.get("questions")
    kept = list(_kept(raw if isinstance(raw, list) else [], found))
    survey = SurveyShape.model_validate({**_STANDING_IN, **_whole(mapping, found), "questions": [{}]})
    sound = [(place, shape) for place, shape in kept if _fits(place, shape, kept, survey, found)]
    if sound:
        _judge(assembled(survey, [shape for _, shape in sound]), [place for place, _ in sound], found)
    return tuple(sorted(found.problems, key=lambda one: -1 if one.place.question is None else one.place.question))


@dataclass
class _Found:
    """The problems so far, the places they stand at, and the codes that others may no longer trust."""

    problems: list[Problem] = field(default_factory=list)
    places: set[tuple[int | None, str]] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def add(self, problems: Iterator[Problem] | Sequence[Problem]) -> None:
        """Take problems in, the first at each place, and doubt the questions they are about."""
        for problem in problems:
            if (problem.place.question, problem.place.field) not in self.places or problem.place.option is not None:
                self.problems.append(problem)
            self.places.add((problem.place.question, problem.place.field))
            self.doubtful.add(str(problem.values.get("question", "")))


def _whole(mapping: Mapping[str, Any], found: _Found) -> dict[str, Any]:
    broken = {field.partition(".")[0] for place, field in found.places if place is None}
    return {name: value for name, value in mapping.items() if name not in {*broken, "questions"}}


def _kept(raw: Sequence[Any], found: _Found) -> Iterator[tuple[int, QuestionShape]]:
    for place, question in enumerate(raw):
        if not isinstance(question, Mapping):
            continue
        broken = {field.partition(".")[0] for at, field in found.places if at == place}
        left = {name: value for name, value in question.items() if name not in broken}
        if "options" in broken and isinstance(question.get("options"), list):
            bad = {one.place.option for one in found.problems if one.place.question == place}
            left["options"] = [one for at, one in enumerate(question["options"]) if at not in bad]
        try:
            yield place, QuestionShape.model_validate(left)
        except ValidationError:
            continue


def _fits(
    place: int, shape: QuestionShape, kept: Sequence[tuple[int, QuestionShape]], survey: SurveyShape, found: _Found
) -> bool:
    """Tell whether a question can be judged further; fields that don't go with its kind are taken off."""
    before = [one for at, one in kept if at < place]
    problems = [
        problem._replace(place=problem.place._replace(question=place))
        for problem in misfits(len(before), shape, [*before, shape], survey)
        if problem.code != "unknown_source" or problem.values["name"] not in found.doubtful
    ]
    found.add(problems)
    for problem in problems:
        default = QuestionShape.model_fields[problem.place.field].get_default()
        setattr(shape, problem.place.field, shape.code if problem.place.field == "code" else default)
    return not any(problem.code == "code_twice" for problem in problems)


def _judge(definition: Definition, places: Sequence[int], found: _Found) -> None:
    """Judge what remains as for publishing, leaving out what rests on a question already in doubt."""
    for problem in branching.problems(definition):
        at = problem.place.question
        placed = problem if at is None else problem._replace(place=problem.place._replace(question=places[at]))
        leans_on = {str(problem.values.get("name", ""))} | (_asked(definition, at) if at is not None else set())
        own = str(problem.values.get("question", ""))
        if not found.doubtful & (leans_on - {own}):
            found.add([placed])
        else:
            found.doubtful.add(own)


def _asked(definition: Definition, at: int) -> set[str]:
    condition = definition.questions[at].show_if
    leaves = conditions.leaves(condition) if condition else ()
    return {leaf.question for leaf in leaves if not isinstance(leaf, Attribute)}
