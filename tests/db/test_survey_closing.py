"""The end of an anonymous round: what goes on, what does not, and that each step may break off and be done again."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import func, select, update

from db import batches, dialogs, inbox, outbox, scrubbing, shown
from db.engine import Database, keys_of
from db.inbox import Arrival
from db.models import (
    AuditEntry,
    Chat,
    Dialog,
    Link,
    Outbox,
    Shown,
    SurveyAnswer,
    SurveyBallot,
    SurveyDraft,
    SurveyParticipant,
    SurveyRound,
    Update,
)
from db.outbox.queueing import PURPOSE
from db.round_keys import RoundKeyMissing
from db.surveys import ballots, closing, keeping, rewriting, rounds, traces
from db.windows import Window
from tests.anonymous import TUESDAY, Poll, answers, chat_of, opened
from tests.surveying import defined, single

HOURS = timedelta(hours=1)
PICK = single("PILIH", "A", "B", "C", required=True)


async def kept(database: Database) -> list[tuple[Any, dict[str, Any]]]:
    """Give every ballot with its answers, sorted by what they say: their ids say nothing."""
    async with database.reading() as session:
        found = (await session.scalars(select(SurveyBallot))).all()
        assert all((one.participant_id, one.via, one.sent_at, one.counted) == (None, None, None, True) for one in found)
        said = [
            ((one.agency_id, one.employment_type, one.position_kind), await ballots.answers_of(session, one.id))
            for one in found
        ]
    return sorted(said, key=repr)


async def state(poll: Poll) -> str:
    async with poll.database.reading() as session:
        return (await session.execute(select(SurveyRound.state).where(SurveyRound.id == poll.round_id))).scalar_one()


async def told(database: Database) -> dict[str, Any]:
    """Give the values of the message to whoever opened the round."""
    async with database.transaction() as session:
        sealed = await session.scalar(select(Outbox.values_sealed).where(Outbox.message == closing.TOLD))
        assert sealed is not None
        values: dict[str, Any] = keys_of(session).seal(PURPOSE).open_json(sealed)
    return values


async def count(database: Database, *tables: Any) -> list[int]:
    async with database.reading() as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


async def test_what_was_sent_becomes_ballots_and_nothing_leads_back(database: Database) -> None:
    poll = await opened(database, 9)
    given = [answers("ABC"[n % 3], "KLM"[: n % 4], 1 + n % 5, f"Saran {n}" if n % 2 else "") for n in range(7)]
    for who, said in zip(poll.asked, given, strict=False):
        await poll.fill(who, said)
    await poll.fill(poll.asked[0], {"PILIH": "C"}, send=False)  # changed, and not sent: the sent ones count
    await poll.fill(poll.asked[7], answers("A"), send=False)
    async with database.transaction() as session:
        chat = chat_of(poll.asked[0])
        await dialogs.enter(session, chat, "survey", {"subject": poll.round_id, "at": "SARAN"}, TUESDAY)
        await dialogs.enter(session, chat_of(poll.asked[1]), "question", {}, TUESDAY)
        await shown.remember(session, chat, 5, f"survey:{poll.round_id}", TUESDAY)
        await shown.remember(session, chat, 6, f"survey:{poll.round_id}0", TUESDAY)
        for number in range(3):
            await inbox.receive(session, [Arrival(70 + number, chat, {})], TUESDAY + number * HOURS)
            await inbox.mark_effect(session, 70 + number, [], TUESDAY + number * HOURS)
    clock = await poll.end()
    assert (await closing.close_due(database, clock), await state(poll)) == (1, "closed")

    assert await kept(database) == sorted((((None, None, None), said) for said in given), key=repr)
    assert await count(database, SurveyDraft) == [0]
    with pytest.raises(RoundKeyMissing):
        database.keys.rounds.get(poll.round_id)
    async with database.reading() as session:
        closed_at = TUESDAY + timedelta(days=3)
        participants = (await session.scalars(select(SurveyParticipant).order_by(SurveyParticipant.id))).all()
        assert [one.state for one in participants] == ["finished"] * 7 + ["invited"] * 2
        assert {one.link_generation for one in participants} == {None}
        updates = {(one.chat_id, one.received_at, one.done_at) for one in await session.scalars(select(Update))}
        assert updates == {(0, closed_at, closed_at)}
        assert (await session.scalars(select(Dialog.step))).all() == ["question"]
        assert (await session.scalars(select(Shown.purpose))).all() == [f"survey:{poll.round_id}0"]
        assert set(await session.scalars(select(Chat.last_seen).where(Chat.chat_id == chat))) == {closed_at}
        told = await session.scalar(select(AuditEntry.details).where(AuditEntry.act == "survey.rewritten"))
        assert told == {"people": 9, "finished": 7, "ballots": 7}
    async with database.transaction() as session:  # the update ids still keep repeats away
        assert await inbox.receive(session, [Arrival(71, chat, {})], TUESDAY) == 0


async def test_dialogs_about_another_round_stay_and_what_cannot_be_read_goes(database: Database) -> None:
    poll = await opened(database, 4)
    chats = [chat_of(who) for who in poll.asked]
    said: list[dict[str, Any]] = [{"subject": poll.round_id}, {"subject": poll.round_id + 1, "query": "dinas"}, {}, {}]
    async with database.transaction() as session:
        for chat, values in zip(chats, said, strict=True):
            await dialogs.enter(session, chat, "survey", values, TUESDAY)
        await session.execute(update(Dialog).where(Dialog.chat_id == chats[3]).values(values_sealed=b"spoiled" * 9))
    await closing.close_due(database, await poll.end())
    async with database.reading() as session:
        assert list(await session.scalars(select(Dialog.chat_id))) == [chats[1]]


async def test_an_invitation_taken_back_does_not_tell_who_answered_before_it_went(database: Database) -> None:
    poll = await opened(database, 5)
    async with database.transaction() as session:
        batch = await batches.open_batch(
            session, kind=rounds.KIND, message=rounds.INVITATION, values={}, content_hash="x", due_at=TUESDAY + HOURS
        )
        await batches.freeze(session, batch, rounds.asked(poll.round_id))
        await session.execute(update(SurveyRound).values(invitation_id=batch))
    await poll.fill(poll.asked[0], answers("A"))
    taken_back = select(Outbox.reason).where(Outbox.state == "cancelled")
    async with database.reading() as session:
        assert list(await session.scalars(taken_back)) == ["superseded"]
    await closing.close_due(database, await poll.end())
    async with database.reading() as session:
        assert not list(await session.scalars(select(Outbox.id).where(Outbox.batch_id == batch)))


async def test_done_twice_and_by_two_at_once_it_is_done_once(database: Database) -> None:
    poll = await opened(database, 6)
    for who in poll.asked:
        await poll.fill(who, answers("A"))
    clock = await poll.end()
    assert sorted(await asyncio.gather(*(closing.close_due(database, clock) for _ in range(2)))) == [0, 1]
    before = await kept(database)
    assert (len(before), await closing.close_due(database, clock)) == (6, 0)
    assert await kept(database) == before
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).where(AuditEntry.act == "survey.rewritten")) == 1


async def test_what_is_on_its_way_is_waited_for_and_so_is_whoever_still_reads(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = await opened(database, 5)
    for who in poll.asked:
        await poll.fill(who, answers("A"))
    async with database.transaction() as session:
        await inbox.receive(session, [Arrival(70, 5, {})], TUESDAY + timedelta(days=3, seconds=-1))
    clock = await poll.end()
    assert (await closing.close_due(database, clock), await count(database, SurveyBallot)) == (0, [0])
    async with database.transaction() as session:
        await inbox.mark_effect(session, 70, [], TUESDAY)

    monkeypatch.setattr(scrubbing, "PATIENCE", 0)
    async with database.reading() as reader:
        await reader.execute(select(SurveyDraft))
        assert (await closing.close_due(database, clock), await state(poll)) == (0, "closing")
    written = await kept(database)
    assert (len(written), await closing.close_due(database, clock), await state(poll)) == (5, 1, "closed")
    assert await kept(database) == written


async def test_fewer_than_five_are_none_and_an_unconfirmed_link_does_not_count(database: Database) -> None:
    poll = await opened(database, 6)
    for who in poll.asked:
        await poll.fill(who, answers("A"))
    async with database.transaction() as session:
        unconfirmed = [who.id for who in poll.asked[:2]]
        await session.execute(update(Link).where(Link.employee_id.in_(unconfirmed)).values(level=1))
    clock = await poll.end()
    assert await closing.close_due(database, clock) == 1
    assert await count(database, SurveyBallot, SurveyAnswer, SurveyDraft) == [0, 0, 0]
    async with database.transaction() as session:
        round_ = await session.get(SurveyRound, poll.round_id)
        assert round_ is not None
        assert await closing.outcome(session, round_) == {"finished": 6, "ballots": 0}
        rows = await outbox.claim(session, 9, outbox.Terms("test", 15, frozenset(Window), clock.now(), 3))
        assert [one.message for one in rows.ready] == [closing.TOLD]


async def test_a_missing_key_is_waited_for_and_then_its_answers_are_given_up(database: Database) -> None:
    poll = await opened(database, 5)
    for who in poll.asked:
        await poll.fill(who, answers("A"))
    database.keys.rounds.destroy(poll.round_id)
    async with database.reading() as session:
        assert await keeping.missing(session) == [poll.round_id]
    with pytest.raises(RoundKeyMissing):
        await poll.fill(poll.asked[0], {"PILIH": "B"})
    assert await keeping.mend(database) == 0  # its answers are sealed with it
    clock = await poll.end()
    assert (await closing.close_due(database, clock), await state(poll)) == (0, "closing")
    database.keys.rounds.make(poll.round_id)  # another one, such as of a machine that does not share the directory
    assert (await closing.close_due(database, clock), await state(poll)) == (0, "closing")
    assert await count(database, SurveyDraft) == [5]
    async with database.reading() as session:
        assert await keeping.missing(session) == [poll.round_id]
    clock.offset = rewriting.UNTIL_LOST
    assert (await closing.close_due(database, clock), await count(database, SurveyBallot)) == (1, [0])
    assert (await told(database))["lost"] == 5


async def test_that_answers_were_lost_is_told_by_whoever_finishes_and_only_of_those_that_were(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = await opened(database, 9)
    for who in poll.asked[:2]:
        await poll.fill(who, answers("A"))
    database.keys.rounds.make(poll.round_id)  # as on a machine that does not share the directory
    for who in poll.asked[2:8]:
        await poll.fill(who, answers("B"))
    async with database.transaction() as session:
        await session.execute(update(Link).where(Link.employee_id == poll.asked[2].id).values(level=1))
    clock = await poll.end()
    clock.offset = rewriting.UNTIL_LOST
    with monkeypatch.context() as broken:
        broken.setattr(traces, "scrub", AsyncMock(return_value=False))
        assert await closing.close_due(database, clock) == 0
    assert await count(database, SurveyBallot, SurveyDraft) == [5, 0]
    assert await closing.close_due(database, clock) == 1  # nothing is left now from which it could be counted
    found = await told(database)
    assert (found["finished"], found["ballots"], found["lost"]) == (8, 5, 2)


async def test_cuts_are_coarse_enough_together_with_what_only_some_were_asked(database: Database) -> None:
    asked_some = single("LAIN", show_if={"attribute": "employment_type", "is": "PPPK"})
    poll = await opened(
        database,
        20,
        definition=defined(PICK, asked_some, single("UMUM")),
        cuts=["agency"],
        agencies=("Dinas Satu", "Dinas Dua"),
    )
    async with database.transaction() as session:
        for n, who in enumerate(poll.asked):  # seven in all were asked LAIN: five of the one agency, two of the other
            if n in (0, 1, 2, 3, 4, 6, 8):
                await session.execute(
                    update(SurveyParticipant).where(SurveyParticipant.employee_id == who.id)
                    .values(employment_type="PPPK")
                )  # fmt: skip
    for who in poll.asked:
        await poll.fill(who, {"PILIH": "A", "LAIN": "B", "UMUM": "A"})
    await closing.close_due(database, await poll.end())
    one, two = poll.asked[0].agency_id, poll.asked[1].agency_id
    found = Counter((cuts[0], "LAIN" in said) for cuts, said in await kept(database))
    assert found == {(None, True): 7, (one, False): 5, (two, False): 8}


async def test_where_too_few_were_asked_something_nobody_s_ballot_tells_it(database: Database) -> None:
    special = single("LAIN", show_if={"attribute": "employment_type", "is": "PPPK"})
    echo = single("GEMA", show_if={"not": {"question": "LAIN", "answered": True}})
    poll = await opened(database, 7, definition=defined(PICK, special, echo))
    async with database.transaction() as session:
        odd = poll.asked[3].id
        await session.execute(
            update(SurveyParticipant).where(SurveyParticipant.employee_id == odd).values(employment_type="PPPK")
        )
    for who in poll.asked:
        await poll.fill(who, {"PILIH": "A", "LAIN": "A", "GEMA": "B"})
    await closing.close_due(database, await poll.end())
    assert [said for _, said in await kept(database)] == [{"PILIH": "A"}] * 7
