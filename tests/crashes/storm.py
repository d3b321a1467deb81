"""People who ask without a pause while processes die: who asked what, and what became of it."""

import asyncio
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.simulator import Person
from bot.simulator.ledger import Entry
from db.models import Request, RequestMessage
from tests.crashes.town import Town

RECEIVED = "sudah kami terima dengan nomor"


@dataclass
class Asker:
    """Somebody with a phone and many questions."""

    person: Person
    employee_id: int
    asked: list[str] = field(default_factory=list)

    async def go_on(self, chance: random.Random, stop: asyncio.Event) -> None:
        """Ask until told to stop."""
        while not stop.is_set():
            self.asked.append(f"soal {len(self.asked) + 1}")
            await self.person.says(f"/tanya {self.asked[-1]}")
            await asyncio.sleep(chance.uniform(0.3, 0.9))


@dataclass(frozen=True)
class Reckoning:
    """What is there after a storm: `lost` and `doubled` questions, chats out of `order`, answers said again."""

    asked: int
    lost: int
    doubled: int
    disorder: int
    unanswered: int
    said_again: int


async def crowd(town: Town, count: int) -> list[Asker]:
    """Let people join."""
    joined = [await town.city.member(f"Pegawai {n} Contoh") for n in range(count)]
    return [Asker(person, who.id) for person, who in joined]


async def storm(town: Town, askers: list[Asker], kills: int, chance: random.Random) -> int:
    """Kill the process at random instants while people ask; give how many died with a request on its way."""
    stop, at_work = asyncio.Event(), 0
    asking = [asyncio.create_task(one.go_on(chance, stop)) for one in askers]
    bot = town.start()
    for _ in range(kills):
        await _at_work(town)
        await asyncio.sleep(chance.uniform(0.0, 0.7))
        at_work += any(entry.delivered is None and entry.method == "sendMessage" for entry in _newest(town))
        bot.kill()
        bot = town.start()
    stop.set()
    await asyncio.gather(*asking)
    return at_work


async def _at_work(town: Town) -> None:
    """Wait until the process that runs now says something."""
    before = town.simulator.ledger.per_chat().total()
    async with asyncio.timeout(30):
        while town.simulator.ledger.per_chat().total() == before:  # noqa: ASYNC110  the ledger rings no bell
            await asyncio.sleep(0.01)


def _newest(town: Town) -> list[Entry]:
    return town.simulator.ledger.entries[-200:]


async def reckon(town: Town, askers: list[Asker]) -> Reckoning:
    """Compare what was asked with what is kept and what was answered."""
    kept: dict[int, list[str]] = defaultdict(list)
    numbers: dict[int, list[str]] = defaultdict(list)
    seal = town.database.keys.seal("text")
    async with town.database.reading() as session:
        rows = await session.execute(
            select(Request.employee_id, Request.number, RequestMessage.text_sealed)
            .join(RequestMessage, RequestMessage.request_id == Request.id)
            .order_by(Request.id)
        )
        for who, number, sealed in rows:
            kept[who].append(seal.open(sealed))
            numbers[who].append(number)
    answers = {one.employee_id: _answered(one.person) for one in askers}
    return Reckoning(
        asked=sum(len(one.asked) for one in askers),
        lost=sum((Counter(one.asked) - Counter(kept[one.employee_id])).total() for one in askers),
        doubled=sum((Counter(kept[one.employee_id]) - Counter(one.asked)).total() for one in askers),
        disorder=sum(kept[one.employee_id] != one.asked for one in askers),
        unanswered=sum(len(set(numbers[who]) - answers[who].keys()) for who in numbers),
        said_again=sum(count - 1 for told in answers.values() for count in told.values()),
    )


def _answered(person: Person) -> Counter[str]:
    texts = (message.text for message in person.received if RECEIVED in message.text)
    return Counter(text.split(RECEIVED)[1].split()[0].rstrip(".") for text in texts)
