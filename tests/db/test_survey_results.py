"""Results over the database: counted as Python counts, published once as they were, raw rows for the few."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from content.charts.fillers import FILLERS
from db.engine import Database
from db.errors import NotFound, StaleButton
from db.models import SurveyBallot, SurveyLook, SurveyParticipant, SurveyRound
from db.surveys import ballots, branches, definitions, publications, raw, tally
from db.surveys.definition import Secrecy
from db.surveys.disclosure import Tables
from db.surveys.rounds import RoundChanged
from tests.city import MORNING
from tests.survey_answers import answered, answers_of, staff
from tests.surveying import defined, question, several, single


async def test_the_database_counts_as_python_does(database: Database) -> None:
    async with database.transaction() as session:
        people = await staff(session)
        one = await answered(session, people)
        other = await answered(session, people, secrecy=Secrecy.NAMED)
        uncounted = await session.scalar(select(SurveyBallot).where(SurveyBallot.round_id == one.id).limit(1))
        assert uncounted is not None
        uncounted.counted = False
        mine = await session.get(SurveyParticipant, uncounted.participant_id)
        assert mine is not None
        left_out = mine.id
    async with database.reading() as session:
        definition = await definitions.of_version(session, one.version_id)
        everybody = list(await session.scalars(
            select(SurveyParticipant.id).where(SurveyParticipant.round_id == one.id).order_by(SurveyParticipant.id)
        ))  # fmt: skip
        given = [answers_of(number) for number, person in enumerate(everybody) if person != left_out]
        found = await tally.tally(session, one.id, definition)
        assert await tally.ballots_of(session, other.id) == 37
    assert found["Q1"].people == found["Q1"].answered == 36
    assert found["Q1"].chosen == Counter(answer["Q1"] for answer in given)
    assert found["Q2"].chosen == Counter(pick for answer in given for pick in answer["Q2"])  # type: ignore[union-attr]
    assert found["Q3"].places["ADM"] == [sum(answer["Q3"] == ("ADM", "DATA") for answer in given), 0, 0]
    numbers = sorted(float(answer["Q5"]) for answer in given)  # type: ignore[arg-type]
    assert found["Q5"].mean == pytest.approx(sum(numbers) / 36)
    assert found["Q5"].median == (numbers[17] + numbers[18]) / 2


async def test_live_totals_are_held_back_and_of_an_anonymous_round_there_are_none(database: Database) -> None:
    assert [tally.held_back(many) for many in (4, 14, 15, 24, 25, 44, 45, 12_000)] == [0, 0, 10, 10, 20, 20, 40, 10240]
    async with database.transaction() as session:
        people = await staff(session)
        one = await answered(session, people, state="open")
        hidden = await answered(session, people, secrecy=Secrecy.ANONYMOUS, state="open")
    async with database.transaction() as session:
        assert (await publications.results(session, one.id)).tables == Tables(0, (), ())
        for round_id in (one.id, hidden.id):
            await publications.results(session, round_id, anew=True)
    async with database.reading() as session:
        found = await publications.results(session, one.id)
        assert found.tables is not None
        assert (found.tables.people, found.tables.layouts, found.published) == (20, (), False)
        assert {table.hidden for table in found.tables.questions if table.question in ("Q6", "Q8", "Q9")} == {"later"}
        assert (await publications.results(session, hidden.id)).tables is None
        with pytest.raises(NotFound):
            await publications.results(session, 0)


async def test_between_two_steps_nobody_can_be_told_by_looking_twice(database: Database) -> None:
    async with database.transaction() as session:
        one = await answered(session, await staff(session), state="open")
        before = (await publications.results(session, one.id, anew=True)).tables
    mine = select(SurveyBallot).where(SurveyBallot.round_id == one.id).order_by(SurveyBallot.sent_at)
    async with database.transaction() as session:
        first, second, *_, last = await session.scalars(mine)
        first.sent_at = MORNING + timedelta(days=1)  # answers anew, so another is among the first twenty
        second.counted = False  # deletes
        last.sent_at = MORNING - timedelta(days=1)  # came before, and is confirmed now
        await publications.results(session, one.id, anew=True)
    async with database.reading() as session:
        assert (await publications.results(session, one.id)).tables == before


async def test_of_two_looks_at_once_the_first_stands(database: Database) -> None:
    async with database.transaction() as session:
        one = await answered(session, await staff(session), state="open")
    async with database.transaction() as session:
        session.add(SurveyLook(round_id=one.id, ballots=40, tables=Tables(40, (), ()).plain()))
    async with database.transaction() as session:
        assert (await publications.results(session, one.id, anew=True)).tables == Tables(40, (), ())


async def test_what_is_published_stands_whatever_becomes_of_the_answers(database: Database) -> None:
    async with database.transaction() as session:
        one = await answered(session, await staff(session), cuts=("agency", "employment_type"))
    async with database.reading() as session:
        prepared = await publications.prepare(session, one, FILLERS)
    assert prepared.ballots == prepared.tables.people == 37
    assert dict(prepared.tables.words["Q6"]) == {"pelatihan": 18, "komputer": 18, "jarak": 19,
                                                 "rumah": 19, "jauh": 19, "sekali": 19}  # fmt: skip
    async with database.transaction() as session:
        held = await session.get(SurveyRound, one.id)
        assert held is not None
        published = await publications.publish(session, held, prepared, held.author_id, MORNING)
    async with database.transaction() as session:
        first = await session.scalar(select(SurveyParticipant.id).where(SurveyParticipant.round_id == one.id).limit(1))
        assert first is not None
        await ballots.remove(session, first)
        again = await publications.prepare(session, one, FILLERS)
        assert again.ballots == 36
        kept = await publications.publish(session, one, again, one.author_id, MORNING)
        assert kept == published == prepared.tables
        assert [listed.id for listed, _ in await publications.open_to_look(session)] == [one.id]


async def test_nothing_is_published_that_has_changed_or_is_not_closed(database: Database) -> None:
    async with database.transaction() as session:
        people = await staff(session)
        one, running = await answered(session, people), await answered(session, people, state="open")
        prepared = await publications.prepare(session, one, FILLERS)
        first = await session.scalar(select(SurveyParticipant.id).where(SurveyParticipant.round_id == one.id).limit(1))
        assert first is not None
        await ballots.remove(session, first)
        with pytest.raises(RoundChanged):
            await publications.publish(session, one, prepared, one.author_id, MORNING)
        with pytest.raises(StaleButton):
            await publications.publish(session, running, prepared, one.author_id, MORNING)


@pytest.mark.parametrize(
    ("secrecy", "rows", "texts"),
    [("named", {"officer"}, {"officer"}), ("confidential", {"analyst"}, {"analyst", "counsellor"}),
     ("anonymous", set(), {"analyst", "counsellor"})],
)  # fmt: skip
def test_who_may_read_answers_one_by_one(secrecy: str, rows: set[str], texts: set[str]) -> None:
    known = ("admin", "officer", "analyst", "counsellor", "unit_operator", "leader")
    assert {role for role in known if raw.may_read_rows(secrecy, frozenset({role}))} == rows
    assert {role for role in known if raw.may_read_texts(secrecy, frozenset({role}))} == texts


async def test_rows_are_named_or_under_pseudonyms_and_never_hold_words_or_special_data(database: Database) -> None:
    async with database.transaction() as session:
        people = await staff(session)
        named = await answered(session, people, secrecy=Secrecy.NAMED)
        covered = await answered(session, people)
        definition = await definitions.of_version(session, named.version_id)
        by_name = await raw.rows(session, named, definition)
        by_pseudonym = await raw.rows(session, covered, definition)
        texts, special = await raw.texts(session, covered, definition), await raw.special(session, covered, definition)
        again = await raw.rows(session, covered, definition)
    assert [row.who for row in by_name] == sorted((one.full_name, "Bidang Pelayanan") for one in people)
    assert len({row.who for row in by_pseudonym}) == 37
    assert {row.who for row in by_pseudonym} == {row.who for row in again}
    assert not {name for row in by_pseudonym for name in row.who} & {one.full_name for one in people}
    for row in (*by_name, *by_pseudonym):
        assert row.answers.keys() & {"Q6", "Q7", "Q8"} == set()  # Q7 is the consent to Q8: it tells of it
        assert row.answers["Q3"] in ("ADM DATA", "DATA KEU")
    assert Counter(texts["Q6"]) == {"Mohon pelatihan komputer": 18, "=Jarak rumah jauh sekali": 19}
    assert {line.codes: line.counts for line in special[0].lines} == {
        ("MERAWAT",): (9,), ("BALITA",): (9,), ("",): (19,),
    }  # fmt: skip


def test_a_consent_guards_what_hangs_on_it_even_by_way_of_other_questions() -> None:
    given = {"question": "DUA", "is": "SETUJU"}
    definition = defined(
        question("Q0", "consent", required=True),
        question("SATU", "consent", purpose="special_data"),
        question("DUA", "consent", purpose="special_data"),
        question("TIGA", "consent", purpose="contact"),
        single("Q1", show_if={"question": "SATU", "is": "SETUJU"}),
        several("Q2", special=True, show_if={"any": [{"question": "Q1", "is": "A"}, given]}),
        question("Q3", "short_text", show_if={"question": "TIGA", "is": "SETUJU"}),
        question("Q4", "page"),
    )
    assert branches.guarding(definition) == {"SATU", "DUA"}
    assert raw.asked_of_each(definition) == ["Q0", "TIGA", "Q1"]
