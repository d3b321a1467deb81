"""A round that people have answered: agencies of unequal size, answers that differ by agency, and what is kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from db.engine import Session
from db.models import Employee, SurveyParticipant, SurveyRound
from db.surveys import ballots
from db.surveys.definition import Secrecy
from db.surveys.values import Value
from tests import factories, survey_rounds
from tests.city import MORNING
from tests.surveying import question, several, single, survey

AGENCIES = {"Dinas Kesehatan": 20, "Dinas Pendidikan": 14, "Badan Kecil": 3}
ASKED = survey(
    question("Q0", "consent", required=True),
    single("Q1", "SS", "S", "N", "KS", "BS", required=True, means="readiness"),
    several("Q2", "EXCEL", "NASKAH", "GIS", max=2, means="skills"),
    {**several("Q3", "ADM", "DATA", "KEU", max=3), "kind": "ranked"},
    question("Q4", "nps"),
    question("Q5", "number", min=0, max=40),
    question("Q6", "long_text"),
    question("Q7", "consent", purpose="special"),
    several("Q8", "MERAWAT", "BALITA", special=True, show_if={"question": "Q7", "is": "SETUJU"}),
    question("Q9", "scale", show_if={"question": "Q4", "answered": True}),
    title={"id": "Survei hasil"},
)


def answers_of(number: int) -> dict[str, Value]:
    """Let the n-th person answer; nobody's answers are anybody's real ones."""
    ready = ("SS", "S", "S", "N", "KS", "S", "SS", "N", "KS", "N")[number % 10]
    given: dict[str, Value] = {"Q0": "SETUJU", "Q1": ready, "Q3": (("ADM", "DATA"), ("DATA", "KEU"))[number % 2]}
    given["Q2"] = ("EXCEL",) if number % 3 else ("EXCEL", "NASKAH") if number % 2 else ("NASKAH",)
    given["Q4"] = 5 + number % 6
    given["Q9"] = 1 + number % 5
    given["Q5"] = number % 37
    given["Q6"] = "Mohon pelatihan komputer" if number % 2 else "=Jarak rumah jauh sekali"
    given["Q7"] = "SETUJU" if number % 2 else "TIDAK"
    if number % 2:
        given["Q8"] = ("MERAWAT",) if number % 4 == 1 else ("BALITA",)
    return given


async def staff(session: Session, agencies: Mapping[str, int] = AGENCIES) -> list[Employee]:
    """Put people into some agencies."""
    return [
        await factories.employee(session, f"Orang {agency[-4:]} {n}", agency=agency, at=MORNING)
        for agency, many in agencies.items()
        for n in range(many)
    ]


async def answered(
    session: Session,
    people: Sequence[Employee],
    definition: dict[str, Any] = ASKED,
    *,
    secrecy: Secrecy = Secrecy.CONFIDENTIAL,
    cuts: Sequence[str] = ("agency",),
    state: str = "closed",
    how: Callable[[int], dict[str, Value]] = answers_of,
    author: Employee | None = None,
) -> SurveyRound:
    """Have a round in which all these people have answered."""
    opened = await survey_rounds.opened(
        session, definition, people, at=MORNING, author=author or people[0], secrecy=secrecy, cuts=cuts
    )
    asked = select(SurveyParticipant).where(SurveyParticipant.round_id == opened.id).order_by(SurveyParticipant.id)
    for number, one in enumerate(await session.scalars(asked)):
        # One after the other: the first live totals are of those who sent first.
        at = MORNING + timedelta(seconds=number)
        await ballots.write(session, opened, one, how(number), via="chat", counted=True, sent_at=at)
        one.state = "finished"
    opened.state = state
    await session.flush()
    return opened
