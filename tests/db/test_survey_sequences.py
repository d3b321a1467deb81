"""Random answering against the reference model, and bugs planted in copies of the navigation, each found."""

import importlib
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

import db.surveys
from tests.db.survey_play import Disagreement, House, Transition, play, table

SEQUENCES = 600
"""The rarest planted bug shows in about one game of a hundred."""
FIRST_SEED = 20_260_000
OURS = Path(db.surveys.__file__).parent

MUTANTS = {
    "an old button still answers": (
        "navigation.py", "if code is not None and code == self.draft.at else None", "if code else None"),
    "the order of a ranking is lost": (
        "values.py", "tuple(picks) if question.kind", "tuple(sorted(picks)) if question.kind"),
    "a second press is not seen as one": (
        "navigation.py", "    if (event.code in picks) == event.on:\n        return stand.draft\n",
        "    if event.code in picks:\n        event = Toggle(event.question, event.code, on=False)\n"),
    "required questions can be skipped": ("navigation.py", "    if question.required:\n", "    if False:\n"),
    "a skip is forgotten": ("navigation.py", "skipped=without.skipped | {question.code}", "skipped=without.skipped"),
    "an answer leaves its question marked as skipped": (
        "navigation.py", "skipped=self.draft.skipped - {question.code})", "skipped=self.draft.skipped)"),
    "back goes two steps": ("navigation.py", "codes[max(0, place - 1)]", "codes[max(0, place - 2)]"),
    "an edit is taken from anywhere": (
        "navigation.py", "if stand.draft.at is not None or event.question not in", "if event.question not in"),
    "the review is reached without what is required": (
        "navigation.py", "question is None or not standing.complete(stand.definition, stand.attributes, stand.draft)",
        "question is None"),
    "an old button leads to the review": (
        "navigation.py", "question = stand.on_screen(event.question)\n    if question is None or not standing",
        "question = stand.definition.by_code[event.question]\n    if question is None or not standing"),
    "choices begun are lost on the way to the review": (
        "navigation.py", "    _refuse_too_few(stand, question)\n    return replace", "    return replace"),
    "what is answered is asked again": (
        "navigation.py", "if code not in now.answers and code not in", "if code not in"),
    "a choice that stands alone joins the others": (
        "navigation.py", "(pick for pick in picks if pick not in alone)", "picks"),
    "hidden answers are sent": (
        "visibility.py", "question.show_if is not None and not holds(question.show_if, answers, attributes)",
        "question.show_if is not None and not holds(question.show_if, given, attributes)"),
    "a refused consent lets everything through": ("visibility.py", "value != AGREED and not", "value is None and not"),
    "hidden options still count": (
        "visibility.py", "value = tuple(pick for pick in value if pick not in gone)", "pass"),
    "one choice more than allowed": ("values.py", "if len(picks) > question.most", "if len(picks) > question.most + 1"),
    "a draft taken up again has lost its skips": ("drafts.py", 'frozenset(kept["skipped"])', "frozenset()"),
}  # fmt: skip


def test_random_answering_agrees_with_a_model_written_from_the_definition_alone() -> None:
    seen = played(House(), SEQUENCES)
    print(table(seen))  # noqa: T201 - shown with -s
    kinds = {where for where, _, outcome in seen if outcome == "moved"}
    assert kinds == {"single", "multiple", "ranked", "scale", "nps", "yes_no", "number", "short_text", "page",
                     "consent", "review"}  # fmt: skip
    refusals = {outcome.removeprefix("refused: ") for _, _, outcome in seen if outcome.startswith("refused")}
    assert refusals == {"required", "not_offered", "too_many", "too_few", "out_of_range", "too_long", "not_a_number",
                        "not_yes_no"}  # fmt: skip
    stayed = {event for _, event, outcome in seen if outcome == "stayed"}
    assert stayed >= {"choose", "toggle", "continue", "skip", "review"}
    assert {(event, outcome) for _, event, outcome in seen} >= {("review", "moved"), ("review", "refused: too_few")}


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_planted_bug_is_found(bug: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    house = planted(tmp_path, f"planted_{list(MUTANTS).index(bug)}", MUTANTS[bug])
    request.addfinalizer(lambda: forget(tmp_path, house.name))
    with pytest.raises(Disagreement):
        played(house, SEQUENCES)


def test_a_copy_without_a_bug_is_not_accused(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    house = planted(tmp_path, "planted_none", ("", "", ""))
    request.addfinalizer(lambda: forget(tmp_path, house.name))
    assert played(house, 20)


def played(house: House, sequences: int) -> Counter[Transition]:
    seen: Counter[Transition] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + sequences):
        play(house, seed, seen)
    return seen


def planted(place: Path, name: str, bug: tuple[str, str, str]) -> House:
    """Copy our package under another name, with one line of one module changed."""
    module, sound, spoiled = bug
    shutil.copytree(OURS, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (place / name).glob("*.py"):
        text = path.read_text().replace("db.surveys", name)
        if path.name == module:
            assert text.count(sound) == 1, f"the line is not there once: {sound}"
            text = text.replace(sound, spoiled)
        path.write_text(text)
    sys.path.insert(0, str(place))
    importlib.invalidate_caches()
    return House(name)


def forget(place: Path, name: str) -> None:
    sys.path.remove(str(place))
    for module in [one for one in sys.modules if one.split(".")[0] == name]:
        del sys.modules[module]
