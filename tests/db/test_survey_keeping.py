"""What is kept of answers: rows of a ballot and back, consents with their text, special data only while agreed."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from db.engine import Database, Session
from db.keys import Keyring
from db.models import Consent, Employee, SurveyAnswer, SurveyBallot, SurveyDraft, SurveyParticipant, SurveyRound
from db.people import HeldRole, Known, Person
from db.surveys import answering, ballots, consents, definitions
from db.surveys.ballots import Kept, Seals
from db.surveys.definition import Definition, Secrecy
from db.surveys.drafts import Choose, Continue, Draft, Edit, Toggle, Typed
from db.surveys.values import InvalidAnswer
from tests import factories, survey_rounds
from tests.surveying import defined, question, several, single, survey

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
KEYS = Keyring(b"s" * 32)
SEALS = Seals(KEYS.seal(ballots.PURPOSE), KEYS.seal(ballots.SPECIAL))
MIXED = defined(
    question("C", "consent", purpose="special_data"),
    several("S", "A", "B", "C", special=True, show_if={"question": "C", "is": "SETUJU"}),
    {**several("R", "A", "B", "C"), "kind": "ranked"},
    question("P", "scale"),
    question("N", "number"),
    question("D", "date"),
    question("T", "long_text"),
    question("U", "unit", max=3),
)
GIVEN: dict[str, Any] = {
    "C": "SETUJU", "S": ("B", "C"), "R": ("C", "A"), "P": 4, "N": 12.5, "D": "2026-11-24", "T": "apa adanya",
    "U": ("#12", "#3"),
}  # fmt: skip


def test_answers_become_rows_and_come_back_the_same() -> None:
    rows = list(ballots.rows_of(MIXED, GIVEN, SEALS))
    assert ballots.values_of(MIXED, rows[::-1], SEALS) == GIVEN
    clear = {row.question: (row.value, row.number) for row in rows if row.sealed is None}
    assert clear["P"] == ("4", None)
    assert clear["N"] == (None, 12.5)
    assert [(row.place, row.value) for row in rows if row.question == "R"] == [(0, "C"), (1, "A")]
    assert {row.question for row in rows if row.sealed} == {"S", "T"}
    assert ballots.values_of(MIXED, [Kept("N", 0, None, 3.0, None)], SEALS) == {"N": 3}
    special = next(row for row in rows if row.question == "S")
    assert SEALS.special.open_json(special.sealed or b"") == ["B", "C"]


def test_special_answers_are_not_kept_once_their_consent_is_gone() -> None:
    agreed = Draft(GIVEN, at="R")
    assert answering.without_unagreed(MIXED, {}, agreed) is agreed
    refused = Draft({**GIVEN, "C": "TIDAK"}, at="R")
    assert "S" not in answering.without_unagreed(MIXED, {}, refused).answers
    assert "R" in answering.without_unagreed(MIXED, {}, refused).answers


def test_a_consents_purpose_fits_its_column_and_its_text_has_a_name() -> None:
    long = defined(question("C", "consent", purpose="a" * 40), code="SURVEI_YANG_PANJANG")
    other = defined(question("C", "consent", purpose="a" * 39 + "b"), code="SURVEI_YANG_PANJANG")
    names = [consents.purpose_of(one, one.questions[0]) for one in (long, other)]
    assert len(set(names)) == 2
    assert all(len(name) == consents.LONGEST and name.startswith("survey:SURVEI_YANG") for name in names)
    assert consents.purpose_of(MIXED, MIXED.questions[0]) == "survey:COBA:special_data"
    changed = defined(question("C", "consent", text={"id": "Lain"}))
    assert consents.text_hash(changed.questions[0]) != consents.text_hash(MIXED.questions[0])


async def seated(
    session: Session, definition: Definition | dict[str, Any], *, secrecy: Secrecy = Secrecy.NAMED, level: int = 2
) -> tuple[SurveyRound, Person, Employee]:
    who = await factories.employee(session, at=NOW)
    await factories.link(session, who, 4711, at=NOW, level=level)
    opened = await survey_rounds.opened(session, definition, [who], at=NOW, author=who, secrecy=secrecy)
    return (
        opened,
        Person(4711, employee=Known(who.id, who.full_name), level=level, generation=1, roles=(HeldRole("officer"),)),
        who,
    )


async def moved(session: Session, round_id: int, person: Person, *events: Any) -> Draft:
    draft = Draft()
    for event in events:
        here = await answering.stand(session, round_id, person, NOW)
        outcome = await answering.move(session, here, event, NOW)
        assert isinstance(outcome, Draft), outcome
        draft = outcome
    return draft


async def rows_in(session: Session, table: type) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_sending_writes_one_ballot_and_sending_again_replaces_it(database: Database) -> None:
    async with database.transaction() as session:
        opened, person, who = await seated(session, survey(single("Q1"), several("Q2"), question("Q3", "short_text")))
        await moved(session, opened.id, person, Choose("Q1", "A"), Toggle("Q2", "A", True), Toggle("Q2", "C", True),
                    Continue("Q2"), Typed("kata"))  # fmt: skip
        here = await answering.stand(session, opened.id, person, NOW)
        sent = await answering.send(session, here, NOW)
        first = await ballots.of_participant(session, here.participant.id)
        assert first is not None
        assert await ballots.answers_of(session, first) == {"Q1": "A", "Q2": ("A", "C"), "Q3": "kata"}
        assert not sent.changed
        kept = await session.get_one(SurveyBallot, first)
        assert (kept.agency_id, kept.employment_type, kept.via) == (None, None, "chat")

        again = await answering.send(session, await answering.stand(session, opened.id, person, NOW), NOW)
        assert again.sent == sent.sent
        edit = Edit("Q2")
        await moved(session, opened.id, person, edit, Toggle("Q2", "A", False), Continue("Q2"))
        changed = await answering.stand(session, opened.id, person, NOW)
        assert changed.changed
        await answering.send(session, changed, NOW)
        assert await ballots.of_participant(session, here.participant.id) == first
        assert (await ballots.answers_of(session, first))["Q2"] == ("C",)
        assert await rows_in(session, SurveyAnswer) == 3

        assert await ballots.remove(session, here.participant.id)
        assert not await ballots.remove(session, here.participant.id)
        assert (await rows_in(session, SurveyAnswer), await rows_in(session, SurveyBallot)) == (0, 0)
        assert await ballots.answers_of(session, first) == {}
        assert who.id == here.participant.employee_id


async def test_answers_entered_from_paper_can_be_seen_and_changed_by_their_owner(database: Database) -> None:
    async with database.transaction() as session:
        opened, person, who = await seated(session, survey(single("Q1"), single("Q2")))
        mine = await session.scalar(select(SurveyParticipant).where(SurveyParticipant.employee_id == who.id))
        assert mine is not None
        await ballots.write(session, opened, mine, {"Q1": "B"}, via="paper", counted=True, sent_at=NOW)
        mine.state = "finished"
        await session.flush()
        here = await answering.stand(session, opened.id, person, NOW)
        assert (here.draft, here.sent) == (Draft({"Q1": "B"}), {"Q1": "B"})
        unconfirmed = Person(4711, employee=Known(who.id, who.full_name), level=1, generation=1)
        assert (await answering.open_rounds(session, unconfirmed, NOW))[0].hidden


async def test_an_anonymous_round_keeps_no_inner_consent_and_makes_no_ballot(database: Database) -> None:
    definition = survey(
        question("Q0", "consent", required=True), question("C", "consent", purpose="more"), single("Q1"), minutes=1
    )
    async with database.transaction() as session:
        opened, person, who = await seated(session, definition, secrecy=Secrecy.ANONYMOUS)
        await moved(session, opened.id, person, Choose("Q0", "SETUJU"), Choose("C", "SETUJU"), Choose("Q1", "A"))
        await answering.send(session, await answering.stand(session, opened.id, person, NOW), NOW)
        kept = [row.purpose for row in await session.scalars(select(Consent).where(Consent.employee_id == who.id))]
        assert kept == ["survey:COBA"]
        assert await rows_in(session, SurveyBallot) == 0
        draft = await session.scalar(select(SurveyDraft))
        assert draft is not None
        assert draft.sent_sealed is not None
        assert b"SETUJU" not in draft.sent_sealed


async def test_a_refused_event_changes_no_row(database: Database) -> None:
    async with database.transaction() as session:
        opened, person, _who = await seated(session, survey(several("Q1", max=1)))
        await moved(session, opened.id, person, Toggle("Q1", "A", True))
        here = await answering.stand(session, opened.id, person, NOW)
        assert isinstance(await answering.move(session, here, Toggle("Q1", "B", True), NOW), InvalidAnswer)
        assert (await answering.stand(session, opened.id, person, NOW)).draft == here.draft


async def test_a_definition_is_read_once(database: Database) -> None:
    async with database.transaction() as session:
        version = await survey_rounds.version(session, survey(single("Q1"), code="SEKALI"), at=NOW)
        first = await definitions.of_version(session, version.id)
        assert await definitions.of_version(session, version.id, version.fingerprint) is first
