"""Codes of slips: read however they are typed, unlike any sentence, and never kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db import slips
from db.engine import Database
from db.models import CodeGuess, Slip
from tests import factories

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODES = st.text(SIGNS, min_size=12, max_size=12).filter(lambda code: any(sign in "23456789" for sign in code))


@given(CODES, st.randoms(use_true_random=False))
def test_a_code_is_read_however_it_is_typed(code: str, random: object) -> None:
    chance = random.random  # type: ignore[attr-defined]
    typed = ""
    for sign in code:
        alike = {"0": "Oo0", "1": "Il1"}.get(sign, sign)
        written = alike[int(chance() * len(alike))]
        typed += (written.lower() if chance() < 0.5 else written) + ("", "", " ", "-", " – ")[int(chance() * 5)]
    assert slips.read_typed(f" {typed} ") == code
    assert slips.looks_like_code(typed)


@pytest.mark.parametrize("text", [
    "terima kasih", "TERIMA KASIH", "Selamat pagi", "baik pak", "7K4M-2QXB-9DT", "7K4M-2QXB-9DTEE", "7K4M-2QXB-9DTU",
    "ABCD-EFGH-JKMN", "", "-", "08123456789", "mempertanggungjawabkan", "pertanggungjawabankannya", "/start",
])  # fmt: skip
def test_a_sentence_is_no_code(text: str) -> None:
    assert not slips.looks_like_code(text)


def test_a_link_is_read_bare_or_in_its_address() -> None:
    link = "Ab3_-Ab3_-Ab3_-Ab3_-Ab3x"
    for text in (link, f" {link} ", slips.address("bot", link), f"tg://resolve?domain=bot&start={link}"):
        assert slips.read_link(text) == link
    assert slips.read_link(link[:-1]) is None
    assert slips.read_link(f"https://t.me/bot?start={link[:-1]}") is None


async def test_codes_are_long_fresh_and_nowhere_in_the_database(database: Database) -> None:
    async with database.transaction() as session:
        people = [await factories.employee(session, at=NOW) for _ in range(40)]
        made = await slips.make(session, [one.id for one in people], None, NOW, days=14)
        rows = (await session.scalars(select(Slip))).all()
    assert len({codes.typed for codes in made.values()} | {codes.link for codes in made.values()}) == 80
    for codes in made.values():
        assert len(codes.typed) == 12  # of 32 signs: 60 bits
        assert set(codes.typed) <= set(SIGNS)
        assert slips.read_typed(slips.written(codes.typed)) == codes.typed
        assert len(codes.link) == 24  # of 64 signs: 144 bits
        assert slips.read_link(codes.link) == codes.link
    kept = " ".join(f"{row.typed_digest} {row.link_digest}" for row in rows)
    assert not [codes for codes in made.values() if codes.typed in kept or codes.link in kept]
    assert {row.expires_at for row in rows} == {NOW + timedelta(days=14)}


async def test_a_new_slip_takes_the_place_of_the_old(database: Database) -> None:
    async with database.transaction() as session:
        who, other = await factories.employee(session, at=NOW), await factories.employee(session, at=NOW)
        await slips.make(session, [who.id, other.id], None, NOW, days=14)
        await slips.make(session, [who.id], who.id, NOW, days=14)
    async with database.reading() as session:
        rows = (await session.execute(select(Slip.employee_id, Slip.closed_reason).order_by(Slip.id))).all()
    assert [tuple(row) for row in rows] == [(who.id, "replaced"), (other.id, None), (who.id, None)]


async def test_a_slip_is_spent_once(database: Database) -> None:
    async with database.transaction() as session:
        who = await factories.employee(session, at=NOW)
        await slips.make(session, [who.id], None, NOW, days=1)
        slip_id = (await session.scalars(select(Slip.id))).one()
        with pytest.raises(slips.SlipGone):
            await slips.spend(session, slip_id, NOW + timedelta(days=1))
        assert (await slips.spend(session, slip_id, NOW)).employee_id == who.id
        for gone in (slip_id, slip_id + 1):
            with pytest.raises(slips.SlipGone):
                await slips.spend(session, gone, NOW)


async def test_guesses_of_yesterday_are_forgotten(database: Database) -> None:
    async with database.transaction() as session:
        await slips.note_guess(session, 7, NOW - timedelta(days=1, minutes=1))
        await slips.note_guess(session, 8, NOW)
    async with database.reading() as session:
        assert (await session.scalars(select(CodeGuess.chat_id))).all() == [8]
