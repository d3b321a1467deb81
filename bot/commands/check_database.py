"""What `check` sees in the database: its revision and key, who can act, the audit, what was set aside, the ticks."""

from datetime import timedelta

from bot.commands.findings import Finding, notice, ok, wrong
from bot.commands.opening import reaching, require_head, shown
from bot.commands.refusals import Refused, sentence
from bot.jobs import JOBS
from bot.settings import Settings
from db import audit, facts, inbox, keyproof, ticks
from db.clock import Clock, system_now
from db.engine import Database, Session
from db.errors import DomainError
from db.keys import Keyring, load_or_make_keys
from db.people import holders, invited
from db.surveys import keeping, rewriting

OFFICERS = 3
"""Two must act, and one may be ill."""
LATE = timedelta(minutes=5)
"""A tick may be late by this much more than its own interval."""


def check_key(settings: Settings) -> tuple[Keyring | None, Finding]:
    """Read the key file, without making one."""
    if not settings.key_file.exists():
        words = f"{settings.key_file} is missing: put it back, or on a new machine run `teman-mutasi migrate`"
        return None, wrong("key", words)
    try:
        return load_or_make_keys(settings.key_file), ok("key", f"{settings.key_file} is readable by its owner alone")
    except DomainError as problem:
        return None, wrong("key", sentence(problem))


async def check_database(settings: Settings) -> list[Finding]:
    """Look into the database; what cannot be asked because something before it is wrong is left out."""
    keys, of_key = check_key(settings)
    database = Database(settings.database_url, keys or Keyring.fresh())
    try:
        async with reaching(settings):
            await require_head(database, settings)
        async with database.reading() as session:
            found = [ok("database", f"{shown(settings)} is at head"), await _key(session, of_key)]
            return found + await _inside(session, settings)
    except Refused as refused:
        return [wrong("database", str(refused)), of_key]
    finally:
        await database.close()


async def _key(session: Session, of_key: Finding) -> Finding:
    if of_key.state != "ok":
        return of_key
    try:
        await keyproof.prove(session)
    except keyproof.KeyFileWrong as problem:
        return wrong("key", sentence(problem))
    return of_key


async def _inside(session: Session, settings: Settings) -> list[Finding]:
    clock = Clock(settings.zone, offset=await facts.clock_offset(session), source=system_now)
    found = [await _officers(session), await _audit(session), await _parked(session), await _ticks(session, clock)]
    found.append(await _round_keys(session, settings))
    if await facts.get(session, facts.HOLD) is not None:
        words = "restored and on hold: nothing unasked is sent until an admin confirms in /kantor"
        found.append(notice("hold", words))
    if await facts.is_demo(session):
        found.append(notice("demo", f"marked as a demo; its clock shows {clock.local():%Y-%m-%d %H:%M %Z}"))
    return found


async def _officers(session: Session) -> Finding:
    count = len({one.id for one in await holders(session, "officer")})
    waiting = await invited(session, "officer")
    if count >= OFFICERS:
        return ok("officers", f"{count} can act")
    few = f"{count} of at least {OFFICERS} who have joined (two must act, one may be ill)"
    invite = "`teman-mutasi invite NIP --role officer`, or /peran"
    if not waiting:
        return wrong("officers", f"{few}: {invite}")
    more = f"; invite more: {invite}" if count + waiting < OFFICERS else ""
    return wrong("officers", f"{few}; {waiting} invited but not joined yet: see that they use their slips{more}")


async def _audit(session: Session) -> Finding:
    broken = await audit.broken_at(session)
    if broken is None:
        return ok("audit", "every entry follows from the one before")
    words = f"the chain is broken at entry {broken}: compare with a backup, somebody changed the database by hand"
    return wrong("audit", words)


async def _round_keys(session: Session, settings: Settings) -> Finding:
    missing = await keeping.missing(session)
    if not missing:
        return ok("surveys", "every anonymous survey that is not closed has its key")
    rounds = ", ".join(map(str, missing))
    return wrong(
        "surveys",
        f"the key of anonymous survey round {rounds} is missing in {settings.key_file}.rounds, or is another than its "
        "answers were sealed with: put it back there; if it is lost, end the survey in /kelola_survei: its answers are "
        f"given up {rewriting.UNTIL_LOST.days} days later",
    )


async def _parked(session: Session) -> Finding:
    parked = (await inbox.counts(session)).get("parked", 0)
    if parked:
        return wrong("updates", f"{parked} failed three times and were set aside: look for their numbers in the log")
    return ok("updates", "none was set aside")


async def _ticks(session: Session, clock: Clock) -> Finding:
    known = await ticks.all_ticks(session)
    if not known:
        return notice("ticks", "the bot has not run yet: `teman-mutasi run`")
    failed = [f"{tick.name} ({tick.fault})" for tick in known if tick.fault]
    if failed:
        return wrong("ticks", f"the last run of {', '.join(failed)} failed: see the log")
    every = {job.name: timedelta(seconds=job.every) for job in JOBS}
    late = [tick.name for tick in known if tick.name in every and tick.last_at + every[tick.name] + LATE < clock.now()]
    if late:
        return wrong("ticks", f"{', '.join(late)} late: the bot stands still, start `teman-mutasi run`")
    return ok("ticks", "all ran in time")
