"""One's own answers: which there are, in what state, and their end: all of a round's, or those under one consent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from db.engine import Session
from db.errors import DomainError, NotFound, StaleButton
from db.keys import SealBroken
from db.models import AuditEntry, SurveyBallot, SurveyDraft, SurveyParticipant, SurveyRound, SurveyVersion
from db.people import Person
from db.round_keys import RoundKeyMissing
from db.surveys import ballots, consents, definitions, origins, reminders, withdrawing
from db.surveys.answering import attributes_of, without_unagreed
from db.surveys.definition import AGREED, NO, Definition, Kind, Question, Secrecy
from db.surveys.drafts import Draft, from_plain
from db.surveys.sealing import draft_seal
from db.surveys.values import Value
from db.surveys.visibility import Attributes, view
from db.surveys.withdrawing import ALL, DELETED


class AnswersNotFindable(DomainError):
    """The round was anonymous and is over: nothing leads from the person to answers any more."""


@dataclass(frozen=True)
class Mine:
    """What is kept of one person's answering in one round."""

    round: SurveyRound
    definition: Definition
    participant: SurveyParticipant
    attributes: Attributes
    draft: Draft | None = None
    sent: dict[str, Value] | None = None
    sent_at: datetime | None = None
    via: str | None = None
    locked: bool = False
    """Something is kept that no key opens: it can be deleted, not shown."""

    @property
    def findable(self) -> bool:
        """Tell whether answers can still be told to be this person's."""
        return self.round.secrecy != Secrecy.ANONYMOUS or self.round.state == "open"

    @property
    def kept(self) -> bool:
        """Tell whether there is anything to show or delete."""
        return self.sent is not None or self.draft is not None or self.locked

    @property
    def answers(self) -> dict[str, Value]:
        """Give what was answered: as sent, else as it stands in the draft."""
        if self.sent is not None:
            return self.sent
        return dict(view(self.definition, self.attributes, self.draft.answers).answers) if self.draft else {}

    @property
    def inner(self) -> list[Question]:
        """List the consents inside the survey that were given: each can be withdrawn alone."""
        kept = [self.sent or {}, self.draft.answers if self.draft else {}]
        return [one for one in withdrawing.inner(self.definition) if any(k.get(one.code) == AGREED for k in kept)]


async def listed(session: Session, person: Person) -> list[Mine]:
    """List the rounds in which a person has answered something, the newest first.

    An account not confirmed yet sees only what came from it.
    """
    rows = await session.execute(_asked(person).order_by(SurveyRound.id.desc()))
    found = [await _mine(session, *row) for row in rows.all() if origins.may_see(row[1], person)]
    return [one for one in found if one.kept or (not one.findable and one.participant.state == "finished")]


async def one(session: Session, person: Person, round_id: int) -> Mine:
    """Give one's own answers in a round, held until the transaction ends; raises `NotFound`."""
    # Whoever closes the round waits: answers are deleted before they become nobody's, or found to be so.
    await session.execute(select(SurveyRound.id).where(SurveyRound.id == round_id).with_for_update(read=True))
    asked = _asked(person).where(SurveyRound.id == round_id).with_for_update(of=SurveyParticipant)
    row = (await session.execute(asked.execution_options(populate_existing=True))).first()
    if row is None or not origins.may_see(row[1], person):
        raise NotFound
    return await _mine(session, *row)


def _asked(person: Person) -> Any:
    return (
        select(SurveyRound, SurveyParticipant)
        .join(SurveyParticipant, SurveyParticipant.round_id == SurveyRound.id)
        .where(
            SurveyParticipant.employee_id == person.employee_id,
            SurveyParticipant.state != "invited",
            SurveyRound.state.in_(("open", "closing", "closed")),
        )
    )


async def _mine(session: Session, round_: SurveyRound, participant: SurveyParticipant) -> Mine:
    definition = await definitions.of_version(session, round_.version_id)
    found = Mine(round_, definition, participant, attributes_of(participant))
    if not found.findable:
        return found
    kept = await session.get(SurveyDraft, participant.id, populate_existing=True)
    if kept is not None:
        found = _opened(session, found, kept)
    ballot = await session.scalar(select(SurveyBallot).where(SurveyBallot.participant_id == participant.id))
    if ballot is None:
        return found
    answers = await ballots.answers_of(session, ballot.id)
    return replace(found, sent=answers, sent_at=ballot.sent_at, via=ballot.via)


def _opened(session: Session, found: Mine, kept: SurveyDraft) -> Mine:
    try:
        seal = draft_seal(session, found.round)
        sent = _values(seal.open(kept.sent_sealed)) if kept.sent_sealed else None
        return replace(found, draft=from_plain(seal.open(kept.draft_sealed)), sent=sent)
    except (RoundKeyMissing, SealBroken):  # the others are still to be seen, and this one to be deleted
        return replace(found, locked=True)


def _values(kept: dict[str, Any]) -> dict[str, Value]:
    return {code: tuple(value) if isinstance(value, list) else value for code, value in kept.items()}


async def end(session: Session, mine: Mine, now: datetime) -> None:
    """Delete a person's answers in a round, sent or not, and withdraw the consents they rest on.

    Raises `AnswersNotFindable`, and `StaleButton` where nothing is left to delete.
    """
    _refuse_unfindable(mine)
    if not mine.kept:
        raise StaleButton
    await _erase(session, mine.participant.id)
    if mine.round.state == "open":
        # Not asked again, but free to answer anew.
        mine.participant.state, mine.participant.quiet = "declined", True
    await reminders.forget(session, mine.round.id, mine.participant.employee_id)
    if not await _answers_elsewhere(session, mine):
        asked = [question for question in mine.definition.questions if question.kind is Kind.CONSENT]
        for purpose in {consents.purpose_of(mine.definition, question) for question in asked}:
            await consents.withdraw(session, mine.participant.employee_id, purpose, now)
    await withdrawing.note(session, mine.round, mine.participant, ALL, now)


async def _erase(session: Session, participant_id: int) -> bool:
    gone = await ballots.remove(session, participant_id)
    draft = await session.execute(
        delete(SurveyDraft).where(SurveyDraft.participant_id == participant_id).returning(SurveyDraft.participant_id)
    )
    return draft.first() is not None or gone


async def _answers_elsewhere(session: Session, mine: Mine) -> bool:
    """Tell whether the person's answers to another round of the same survey rest on the same consents."""
    others = (
        select(SurveyParticipant.id)
        .join(SurveyRound, SurveyRound.id == SurveyParticipant.round_id)
        .join(SurveyVersion, SurveyVersion.id == SurveyRound.version_id)
        .outerjoin(SurveyBallot, SurveyBallot.participant_id == SurveyParticipant.id)
        .outerjoin(SurveyDraft, SurveyDraft.participant_id == SurveyParticipant.id)
        .where(
            SurveyVersion.code == mine.definition.code,
            SurveyParticipant.employee_id == mine.participant.employee_id,
            SurveyParticipant.id != mine.participant.id,
            SurveyBallot.id.is_not(None) | SurveyDraft.participant_id.is_not(None),
        )
        .limit(1)
    )
    return await session.scalar(others) is not None


async def withdraw_inner(session: Session, mine: Mine, code: str, now: datetime) -> None:
    """Withdraw a consent inside a survey: what stands under it is deleted, the other answers stay.

    Raises `AnswersNotFindable`, and `StaleButton` where this consent is not given.
    """
    _refuse_unfindable(mine)
    question = next((one for one in mine.inner if one.code == code), None)
    if question is None:
        raise StaleButton
    await _cut(session, mine, code)
    if not await _answers_elsewhere(session, mine):
        purpose = consents.purpose_of(mine.definition, question)
        await consents.withdraw(session, mine.participant.employee_id, purpose, now)
    await withdrawing.note(session, mine.round, mine.participant, code, now)


async def _cut(session: Session, mine: Mine, code: str) -> None:
    """Turn one consent into a no, in the draft, in what was sent, and in the ballot."""
    kept = await session.get(SurveyDraft, mine.participant.id)
    about = mine.definition, mine.attributes
    sent = withdrawing.refused(*about, mine.sent, [code]) if mine.sent is not None else None
    if kept is not None and mine.draft is not None:
        seal = draft_seal(session, mine.round)
        kept.draft_sealed = seal.close(_draft_without(mine, mine.draft, code).plain())
        kept.sent_sealed = seal.close(sent) if sent is not None and kept.sent_sealed else None
    if sent is not None:
        await withdrawing.rewrite(session, mine.round, mine.participant, sent)


def _draft_without(mine: Mine, draft: Draft, code: str) -> Draft:
    gone = withdrawing.resting(mine.definition, mine.attributes, draft.answers, code)
    left = {asked: value for asked, value in draft.answers.items() if asked not in gone}
    return without_unagreed(mine.definition, mine.attributes, replace(draft, answers={**left, code: NO}))


def _refuse_unfindable(mine: Mine) -> None:
    if not mine.findable:
        raise AnswersNotFindable


async def ended_since(session: Session, moment: datetime) -> Sequence[tuple[int, datetime, str]]:
    """List what was ended at or after a moment: the participant, when, and which part."""
    rows = await session.execute(
        select(AuditEntry.subject_id, AuditEntry.at, AuditEntry.details).where(
            AuditEntry.act == DELETED, AuditEntry.at >= moment
        )
    )
    return [(row.subject_id, row.at, str(row.details["part"])) for row in rows]


async def end_again(session: Session, participant_id: int, at: datetime, part: str) -> bool:
    """End after a restore what was ended at a moment; tell whether anything was there.

    What was sent again after that moment stays.
    """
    participant = await session.get(SurveyParticipant, participant_id)
    if participant is None:
        return False
    later = select(SurveyBallot.id).where(SurveyBallot.participant_id == participant_id, SurveyBallot.sent_at > at)
    if await session.scalar(later) is not None:
        return False
    round_ = await session.get(SurveyRound, participant.round_id)
    assert round_ is not None
    if part == ALL:
        if round_.state == "open":
            participant.state, participant.quiet = "declined", True
        return await _erase(session, participant_id)
    mine = await _mine(session, round_, participant)
    if part not in {question.code for question in mine.inner}:
        return False
    await _cut(session, mine, part)
    return True
