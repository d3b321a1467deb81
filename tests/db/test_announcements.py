"""The archive's side of announcements: who an audience is, what a digest binds, what a report says of whom."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from db import announcement_live, announcements, audiences, batches, outbox
from db.announcements import AnnouncementChanged, NobodyChosen, NobodyReachable, Plan, ValuesLacking
from db.audiences import Audience
from db.engine import Database, Session
from db.errors import NotAllowed, NotFound, StaleButton
from db.models import Announcement, Batch, Chat, Employee, Link, Outbox
from tests import factories
from tests.sending import TUESDAY, accept, claim

NAMED = ("sapaan", "nama", "unit")


async def people(session: Session) -> dict[str, Employee]:
    """Two agencies; one person of each kind of standing."""
    made = {}
    for number, (name, agency) in enumerate(
        [("Ani", "Dinas Satu"), ("Budi", "Dinas Satu"), ("Cici", "Dinas Dua"), ("Dewi", "Dinas Dua"),
         ("Eko", "Dinas Dua"), ("Fitri", "Dinas Dua"), ("Gani", "Dinas Satu")]
    ):  # fmt: skip
        made[name] = await factories.employee(session, name, agency=agency, at=TUESDAY)
        if name != "Cici":
            await factories.link(session, made[name], 100 + number, at=TUESDAY)
    await say_of(session, made["Dewi"], unreachable="blocked")
    await say_of(session, made["Eko"], unreachable="deactivated")
    frozen = await session.scalar(select(Link).where(Link.employee_id == made["Fitri"].id))
    assert frozen is not None
    frozen.frozen_at = TUESDAY
    made["Gani"].left_at = TUESDAY
    await session.flush()
    return made


async def say_of(session: Session, who: Employee, *, unreachable: str) -> None:
    chat = await session.scalar(select(Chat).join(Link, Link.chat_id == Chat.chat_id).where(Link.employee_id == who.id))
    assert chat is not None
    chat.unreachable = unreachable


async def draft(
    session: Session, author: Employee, audience: Audience | None = None, text: str = "Apel."
) -> Announcement:
    made = await announcements.draft(session, author.id, text, TUESDAY)
    if audience is not None:
        announcements.aim(made, audience)
    await session.flush()
    return made


async def go(session: Session, one: Announcement, plan: Plan | None = None) -> int:
    return await announcements.confirm(session, one, NAMED, plan or Plan(), TUESDAY, by=one.author_id, due_at=TUESDAY)


async def test_everyone_is_counted_by_who_can_be_reached_and_why_not(database: Database) -> None:
    async with database.transaction() as session:
        await people(session)
        found = await audiences.reach(session, Audience(everyone=True), NAMED)
    assert (found.total, found.reachable) == (6, 2)
    assert found.reasons == {"not_joined": 1, "blocked": 1, "deactivated": 1, "link_frozen": 1}
    assert found.lacking == {}


async def test_a_unit_means_all_below_it_and_nobody_twice(database: Database) -> None:
    async with database.transaction() as session:
        made = await people(session)
        both = Audience(units=(made["Ani"].agency_id, made["Ani"].unit_id))
        ids = list(await session.scalars(audiences.members(both)))
        one = await audiences.toggled(session, both, made["Ani"].agency_id)
        two = await audiences.toggled(session, one, made["Ani"].agency_id)
        other = await audiences.toggled(session, two, made["Cici"].unit_id)
        unknown = await audiences.toggled(session, other, 9999)
    assert sorted(ids) == [made["Ani"].id, made["Budi"].id]
    assert one.units == (made["Ani"].unit_id,)
    assert two.units == (made["Ani"].agency_id,)
    assert set(other.units) == {made["Ani"].agency_id, made["Cici"].unit_id}
    assert unknown == other


async def test_who_lacks_what_is_counted_by_one_query_however_many_values(database: Database) -> None:
    statements: list[str] = []
    async with database.transaction() as session:
        made = await people(session)
        made["Budi"].full_name = "  "
        await session.flush()
        event.listen(
            database.engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(str(call[2]))
        )
        found = await audiences.reach(session, Audience(everyone=True), NAMED)
        assert len(statements) == 1
        without = await audiences.reach(session, Audience(everyone=True), ("sapaan", "unit"))
        out = await audiences.reach(session, Audience(everyone=True, leave_out=True), NAMED)
        given = await audiences.reach(session, Audience(everyone=True, defaults={"nama": "rekan"}), NAMED)
        samples = await audiences.samples(session, Audience(everyone=True, leave_out=True), NAMED)
    assert found.lacking == {"nama": 1}
    assert without.lacking == out.lacking == given.lacking == {}
    assert (out.reachable, given.reachable) == (1, 2)
    assert [sample.full_name for sample in samples] == ["Ani"]


async def test_a_draft_is_ready_only_with_somebody_to_reach_and_nothing_lacking(database: Database) -> None:
    async with database.transaction() as session:
        made = await people(session)
        one = await draft(session, made["Ani"])
        with pytest.raises(NobodyChosen):
            await announcements.ready(session, one, NAMED)
        announcements.aim(one, Audience(units=(made["Cici"].agency_id,)))
        with pytest.raises(NobodyReachable):
            await announcements.ready(session, one, NAMED)
        announcements.aim(one, Audience(everyone=True))
        seen = announcements.digest(one)
        assert (await announcements.ready(session, one, NAMED, seen[:16])).reachable == 2
        made["Ani"].full_name = ""
        await session.flush()
        with pytest.raises(ValuesLacking):
            await announcements.ready(session, one, NAMED, seen)
        announcements.rewrite(one, "Apel pukul 08.00.")
        with pytest.raises(AnnouncementChanged):
            await announcements.ready(session, one, NAMED, seen)


async def test_the_digest_is_of_text_and_audience_and_of_nothing_else(database: Database) -> None:
    async with database.transaction() as session:
        made = await people(session)
        one = await draft(session, made["Ani"], Audience(units=(2, 1)))
        same = await draft(session, made["Budi"], Audience(units=(1, 2)))
        assert announcements.digest(one) == announcements.digest(same)
        for other in (Audience(units=(1,)), Audience(everyone=True), Audience(units=(1, 2), leave_out=True),
                      Audience(units=(1, 2), defaults={"nama": "rekan"})):  # fmt: skip
            announcements.aim(same, other)
            assert announcements.digest(one) != announcements.digest(same)
        announcements.aim(same, replace(audiences.read(one.audience), units=(1, 2)))
        announcements.rewrite(same, "Apel!")
        assert announcements.digest(one) != announcements.digest(same)


async def test_a_draft_opens_to_its_author_alone_and_only_while_it_is_one(database: Database) -> None:
    async with database.transaction() as session:
        made = await people(session)
        one = await draft(session, made["Ani"], Audience(everyone=True))
        assert await announcements.own_draft(session, one.id, made["Ani"].id) is one
        with pytest.raises(NotAllowed):
            await announcements.own_draft(session, one.id, made["Budi"].id)
        with pytest.raises(NotFound):
            await announcements.get(session, 9999)
        with pytest.raises(StaleButton):
            await announcements.approve(session, one, made["Budi"].id, TUESDAY, rest_days=7)
        await go(session, one)
        with pytest.raises(StaleButton):
            await announcements.own_draft(session, one.id, made["Ani"].id)


async def test_confirmed_it_freezes_text_audience_and_hash(database: Database) -> None:
    async with database.transaction() as session:
        made = await people(session)
        one = await draft(session, made["Ani"], Audience(everyone=True), "Yth. {{ nama }}")
        batch_id = await go(session, one)
        late = await factories.employee(session, "Hana", at=TUESDAY)
        await factories.link(session, late, 999, at=TUESDAY)
        made["Cici"].left_at = TUESDAY
        batch = await session.get(Batch, batch_id)
        letter = await batches.letter(session, batch_id)
        rows = {row.employee_id: row for row in await session.scalars(select(Outbox))}
    assert batch is not None
    assert (batch.total, batch.state, batch.window, batch.counted) == (6, "running", "office", False)
    assert batch.content_hash == announcements.digest(one)
    assert letter == ("announcements/office_text", {"text": "Yth. {{ nama }}", "defaults": {}})
    assert rows.keys() == {made[name].id for name in ("Ani", "Budi", "Cici", "Dewi", "Eko", "Fitri")}
    assert (rows[made["Cici"].id].state, rows[made["Cici"].id].reason) == ("unreachable", "not_joined")


async def test_a_message_is_known_as_its_announcements_by_the_person_who_has_it(database: Database) -> None:
    async with database.transaction() as session:
        made = await people(session)
        one = await draft(session, made["Ani"], Audience(everyone=True))
        await go(session, one)
    await accept(database, await claim(database))
    async with database.reading() as session:
        row = await session.scalar(select(Outbox).where(Outbox.employee_id == made["Budi"].id))
        assert row is not None
        assert row.message_id is not None
        assert await announcements.of_message(session, 101, row.message_id) == one.id
        assert await announcements.of_message(session, 100, row.message_id) is None
        assert await announcements.of_message(session, 101, 1) is None


async def test_the_report_has_a_line_for_everybody_with_what_is_known(database: Database) -> None:
    async with database.transaction() as session:
        made = await people(session)
        batch_id = await go(session, await draft(session, made["Ani"], Audience(everyone=True)))
    await claim(database, 1, lease=-1)
    async with database.transaction() as session:
        await outbox.recover(session)
    await accept(database, await claim(database, at=TUESDAY + timedelta(seconds=1)))
    async with database.reading() as session:
        lines = {line.full_name: line for line in await announcement_live.lines(session, batch_id)}
        live = await announcement_live.live(session, 1, TUESDAY)
    assert {name: (line.state, line.reason) for name, line in lines.items()} == {
        "Ani": ("sent", "accepted"), "Budi": ("sent", "accepted"), "Cici": ("unreachable", "not_joined"),
        "Dewi": ("unreachable", "blocked"), "Eko": ("unreachable", "deactivated"),
        "Fitri": ("unreachable", "link_frozen"),
    }  # fmt: skip
    assert [name for name, line in lines.items() if line.maybe_twice] == ["Ani"]
    assert lines["Ani"].sent_at == TUESDAY
    assert lines["Ani"].reference.startswith("P-")
    assert live is not None
    assert not live.over
    assert (live.progress.waiting, live.progress.repeated, live.progress.reachable) == (0, 1, 2)


async def test_the_text_alone_is_read_without_holding_the_announcement(database: Database) -> None:
    async with database.transaction() as session:
        made = await people(session)
        one = await draft(session, made["Ani"], Audience(everyone=True))
    async with database.reading() as session:
        assert await announcements.text_of(session, one.id) == "Apel."
        assert await announcements.text_of(session, one.id + 1) is None
