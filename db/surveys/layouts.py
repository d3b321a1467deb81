"""One question laid out by the cuts: groups of people beside blocks of answers, every number 0 or at least 5.

The groups are one partition, a tree by the cuts in their order: a group whose numbers may not stand joins its
siblings, and they the smallest other one, until they may. So whatever is added or subtracted adds whole groups.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.surveys.coarsening import Combination
from db.surveys.gathering import Block, Cell, coarser, spoken, telling

Groups = dict[Combination, Cell]
"""Counts by block, for each combination of the cuts; None in it: several values together."""


@dataclass(frozen=True)
class Layout:
    """One question, or one `option` of it (then the blocks are: chosen, not chosen), by groups."""

    question: str
    option: str | None
    blocks: tuple[Block, ...]
    groups: Groups

    def plain(self) -> dict[str, Any]:
        """Give it as JSON."""
        groups = [[list(combination), list(cell)] for combination, cell in self.groups.items()]
        blocks = [list(block) for block in self.blocks]
        return {"question": self.question, "option": self.option, "blocks": blocks, "groups": groups}

    def by_cut(self, place: int) -> dict[Any, Cell]:
        """Add the groups up by one cut, given by its place; None: told together."""
        found: dict[Any, Cell] = {}
        for combination, cell in self.groups.items():
            found[combination[place]] = _added(found.get(combination[place], (0,) * len(cell)), cell)
        return found


def layout_of(kept: dict[str, Any]) -> Layout:
    """Take a layout up again from `Layout.plain`."""
    groups = {tuple(combination): tuple(cell) for combination, cell in kept["groups"]}
    return Layout(kept["question"], kept["option"], tuple(tuple(block) for block in kept["blocks"]), groups)


Leaves = Mapping[Combination, Mapping[str, int]]
"""How many of each group gave each code; the groups are those of the whole round."""


def laid_out(
    question: str, leaves: Leaves, blocks: Sequence[Block], *, ordered: bool, option: str | None = None
) -> Layout | None:
    """Give the layout that tells most, of ever coarser blocks; None where nothing may be told by groups."""
    codes = [code for block in blocks for code in block]
    cells = {code: (sum(leaf.get(code, 0) for leaf in leaves.values()),) for code in codes}
    best, most = None, 0
    for blocks_ in coarser(cells, blocks, ordered=ordered):
        tried = [tuple(sorted(block, key=codes.index)) for block in blocks_]
        counts = {group: _in_blocks(leaf, tried) for group, leaf in leaves.items()}
        groups = arranged(counts, (True, True) if option else spoken(tried))
        told = (len(groups) - 1) * (len(tried) - 1)
        if told > most:
            best, most = Layout(question, option, tuple(tried), groups), told
    return best


def _in_blocks(leaf: Mapping[str, int], blocks: Sequence[Block]) -> Cell:
    return tuple(sum(leaf.get(code, 0) for code in block) for block in blocks)


def arranged(counts: Mapping[Combination, Cell], answers: Sequence[bool]) -> Groups:
    """Join groups until the numbers of each may stand; empty where even all together may not.

    `answers`: which of the blocks are answers (`gathering.spoken`).
    """
    if not telling(_sum(counts.values()), answers):
        return {}
    return dict(_split(counts, (), answers))


def _split(
    counts: Mapping[Combination, Cell], path: Combination, answers: Sequence[bool]
) -> Iterator[tuple[Combination, Cell]]:
    """Split what may stand by the next cut, as far as the parts may stand, too; what is told together stays so."""
    left = len(next(iter(counts))) - len(path)
    if not left or (path and path[-1] is None):
        yield (*path, *(None,) * left), _sum(counts.values())
        return
    parts: dict[Any, dict[Combination, Cell]] = {}
    for group, cell in counts.items():
        parts.setdefault(group[len(path)], {})[group] = cell
    for value, inside in _standing(parts, answers).items():
        yield from _split(inside, (*path, value), answers)


def _standing(parts: dict[Any, dict[Combination, Cell]], answers: Sequence[bool]) -> dict[Any, dict[Combination, Cell]]:
    """Give the parts that may stand apart; the others are one part, and the smallest joins them until it may stand."""
    sums = {value: _sum(inside.values()) for value, inside in parts.items()}
    apart = [value for value in parts if value is not None and telling(sums[value], answers)]
    apart.sort(key=lambda value: (-sum(sums[value]), str(value)))
    together = [value for value in parts if value not in apart]
    while together and apart and not telling(_sum(sums[value] for value in together), answers):
        together.append(apart.pop())
    joined = {group: cell for value in together for group, cell in parts[value].items()}
    return {**{value: parts[value] for value in apart}, **({None: joined} if joined else {})}


def _sum(cells: Any) -> Cell:
    return tuple(map(sum, zip(*cells, strict=True)))


def _added(one: Cell, other: Cell) -> Cell:
    return tuple(a + b for a, b in zip(one, other, strict=True))
