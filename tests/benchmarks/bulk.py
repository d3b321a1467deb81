"""What a million recipients cost before the first message leaves, and what a text costs."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from typing import Any

from jinja2 import Environment
from sqlalchemy import select, text

from content.office_text import compile_office_text
from db import batches
from db.engine import Database
from db.models import Employee
from tests.benchmarks.office import Line, postgresql, sqlite
from tests.postgres import PostgreSQL
from tests.sending import TUESDAY, add_people, announce, claim

NUMBERS = {
    "sqlite": "WITH RECURSIVE g(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM g WHERE n < :top)",
    "postgresql": "WITH g AS (SELECT generate_series(2, :top) AS n)",
}
PEOPLE = (
    "INSERT INTO employees (id, nip, full_name, employment_type, unit_id, agency_id, updated_at) {numbers} "
    "SELECT n, CAST(100000000000000000 + n AS varchar), 'Pegawai', 'PNS', one.unit_id, one.agency_id, one.updated_at "
    "FROM g, (SELECT * FROM employees LIMIT 1) AS one"
)
CHATS = (
    "INSERT INTO chats (chat_id, language, first_seen, last_seen) {numbers} "
    "SELECT n, 'id', one.first_seen, one.last_seen FROM g, (SELECT * FROM chats LIMIT 1) AS one"
)
LINKS = (
    "INSERT INTO links (employee_id, chat_id, generation, level, way, linked_at, level_at) {numbers} "
    "SELECT n, n, 1, 1, 'contact', one.linked_at, one.level_at FROM g, (SELECT * FROM links LIMIT 1) AS one "
    "WHERE n % 100 > 0"
)
RAW = (
    'INSERT INTO outbox (verb, state, lane, "window", counted, employee_id, link_generation, batch_id, due_at, '
    "attempts, uncertain) SELECT 'send', 'queued', 4, 'any', 1 = 0, e.id, 1, b.id, b.due_at, 0, 0 "
    "FROM employees AS e, batches AS b WHERE b.id = :batch"
)


async def fill(database: Database, count: int) -> None:
    """Put so many linked employees (one in a hundred not) into an empty database."""
    async with database.transaction() as session:
        await add_people(session, [1])
        for statement in (PEOPLE, CHATS, LINKS):
            await session.execute(text(statement.format(numbers=NUMBERS[database.dialect])), {"top": count})
    await _tidy(database, "ANALYZE")


async def _tidy(database: Database, statement: str) -> None:
    async with database.engine.connect() as connection:
        tidy = await connection.execution_options(isolation_level="AUTOCOMMIT", sqlite_begin="DEFERRED")
        if database.dialect == "postgresql":
            await tidy.execute(text(statement))


async def _timed(database: Database, *, raw: bool) -> float:
    async with database.transaction() as session:
        batch = await batches.open_batch(
            session, kind="x", message="x", values={}, content_hash="0" * 64, due_at=TUESDAY
        )  # fmt: skip
    begun = time.perf_counter()
    async with database.transaction() as session:
        if raw:
            await session.execute(text(RAW), {"batch": batch})
        else:
            await batches.freeze(session, batch, select(Employee.id))
    took = time.perf_counter() - begun
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM outbox"))
    await _tidy(database, "VACUUM outbox")
    return took


async def _freeze(database: Database, count: int) -> Line:
    await fill(database, count)
    await _timed(database, raw=True)  # the file has grown: from now on both write into known pages
    pairs = [(await _timed(database, raw=True), await _timed(database, raw=False)) for _ in range(3)]
    ratio = statistics.median(ours / raw for raw, ours in pairs)
    ours = f"{ratio:.2f} × ({statistics.median(one for _, one in pairs):.1f} s)"
    return Line(f"freeze an audience of {count:,}, {database.dialect}", "≤ 2 × raw INSERT … SELECT", ours, ratio <= 2)


async def freezing(server: PostgreSQL, count: int) -> list[Line]:
    """Measure the freeze on both databases."""
    async with sqlite() as database:
        first = await _freeze(database, count)
    async with postgresql(server) as database:
        return [first, await _freeze(database, count)]


def peak_memory(count: int) -> float:
    """Give the megabytes a process needs to freeze so many and to begin on them."""
    words = [sys.executable, "-m", "tests.benchmarks.bulk", str(count)]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    return float(told["megabytes"])


def memory(most: int) -> Line:
    """Measure what a big audience costs in memory beyond a small one."""
    more = peak_memory(most) - peak_memory(10_000)
    return Line(f"memory: {most:,} − 10,000 recipients", "≤ 16 MB", f"{more:.1f} MB", more <= 16)


def rendering(count: int = 10_000) -> Line:
    """Measure personal texts against the bare template."""
    source = "Yth. {{ sapaan }} {{ nama }},\n\nrapat di {{ unit }} dipindahkan ke hari Kamis. " + "Terima kasih. " * 10
    people: list[dict[str, Any]] = [{"sapaan": "Ibu", "nama": f"Pegawai {n}", "unit": "Dinas"} for n in range(count)]
    ours, bare = compile_office_text(source), Environment(autoescape=True).from_string(source)
    ratios = []
    for _ in range(3):
        times = []
        for template in (ours, bare):
            begun = time.perf_counter()
            for person in people:
                template.render(person)
            times.append(time.perf_counter() - begun)
        ratios.append(times[0] / times[1])
    ratio = statistics.median(ratios)
    return Line(f"render {count:,} personal texts", "≤ 1.2 × the bare template", f"{ratio:.2f} ×", ratio <= 1.2)


async def _alone(count: int) -> None:
    """Freeze and begin in a process of its own, and print the most memory it ever had."""
    import resource  # noqa: PLC0415 - only this child asks

    async with sqlite() as database:
        await fill(database, count)
        async with database.transaction() as session:
            await announce(session)
        for _ in range(5):
            await claim(database, 100)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"megabytes": megabytes}))


if __name__ == "__main__":
    asyncio.run(_alone(int(sys.argv[1])))
