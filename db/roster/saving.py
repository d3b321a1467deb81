"""Saves a planned roster: all good rows in one transaction, in a dozen statements whatever the roster's size."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from db import audit, units
from db.engine import Session, keys_of
from db.keys import Keyring
from db.models import Employee, EmployeeNumber
from db.roster import parting
from db.roster.judging import FACTS
from db.roster.leaving import TooManyLeaving
from db.roster.merging import PHONE_SEAL, TALENT_SEAL, Change, talent_of
from db.roster.planning import Counts, Plan
from db.roster.superiors import relate


@dataclass(frozen=True)
class Saved:
    """What came of a roster: its counts, and how many roles ended because their holders moved or left."""

    counts: Counts
    roles_ended: int


async def save(
    session: Session, plan: Plan, *, actor_id: int | None, via: audit.Via, now: datetime, approved: bool = False
) -> Saved:
    """Take all good rows of a plan made in this transaction; no link moves, and the person of a refused row stays.

    `approved` tells that a second officer agreed to who leaves; without that raises `TooManyLeaving` where one must.
    """
    if plan.needs_second and not approved:
        raise TooManyLeaving(leaving=len(plan.leaving.people), share=plan.leaving.share)
    places = await units.grow(session, ((change.entry.agency, change.entry.unit) for change in plan.changes))
    await units.locate(session, {places[key]: where for key, where in plan.judged.kecamatan.items() if key in places})
    await _write_people(session, plan, _Writer(plan, places, keys_of(session), now))
    await _write_numbers(session, plan, now)
    await relate(session, plan, now)
    ended = await _lapse(session, plan, places, now)
    ended += await parting.let_go(session, plan.leaving.people, now)
    await _tell(session, plan, actor_id, via, now)
    return Saved(plan.counts, ended)


@dataclass(frozen=True)
class _Writer:
    """Writes a change as a row of `employees`."""

    plan: Plan
    places: Mapping[units.UnitKey, int]
    keys: Keyring
    now: datetime

    def rows(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Give the rows of new people, and those of changed ones with `the_id`."""
        new = [self.row(change) for change in self.plan.changes if change.person is None]
        changed = [
            self.row(change) | {"the_id": change.person.id}
            for change in self.plan.changes
            if change.person is not None and change.differs
        ]
        return new, changed

    def row(self, change: Change) -> dict[str, Any]:
        entry = change.entry
        return {
            "nip": entry.nip.digits,
            **dict(zip(FACTS, change.facts, strict=True)),
            "unit_id": self.places[entry.agency.key, entry.unit.key],
            "agency_id": self.places[entry.agency.key, entry.agency.key],
            **self._phone(change),
            "talent_sealed": self._talent(change),
            "left_at": None,
            "updated_at": self.now,
        }

    def _phone(self, change: Change) -> dict[str, Any]:
        phone, person = change.entry.phone, change.person
        if person and not change.phone:
            return {"phone_sealed": person.phone_sealed, "phone_digest": person.phone_digest}
        seal = self.keys.seal(PHONE_SEAL)
        return {
            "phone_sealed": seal.close(phone) if phone else None,
            "phone_digest": seal.digest(phone) if phone else None,
        }

    def _talent(self, change: Change) -> bytes | None:
        if change.person and change.talent is None:
            return change.person.talent_sealed
        told = talent_of(self.plan.judged.talent, change.entry) if change.talent is None else change.talent
        return self.keys.seal(TALENT_SEAL).close_json(told) if told else None


async def _write_people(session: Session, plan: Plan, writer: _Writer) -> None:
    # On the connection, not the session: these are plain rows, and twelve thousand of them.
    connection = await session.connection()
    new, changed = await asyncio.to_thread(writer.rows)  # sealing them takes a second, in which others want answers
    if new:
        await connection.execute(insert(Employee), new)
    if changed:
        fields: dict[str, Any] = {name: bindparam(name) for name in sorted(changed[0].keys() - {"the_id"})}
        statement = update(Employee).where(Employee.id == bindparam("the_id")).values(fields)
        await connection.execute(statement, changed)


async def _write_numbers(session: Session, plan: Plan, now: datetime) -> None:
    renumbered = [change.person.nip for change in plan.changes if change.person and change.renumbered]
    if renumbered:
        await session.execute(update(EmployeeNumber).where(EmployeeNumber.nip.in_(renumbered)).values(until=now))
    # Whoever has no number yet is new or has a new one.
    missing = select(Employee.nip, Employee.id, bindparam("since", now, type_=EmployeeNumber.since.type)).where(
        ~select(EmployeeNumber.nip).where(EmployeeNumber.nip == Employee.nip).exists()
    )
    await session.execute(insert(EmployeeNumber).from_select(["nip", "employee_id", "since"], missing))


async def _lapse(session: Session, plan: Plan, places: Mapping[units.UnitKey, int], now: datetime) -> int:
    moved, elsewhere = [], []
    for change in plan.changes:
        if change.person and change.moved:
            agency = change.entry.agency.key
            moved.append(change.person.id)
            if places[agency, agency] != change.person.agency_id:
                elsewhere.append(change.person.id)
    return await parting.lapse_moved(session, moved, elsewhere, now)


async def _tell(session: Session, plan: Plan, actor_id: int | None, via: audit.Via, now: datetime) -> None:
    counts = plan.counts.as_dict()
    await audit.write(session, "roster.save", at=now, subject="roster", actor_id=actor_id, via=via, **counts)
    for change in plan.changes:
        # Whoever changes another's number could take over their account: for a while they can't approve each other.
        if change.phone and change.person and change.person.id in plan.linked:
            person = change.person.id
            await audit.write(
                session, "roster.rephone", at=now, subject="employee", subject_id=person, actor_id=actor_id, via=via
            )
