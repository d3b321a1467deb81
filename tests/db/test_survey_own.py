"""What people deleted of their answers stays deleted after a restore, as the journal outside the database tells."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot import journal
from db import endings, people
from db.endings import Ending
from db.engine import Database
from db.models import Consent, Employee, SurveyBallot, SurveyDraft, SurveyParticipant
from db.surveys import own
from db.surveys.definition import Secrecy
from tests import factories
from tests.sending import TUESDAY
from tests.survey_answering import answers
from tests.survey_rounds import opened
from tests.surveying import question, several, survey

CHAT = 700
LATER = TUESDAY + timedelta(minutes=5)
SURVEY = survey(
    question("Q0", "consent", required=True),
    question("IZIN", "consent", purpose="special_data"),
    several("Q14", special=True, show_if={"question": "IZIN", "is": "SETUJU"}),
)
GIVEN = {"Q0": "setuju", "IZIN": "setuju", "Q14": "1"}


async def asked(database: Database) -> tuple[Employee, int]:
    async with database.transaction() as session:
        who = await factories.employee(session, at=TUESDAY)
        await factories.link(session, who, CHAT, at=TUESDAY)
        return who, (await opened(session, SURVEY, [who], at=TUESDAY, author=who)).id


async def ends(database: Database, round_id: int, now: datetime, code: str | None = None) -> None:
    async with database.transaction() as session:
        mine = await own.one(session, await people.identify(session, CHAT, now), round_id)
        if code is None:
            await own.end(session, mine, now)
        else:
            await own.withdraw_inner(session, mine, code, now)


async def kept(database: Database, round_id: int) -> set[str]:
    async with database.transaction() as session:
        found = await own.listed(session, await people.identify(session, CHAT, TUESDAY))
        return {code for one in found if one.round.id == round_id for code in one.answers}


async def again(database: Database, ended: list[Ending]) -> int:
    async with database.transaction() as session:
        return await endings.apply(session, ended)


async def test_the_journal_ends_answers_again_but_not_those_sent_since(database: Database, tmp_path: Path) -> None:
    who, round_id = await asked(database)
    await answers(database, CHAT, round_id, GIVEN, now=TUESDAY)
    await ends(database, round_id, TUESDAY, "IZIN")
    await ends(database, round_id, LATER)
    assert await journal.keep(database, tmp_path / "journal") == 4  # two consents and two deletions
    told = [one for one in journal.read(tmp_path / "journal") if one.kind == endings.ANSWERS]
    async with database.reading() as session:
        participant = await session.scalar(select(SurveyParticipant.id))
    assert [(one.id, one.at, one.reason) for one in told] == [
        (participant, TUESDAY, "IZIN"),
        (participant, LATER, "all"),
    ]

    await answers(database, CHAT, round_id, GIVEN, now=TUESDAY)  # as a copy of then would bring it back
    assert await again(database, told[:1]) == 1
    assert await kept(database, round_id) == {"Q0", "IZIN"}
    assert await again(database, told[:1]) == 0
    assert await again(database, told) == 1
    assert await kept(database, round_id) == set()
    async with database.reading() as session:
        assert [await session.scalar(select(table)) for table in (SurveyBallot, SurveyDraft)] == [None, None]
        mine = await session.get(SurveyParticipant, participant)
        assert mine is not None
        assert (mine.state, mine.quiet) == ("declined", True)

    await answers(database, CHAT, round_id, GIVEN, now=LATER + timedelta(minutes=1))
    assert await again(database, told) == 0
    assert await kept(database, round_id) == {"Q0", "IZIN", "Q14"}
    assert await again(database, [Ending(endings.ANSWERS, who.id + 999, LATER, "all")]) == 0


async def test_a_consent_stands_while_answers_to_another_round_rest_on_it(database: Database) -> None:
    who, first = await asked(database)
    async with database.transaction() as session:
        second = (await opened(session, SURVEY, [who], at=TUESDAY, author=who)).id
    for round_id in (first, second):
        await answers(database, CHAT, round_id, GIVEN, now=TUESDAY)
    await ends(database, first, LATER, "IZIN")
    await ends(database, first, LATER)
    assert (await kept(database, first), await kept(database, second)) == (set(), {"Q0", "IZIN", "Q14"})
    async with database.reading() as session:
        still = select(Consent.purpose).where(Consent.withdrawn_at.is_(None))
        assert set(await session.scalars(still)) == {"survey:COBA", "survey:COBA:special_data"}
    await ends(database, second, LATER)
    async with database.reading() as session:
        assert set(await session.scalars(still)) == set()


async def test_answers_whose_key_is_lost_keep_nobody_from_the_others_and_can_be_deleted(database: Database) -> None:
    who, named = await asked(database)
    async with database.transaction() as session:
        secret = (await opened(session, SURVEY, [who], at=TUESDAY, author=who, secrecy=Secrecy.ANONYMOUS)).id
    for round_id in (named, secret):
        await answers(database, CHAT, round_id, GIVEN, now=TUESDAY)
    for spoil in (database.keys.rounds.destroy, database.keys.rounds.make):  # lost, or another in its place
        spoil(secret)
        async with database.transaction() as session:
            found = await own.listed(session, await people.identify(session, CHAT, TUESDAY))
            assert [(one.round.id, one.locked, len(one.answers)) for one in found] == [
                (secret, True, 0), (named, False, 3),
            ]  # fmt: skip
    await ends(database, secret, LATER)
    assert await kept(database, named) == {"Q0", "IZIN", "Q14"}
    async with database.reading() as session:
        assert list(await session.scalars(select(SurveyDraft.round_id))) == [named]
