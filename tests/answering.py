"""Somebody answers a survey: rounds opened for a test, the next screen after a tap, and what was kept of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot.simulator import Person
from bot.simulator.messages import Message
from content import surveys
from db.models import Consent, Employee, SurveyBallot, SurveyParticipant, SurveyRound
from db.surveys import ballots
from db.surveys.definition import Definition, Secrecy
from tests import survey_rounds
from tests.city import City

PACKAGED = surveys.survey("minat_2026")
TITLE = "Survei minat dan preferensi 2026"


async def asked(
    city: City,
    people: Sequence[Employee],
    definition: Definition | dict[str, Any] = PACKAGED,
    *,
    secrecy: Secrecy = Secrecy.CONFIDENTIAL,
    days: float = 14,
    cuts: Sequence[str] = (),
) -> int:
    """Have a round open for some people; give its id."""
    async with city.database.transaction() as session:
        opened = await survey_rounds.opened(
            session, definition, people, at=city.clock.now(), author=people[0], secrecy=secrecy, days=days, cuts=cuts
        )
        return opened.id


async def begins(person: Person, title: str = TITLE) -> Message:
    """Type `/survei` and open the survey; give its screen."""
    await person.says("/survei")
    await person.sees(title, new=True)
    await person.taps(title)
    return await person.sees(title, new=True)


async def after(person: Person, label: str, part: str) -> Message:
    """Tap and give the screen that comes."""
    await person.taps(label)
    return await person.sees(part, new=True)


async def types(person: Person, text: str, part: str) -> Message:
    """Type and give the screen that comes."""
    await person.says(text)
    return await person.sees(part, new=True)


async def skips(person: Person, until: str, *, at_most: int = 40) -> Message:
    """Skip one question after another until a screen says something."""
    for _ in range(at_most):
        here = person.last
        if until in here.text:
            return here
        await person.taps("Lewati", here)
        await person.sees("", new=True)
    raise AssertionError(f"never came to {until!r}: {person.last.text}")


async def state_of(city: City, who: Employee, round_id: int) -> str:
    """Give how far somebody is in a round."""
    async with city.database.reading() as session:
        found = await session.scalar(
            select(SurveyParticipant.state).where(
                SurveyParticipant.employee_id == who.id, SurveyParticipant.round_id == round_id
            )
        )
        assert found is not None
        return found


async def ballot_of(city: City, who: Employee, round_id: int) -> tuple[SurveyBallot, dict[str, Any]] | None:
    """Give somebody's ballot in a round and what it says."""
    async with city.database.reading() as session:
        found = await session.scalar(
            select(SurveyBallot)
            .join(SurveyParticipant, SurveyParticipant.id == SurveyBallot.participant_id)
            .where(SurveyParticipant.employee_id == who.id, SurveyParticipant.round_id == round_id)
        )
        return (found, await ballots.answers_of(session, found.id)) if found else None


async def consents_of(city: City, who: Employee) -> list[tuple[str, bool]]:
    """List somebody's consents and whether they still hold, oldest first."""
    async with city.database.reading() as session:
        rows = await session.scalars(select(Consent).where(Consent.employee_id == who.id).order_by(Consent.id))
        return [(row.purpose, row.withdrawn_at is None) for row in rows]


async def close(city: City, round_id: int) -> None:
    """Have a round closed."""
    async with city.database.transaction() as session:
        found = await session.get(SurveyRound, round_id)
        assert found is not None
        found.state = "closed"


async def walks(person: Person, *steps: tuple[str, str]) -> Message:
    """Tap one label after another, each time waiting for what it brings; give the last screen."""
    screens = [await after(person, label, part) for label, part in steps]
    return screens[-1]
