"""Small numbers gathered into bigger ones: what is shown of a question is 0 or at least `LEAST`, block by block.

A block is one answer or several together; only its sum is told, so nothing is hidden that a sum could betray.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from db.surveys.coarsening import LEAST
from db.surveys.counting import NONE

Cell = tuple[int, ...]
"""Counts that belong together: one, or one a place of a ranking."""
Block = tuple[str, ...]
"""The codes told together."""


def total(cells: Mapping[str, Cell], block: Sequence[str]) -> Cell:
    """Add up a block."""
    return tuple(map(sum, zip(*(cells[code] for code in block), strict=True)))


def fine(cell: Cell) -> bool:
    """Tell whether counts may stand: each is 0 or at least `LEAST`."""
    return not any(0 < count < LEAST for count in cell)


def spoken(blocks: Sequence[Block]) -> tuple[bool, ...]:
    """Tell which blocks are answers, and not the lack of one."""
    return tuple(block != (NONE,) for block in blocks)


def telling(counts: Sequence[int], answers: Sequence[bool]) -> bool:
    """Tell whether blocks may stand beside each other: each may, and no group's answers are all, or nearly, alike."""
    return fine(tuple(counts)) and sum(count > 0 for count, said in zip(counts, answers, strict=True) if said) > 1


def gathered(cells: Mapping[str, Cell], *, ordered: bool) -> list[Block]:
    """Give the blocks of one question: neighbours together where answers have an order, else the rare ones."""
    return _neighbours(cells) if ordered else _rare(cells)


def coarser(cells: Mapping[str, Cell], blocks: Sequence[Block], *, ordered: bool) -> Iterator[list[Block]]:
    """Give ever coarser blocks down to two, beginning with those given."""
    left = list(blocks)
    while sum(any(total(cells, block)) for block in left) > 1:
        yield list(left)
        left = _joined(cells, left, ordered=ordered)


def _rare(cells: Mapping[str, Cell]) -> list[Block]:
    rare = [code for code, cell in cells.items() if not fine(cell)]
    if not rare:
        return [(code,) for code in cells]
    # Those nobody chose go with them: else each of the others were known to be at least one.
    rare += [code for code, cell in cells.items() if not sum(cell)]
    others = sorted((code for code in cells if code not in rare), key=lambda one: sum(cells[one]))
    while others and _betrayed(cells, rare):
        rare.append(others.pop(0))
    if not fine(total(cells, rare)):
        return [tuple(cells)]
    together = tuple(code for code in cells if code in rare)
    return [*((code,) for code in cells if code not in rare), together]


def _betrayed(cells: Mapping[str, Cell], block: Sequence[str]) -> bool:
    """Tell whether a sum of rare ones betrays them: it is small itself, or so big that none of them can be nobody's."""
    cell = total(cells, block)
    small = max(max(cells[code]) for code in block) < LEAST
    return not fine(cell) or (small and max(cell) > (LEAST - 1) * (len(block) - 1))


def _neighbours(cells: Mapping[str, Cell]) -> list[Block]:
    blocks: list[Block] = [(code,) for code in cells if code != NONE]
    while len(blocks) > 1 and (small := [block for block in blocks if not fine(total(cells, block))]):
        blocks = _beside(cells, blocks, blocks.index(small[0]))
    silent = cells.get(NONE)
    if silent is None:
        return blocks
    if fine(silent) and all(fine(total(cells, block)) for block in blocks):
        return [*blocks, (NONE,)]
    least = min(blocks, key=lambda block: sum(total(cells, block)) or math.inf)
    joined = (*least, NONE)
    if fine(total(cells, joined)):
        return [joined if block == least else block for block in blocks]
    return [tuple(cells)]


def _beside(cells: Mapping[str, Cell], blocks: list[Block], place: int) -> list[Block]:
    """Join a block with the smaller of its neighbours."""
    sides = [side for side in (place - 1, place + 1) if 0 <= side < len(blocks)]
    other = min(sides, key=lambda side: sum(total(cells, blocks[side])))
    first, second = sorted((place, other))
    return [*blocks[:first], blocks[first] + blocks[second], *blocks[second + 1 :]]


def _joined(cells: Mapping[str, Cell], blocks: list[Block], *, ordered: bool) -> list[Block]:
    """Join the smallest block with its smaller neighbour, or with the next smallest; those of nobody stay apart."""
    sizes = {block: sum(total(cells, block)) for block in blocks}
    by_size = sorted((block for block in blocks if sizes[block]), key=lambda block: sizes[block])
    spoken_ = [block for block in blocks if block != (NONE,)]
    if ordered and by_size[0] != (NONE,) and len(spoken_) > 1:
        return _beside(cells, spoken_, spoken_.index(by_size[0])) + [block for block in blocks if block == (NONE,)]
    first, second = sorted(by_size[:2], key=lambda block: (block == (NONE,), blocks.index(block)))
    return [first + second if block == first else block for block in blocks if block != second]
