"""Answering at length: `python -m tests.soak.surveys --sequences 2000 --seed 1` plays random surveys against the model.

The transitions taken are printed; each planted bug is looked for in the same games.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.db.survey_play import Disagreement, House, Transition, play, table
from tests.db.test_survey_sequences import MUTANTS, planted


def main(words: list[str] | None = None) -> int:
    """Play the games; status 1 when navigation and model disagree or a planted bug stays hidden."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sequences", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args(words)
    seen: Counter[Transition] = Counter()
    for seed in range(asked.seed, asked.seed + asked.sequences):
        play(House(), seed, seen)
    print(table(seen))
    print(f"seed {asked.seed}: {asked.sequences} sequences, {sum(seen.values())} events, {len(seen)} transitions, "
          "0 disagreements")  # fmt: skip
    hidden = [bug for bug in MUTANTS if not found(bug, asked.seed, asked.sequences)]
    print(f"{len(MUTANTS)} planted bugs, {len(MUTANTS) - len(hidden)} found; hidden: {', '.join(hidden) or 'none'}")
    return 1 if hidden else 0


def found(bug: str, first: int, sequences: int) -> int | None:
    """Give the game in which a planted bug shows, None where it stays hidden."""
    with tempfile.TemporaryDirectory() as place:
        house = planted(Path(place), f"soaked_{list(MUTANTS).index(bug)}", MUTANTS[bug])
        for seed in range(first, first + sequences):
            try:
                play(house, seed, Counter())
            except Disagreement:
                print(f"found in game {seed - first + 1:>4}: {bug}")
                return seed
    return None


if __name__ == "__main__":
    sys.exit(main())
