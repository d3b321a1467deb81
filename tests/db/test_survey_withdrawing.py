"""A consent taken back while answering ends what stands under it at once, sent or not, and a restore ends it again."""

from typing import Any

from sqlalchemy import delete, select

from db import endings, people
from db.endings import Ending
from db.engine import Database
from db.models import AuditEntry, Consent, SurveyBallot, SurveyDraft, SurveyParticipant, SurveyRound
from db.surveys import answering, ballots, own, withdrawing
from db.surveys.definition import Secrecy
from db.surveys.drafts import Choose, Draft, Edit
from db.surveys.sealing import draft_seal
from tests import factories
from tests.db.test_survey_own import CHAT, LATER
from tests.sending import TUESDAY
from tests.survey_answering import answers
from tests.survey_rounds import opened
from tests.surveying import question, several, single, survey

SURVEY = survey(
    question("Q0", "consent", required=True),
    single("Q1"),
    question("IZIN", "consent", purpose="special_data"),
    several("Q14", special=True, show_if={"question": "IZIN", "is": "SETUJU"}),
)
GIVEN = {"Q0": "setuju", "Q1": "1", "IZIN": "setuju", "Q14": "1"}


async def sent(database: Database, secrecy: Secrecy) -> int:
    """Let somebody answer a round and send it."""
    async with database.transaction() as session:
        who = await factories.employee(session, at=TUESDAY)
        await factories.link(session, who, CHAT, at=TUESDAY)
        round_ = await opened(session, SURVEY, [who], at=TUESDAY, author=who, secrecy=secrecy)
    await answers(database, CHAT, round_.id, GIVEN, now=TUESDAY)
    return round_.id


async def refuses(database: Database, round_id: int, code: str) -> None:
    """Go from the review to a consent and refuse it; nothing is sent."""
    for event in (Edit(code), Choose(code, "TIDAK")):
        async with database.transaction() as session:
            here = await answering.stand(session, round_id, await people.identify(session, CHAT, LATER), LATER)
            after = await answering.move(session, here, event, LATER)
            assert isinstance(after, Draft)
            still = answering.still_sent(here, after)
    async with database.transaction() as session:
        here = await answering.stand(session, round_id, await people.identify(session, CHAT, LATER), LATER)
        assert here.sent == still


async def kept(database: Database, round_id: int) -> tuple[Any, Any]:
    """Give what the ballot and the sent copy beside the draft hold."""
    async with database.reading() as session:
        ballot = await session.scalar(select(SurveyBallot).where(SurveyBallot.round_id == round_id))
        draft = await session.scalar(select(SurveyDraft).where(SurveyDraft.round_id == round_id))
        round_ = await session.get_one(SurveyRound, round_id)
        beside = draft and draft.sent_sealed and draft_seal(session, round_).open(draft.sent_sealed)
        return ballot and await ballots.answers_of(session, ballot.id), beside


async def ended(database: Database) -> list[str]:
    async with database.reading() as session:
        rows = await session.scalars(select(AuditEntry.details).where(AuditEntry.act == withdrawing.DELETED))
        return [str(row["part"]) for row in rows]


async def test_a_consent_inside_taken_back_in_the_survey_ends_special_answers_at_once(database: Database) -> None:
    left = {"Q0": "SETUJU", "Q1": "A", "IZIN": "TIDAK"}
    named = await sent(database, Secrecy.CONFIDENTIAL)
    assert "Q14" in (await kept(database, named))[0]
    await refuses(database, named, "IZIN")
    assert await kept(database, named) == (left, left)
    assert await ended(database) == ["IZIN"]
    async with database.reading() as session:
        ballot = await session.scalar(select(SurveyBallot))
        assert ballot is not None
        assert (ballot.sent_at, ballot.counted, ballot.via) == (TUESDAY, True, "chat")
        open_ = await session.scalars(select(Consent.purpose).where(Consent.withdrawn_at.is_(None)))
        assert list(open_) == ["survey:COBA"]
        who = await session.scalar(select(SurveyParticipant.state))
    assert who == "finished"


async def test_of_an_anonymous_round_the_copy_beside_the_draft_is_cut_and_the_audit_names_no_part(
    database: Database,
) -> None:
    round_id = await sent(database, Secrecy.ANONYMOUS)
    await refuses(database, round_id, "IZIN")
    assert await kept(database, round_id) == (None, {"Q0": "SETUJU", "Q1": "A", "IZIN": "TIDAK"})
    assert await ended(database) == ["all"]


async def test_who_refuses_to_answer_at_all_is_ended_again_after_a_restore(database: Database) -> None:
    round_id = await sent(database, Secrecy.CONFIDENTIAL)
    await refuses(database, round_id, "Q0")
    assert await kept(database, round_id) == (None, None)
    assert await ended(database) == ["all"]
    async with database.reading() as session:
        told = await endings.since(session, LATER)
        participant = await session.scalar(select(SurveyParticipant.id))
    assert [one for one in told if one.kind == endings.ANSWERS] == [
        Ending(endings.ANSWERS, participant or 0, LATER, "all")
    ]
    async with database.transaction() as session:
        await session.execute(delete(SurveyDraft))
    await answers(database, CHAT, round_id, GIVEN, now=TUESDAY)  # as a copy of then would bring it back
    async with database.transaction() as session:
        await endings.apply(session, told)
    assert await kept(database, round_id) == (None, None)


async def test_what_was_agreed_to_and_not_sent_can_be_withdrawn_beside_what_was_sent(database: Database) -> None:
    round_id = await sent(database, Secrecy.CONFIDENTIAL)
    await refuses(database, round_id, "IZIN")
    async with database.transaction() as session:
        person = await people.identify(session, CHAT, LATER)
        here = await answering.stand(session, round_id, person, LATER)
        edited = await answering.move(session, here, Edit("IZIN"), LATER)
        assert isinstance(edited, Draft)
    async with database.transaction() as session:
        here = await answering.stand(session, round_id, person, LATER)
        await answering.move(session, here, Choose("IZIN", "SETUJU"), LATER)
        mine = await own.one(session, person, round_id)
        assert [one.code for one in mine.inner] == ["IZIN"]
        await own.withdraw_inner(session, mine, "IZIN", LATER)
    async with database.transaction() as session:
        assert not (await own.one(session, person, round_id)).inner
