"""Leaks planted into the closing of an anonymous round: each of them the swap game must find."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert, select, update

from db.engine import Database, Session
from db.models import Chat, Link, SurveyAnswer, SurveyBallot, SurveyDraft, SurveyRound, Update
from db.surveys import ballots, definitions, rewriting, traces
from db.surveys.rewriting import Sent
from tests.swap_runs import Run
from tests.swapping import Leak

Writer = Callable[[Session, SurveyRound, list[Sent], Random], Awaitable[None]]


def writing(writer: Writer) -> Leak:
    """Give the leak of writing ballots otherwise."""
    return lambda _run: _patched(rewriting, "_write", writer)


def _patched(where: Any, name: str, value: Any) -> AbstractContextManager[None]:
    return patch.object(where, name, value)


async def written(
    session: Session, round_: SurveyRound, sent: list[Sent], chance: Random, *,
    shuffled: bool = True, counted_up: bool = False, stamped: bool = False, one_by_one: bool = False,
) -> None:  # fmt: skip
    """Write ballots as the program does, but for one carelessness."""
    definition, seals = await definitions.of_version(session, round_.version_id), ballots.seals_of(session)
    whole = [
        (place, one, answers)
        for place, (one, (_cuts, answers)) in enumerate(
            zip(sent, rewriting.coarse_enough(definition, round_.cuts, sent), strict=True)
        )
    ]
    if shuffled:
        chance.shuffle(whole)
    ids = range(1, len(whole) + 1) if counted_up else [chance.randrange(ballots.IDS) for _ in whole]
    rows = list(zip(ids, whole, strict=True))
    for ballot, (_place, one, answers) in sorted(rows, key=lambda row: row[1][0]) if one_by_one else sorted(rows):
        async with session.begin_nested():  # PostgreSQL numbers it as a transaction of its own
            ballot_row = {"id": ballot, "round_id": round_.id, "counted": True}
            at = await _last_seen(session, one) if stamped else None
            await session.execute(insert(SurveyBallot).values(**ballot_row, sent_at=at))
            kept = ballots.rows_of(definition, answers, seals)
            rows_ = [{"ballot_id": ballot, "round_id": round_.id, **row._asdict()} for row in kept]
            await session.execute(insert(SurveyAnswer), rows_)


async def _last_seen(session: Session, one: Sent) -> Any:
    chat = select(Link.chat_id).where(Link.employee_id == one.participant.employee_id)
    return await session.scalar(select(Chat.last_seen).where(Chat.chat_id.in_(chat)))


def without(*steps: str) -> Leak:
    """Give the leak of not erasing some traces."""
    kept = tuple(step for step in traces._STEPS if step.__name__ not in steps)
    assert len(kept) == len(traces._STEPS) - len(steps)
    return lambda _run: _patched(traces, "_STEPS", kept)


@contextmanager
def draft_left(run: Run) -> Iterator[None]:
    """Leave the draft of one of the two."""
    whole = rewriting.rewrite

    async def rewrite(session: Session, round_: SurveyRound, *rest: Any) -> None:
        left = (await session.execute(select(SurveyDraft.__table__).order_by("participant_id"))).mappings().all()
        await whole(session, round_, *rest)
        await session.execute(insert(SurveyDraft), [dict(left[run.deal.pair[0]])])

    with patch.object(rewriting, "rewrite", rewrite):
        yield


@contextmanager
def payload_left(run: Run) -> Iterator[None]:
    """Leave what one of the two pressed in the row of an update."""
    erase = traces.erase

    async def erased(database: Database, round_id: int) -> None:
        await erase(database, round_id)
        said = run.deal.answers_of(run.deal.pair[0], exchanged=run.exchanged)
        pressed = database.keys.seal("updates").close_json({"data": said["PILIH"]})
        async with database.transaction() as session:
            first = select(Update.update_id).order_by(Update.update_id).limit(1).scalar_subquery()
            await session.execute(update(Update).where(Update.update_id == first).values(payload_sealed=pressed))

    with patch.object(traces, "erase", erased):
        yield


@contextmanager
def not_scrubbed(_run: Run) -> Iterator[None]:
    """Leave what was deleted in the files."""

    async def scrub(_database: Database) -> bool:
        return True

    with patch.object(traces, "scrub", scrub):
        yield


@contextmanager
def logged(run: Run) -> Iterator[None]:
    """Write down what somebody answered."""
    said = run.deal.answers_of(run.deal.pair[0], exchanged=run.exchanged)
    logging.getLogger("db.surveys").warning("%s", said["SARAN"])
    yield


EVERYWHERE: dict[str, tuple[Leak, Sequence[str]]] = {
    "a time stamp on a ballot": (writing(partial(written, stamped=True)), ["survey_ballots"]),
    "ids counted up in the order of participants": (
        writing(partial(written, shuffled=False, counted_up=True)),
        ["survey_answers"],
    ),
    "random ids, never shuffled": (writing(partial(written, shuffled=False)), ["survey_answers"]),
    "a draft left behind": (draft_left, ["survey_drafts"]),
    "what was pressed left in an update": (payload_left, ["updates"]),
    "whose updates they were": (without("_presses"), ["updates"]),
    "when somebody was last seen": (without("_visits"), ["chats"]),
    "a line in the log": (logged, ["log"]),
}
"""Each leak with where it must show."""
SQLITE: dict[str, tuple[Leak, Sequence[str]]] = {"files not scrubbed": (not_scrubbed, ["files"])}
POSTGRESQL: dict[str, tuple[Leak, Sequence[str]]] = {
    "a transaction for each ballot": (writing(partial(written, one_by_one=True)), ["survey_ballots as written"]),
    **SQLITE,
}
