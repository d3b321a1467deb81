"""Plays random events through the navigation and the reference model side by side, and counts the transitions."""

import json
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from random import Random
from types import ModuleType
from typing import Any

from tests.db.survey_making import ATTRIBUTE_WORDS, random_event, random_survey
from tests.db.survey_model import Model

EVENTS = 60
Transition = tuple[str, str, str]
"""Kind of the question on the screen (`review` where there is none), the event, and what became of it."""


class Disagreement(AssertionError):
    """The navigation and the model say different things."""


@dataclass(frozen=True)
class House:
    """The modules under test: ours, or a copy with a bug planted in it."""

    name: str = "db.surveys"
    modules: dict[str, ModuleType] = field(default_factory=dict)

    def __getattr__(self, module: str) -> ModuleType:
        return self.modules.setdefault(module, import_module(f"{self.name}.{module}"))


def play(house: House, seed: int, seen: Counter[Transition]) -> None:
    """Play one sequence over one random survey; raises `Disagreement` with the seed and the step."""
    chance = Random(seed)  # noqa: S311 - a game, no secret
    survey = random_survey(chance)
    wavers = chance.random() < 0.5
    attributes = {"employment_type": chance.choice(ATTRIBUTE_WORDS)}
    definition = house.reading.read(survey)
    model, draft = Model(survey, attributes), house.navigation.start(definition, attributes)
    agree(house, (definition, attributes, draft), model, (seed, "start"))
    event: tuple[Any, ...] = ()
    for number in range(EVENTS):
        if not event or chance.random() > 0.15:  # else the same button once more
            event = random_event(chance, survey, model.at, wavers=wavers)
        where = model.question(model.at)["kind"] if model.at else "review"
        outcome = model.step(event)
        after = applied(house, definition, attributes, draft, event)
        refused = isinstance(after, house.values.InvalidAnswer)
        said = f"refused: {after.reason}" if refused else "stayed" if after == draft else "moved"
        if said != outcome:
            raise Disagreement(seed, number, event, said, outcome)
        draft = draft if refused else after
        if chance.random() < 0.1:  # the process dies and another takes the draft up
            draft = house.drafts.from_plain(json.loads(json.dumps(draft.plain())))
        agree(house, (definition, attributes, draft), model, (seed, number, event))
        seen[where, event[0], outcome] += 1


def applied(house: House, definition: Any, attributes: Any, draft: Any, event: tuple[Any, ...]) -> Any:
    try:
        return house.navigation.apply(definition, attributes, draft, as_event(house, event))
    except Exception as raised:
        raise Disagreement(event, "nothing may be raised") from raised


def as_event(house: House, event: tuple[Any, ...]) -> Any:
    name, *details = event
    kinds = {"choose": "Choose", "toggle": "Toggle", "type": "Typed", "continue": "Continue", "skip": "Skip",
             "back": "Back", "edit": "Edit", "review": "Review"}  # fmt: skip
    return getattr(house.drafts, kinds[name])(*details)


def agree(house: House, answering: tuple[Any, Any, Any], model: Model, when: Any) -> None:
    """Compare everything a person is told."""
    standing, told = house.standing, model.told()
    sent = standing.submission(*answering)
    ours = {
        "at": answering[2].at,
        "sent": {code: list(value) if isinstance(value, tuple) else value for code, value in sent.items()},
        "complete": standing.complete(*answering),
        "about": standing.progress(*answering).about,
        "review": [(line.question.code, line.state) for line in standing.review(*answering)],
    }
    if ours != told:
        raise Disagreement(when, ours, told)


def table(seen: Counter[Transition]) -> str:
    """The transitions taken, as lines to print: kind, event, outcome, times."""
    return "\n".join(f"{where:<11} {event:<9} {outcome:<22} {times:>7}" for (where, event, outcome), times
                     in sorted(seen.items()))  # fmt: skip
