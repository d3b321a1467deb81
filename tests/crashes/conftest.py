"""A town on either database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine import Database
from tests.crashes.town import Town, open_town


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose processes the test starts, kills and starts again."""
    async with open_town(database, tmp_path) as opened:
        yield opened
