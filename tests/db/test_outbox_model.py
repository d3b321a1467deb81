"""The outbox and its reference model, driven by the same random acts, agree after each of them."""

import itertools
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from db import batches, outbox
from db.engine import Database, Session
from db.models import Batch, Chat, Employee, Link, Outbox
from db.outbox import Lane, Outcome, Reason, State, Terms
from db.windows import Window
from tests.db.outbox_model import Model, Person
from tests.sending import TUESDAY, add_people, announce

PEOPLE = 3
WHO = st.integers(0, PEOPLE - 1)
ACTS = st.one_of(
    st.tuples(st.just("leave"), WHO, st.sampled_from([1, 2, 3]), st.sampled_from([0, 0, 90]),
              st.sampled_from([None, 60]), st.booleans()),
    st.tuples(st.just("freeze")),
    st.tuples(st.just("claim"), st.integers(1, 6)),
    st.tuples(st.just("settle"), st.integers(0, 9), st.sampled_from(["sent", "sent", "failed", "blocked", "flood"])),
    st.tuples(st.just("lose")),
    st.tuples(st.just("wait"), st.sampled_from([1, 61, 60 * 24 * 3])),
    st.tuples(st.just("relink"), WHO),
    st.tuples(st.just("freeze link"), WHO),
    st.tuples(st.just("batch"), st.integers(0, 3), st.sampled_from(["pause", "resume", "cancel"])),
)  # fmt: skip
HOW = {
    "sent": (State.SENT, Reason.ACCEPTED), "failed": (State.FAILED, Reason.REFUSED),
    "blocked": (State.UNREACHABLE, Reason.BLOCKED), "flood": (State.QUEUED, Reason.FLOOD),
}  # fmt: skip


class Both:
    """The archive and the model side by side."""

    def __init__(self, session: Session, people: list[int]) -> None:
        self.session, self.people = session, people
        self.model = Model({one: Person() for one in people})
        self.held: list[tuple[outbox.Claimed, int]] = []

    @property
    def now(self) -> Any:
        return TUESDAY + timedelta(minutes=self.model.now)

    async def act(self, name: str, *how: Any) -> None:
        await getattr(self, f"do_{name.replace(' ', '_')}")(*how)
        await self.compare()

    async def do_leave(self, who: int, lane: int, delay: int, life: int | None, counted: bool) -> None:
        row = await outbox.queue(
            self.session, "x", {}, employee_id=self.people[who], lane=Lane(lane), counted=counted,
            due_at=self.now + timedelta(minutes=delay),
            valid_until=None if life is None else self.now + timedelta(minutes=life),
        )  # fmt: skip
        self.model.leave(row, self.people[who], lane, delay=delay, life=life, counted=counted)

    async def do_freeze(self) -> None:
        batch = await announce(self.session, people=self.people, at=self.now)
        rows = await self.session.execute(select(Outbox.employee_id, Outbox.id).where(Outbox.batch_id == batch))
        self.model.freeze(batch, {one: row for one, row in rows if one is not None})

    async def do_claim(self, limit: int) -> None:
        claims = await outbox.claim(self.session, limit, Terms("a", 15, frozenset(Window), self.now, 3))
        assert {row.id for row in claims.ready} == set(self.model.claim(limit))
        self.held += [(row, self.model.claims) for row in claims.ready]

    async def do_settle(self, which: int, how: str) -> None:
        """Settle a claim, perhaps long lost, perhaps for the second time."""
        if self.held:
            row, claim = self.held[which % len(self.held)]
            state, reason = HOW[how]
            sent_at = self.now if how == "sent" else None
            await outbox.settle(self.session, [Outcome(row.id, row.claim, state, reason, row.chat_id, sent_at=sent_at)])
            self.model.settle(row.id, claim, how)

    async def do_lose(self) -> None:
        await outbox.recover(self.session, everything=True)
        self.model.lose_everything()

    async def do_wait(self, minutes: int) -> None:
        self.model.now += minutes
        await outbox.expire(self.session, self.now)
        self.model.expire()
        await batches.finish(self.session, self.now)
        self.model.finish()

    async def do_relink(self, who: int) -> None:
        person = self.model.people[self.people[who]]
        await self._link(who, generation=Link.generation + 1)
        person.generation = (person.generation or 0) + 1

    async def do_freeze_link(self, who: int) -> None:
        person = self.model.people[self.people[who]]
        person.frozen = not person.frozen
        await self._link(who, frozen_at=self.now if person.frozen else None)

    async def _link(self, who: int, **values: Any) -> None:
        await self.session.execute(update(Link).where(Link.employee_id == self.people[who]).values(**values))

    async def do_batch(self, which: int, act: str) -> None:
        if which >= len(self.model.batches):
            return
        batch = list(self.model.batches)[which]
        acts = {"pause": batches.pause(self.session, batch), "resume": batches.resume(self.session, batch),
                "cancel": batches.cancel(self.session, batch, self.now)}  # fmt: skip
        wanted = acts.pop(act)
        for other in acts.values():
            other.close()
        try:
            await wanted
            done = True
        except batches.BatchPassed:
            done = False
        assert done == self.model.set_batch(batch, act)

    async def compare(self) -> None:
        rows = await self.session.execute(select(Outbox.id, Outbox.state, Outbox.uncertain, Outbox.due_at))
        told = {row.id: (row.state, row.uncertain) for row in rows}
        assert told == {row.id: (row.state, row.lost) for row in self.model.rows.values()}
        states = await self.session.execute(select(Batch.id, Batch.state))
        assert {row.id: row.state for row in states} == self.model.batches


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=5, max_size=40))
async def test_the_archive_does_what_the_model_says(database: Database, acts: list[tuple[Any, ...]]) -> None:
    async with database.transaction() as session:
        for table in (Outbox, Batch, Link, Chat, Employee):
            await session.execute(delete(table))
        both = Both(session, await add_people(session, itertools.islice(itertools.count(1), PEOPLE)))
        for act in acts:
            await both.act(*act)
