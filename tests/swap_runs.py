"""The runs of the swap game: two in which the same people answer the same, but for two who exchange their answers."""

import io
import itertools
import json
import logging
import random
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.logs import masked
from bot.simulator import Person
from db.clock import Clock
from db.engine import Database
from db.keys import Keyring, Seal
from db.models import Employee, Update
from db.round_keys import RoundKeysInMemory
from db.surveys.definition import Secrecy
from tests import anonymous, factories, survey_rounds
from tests.answering import after, types
from tests.city import MORNING, City, open_city
from tests.crashes.town import until
from tests.postgres import PostgreSQL

KEY = b"k" * 32
OPEN_FOR = timedelta(days=2)
BETWEEN = timedelta(minutes=30)
ACT = timedelta(seconds=70)
"""Between two acts of one person, so that times tell how many there were, even to a minute."""
CODES = [question.code for question in anonymous.SURVEY.questions]


@dataclass(frozen=True)
class Deal:
    """One game: who answers what, in which order; the two of `pair` exchange in the second run."""

    seed: int
    given: tuple[Mapping[str, Any], ...]
    order: tuple[int, ...]
    pair: tuple[int, int]
    sends: tuple[bool, ...]

    def answers_of(self, who: int, *, exchanged: bool) -> Mapping[str, Any]:
        """Give what somebody answers in one of the runs."""
        one, other = self.pair
        return self.given[{one: other, other: one}.get(who, who) if exchanged else who]


def deal(seed: int, people: int = 6) -> Deal:
    """Deal answers; the two differ in choice, words, and in how often they press."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable game
    pair = tuple(sorted(chance.sample(range(people), 2)))
    sizes = {pair[0]: chance.randrange(2), pair[1]: chance.randrange(2, 4)}
    picks = dict(zip(pair, chance.sample("ABC", 2), strict=True))
    given = tuple(
        anonymous.answers(
            picks.get(n, chance.choice("ABC")),
            sorted(chance.sample("KLM", sizes.get(n, chance.randrange(4)))),
            chance.randrange(1, 6),
            f"Saran nomor {chance.randrange(10**6)}",
        )
        for n in range(people)
    )
    late = chance.choice([n for n in range(people) if n not in pair])
    sends = tuple(n != late for n in range(people))
    order = tuple(chance.sample(range(people), people))
    return Deal(seed, given, order, (pair[0], pair[1]), sends)


@dataclass
class Recording:
    """What was sealed in a run: for each beginning of a ciphertext its purpose."""

    purposes: dict[bytes, str] = field(default_factory=dict)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Record while the block runs."""
        close = Seal.close

        def recorded(seal: Seal, text: str) -> bytes:
            sealed = close(seal, text)
            self.purposes[sealed[:12]] = seal.purpose.decode()
            return sealed

        with patch.object(Seal, "close", recorded):
            yield


@dataclass
class Run:
    """A run until just before the close."""

    deal: Deal
    exchanged: bool
    database: Database
    round_id: int = 0
    sealed: Recording = field(default_factory=Recording)
    log: io.StringIO = field(default_factory=io.StringIO)
    chats: list[int] = field(default_factory=list)
    copies: Iterator[int] = field(default_factory=itertools.count)

    async def play(self) -> None:
        """Let everybody answer in the chat."""
        with self.sealed.on(), kept_log(self.log), patch.object(factories, "SERIAL", itertools.count(1)):
            self.database.owner = "proses"
            clock = Clock(ZoneInfo("Asia/Makassar"), source=lambda: MORNING)
            async with open_city(self.database, clock=clock) as city:
                await self._answered(city)
        await self.database.close()

    async def _answered(self, city: City) -> None:
        officer, author = await city.member("Ani Contoh", roles=("officer",))
        people = [await city.member(f"Orang {n} Contoh") for n in range(len(self.deal.given))]
        self.chats = [person.id for person, _ in people]
        self.round_id = await self._opened(city, author, [who for _, who in people])
        for turn, who in enumerate(self.deal.order):
            city.clock.offset = turn * BETWEEN
            if turn == len(people) // 2:
                await officer.says("/kantor")
                await officer.sees("Menu kantor", new=True)
            given = self.deal.answers_of(who, exchanged=self.exchanged)
            await fills(city, people[who][0], given, send=self.deal.sends[who])
        await until(lambda: self._quiet(city))

    async def _opened(self, city: City, author: Employee, asked: list[Employee]) -> int:
        async with city.database.transaction() as session:
            made = await survey_rounds.opened(
                session, anonymous.SURVEY, asked, at=MORNING - timedelta(days=1), author=author,
                secrecy=Secrecy.ANONYMOUS, cuts=["agency"], days=1 + OPEN_FOR.days,
            )  # fmt: skip
            return made.id

    async def _quiet(self, city: City) -> bool:
        waiting = select(func.count()).where(Update.state != "done")
        async with city.database.reading() as session:
            return not city.simulator.world.updates.pending and not await session.scalar(waiting)

    async def copy(self, server: PostgreSQL | None = None) -> Database:
        """Give another database that is as this one was just before the close, keys and all."""
        known = self.database.keys.rounds
        assert isinstance(known, RoundKeysInMemory)
        keys = Keyring(self.database.keys.root, RoundKeysInMemory(dict(known.keys)))
        number = next(self.copies)
        if self.database.path is not None:
            place = self.database.path.with_name(f"{self.database.path.stem}-{number}.db")
            shutil.copy(self.database.path, place)
            return Database(f"sqlite+aiosqlite:///{place}", keys)
        assert server is not None
        source = str(self.database.engine.url.database)
        await server.execute(f"CREATE DATABASE {source}_{number} TEMPLATE {source} STRATEGY file_copy")
        return Database(server.url(f"{source}_{number}"), keys)

    def chance(self) -> "Dealt":
        """Give the randomness of this run's close."""
        sent = [who for who in range(len(self.deal.given)) if self.deal.sends[who]]
        one, other = self.deal.pair
        return Dealt(self.deal.seed, (sent.index(one), sent.index(other)) if self.exchanged else None)


class Dealt(random.Random):
    """Shuffles as its seed says; the two places are exchanged before, so that the exchange of answers is undone."""

    def __init__(self, seed: int, places: tuple[int, int] | None) -> None:
        super().__init__(seed)
        self.places = places

    def shuffle(self, x: Any) -> None:
        """Shuffle in place."""
        if self.places is not None:
            one, other = self.places
            x[one], x[other] = x[other], x[one]
        super().shuffle(x)


async def fills(city: City, person: Person, given: Mapping[str, Any], *, send: bool) -> None:
    """Answer the small survey in the chat, an act every few seconds."""
    await person.says("/survei")
    await person.sees("Coba", new=True)
    await after(person, "Coba", "Tanya SETUJU")
    for code, coming in itertools.pairwise([*CODES, ""]):
        shown = f"Tanya {coming}" if coming else "Tinjau jawaban"
        city.clock.offset += ACT
        match code, given.get(code):
            case "SETUJU", _:
                await after(person, "Saya setuju", shown)
            case _, None:
                await after(person, "Lewati", shown)
            case "BANYAK", picks:
                for pick in picks:
                    await after(person, f"Pilihan {pick}", f"✓ Pilihan {pick}")
                    city.clock.offset += ACT
                await after(person, "Lanjutkan", shown)
            case "SARAN", words:
                await types(person, words, shown)
            case "NILAI", point:
                await after(person, str(point), shown)
            case _, pick:
                await after(person, f"Pilihan {pick}", shown)
    city.clock.offset += ACT
    if send:
        await after(person, "Kirim jawaban", "Jawaban sudah dikirim")


@contextmanager
def kept_log(stream: io.StringIO) -> Iterator[None]:
    """Keep what the program logs, at its finest."""
    handler, root = masked(stream), logging.getLogger()
    handler.addFilter(lambda record: not record.name.startswith(("bot.simulator", "aiohttp")))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def told(stream: io.StringIO) -> list[str]:
    """List what a log tells above DEBUG, without the machine's times."""
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return sorted(json.dumps(line | {"at": ""}) for line in lines if line["level"] != "DEBUG")


async def on_sqlite(dealt: Deal, head: Path, folder: Path) -> list[Run]:
    """Play both runs, each on a copy of a database at head."""
    runs = []
    for exchanged in (False, True):
        path = folder / f"{dealt.seed}-{'second' if exchanged else 'first'}.db"
        shutil.copy(head, path)
        runs.append(Run(dealt, exchanged, Database(f"sqlite+aiosqlite:///{path}", Keyring(KEY))))
        await runs[-1].play()
    return runs


@asynccontextmanager
async def on_postgresql(dealt: Deal, server: PostgreSQL) -> AsyncIterator[list[Run]]:
    """Play both runs, each on a database of its own, which are dropped at the end."""
    names = [f"swap_{uuid.uuid4().hex[:8]}" for _ in range(2)]
    try:
        for name in names:
            await server.execute(f"CREATE DATABASE {name} TEMPLATE {server.template} STRATEGY file_copy")
        runs = [
            Run(dealt, exchanged, Database(server.url(names[exchanged]), Keyring(KEY))) for exchanged in (False, True)
        ]
        for run in runs:
            await run.play()
        yield runs
    finally:
        for name in names:
            await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
