"""What counting a million answers costs, beside the bare statement."""

import statistics
import time

from sqlalchemy import text

from db.engine import Database
from db.models import SurveyRound
from db.surveys import definitions, tally
from tests import factories, survey_rounds
from tests.benchmarks.bulk import NUMBERS
from tests.benchmarks.office import Line, postgresql, sqlite
from tests.postgres import PostgreSQL
from tests.sending import TUESDAY
from tests.surveying import defined, question, several, single

QUESTIONS = 20
ASKED = defined(
    *(single(f"Q{n}", *"ABCDE") for n in range(8)),
    *({**several(f"R{n}", *"ABCDE", max=3), "kind": "ranked"} for n in range(2)),
    *(question(f"S{n}", "scale") for n in range(8)),
    *(question(f"N{n}", "number", min=0, max=60) for n in range(2)),
)
BALLOTS = "INSERT INTO survey_ballots (id, round_id, counted) {numbers} SELECT n * 7919, :round, n % 100 > 0 FROM g"
CHOICES = (
    "INSERT INTO survey_answers (ballot_id, question, place, round_id, value) {numbers} "
    "SELECT n * 7919, :question, 0, :round, {value} FROM g"
)
AMOUNTS = (
    "INSERT INTO survey_answers (ballot_id, question, place, round_id, number) {numbers} "
    "SELECT n * 7919, :question, 0, :round, n % 60 FROM g"
)
LETTER = "substr('ABCDE', 1 + CAST(n * {step} % 5 AS integer), 1)"
POINT = "CAST(1 + n * {step} % 5 AS varchar)"
RAW = (
    "SELECT a.question, a.value, a.number, a.place, count(*) FROM survey_answers a "
    "JOIN survey_ballots b ON b.id = a.ballot_id WHERE a.round_id = :round AND b.round_id = :round AND b.counted "
    "AND (a.value IS NOT NULL OR a.number IS NOT NULL) GROUP BY a.question, a.value, a.number, a.place"
)


async def fill(database: Database, answers: int) -> SurveyRound:
    """Let so many answers lie in a round, twenty a ballot; made by the database itself."""
    top = answers // QUESTIONS + 1
    async with database.transaction() as session:
        who = await factories.employee(session, at=TUESDAY)
        round_ = await survey_rounds.opened(session, ASKED, [who], at=TUESDAY, author=who)
        numbers = NUMBERS[database.dialect]
        told = {"top": top, "round": round_.id}
        await session.execute(text(BALLOTS.format(numbers=numbers)), told)
        for step, one in enumerate(ASKED.questions, start=1):
            value = (POINT if one.code.startswith("S") else LETTER).format(step=step)
            statement = (AMOUNTS if one.code.startswith("N") else CHOICES).format(numbers=numbers, value=value)
            await session.execute(text(statement), told | {"question": one.code})
    async with database.engine.connect() as connection:
        tidy = await connection.execution_options(isolation_level="AUTOCOMMIT", sqlite_begin="DEFERRED")
        await tidy.execute(text("ANALYZE"))
    return round_


async def _timed(database: Database, round_: SurveyRound, *, raw: bool) -> float:
    async with database.reading() as session:
        begun = time.perf_counter()
        if raw:
            (await session.execute(text(RAW), {"round": round_.id})).all()
        else:
            await tally.tally(session, round_.id, await definitions.of_version(session, round_.version_id))
        return time.perf_counter() - begun


async def _tally(database: Database, answers: int) -> Line:
    round_ = await fill(database, answers)
    await _timed(database, round_, raw=True)  # from now on both read what lies in memory
    pairs = [(await _timed(database, round_, raw=True), await _timed(database, round_, raw=False)) for _ in range(3)]
    ratio = statistics.median(ours / raw for raw, ours in pairs)
    took = statistics.median(ours for _, ours in pairs)
    return Line(f"tally {answers:,} answers, {database.dialect}", "≤ 2 × raw SQL", f"{ratio:.2f} × ({took:.1f} s)",
                ratio <= 2)  # fmt: skip


async def tallying(server: PostgreSQL, answers: int) -> list[Line]:
    """Measure the tally on both databases."""
    async with sqlite() as database:
        first = await _tally(database, answers)
    async with postgresql(server) as database:
        return [first, await _tally(database, answers)]
