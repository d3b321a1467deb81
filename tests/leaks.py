"""Leaks planted into the closing of an anonymous round: each of them the swap game must find."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert, select, update

from db.engine import Database, Session
from db.models import Chat, Link, SurveyAnswer, SurveyBallot, SurveyDraft, SurveyRound, Update
from db.surveys import ballots, definitions, rewriting, traces
from db.surveys.rewriting import Prepared, Sent
from tests.swap_runs import Run
from tests.swapping import Leak

Rows = tuple[list[dict[str, Any]], list[dict[str, Any]]]
LayOut = Callable[[Session, SurveyRound, list[Sent], Random], Awaitable[Rows]]


def writing(lay_out: LayOut, **others: Any) -> Leak:
    """Give the leak of laying ballots out otherwise, and perhaps of writing them otherwise."""
    return lambda _run: patch.multiple(rewriting, _laid_out=lay_out, **others)


async def laid_out(
    session: Session, round_: SurveyRound, sent: list[Sent], chance: Random, *,
    shuffled: bool = True, counted_up: bool = False, stamped: bool = False,
) -> Rows:  # fmt: skip
    """Lay ballots out as the program does but for one carelessness; the rows come in the participants' order."""
    definition, seals = await definitions.of_version(session, round_.version_id), ballots.seals_of(session)
    coarse = rewriting.coarse_enough(definition, round_.cuts, sent)
    whole = [(place, one, answers) for place, (one, (_cuts, answers)) in enumerate(zip(sent, coarse, strict=True))]
    if shuffled:
        chance.shuffle(whole)
    ids = range(1, len(whole) + 1) if counted_up else [chance.randrange(ballots.IDS) for _ in whole]
    made: Rows = ([], [])
    for ballot, (_place, one, answers) in sorted(zip(ids, whole, strict=True), key=lambda row: row[1][0]):
        at = await _last_seen(session, one) if stamped else None
        made[0].append({"id": ballot, "round_id": round_.id, "counted": True, "sent_at": at})
        kept = ballots.rows_of(definition, answers, seals)
        made[1].extend({"ballot_id": ballot, "round_id": round_.id, **row._asdict()} for row in kept)
    return made


async def one_by_one(session: Session, prepared: Prepared) -> None:
    """Write each ballot for itself, as they come."""
    for ballot in prepared.ballots:
        async with session.begin_nested():  # PostgreSQL numbers it as a transaction of its own
            await session.execute(insert(SurveyBallot), [ballot])
            mine = [row for row in prepared.answers if row["ballot_id"] == ballot["id"]]
            await session.execute(insert(SurveyAnswer), mine)


async def _last_seen(session: Session, one: Sent) -> Any:
    chat = select(Link.chat_id).where(Link.employee_id == one.participant.employee_id)
    return await session.scalar(select(Chat.last_seen).where(Chat.chat_id.in_(chat)))


def without(*steps: str) -> Leak:
    """Give the leak of not erasing some traces."""
    kept = tuple(step for step in traces._STEPS if step.__name__ not in steps)
    assert len(kept) == len(traces._STEPS) - len(steps)
    return lambda _run: patch.multiple(traces, _STEPS=kept)


@contextmanager
def draft_left(run: Run) -> Iterator[None]:
    """Leave the draft of one of the two."""
    whole = rewriting.rewrite

    async def rewrite(session: Session, round_: SurveyRound, prepared: Prepared) -> bool:
        left = (await session.execute(select(SurveyDraft.__table__).order_by("participant_id"))).mappings().all()
        done = await whole(session, round_, prepared)
        await session.execute(insert(SurveyDraft), [dict(left[run.deal.pair[0]])])
        return done

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
    "a time stamp on a ballot": (writing(partial(laid_out, stamped=True)), ["survey_ballots"]),
    "ids counted up in the order of participants": (
        writing(partial(laid_out, shuffled=False, counted_up=True)),
        ["survey_answers"],
    ),
    "random ids, never shuffled": (writing(partial(laid_out, shuffled=False)), ["survey_answers"]),
    "a draft left behind": (draft_left, ["survey_drafts"]),
    "what was pressed left in an update": (payload_left, ["updates"]),
    "whose updates they were": (without("_presses"), ["updates"]),
    "when somebody was last seen": (without("_visits"), ["chats"]),
    "a line in the log": (logged, ["log"]),
}
"""Each leak with where it must show."""
SQLITE: dict[str, tuple[Leak, Sequence[str]]] = {"files not scrubbed": (not_scrubbed, ["files"])}
POSTGRESQL: dict[str, tuple[Leak, Sequence[str]]] = {
    "a transaction for each ballot": (writing(laid_out, _insert=one_by_one), ["survey_ballots as written"]),
    **SQLITE,
}
