"""What every visitor needs: a database of either kind, brought to head once and copied for each test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from db import schema
from db.engine import Database
from db.keys import Keyring
from tests.city import City, open_city
from tests.log_scan import LogKeeper
from tests.postgres import PostgreSQL, run_elsewhere

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
# Always the same examples, and no clock: a busy machine must not turn a property red.

KEYS = Keyring(b"k" * 32)
"""A fixed key, so that a copied database opens in every test."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep the log of the whole run, to be looked through at its end."""
    folder = Path(tempfile.mkdtemp(prefix="tm-log-"))
    config.pluginmanager.register(LogKeeper(folder / "run.log"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """A real PostgreSQL server of our own for the whole run."""
    with PostgreSQL.start() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_at_head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("head") / "head.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}", KEYS)
        await schema.upgrade(database)
        await database.close()

    run_elsewhere(make())
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database at head; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_at_head"), path)
        made = Database(f"sqlite+aiosqlite:///{path}", Keyring(KEYS.root))
        yield made
        await made.close()
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    made = Database(server.url(await server.fresh()), Keyring(KEYS.root))
    yield made
    await made.close()


@pytest.fixture
async def city(database: Database) -> AsyncIterator[City]:
    """A city on either database."""
    async with open_city(database) as opened:
        yield opened
