"""Audiences held against a plain model of the city: who belongs, who is reached, who gets a row when it is frozen."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db import audiences, batches
from db.audiences import Audience
from db.engine import Database, Session
from db.models import Chat, Employee, Link, Outbox, Unit
from tests import factories
from tests.sending import TUESDAY

STANDINGS = ("open", "not_joined", "blocked", "deactivated", "never_started", "link_frozen", "rejoined", "left")
GONE = {"blocked", "deactivated", "never_started"}


@dataclass
class Model:
    """What a test knows of the city by itself."""

    agency_of: dict[int, str] = field(default_factory=dict)
    unit_of: dict[int, str] = field(default_factory=dict)
    standing: dict[int, str] = field(default_factory=dict)
    nameless: set[int] = field(default_factory=set)
    units: dict[str, int] = field(default_factory=dict)

    def here(self, chosen: set[str] | None) -> set[int]:
        inside = {
            who for who in self.standing
            if chosen is None or self.agency_of[who] in chosen or self.unit_of[who] in chosen
        }  # fmt: skip
        return {who for who in inside if self.standing[who] != "left"}

    def reasons(self, people: set[int]) -> dict[str, int]:
        found = [self.standing[who] for who in people if self.standing[who] not in ("open", "rejoined")]
        return {reason: found.count(reason) for reason in set(found)}

    def reachable(self, people: set[int]) -> set[int]:
        return {who for who in people if self.standing[who] in ("open", "rejoined")}


async def a_city(session: Session, draw: random.Random) -> Model:
    """Invent a city of thirty people in three agencies, of every standing."""
    model = Model()
    for number in range(30):
        agency = f"Dinas {draw.randint(1, 3)}"
        unit = f"{agency} Bidang {draw.randint(1, 2)}"
        who = await factories.employee(session, f"Pegawai {number}", agency=agency, unit_name=unit, at=TUESDAY)
        standing = STANDINGS[number % len(STANDINGS)]
        model.agency_of[who.id], model.unit_of[who.id], model.standing[who.id] = agency, unit, standing
        model.units |= {agency: who.agency_id, unit: who.unit_id}
        if draw.random() < 0.2:
            who.full_name = draw.choice(("", "  "))
            model.nameless.add(who.id)
        await stand(session, who, standing, 1000 + number)
    await session.flush()
    return model


async def stand(session: Session, who: Employee, standing: str, chat_id: int) -> None:
    if standing == "left":
        who.left_at = TUESDAY
    if standing == "not_joined":
        return
    link = await factories.link(session, who, chat_id, at=TUESDAY)
    if standing == "link_frozen":
        link.frozen_at = TUESDAY
    if standing in GONE:
        chat = await session.get(Chat, chat_id)
        assert chat is not None
        chat.unreachable = standing
    if standing == "rejoined":
        link.closed_at = TUESDAY
        await session.flush()
        session.add(Chat(chat_id=chat_id + 500, language="en", first_seen=TUESDAY, last_seen=TUESDAY))
        session.add(Link(employee_id=who.id, chat_id=chat_id + 500, generation=2, level=2, way="slip",
                         linked_at=TUESDAY, level_at=TUESDAY))  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
async def test_an_audience_is_the_same_in_the_model_the_counts_and_the_frozen_rows(
    database: Database, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - a repeatable draw
    async with database.transaction() as session:
        model = await a_city(session, draw)
        for chosen in (None, {"Dinas 1"}, {"Dinas 2 Bidang 1", "Dinas 3"}, {"Dinas 1", "Dinas 1 Bidang 2"}):
            ids = tuple(model.units[name] for name in chosen or () if name in model.units)
            for leave_out in (False, True):
                audience = Audience(everyone=chosen is None, units=ids, leave_out=leave_out)
                expected = model.here(chosen) - (model.nameless if leave_out else set())
                await hold(session, audience, model, expected)


async def hold(session: Session, audience: Audience, model: Model, expected: set[int]) -> None:
    """Hold one audience against what the model expects."""
    named = ("sapaan", "nama")
    assert set(await session.scalars(audiences.members(audience, named))) == expected
    found = await audiences.reach(session, audience, named)
    reachable = model.reachable(expected)
    assert (found.total, found.reachable) == (len(expected), len(reachable))
    assert found.reasons == model.reasons(expected)
    assert found.lacking.get("nama", 0) == len(reachable & model.nameless)
    samples = await audiences.samples(session, audience, named)
    assert len(samples) == min(3, len(reachable))
    assert len({(one.full_name, one.unit) for one in samples if one.full_name.strip()}) == len(
        [one for one in samples if one.full_name.strip()]
    )
    await freeze(session, audience, model, expected)


async def freeze(session: Session, audience: Audience, model: Model, expected: set[int]) -> None:
    """Freeze it and see that everybody has exactly one row, those of a frozen link waiting for the claim's verdict."""
    batch = await batches.open_batch(
        session, kind="announcement", message="announcement", values={}, content_hash="0" * 64,
        due_at=TUESDAY + timedelta(days=1),
    )  # fmt: skip
    assert await batches.freeze(session, batch, audiences.members(audience, ("sapaan", "nama"))) == len(expected)
    rows = await session.execute(
        select(Outbox.employee_id, Outbox.state, Outbox.reason).where(Outbox.batch_id == batch)
    )
    states = {row.employee_id: (row.state, row.reason) for row in rows}
    assert states.keys() == expected
    for who, (state, reason) in states.items():
        standing = model.standing[who]
        waits = standing in ("open", "rejoined", "link_frozen")
        assert (state, reason) == (("queued", None) if waits else ("unreachable", standing))


async def test_a_deeper_tree_is_one_audience_with_its_top(database: Database) -> None:
    async with database.transaction() as session:
        who = await factories.employee(session, "Ani", agency="Dinas", unit_name="Bidang", at=TUESDAY)
        below = Unit(name="Seksi", name_key="seksi", parent_id=who.unit_id, path="")
        session.add(below)
        await session.flush()
        above = await session.get(Unit, who.unit_id)
        assert above is not None
        below.path = f"{above.path}{below.id}/"
        deep = await factories.employee(session, "Budi", agency="Dinas", unit_name="Bidang", at=TUESDAY)
        deep.unit_id = below.id
        await session.flush()
        everybody = Audience(units=(who.agency_id,))
        assert set(await session.scalars(audiences.members(everybody))) == {who.id, deep.id}
        assert set(await session.scalars(audiences.members(Audience(units=(below.id,))))) == {deep.id}
        part = await audiences.toggled(session, Audience(units=(below.id,)), who.agency_id)
        assert part.units == (who.agency_id,)
        assert (await audiences.toggled(session, part, below.id)).units == (below.id,)


async def test_nobody_chosen_is_nobody(database: Database) -> None:
    async with database.transaction() as session:
        await factories.employee(session, "Ani", at=TUESDAY)
        found = await audiences.reach(session, Audience())
        everybody = await session.scalar(select(func.count()).select_from(Employee))
    assert (found.total, everybody) == (0, 1)


def test_what_is_stored_is_read_back_the_same() -> None:
    for audience in (
        Audience(everyone=True),
        Audience(units=(1, 2), leave_out=True),
        Audience(units=(3,), defaults={"nama": "rekan", "unit": "kantor"}),
    ):
        assert audiences.read(audience.stored()) == audience
    assert (
        Audience(units=(2, 1), defaults={"b": "1", "a": "2"}).stored()
        == Audience(units=(1, 2), defaults={"a": "2", "b": "1"}).stored()
    )
    assert Audience(units=(1,), leave_out=True, defaults={"nama": "x"}).whole() == Audience(units=(1,))
