"""What is published, searched at length: `python -m tests.soak.differences --rounds 2000 --seed 1`.

Random rounds are published and everything that follows from the tables is looked at; then the same with each planted
leak, and with a second publication by another cut.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.db import survey_attack
from tests.db.test_survey_differences import LEAKS, OURS, search
from tests.db.test_survey_sequences import planted


def main(words: list[str] | None = None) -> int:
    """Search; status 1 when fewer than five people could be worked out, or a planted leak stays hidden."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args(words)
    survey_attack.MANY_PIECES = sys.maxsize  # at length, pairs of pieces are tried however many there are
    seeds = range(asked.seed, asked.seed + asked.rounds)
    worked_out = [seed for seed in seeds if search(OURS, seed)]
    print(f"seed {asked.seed}: {asked.rounds} rounds, {len(worked_out)} with a group under five worked out"
          f"{': ' + str(worked_out[:20]) if worked_out else ''}")  # fmt: skip
    again = next((seed for seed in seeds if search(OURS, seed, twice=True)), None)
    print(
        f"published twice, by another cut: {'hidden' if again is None else f'found in round {again - asked.seed + 1}'}"
    )
    hidden = [leak for leak in LEAKS if not found(leak, seeds)]
    print(f"{len(LEAKS)} planted leaks, {len(LEAKS) - len(hidden)} found; hidden: {', '.join(hidden) or 'none'}")
    return 1 if worked_out or hidden or again is None else 0


def found(leak: str, seeds: range) -> bool:
    """Tell whether a planted leak shows."""
    with tempfile.TemporaryDirectory() as place:
        house = planted(Path(place), f"soaked_leak_{list(LEAKS).index(leak)}", LEAKS[leak])
        for seed in seeds:
            if search(house.name, seed):
                print(f"found in round {seed - seeds.start + 1:>4}: {leak}")
                return True
    return False


if __name__ == "__main__":
    sys.exit(main())
