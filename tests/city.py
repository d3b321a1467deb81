"""A small city for a test: Telegram on this machine, a real process's parts, and people who can be anybody."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.application import Service, open_service
from bot.settings import Settings
from bot.simulator import Person, Simulator
from db.clock import Clock, system_now
from db.engine import Database
from db.models import Employee
from handlers.context import CHAT_LEASE
from tests import factories

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Tuesday, 24 November 2026, 09.00 in Samarinda: a working hour."""

PARTS = ("updates", "delivery", "polling")


@dataclass
class City:
    """Everything a visitor needs; `clock` may be moved, `service` restarted."""

    database: Database
    clock: Clock
    simulator: Simulator
    settings: Settings
    chat_lease: float = CHAT_LEASE
    service: Service | None = None
    _process: AsyncExitStack = field(default_factory=AsyncExitStack)
    _phones: int = field(default=0)

    def stranger(self, name: str = "Orang Lain", phone: str | None = None) -> Person:
        """Let somebody have Telegram whom the office does not know."""
        self._phones += 1
        return self.simulator.person(name, phone or f"+6281100{self._phones:06d}")

    async def hired(self, name: str = "Rina Contoh", *, phone: str | None = None, agency: str = "Dinas Contoh",
                    unit_name: str = "Bidang Pelayanan", sex: str = "F") -> Employee:  # fmt: skip
        """Put an employee into the roster."""
        async with self.database.transaction() as session:
            return await factories.employee(
                session, name, agency=agency, unit_name=unit_name, phone=phone, sex=sex, at=self.clock.now()
            )

    async def member(
        self,
        name: str = "Rina Contoh",
        *,
        roles: Sequence[str] = (),
        level: int = 2,
        agency: str = "Dinas Contoh",
        unit_name: str = "Bidang Pelayanan",
        sex: str = "F",
    ) -> tuple[Person, Employee]:
        """Have somebody in the roster who has joined, with roles (`unit_operator`: over the own agency)."""
        person = self.stranger(name)
        who = await self.hired(name, phone=person.phone, agency=agency, unit_name=unit_name, sex=sex)
        long_ago = self.clock.now() - timedelta(days=90)
        async with self.database.transaction() as session:
            await factories.link(session, who, person.id, at=long_ago, level=level)
            for name_ in roles:
                over = await factories.unit(session, agency) if name_ == "unit_operator" else None
                await factories.role(session, who, name_, at=long_ago, over=over)
        person.chat.started = True
        return person, who

    async def restart(self) -> None:
        """Let the process end and another one begin, on what is written."""
        await self._process.aclose()
        await self.begin()

    async def begin(self) -> None:
        """Begin a process: it polls, works and delivers; its ticks are called by the test."""
        opened = open_service(self.settings, database=self.database, clock=self.clock, chat_lease=self.chat_lease)
        self.service = await self._process.enter_async_context(opened)
        await self.service.start(PARTS)

    async def end(self) -> None:
        """Let the process end."""
        await self._process.aclose()


@asynccontextmanager
async def open_city(
    database: Database, *, rate: float = 1000, chat_lease: float = CHAT_LEASE, clock: Clock | None = None
) -> AsyncIterator[City]:
    """Open a city over a database; `clock`: another one than the usual, which begins at `MORNING` and goes on."""
    clock = clock or Clock(ZoneInfo("Asia/Makassar"), offset=MORNING - system_now())
    async with Simulator() as simulator:
        settings = Settings(
            bot_token=simulator.token,  # type: ignore[arg-type]
            api_url=simulator.api_url,
            database_url=database.url,
            messages_per_second=rate,
        )
        city = City(database, clock, simulator, settings, chat_lease)
        await city.begin()
        try:
            yield city
        finally:
            await city.end()
