"""`invite`: a single-use slip from the shell, with roles for the first officers."""

from collections.abc import Collection
from dataclasses import dataclass

from db import slips
from db.clock import Clock
from db.engine import Database
from db.invitations import Invitation
from db.invitations import invite as invited
from db.rules import OfficeRules


@dataclass(frozen=True)
class InviteResult:
    """What the shell prints: the code to type, in groups, and the address with its own longer code."""

    code: str
    link: str


async def invite(
    database: Database,
    *,
    clock: Clock,
    rules: OfficeRules,
    nip: str,
    roles: Collection[str] = (),
    unit: str | None = None,
    bot_username: str,
) -> InviteResult:
    """Invite somebody; raises what `db.invitations.invite` refuses by."""
    async with database.transaction() as session:
        codes = await invited(session, Invitation(nip, roles, unit), clock.now(), days=rules.slip_days)
    return InviteResult(slips.written(codes.typed), slips.address(bot_username, codes.link))
