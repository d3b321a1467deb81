"""The demo's surveys: one is open and half answered, one is over; all answers are such as a person could give."""

from pathlib import Path
from random import Random

from sqlalchemy import func, select

from bot.demo.answers import invented
from bot.demo.serving import opened_demo
from content.surveys import survey
from db.models import Batch, Consent, SurveyAnswer, SurveyBallot, SurveyParticipant, SurveyRound
from db.surveys import ballots, definitions, reading, standing
from db.surveys.drafts import Draft

PNS, PPPK = {"employment_type": "PNS"}, {"employment_type": "PPPK"}


def test_invented_answers_can_be_sent_and_differ() -> None:
    asked = reading.read(survey("minat_2026"))
    chance = Random(7)  # noqa: S311
    for attributes in (PNS, PPPK):
        people = [invented(asked, attributes, ["#1", "#2", "#3"], chance) for _ in range(40)]
        for answers in people:
            assert standing.complete(asked, attributes, Draft(answers, at=None))
            assert answers == standing.submission(asked, attributes, Draft(answers, at=None))
        assert {code for answers in people for code in answers} >= {"Q4", "Q5", "Q11", "Q14", "Q18", "Q13_C2"}
        assert len({answers["Q1"] for answers in people}) > 2
        assert any("Q9" in answers for answers in people) == (attributes is PNS)


async def test_the_demo_has_a_survey_to_answer_and_one_to_look_at(tmp_path: Path) -> None:
    async with opened_demo(tmp_path, people=200) as (simulator, service):
        async with service.tools.database.reading() as session:
            over, going = await session.scalars(select(SurveyRound).order_by(SurveyRound.id))
            assert (over.state, going.state) == ("closed", "open")
            assert over.people == going.people == 199
            now = service.tools.clock.now()
            assert over.closed_at is not None
            assert going.closes_at is not None
            assert going.next_reminder_at is not None
            assert over.closed_at < now < going.next_reminder_at < going.closes_at
            assert set(await session.scalars(select(Batch.state))) == {"finished"}
            for one in (over, going):
                definition = await definitions.of_version(session, one.version_id)
                mine = SurveyParticipant.round_id == one.id, SurveyParticipant.state == "finished"
                finished = await session.scalar(select(func.count()).select_from(SurveyParticipant).where(*mine))
                ids = list(await session.scalars(select(SurveyBallot.id).where(SurveyBallot.round_id == one.id)))
                assert len(ids) == finished
                assert len(ids) > 5
                answers = await ballots.answers_of(session, ids[0])
                assert standing.complete(definition, PNS, Draft(answers, at=None))
            assert (await session.scalar(select(func.count()).select_from(SurveyAnswer)) or 0) > 1_000
            assert (await session.scalar(select(func.count()).select_from(Consent)) or 0) > 100
        number = next(number for number, one in simulator.world.accounts.items() if one.name == "Ratna Contoh")
        ratna = simulator.as_person(number)
        await ratna.says("/kelola_survei")
        screen = await ratna.sees("Sedang berjalan: 1.", new=True)
        assert screen.labels[2:4] == [
            "Berjalan: Survei minat dan preferensi 2026",
            "Selesai: Survei minat dan preferensi 2025",
        ]
