"""Random rounds for the search for differences: surveys that branch, people of few kinds, answers that lean."""

import importlib
import random
from collections.abc import Sequence
from typing import Any

from tests.db.survey_attack import NAMES, Asked, Ballot
from tests.surveying import question, several, single, survey

VALUES = {"agency": "PQRS", "employment_type": "XY", "position_kind": "JK"}


def random_survey(chance: random.Random) -> list[Asked]:
    """Ask three or four questions; one of them perhaps only of those who answered another in some way."""
    asked = [_asked(chance, f"Q{number}") for number in range(1, chance.randint(3, 4))]
    hinge = chance.choice(asked)
    if hinge.kind != "single" and not hinge.alone and chance.random() < 0.5:
        asked.append(Asked("QZ", "multiple", hinge.options, 2, False, frozenset(), (hinge.code, ""), from_chosen=True))
        return asked
    options = tuple("ABC"[: chance.randint(2, 3)])
    kind = chance.choice(("single", "multiple"))
    most = 1 if kind == "single" else 2
    after = (hinge.code, chance.choice(hinge.options))
    asked.append(Asked("QZ", kind, options, most, chance.random() < 0.5, frozenset(), after))
    return asked


def _asked(chance: random.Random, code: str) -> Asked:
    kind = chance.choice(("single", "single", "multiple", "multiple", "ranked"))
    options = tuple("ABCDE"[: 3 if kind == "ranked" else chance.randint(2, 4)])
    most = 1 if kind == "single" else chance.randint(2, 3) if len(options) > 2 else 2
    alone = (
        frozenset(options[-1:]) if kind == "multiple" and len(options) > 2 and chance.random() < 0.4 else frozenset()
    )
    return Asked(code, kind, options, most, chance.random() < 0.5, alone)


def definition_of(asked: Sequence[Asked]) -> dict[str, Any]:
    """Write the survey as the office would."""
    return survey(*map(_question, asked))


def _question(one: Asked) -> dict[str, Any]:
    fields: dict[str, Any] = {"required": one.required} if one.required else {}
    if one.from_chosen and one.after:
        told = {"options_from": one.after[0], "show_if": {"question": one.after[0], "answered": True}}
        return question(one.code, "multiple", max=one.most, **told)
    if one.after:
        fields["show_if"] = {"question": one.after[0], "is": one.after[1]}
    if one.kind == "single":
        return single(one.code, *one.options, **fields)
    last = {"exclusive": True} if one.alone else {}
    made = several(one.code, *one.options, max=one.most, **fields)
    made["options"][-1].update(last)
    return made if one.kind == "multiple" else {**question(one.code, "ranked"), **made, "kind": "ranked"}


def random_ballots(chance: random.Random, asked: Sequence[Asked], cuts: int) -> list[Ballot]:
    """Let some dozens answer; people of one agency lean to one answer, so that groups come out nearly alike."""
    leaning = chance.uniform(0.3, 0.95)
    favourites = {(value, one.code): chance.choice(one.answers()) for one in asked for value in VALUES["agency"]}
    ballots = []
    for _ in range(chance.randint(4, 90)):
        attributes = tuple(_skewed(chance, VALUES[cut]) for cut in NAMES[:cuts])
        answers: dict[str, tuple[str, ...]] = {}
        for one in asked:
            possible = one.answers_after(answers.get(one.after[0], ()) if one.after else ())
            favourite = favourites[attributes[0], one.code]
            leans = favourite in possible and chance.random() < leaning
            answer = favourite if leans else chance.choice(possible)
            if answer:
                answers[one.code] = _as_kept(one, answer)
        ballots.append(Ballot(attributes, answers))
    return ballots


def _skewed(chance: random.Random, values: str) -> str:
    return values[min(int(chance.expovariate(1.2)), len(values) - 1)]


def _as_kept(one: Asked, answer: tuple[str, ...]) -> tuple[str, ...]:
    return answer if one.kind == "ranked" else tuple(sorted(answer))


def published(asked: Sequence[Asked], ballots: Sequence[Ballot], cuts: Sequence[int], house: str) -> dict[str, Any]:
    """Let the program, or a spoiled copy of it, say what may be published; `cuts` in the order chosen."""
    disclosure, census, reading = (importlib.import_module(f"{house}.{name}") for name in
                                   ("disclosure", "census", "reading"))  # fmt: skip
    combinations = [tuple(ballot.attributes[cut] for cut in cuts) for ballot in ballots]
    answers = [
        (number, code, place, value, None)
        for number, ballot in enumerate(ballots)
        for code, answer in ballot.answers.items()
        for place, value in enumerate(answer)
    ]
    taken = census.census([NAMES[cut] for cut in cuts], combinations, answers)
    told: dict[str, Any] = disclosure.publishable(reading.read(definition_of(asked)), taken).plain()
    return told
