"""The command line at its doors: what a new machine does, what is refused and how, and the exit status."""

import asyncio
import re
import shutil
import signal
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from bot.simulator import Simulator
from db import facts
from db.engine import Database
from db.models import Employee, EmployeeNumber, Unit
from tests import factories
from tests.city import MORNING
from tests.conftest import KEYS
from tests.shell import Shell, key_file, shell_for

COMMANDS = ("run", "migrate", "clock", "check", "invite", "import-roster", "backup", "restore", "demo")
TOKEN = "8100000001:AAF4e2bYd0c9RkqX7mPzT1uVwLs3JhGi8Ko"


@pytest.fixture
def fresh(tmp_path: Path) -> Shell:
    """A machine on which nothing was made yet."""
    return shell_for(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", tmp_path / "new.key")


@pytest.fixture
async def office(tmp_path: Path, sqlite_at_head: Path) -> AsyncIterator[Database]:
    """A SQLite database at head, for what knows no difference between databases."""
    shutil.copy(sqlite_at_head, tmp_path / "office.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'office.db'}", KEYS)
    yield database
    await database.close()


@pytest.fixture
def shell(office: Database, tmp_path: Path) -> Shell:
    """A shell on that database."""
    return shell_for(office.url, key_file(tmp_path, KEYS.root))


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator() as opened:
        yield opened


def online(shell: Shell, simulator: Simulator) -> Shell:
    return shell.also(BOT_TOKEN=simulator.token, API_URL=simulator.api_url)


def made_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_help_names_every_command_and_wrong_usage_is_two(fresh: Shell) -> None:
    said = await fresh.does("--help")
    assert said.status == 0
    assert all(f"  {command} " in said.out for command in COMMANDS)
    for words in (("fly",), ("run", "--only", "half"), ("clock",), ("clock", "--to", "tomorrow"), ("backup",)):
        said = await fresh.does(*words)
        assert (said.status, said.out) == (2, "")
        assert "Usage" in said.err
    assert (await fresh.does("invite", "1", "--role", "boss")).status == 2
    assert "default: their agency" in " ".join((await fresh.does("invite", "--help")).out.split())


async def test_a_new_machine_gets_its_database_and_its_key(fresh: Shell, tmp_path: Path) -> None:
    said = await fresh.does("migrate")
    assert (said.status, said.err) == (0, "")
    for name in ("new.db", "new.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name
    key = (tmp_path / "new.key").read_bytes()
    said = await fresh.does("migrate")
    assert (said.status, "was there already" in said.out) == (0, True)
    assert (tmp_path / "new.key").read_bytes() == key


async def test_run_says_what_is_missing_before_it_does_anything(fresh: Shell, tmp_path: Path) -> None:
    said = await fresh.does("run")
    assert (said.status, "TEMAN_BOT_TOKEN" in said.err) == (1, True)
    said = await fresh.also(BOT_TOKEN=TOKEN).does("run")
    assert (said.status, "teman-mutasi migrate" in said.err) == (1, True)
    assert made_in(tmp_path) == []


async def test_an_older_database_is_copied_and_brought_to_head(fresh: Shell, tmp_path: Path) -> None:
    await fresh.does("migrate")
    with closing(sqlite3.connect(tmp_path / "new.db")) as file:
        file.execute("UPDATE alembic_version SET version_num = 'from the future'")
        file.commit()
    for words in (("migrate",), ("backup", str(tmp_path / "x"))):
        said = await fresh.does(*words)
        assert (said.status, "newer than this program" in said.err) == (1, True)
    assert made_in(tmp_path) == ["new.db", "new.key"]


async def test_another_key_or_none_is_refused(fresh: Shell, tmp_path: Path) -> None:
    await fresh.does("migrate")
    key = tmp_path / "new.key"
    key.chmod(0o640)
    said = await fresh.does("migrate")
    assert (said.status, "chmod 600" in said.err) == (1, True)
    key.rename(tmp_path / "hidden")
    said = await fresh.does("migrate")
    assert (said.status, "put it back" in said.err) == (1, True)
    assert not key.exists(), "a new one would only hide the loss"
    key.write_bytes(key_file(tmp_path, b"z" * 32).read_bytes())
    key.chmod(0o600)
    said = await fresh.does("migrate")
    assert (said.status, "another key" in said.err) == (1, True)


async def test_only_an_empty_database_becomes_a_demo(office: Database, shell: Shell) -> None:
    async with office.transaction() as session:
        await factories.employee(session, at=MORNING)
    said = await shell.does("migrate", "--demo")
    assert (said.status, "not empty" in said.err) == (1, True)
    said = await shell.does("clock", "--to", "2030-12-01T08:00")
    assert (said.status, "demo" in said.err) == (1, True)
    async with office.transaction() as session:
        assert not await facts.is_demo(session)
        for table in (EmployeeNumber, Employee, Unit):
            await session.execute(delete(table))
    assert (await shell.does("migrate", "--demo")).status == 0
    assert (await shell.does("migrate", "--demo")).status == 0, "said again it is no harm"


async def test_a_demos_clock_is_sent_ahead_and_never_back(office: Database, shell: Shell) -> None:
    await shell.does("migrate", "--demo")
    said = await shell.does("clock", "--to", "2030-12-01T08:00")
    assert (said.status, "2030-12-01T08:00 WITA" in said.out) == (0, True)
    async with office.reading() as session:
        assert await facts.clock_target(session) == datetime.fromisoformat("2030-12-01T08:00+08:00")
    for earlier in ("2030-11-30T08:00", "2020-01-01T00:00"):
        said = await shell.does("clock", "--to", earlier)
        assert (said.status, "only goes forward" in said.err) == (1, True)


async def test_a_refusal_hides_the_databases_word(shell: Shell) -> None:
    said = await shell.also(DATABASE_URL="postgresql+asyncpg://nobody:geheim@127.0.0.1:1/x").does("migrate")
    assert said.status == 1
    assert "database" in said.err
    assert "geheim" not in said.err + said.out
    assert "Traceback" not in said.err


async def test_the_first_officer_is_invited_from_the_shell(
    office: Database, shell: Shell, simulator: Simulator
) -> None:
    async with office.transaction() as session:
        rina = await factories.employee(session, "Rina Contoh", at=MORNING)
    said = await shell.does("invite", rina.nip)
    assert (said.status, "TEMAN_BOT_TOKEN" in said.err) == (1, True)
    said = await online(shell, simulator).does("invite", rina.nip, "--role", "admin", "--role", "officer")
    assert said.status == 0, said.err
    code, link = said.out.splitlines()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    assert re.fullmatch(r"https://t\.me/\w+\?start=[\w-]{20,64}", link)
    assert code.replace("-", "") not in link
    said = await online(shell, simulator).does("invite", "198503152010011007")
    assert said.status == 1
    assert "198503152010011007" not in said.err


async def test_check_is_red_and_says_what_to_do(office: Database, shell: Shell, simulator: Simulator) -> None:
    async def of_officers() -> str:
        out = (await online(shell, simulator).does("check")).out
        return next(line for line in out.splitlines() if line[7:].startswith("officers"))

    await shell.does("migrate")
    said = await online(shell, simulator).does("check")
    assert said.status == 1
    lines = {line[7:20].strip(): line for line in said.out.splitlines()}
    for good in ("token", "database", "key", "content", "survey files", "calendar", "webhook", "audit", "updates"):
        assert lines[good].startswith("ok"), lines[good]
    assert "samples" in lines["office rules"]
    assert "0 of at least 3 who have joined" in lines["officers"]
    assert "invited" not in lines["officers"]

    async with office.transaction() as session:
        staff = [await factories.employee(session, f"Petugas {number}", at=MORNING) for number in range(3)]
        for who in staff[:2]:
            await factories.role(session, who, "officer", at=MORNING)
    assert "2 invited but not joined yet: see that they use their slips; invite more" in await of_officers()
    async with office.transaction() as session:
        await factories.role(session, staff[2], "officer", at=MORNING)
        await factories.link(session, staff[0], 7000, at=MORNING)
    said_of = await of_officers()
    assert "1 of at least 3 who have joined" in said_of
    assert "2 invited but not joined yet" in said_of
    assert "invite more" not in said_of
    async with office.transaction() as session:
        for number, who in enumerate(staff[1:], 7001):
            await factories.link(session, who, number, at=MORNING)
    assert re.search(r"^ok +officers +3", (await online(shell, simulator).does("check")).out, re.MULTILINE)


async def test_check_sees_what_is_wrong_in_files_and_rows(office: Database, shell: Shell, tmp_path: Path) -> None:
    await shell.does("migrate")
    own = tmp_path / "own"
    (own / "id" / "general").mkdir(parents=True)
    (own / "id" / "general" / "menu.html.j2").write_text("{{ nobody_gives_this }}")
    (own / "id" / "general" / "mneu.html.j2").write_text("mistyped")
    (own / "surveys").mkdir()
    (own / "surveys" / "lagi.yaml").write_text("code: LAGI\nversion: 1\ntitle: Lagi\nquestions: [{code: Q1}]")
    (own / "surveys" / "rusak.yaml").write_text("code: [")
    (own / "office.yaml").write_text("weekly_limit: {value: 0, unit: x, source: y, effective_from: 2026-01-01}")
    async with office.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO updates (update_id, chat_id, state, attempts, received_at) "
                "VALUES (1, 5, 'parked', 3, '2026-11-24 01:00:00')"
            )
        )
    said = await shell.also(CONTENT_DIR=str(own)).does("check")
    assert said.status == 1
    assert "id/general/menu.html.j2 cannot be said" in said.out
    assert "mneu.html.j2 takes the place of no packaged file" in said.out
    assert re.search(r"WRONG +office rules .*weekly_limit", said.out)
    assert re.search(r"WRONG +survey files +surveys/lagi.yaml .*the first of 2 problems is missing at Q1", said.out)
    assert re.search(r"WRONG +survey files +surveys/rusak.yaml cannot be read", said.out)
    assert re.search(r"WRONG +updates +1 failed three times", said.out)
    assert re.search(r"WRONG +token +TEMAN_BOT_TOKEN is missing", said.out)


async def begin(shell: Shell, *words: str) -> asyncio.subprocess.Process:
    """Start a command as a real process and wait until it serves."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env=shell.environment(), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while b'"serving"' not in (line := await process.stderr.readline()):
            assert line, "it ended instead of serving"
    return process


async def end(process: asyncio.subprocess.Process, number: signal.Signals) -> int:
    process.send_signal(number)
    async with asyncio.timeout(60):
        await process.communicate()
    assert process.returncode is not None
    return process.returncode


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_real_process_serves_and_ends_in_order(fresh: Shell, simulator: Simulator, database: Database) -> None:
    on = online(fresh, simulator).also(DATABASE_URL=database.url)
    person = simulator.person("Orang Lain", "+6281100000001")
    whole = await begin(on, "run")
    await person.says("/menu")
    await person.sees("Selamat datang", timeout=20)
    assert "menu" in person.commands
    said = await on.apart("run", "--only", "delivery")
    assert (said.status, "already sends" in said.err) == (1, True)
    assert await end(whole, signal.SIGTERM) == 0
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM leases")) == 0, "the next poller need not wait"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_two_halves_behind_a_webhook(fresh: Shell, simulator: Simulator, database: Database) -> None:
    port = 18000 + simulator.world.clock.timestamp() % 2000
    hook = {
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/masuk",
        "WEBHOOK_LISTEN": f"127.0.0.1:{port}",
        "WEBHOOK_SECRET": "uji_" * 8,
    }
    on = online(fresh, simulator).also(DATABASE_URL=database.url, **hook)
    updates = await begin(on, "run", "--only", "updates")
    delivery = await begin(on, "run", "--only", "delivery")
    person = simulator.person("Orang Lain", "+6281100000001")
    await person.says("/menu")
    await person.sees("Selamat datang", timeout=20)
    assert simulator.world.webhook.url == hook["WEBHOOK_URL"]
    assert await end(updates, signal.SIGINT) == 0
    assert await end(delivery, signal.SIGTERM) == 0
