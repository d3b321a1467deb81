"""Answering: where somebody stands in a round, what an event changes, and the sending; all of it in rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from db.engine import Session, directly
from db.errors import DomainError, StaleButton
from db.keys import SealBroken
from db.models import SurveyDraft, SurveyParticipant, SurveyRound, SurveyVersion
from db.models.base import table
from db.people import CONFIRMED, Person
from db.round_keys import RoundKeyMissing
from db.surveys import attributes as known_attributes
from db.surveys import ballots, consents, definitions, marks, navigation, origins, reminders, standing, withdrawing
from db.surveys.asked import OF_THE_PERSON, OF_THE_ROUND, Asked, Participant, Respondent
from db.surveys.definition import Definition, Secrecy
from db.surveys.drafts import Draft, Event, from_plain
from db.surveys.sealing import draft_seal
from db.surveys.values import InvalidAnswer, Value
from db.surveys.visibility import Attributes, view


class NotAsked(DomainError):
    """This survey is not for this person, or has not been opened."""


class SurveyOver(DomainError):
    """The survey has ended; nothing can be answered or changed any more."""


class AnswersLacking(DomainError):
    """Required questions have no answer yet, so that nothing can be sent."""


class AnsweredBefore(DomainError):
    """Answers of this employee are there from another account; a link that is not confirmed may not see them."""


@dataclass(frozen=True)
class Standing:
    """Where one person stands in one round."""

    round: Asked
    definition: Definition
    participant: Respondent
    attributes: Attributes
    person: Person
    draft: Draft
    sent: dict[str, Value] | None = None
    """The answers as last sent; None: nothing yet."""
    begun: bool = False
    """A draft is kept."""
    hidden: bool = False
    """What is there came from another account and may not be shown to one that is not confirmed."""

    @property
    def answering(self) -> tuple[Definition, Attributes, Draft]:
        """What the rules ask for: definition, attributes and draft."""
        return self.definition, self.attributes, self.draft

    @property
    def declined(self) -> bool:
        """Tell whether the consent without which nothing is asked was refused."""
        return view(*self.answering[:2], self.draft.answers).declined is not None

    @property
    def touched(self) -> bool:
        """Tell whether anything was answered or passed over."""
        return bool(self.draft.answers or self.draft.skipped)

    @property
    def changed(self) -> bool:
        """Tell whether the answers are others than those sent."""
        return self.sent is None or standing.submission(*self.answering) != self.sent


_rounds, _participants, _drafts = table(SurveyRound), table(SurveyParticipant), table(SurveyDraft)
_versions = table(SurveyVersion)
_asked = (
    select(
        *(_rounds.c[name] for name in OF_THE_ROUND),
        *(_participants.c[name].label(f"my_{name}") for name in OF_THE_PERSON),
        _drafts.c.draft_sealed,
        _drafts.c.sent_sealed,
        _versions.c.fingerprint,
    )
    .join(_participants, _participants.c.round_id == _rounds.c.id)
    .join(_versions, _versions.c.id == _rounds.c.version_id)
    .outerjoin(_drafts, _drafts.c.participant_id == _participants.c.id)
    .where(_participants.c.employee_id == bindparam("of_employee"))
)
_all_open = _asked.where(_rounds.c.state == "open").order_by(_rounds.c.closes_at, _rounds.c.id)
# Shared: many answer at once, and whoever closes the round waits for them all.
_one_round = _asked.where(_rounds.c.id == bindparam("of_round")).with_for_update(read=True, of=_rounds)
"""Made once: making a statement takes as long as running it, and this one runs with every answer."""


async def open_rounds(session: Session, person: Person, now: datetime) -> list[Standing]:
    """List the rounds that are open for somebody, the one that ends first on top."""
    rows = (await directly(session, _all_open, {"of_employee": person.employee_id})).all()
    return [await _glance(session, person, row) for row in rows if not _over(row, now)]


async def _glance(session: Session, person: Person, row: Any) -> Standing:
    try:
        return await _stand(session, person, row)
    except (RoundKeyMissing, SealBroken):  # whoever opens it is told; the others are to be answered all the same
        return await _stand(session, person, row, without_draft=True)


async def stand(session: Session, round_id: int, person: Person, now: datetime) -> Standing:
    """Tell where somebody stands in an open round, held open until the transaction ends.

    Answers that came from an account which was never confirmed are discarded before another one answers.
    Raises `NotAsked`, `SurveyOver`, `AnsweredBefore`.
    """
    asked = {"of_employee": person.employee_id, "of_round": round_id}
    row = (await directly(session, _one_round, asked)).first()
    if row is None or row.state in ("preparing", "dropped"):
        raise NotAsked
    if row.state != "open" or _over(row, now):
        raise SurveyOver
    if await origins.disown(session, _respondent(row), person):
        row = (await directly(session, _one_round, asked)).one()
    found = await _stand(session, person, row)
    if found.hidden:
        raise AnsweredBefore
    return found


def _respondent(row: Any) -> Respondent:
    return Respondent(*(getattr(row, f"my_{name}") for name in OF_THE_PERSON))


def _over(row: Any, now: datetime) -> bool:
    return row.closes_at is not None and row.closes_at <= now


async def _stand(session: Session, person: Person, row: Any, *, without_draft: bool = False) -> Standing:
    participant = _respondent(row)
    round_ = Asked(row.id, row.version_id, row.state, row.secrecy, row.cuts, row.closes_at)
    definition = await definitions.of_version(session, round_.version_id, row.fingerprint)
    about = attributes_of(participant)
    if row.draft_sealed is not None and not without_draft and origins.may_see(participant, person):
        seal = draft_seal(session, round_)
        draft = navigation.settled(definition, about, from_plain(seal.open(row.draft_sealed)))
        sent = _sent(seal.open(row.sent_sealed)) if row.sent_sealed else None
        return Standing(round_, definition, participant, about, person, draft, sent, begun=True)
    fresh = Standing(round_, definition, participant, about, person, navigation.start(definition, about))
    if not origins.may_see(participant, person):
        return replace(fresh, hidden=True)
    on_paper = await _on_paper(session, participant)
    return replace(fresh, draft=Draft(on_paper, at=None), sent=on_paper) if on_paper else fresh


async def _on_paper(session: Session, participant: Participant) -> dict[str, Value] | None:
    if participant.state != "finished":
        return None
    known = await ballots.of_participant(session, participant.id)
    return await ballots.answers_of(session, known) if known is not None else None


def _sent(kept: Mapping[str, Any]) -> dict[str, Value]:
    return {code: tuple(value) if isinstance(value, list) else value for code, value in kept.items()}


def attributes_of(participant: Participant) -> Attributes:
    """Give what the roster said of somebody when the round was opened, in a survey's words."""
    told = {name: getattr(participant, name) for name in known_attributes.KNOWN}
    return {name: value for name, value in told.items() if value is not None}


async def move(session: Session, here: Standing, event: Event, now: datetime) -> Draft | InvalidAnswer:
    """Apply an event and keep what it changed; give the draft after it, or the refusal, which changes nothing.

    Refusing the consent without which nothing is asked ends everything that was given before: answers, sent or not.
    Taking back a consent inside ends what stands under it. Raises `StaleButton` where a paper form came in between.
    """
    outcome = navigation.apply(*here.answering, event)
    if isinstance(outcome, InvalidAnswer):
        return outcome
    after = without_unagreed(here.definition, here.attributes, outcome)
    if after == here.draft:
        return after
    if not here.begun:
        await _begin(session, here)
    answers = here.draft.answers, after.answers
    await consents.note(
        session, here.definition, here.person.employee_id, answers, secrecy=here.round.secrecy, now=now
    )  # fmt: skip
    declined = view(here.definition, here.attributes, after.answers).declined
    if declined and not here.declined:
        after = Draft({declined: after.answers[declined]}, at=None)
        await _end_all(session, here, declined, now)
    sent = still_sent(here, after)
    if sent is not None and sent is not here.sent:
        await _end_inner(session, here, after, sent, now)
    await marks.mark(session, here.participant, here.person.generation, "declined" if declined else "started")
    await marks.keep(session, here.round, here.participant, after, begun=here.begun, sent=_news(here, sent))
    return after


def still_sent(here: Standing, draft: Draft) -> dict[str, Value] | None:
    """Give what stays of the answers sent once the draft is this: nothing without the consent, else what is agreed."""
    about = here.definition, here.attributes
    if here.sent is None or view(*about, draft.answers).declined:
        return None
    codes = withdrawing.taken_back(here.definition, here.sent, draft.answers)
    return withdrawing.refused(*about, here.sent, codes) if codes else here.sent


async def _end_all(session: Session, here: Standing, declined: str, now: datetime) -> None:
    await ballots.remove(session, here.participant.id)
    await reminders.forget(session, here.round.id, here.person.employee_id)
    if here.sent is not None or set(here.draft.answers) - {declined}:
        await withdrawing.note(session, here.round, here.participant, withdrawing.ALL, now)


async def _end_inner(session: Session, here: Standing, draft: Draft, sent: dict[str, Value], now: datetime) -> None:
    assert here.sent is not None
    await withdrawing.rewrite(session, here.round, here.participant, sent)
    for code in withdrawing.taken_back(here.definition, here.sent, draft.answers):
        await withdrawing.note(session, here.round, here.participant, code, now)


def without_unagreed(definition: Definition, attributes: Attributes, draft: Draft) -> Draft:
    """Give the draft without answers of the special kind whose consent is gone: those are not even kept."""
    shown = view(definition, attributes, draft.answers).codes
    gone = {one.code for one in definition.questions if one.special and one.code not in shown} & set(draft.answers)
    if not gone:
        return draft
    return replace(draft, answers={code: value for code, value in draft.answers.items() if code not in gone})


async def _begin(session: Session, here: Standing) -> None:
    """Hold who begins; raises `StaleButton` where an operator has entered their paper form in this very moment."""
    mine = select(_participants.c.state).where(_participants.c.id == here.participant.id).with_for_update()
    if (await directly(session, mine)).scalar() != here.participant.state:
        raise StaleButton


def _news(here: Standing, sent: dict[str, Value] | None) -> marks.Sent | None:
    on_paper = not here.begun and here.sent is not None  # kept in a ballot alone: from now on the draft knows it, too
    return marks.Sent(sent) if on_paper or sent is not here.sent else None


async def send(session: Session, here: Standing, now: datetime, via: str = "chat") -> Standing:
    """Send the answers, in place of earlier ones; sending the same again changes nothing. Raises `AnswersLacking`.

    A ballot is written at once, unless the round is anonymous: there the closing makes it. It counts once the link
    under which it came is confirmed.
    """
    if not standing.complete(*here.answering):
        raise AnswersLacking
    answers = standing.submission(*here.answering)
    if here.participant.state == "finished" and here.sent == answers:
        return here
    if here.round.secrecy != Secrecy.ANONYMOUS:
        confirmed = here.person.level >= CONFIRMED
        await ballots.write(
            session, here.round, here.participant, answers, via=via, counted=confirmed, sent_at=now
        )  # fmt: skip
    participant = await marks.mark(session, here.participant, here.person.generation, "finished")
    draft = replace(here.draft, at=None)
    await marks.keep(session, here.round, here.participant, draft, begun=here.begun, sent=_news(here, answers))
    await reminders.forget(session, here.round.id, here.person.employee_id)
    return replace(here, draft=draft, sent=answers, participant=participant, begun=True)
