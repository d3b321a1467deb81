"""Attributes made coarser until nobody is alone with theirs: every combination that is stored has enough rows."""

from collections import Counter
from collections.abc import Hashable, Sequence

LEAST = 5
"""Rows a stored combination needs: groups under five are never shown, nor derivable."""

Combination = tuple[Hashable | None, ...]
"""The values of the chosen cuts, in the order chosen; None: not known, or made coarser."""


def coarsen(rows: Sequence[Combination], least: int = LEAST) -> list[Combination]:
    """Give each row its combination made coarser: each one given occurs at least so often, or all are blank.

    The first cut is kept best. Nothing but these attributes decides, so the outcome tells nothing else.
    """
    if not rows or not rows[0]:
        return list(rows)
    coarse: list[Combination] = [()] * len(rows)
    heads = _heads([row[0] for row in rows], least)
    for head in set(heads):
        places = [place for place, own in enumerate(heads) if own == head]
        for place, rest in zip(places, coarsen([rows[place][1:] for place in places], least), strict=True):
            coarse[place] = (head, *rest)
    return coarse


def _heads(values: Sequence[Hashable | None], least: int) -> list[Hashable | None]:
    """Blank the rare values of one cut; where the blank ones are too few, the rarest of the others joins them."""
    counts = Counter(values)
    blank = {value for value, count in counts.items() if value is None or count < least}
    together = sum(counts[value] for value in blank)
    if 0 < together < least:
        others = [value for value in counts if value not in blank]
        blank |= set(sorted(others, key=lambda value: (counts[value], repr(value)))[:1])
    return [None if value in blank else value for value in values]
