"""What is published of random rounds, searched for differences; leaks planted in copies of the rules are found."""

import random
from pathlib import Path

import pytest

from tests.db.survey_attack import leaks
from tests.db.survey_disclosing import published, random_ballots, random_survey
from tests.db.test_survey_sequences import forget, planted

ROUNDS = 100
FIRST_SEED = 20_260_000
OURS = "db.surveys"

LEAKS = {
    "a rare answer is left out and nothing else with it": (
        "overall.py", "blocks = gathered(cells, ordered=in_order(question))",
        "blocks = [(code,) for code in cells if fine(cells[code])]"),
    "small numbers are told": (
        "gathering.py", "return not any(0 < count < LEAST for count in cell)", "return True"),
    "groups stand whatever their numbers are": (
        "layouts.py", "value is not None and telling(sums[value], answers)", "value is not None"),
    "a small rest of groups is left alone": ("layouts.py", "while together and apart and not", "while False and not"),
    "the few who were asked and stayed silent are not looked for": (
        "disclosure.py", "if table.hidden is None and not self._may_depend(question, table):", "if False:"),
    "the few who were offered an option and passed it over are not looked for": (
        "disclosure.py", "if option.show_if is not None and option.code in codes:", "if False:"),
    "few who chose neither are not looked for": (
        "overall.py", "if rest - chosen[code] < LEAST]", "if False]"),
    "few who chose two are told by the sum": (
        "overall.py", "if _extremes(question, found, alone) and", "if False and"),
    "every option is told, down to one": ("overall.py", "if LEAST <= many <= answered - LEAST}", "if many}"),
}  # fmt: skip


def search(house: str, seed: int, *, twice: bool = False) -> int:
    """Publish one random round and count what can be worked out of it; `twice`: by other cuts as well."""
    chance = random.Random(seed)  # noqa: S311 - invented rounds, no secret
    asked = random_survey(chance)
    ballots = random_ballots(chance, asked, 2)
    told = [published(asked, ballots, range(chance.randint(1, 2)), house)]
    if twice:
        told.append(published(asked, ballots, [1], house))
    return len(leaks(asked, ballots, *told))


def test_nothing_under_five_can_be_worked_out_of_what_is_published() -> None:
    assert {seed: found for seed in range(FIRST_SEED, FIRST_SEED + ROUNDS) if (found := search(OURS, seed))} == {}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_found(leak: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    house = planted(tmp_path, f"leaking_{list(LEAKS).index(leak)}", LEAKS[leak])
    request.addfinalizer(lambda: forget(tmp_path, house.name))
    assert any(search(house.name, seed) for seed in range(FIRST_SEED, FIRST_SEED + ROUNDS))


def test_publishing_again_by_another_cut_would_be_found() -> None:
    assert any(search(OURS, seed, twice=True) for seed in range(FIRST_SEED, FIRST_SEED + ROUNDS))
