"""An anonymous round and people who answer it, through the rules that everybody's answers go through."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db import people
from db.clock import Clock
from db.engine import Database, Session
from db.models import Employee
from db.surveys import answering, rounds
from db.surveys.definition import SEVERAL, TYPED, Definition, Secrecy
from db.surveys.drafts import Choose, Continue, Draft, Edit, Event, Skip, Toggle, Typed
from db.surveys.values import InvalidAnswer
from tests import factories, survey_rounds
from tests.surveying import defined, question, several, single

TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SURVEY = defined(
    question("SETUJU", "consent", required=True),
    single("PILIH", "A", "B", "C", required=True),
    several("BANYAK", "K", "L", "M"),
    question("NILAI", "scale"),
    question("SARAN", "long_text"),
)


def clock_at(moment: datetime) -> Clock:
    """A clock that stands still."""
    return Clock(ZoneInfo("Asia/Makassar"), source=lambda: moment)


def answers(pick: str, several_: Sequence[str] = ("K",), point: int = 3, words: str = "") -> dict[str, Any]:
    """Give answers to the small survey."""
    given = {"SETUJU": "SETUJU", "PILIH": pick, "BANYAK": tuple(several_), "NILAI": point, "SARAN": words}
    return {code: value for code, value in given.items() if value not in ((), "")}


def events(definition: Definition, code: str, value: Any) -> Iterator[Event]:
    """Give what somebody presses or types to answer one question so."""
    kind = definition.by_code[code].kind
    if kind in TYPED:
        yield Typed(str(value))
    elif kind in SEVERAL:
        yield from (Toggle(code, pick, on=True) for pick in value)
        yield Continue(code)
    else:
        yield Choose(code, str(value))


@dataclass
class Poll:
    """A round that is open, and who is asked."""

    database: Database
    round_id: int
    definition: Definition
    asked: list[Employee]

    async def fill(self, who: Employee, given: Mapping[str, Any], *, send: bool = True) -> None:
        """Let somebody answer; what they are not asked is left out, what is asked and not given is skipped."""
        async with self.database.transaction() as session:
            for code, value in given.items():
                here = await self._at(session, who, code)
                for event in events(self.definition, code, value) if here else ():
                    await self._move(session, who, event)
            if send:
                await answering.send(session, await self._stand(session, who), TUESDAY)

    async def _at(self, session: Session, who: Employee, code: str) -> bool:
        """Go to a question; False where it is not shown."""
        place = self.definition.order
        draft = (await self._stand(session, who)).draft
        if draft.at is None:
            draft = await self._move(session, who, Edit(code))
        while draft.at is not None and place[draft.at] < place[code]:
            draft = await self._move(session, who, Skip(draft.at))
        return draft.at == code

    async def _move(self, session: Session, who: Employee, event: Event) -> Draft:
        outcome = await answering.move(session, await self._stand(session, who), event, TUESDAY)
        assert not isinstance(outcome, InvalidAnswer), outcome
        return outcome

    async def _stand(self, session: Session, who: Employee) -> answering.Standing:
        person = await people.identify(session, chat_of(who), TUESDAY)
        return await answering.stand(session, self.round_id, person, TUESDAY)

    async def end(self, after: timedelta = timedelta(days=3)) -> Clock:
        """Press `Tutup survei`; give the clock that stands a minute later, for the job."""
        closing = TUESDAY + after
        async with self.database.transaction() as session:
            await rounds.close(session, await rounds.get(session, self.round_id), closing, None)
        return clock_at(closing + timedelta(minutes=1))


def chat_of(who: Employee) -> int:
    """Give the chat somebody is linked to here."""
    return 50_000 + who.id


async def opened(
    database: Database,
    count: int,
    *,
    definition: Definition = SURVEY,
    cuts: Sequence[str] = (),
    agencies: Sequence[str] = ("Dinas Contoh",),
    level: int = 2,
    author: Employee | None = None,
) -> Poll:
    """Open an anonymous round for people who take turns in belonging to some agencies."""
    async with database.transaction() as session:
        asked = [
            await factories.employee(session, f"Orang {n}", agency=agencies[n % len(agencies)], at=TUESDAY)
            for n in range(count)
        ]
        for who in asked:
            await factories.link(session, who, chat_of(who), at=TUESDAY - timedelta(days=9), level=level)
        made = await survey_rounds.opened(
            session, definition, asked, at=TUESDAY - timedelta(days=1), author=author or asked[0], cuts=cuts,
            secrecy=Secrecy.ANONYMOUS,
        )  # fmt: skip
    return Poll(database, made.id, definition, asked)
