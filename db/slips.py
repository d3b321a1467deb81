"""Single-use joining slips: a code to type, a longer one in a link; only keyed digests of both are kept."""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update

from db.engine import Session, keys_of
from db.errors import DomainError
from db.keys import Seal
from db.models import CodeGuess, Employee, Slip
from db.rules import OfficeRules

SEAL = "slips"
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which are taken for 1, 1, 0 and V."""
LOOKALIKES = str.maketrans("OIL", "011")
TYPED_SIGNS, GROUP = 12, 4
"""60 bits, of which the rule below costs less than one; at least 50 are wanted."""
LINK_BYTES, LINK_SIGNS = 18, 24
"""144 bits as base64url; at least 128 are wanted, in at most 64 signs."""
PLAIN_DIGITS = frozenset("23456789")
"""Each typed code has one of these: so no two words in capitals are ever taken for a code."""
GUESSES_KEPT = timedelta(days=1)
HOUR = timedelta(hours=1)

_BETWEEN = re.compile(r"[\s\-‐-―_.·•]+")
_LINK = re.compile(rf"[A-Za-z0-9_-]{{{LINK_SIGNS}}}")
_ADDRESS = re.compile(r"[?&]start=([A-Za-z0-9_-]{1,64})")


class SlipGone(DomainError):
    """The slip was used, replaced or ran out between being shown and being confirmed."""


@dataclass(frozen=True)
class Codes:
    """The two codes of one slip; they exist only until its paper is drawn."""

    typed: str
    link: str


def read_typed(text: str) -> str | None:
    """Read a typed code however it was typed: small letters, blanks, hyphens, O for 0; None when it is none."""
    code = _BETWEEN.sub("", text.upper()).translate(LOOKALIKES)
    fits = len(code) == TYPED_SIGNS and set(code) <= set(SIGNS) and bool(set(code) & PLAIN_DIGITS)
    return code if fits else None


def read_link(text: str) -> str | None:
    """Read a link's code, bare or inside a pasted address; None when it is none."""
    found = _ADDRESS.search(text)
    code = found[1] if found else text.strip()
    return code if _LINK.fullmatch(code) and not code.islower() else None


def looks_like_code(text: str) -> bool:
    """Tell whether a text that belongs to no dialog is meant as a code."""
    return read_typed(text) is not None or read_link(text) is not None


async def make(
    session: Session, employee_ids: Collection[int], made_by: int | None, now: datetime, *, days: int
) -> dict[int, Codes]:
    """Make a fresh slip for each person, in place of any open one; `made_by` None is the shell."""
    seal = keys_of(session).seal(SEAL)
    ids = list(dict.fromkeys(employee_ids))
    open_ones = update(Slip).where(Slip.employee_id.in_(ids), Slip.closed_at.is_(None))
    await session.execute(
        open_ones.values(closed_at=now, closed_reason="replaced").execution_options(synchronize_session=False)
    )
    made = {employee_id: Codes(_typed(), secrets.token_urlsafe(LINK_BYTES)) for employee_id in ids}
    rows = [
        {
            "employee_id": employee_id,
            "typed_digest": _typed_digest(seal, codes.typed),
            "link_digest": _link_digest(seal, codes.link),
            "made_by": made_by,
            "made_at": now,
            "expires_at": now + timedelta(days=days),
            "tries": 0,
        }
        for employee_id, codes in made.items()
    ]
    if rows:
        await session.execute(insert(Slip), rows)
    return made


def written(typed: str) -> str:
    """Write a typed code in groups: `7K4M-2QXB-9DTE`."""
    return "-".join(typed[start : start + GROUP] for start in range(0, len(typed), GROUP))


def address(bot_name: str, link: str) -> str:
    """Give the address behind a slip's QR; Telegram hands its code to the bot."""
    return f"https://t.me/{bot_name}?start={link}"


async def present(session: Session, text: str, chat_id: int, now: datetime, rules: OfficeRules) -> Slip | None:
    """Find the open slip a code belongs to and count the try; None for every failure alike, which counts as a guess.

    Failures: no such code, used, replaced, run out, tried too often, or too many guesses (`guess_limit_account` for
    this chat, `guess_limit_all` for everybody, per hour). Everybody's limit stops typed codes only: a link's code is
    out of reach of any guessing, so nobody can lock out the people who scan theirs.
    """
    seal = keys_of(session).seal(SEAL)
    typed, link = read_typed(text) or "", read_link(text) or ""
    slip = await session.scalar(
        select(Slip)
        .join(Employee, Employee.id == Slip.employee_id)
        .where(
            or_(Slip.typed_digest == _typed_digest(seal, typed), Slip.link_digest == _link_digest(seal, link)),
            Slip.closed_at.is_(None),
            Slip.expires_at > now,
            Employee.left_at.is_(None),
        )
    )
    by_account, by_all = await _guesses(session, chat_id, now)
    if by_account >= rules.guess_limit_account or (by_all >= rules.guess_limit_all and not link):
        return None
    if slip is None:
        await note_guess(session, chat_id, now)
        return None
    slip.tries += 1
    if slip.tries > rules.slip_tries:
        slip.closed_at, slip.closed_reason = now, "tries"
        return None
    return slip


async def spend(session: Session, slip_id: int, now: datetime) -> Slip:
    """Use a slip, and with it both its codes; raises `SlipGone` when somebody or something was faster."""
    slip = await session.get(Slip, slip_id, with_for_update=True, populate_existing=True)
    if slip is None or slip.closed_at is not None or slip.expires_at <= now:
        raise SlipGone
    slip.closed_at, slip.closed_reason = now, "used"
    return slip


async def note_guess(session: Session, chat_id: int, now: datetime) -> None:
    """Count a code that fitted nothing; those of yesterday are forgotten."""
    await session.execute(delete(CodeGuess).where(CodeGuess.at < now - GUESSES_KEPT))
    session.add(CodeGuess(chat_id=chat_id, at=now))


async def _guesses(session: Session, chat_id: int, now: datetime) -> Sequence[int]:
    row = await session.execute(
        select(func.count().filter(CodeGuess.chat_id == chat_id), func.count()).where(CodeGuess.at > now - HOUR)
    )
    return row.one()


def _typed() -> str:
    while True:
        code = "".join(secrets.choice(SIGNS) for _ in range(TYPED_SIGNS))
        if set(code) & PLAIN_DIGITS:
            return code


def _typed_digest(seal: Seal, code: str) -> str:
    return seal.digest(f"typed:{code}")


def _link_digest(seal: Seal, code: str) -> str:
    return seal.digest(f"link:{code}")
