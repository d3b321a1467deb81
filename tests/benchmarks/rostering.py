"""What reading and judging a city's roster costs, beside reading the cells alone."""

import statistics
import time
from collections.abc import Callable
from io import BytesIO
from itertools import cycle, islice

from python_calamine import CalamineWorkbook

from handlers.office.roster_file import open_file
from tests.benchmarks.office import Line
from tests.rosters import RULES, TODAY, person, workbook

TIMES = 7
MOST = 2.0
FAULTS: tuple[dict[str, str], ...] = ({"NIP": "1987"}, {"NAMA": ""}, {"NOMOR_HP": "0811-2233-4455"}, *[{}] * 97)
"""What is wrong or unusual with one row after the other: three in a hundred."""


def trying_out(rows: int) -> Line:
    """Measure a dry run with reasons, in processor time."""
    data = workbook([person(**fault) for fault in islice(cycle(FAULTS), rows)])

    def cells() -> None:
        sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
        assert len(sheet.to_python()) > rows

    def judged() -> None:
        found = open_file(data, "roster.xlsx", TODAY).judge(RULES, TODAY)
        assert found.remarks

    alone, ours = _median(cells), _median(judged)
    share = ours / alone
    goal = f"≤ {MOST:.0f} × reading the cells alone"
    told = f"{share:.2f} × ({ours:.2f} s of processor)"
    return Line(f"roster of {rows:,} rows: dry run with reasons", goal, told, share <= MOST)


def _median(act: Callable[[], None]) -> float:
    spent = []
    for _ in range(TIMES):
        begun = time.process_time()
        act()
        spent.append(time.process_time() - begun)
    return statistics.median(spent)
