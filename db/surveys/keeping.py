"""The keys of open anonymous rounds: which are missing, and what can be done about it."""

from sqlalchemy import Select, delete, exists, select, update

from db.engine import Database, Session, keys_of
from db.keys import SealBroken
from db.models import SurveyDraft, SurveyParticipant, SurveyRound
from db.round_keys import RoundKeyMissing
from db.surveys.definition import Secrecy
from db.surveys.sealing import draft_seal

_OPEN = (SurveyRound.secrecy == Secrecy.ANONYMOUS, SurveyRound.state == "open")
_DRAFTED = exists().where(SurveyDraft.round_id == SurveyRound.id)


async def mend(database: Database) -> int:
    """Make the missing keys of open rounds in which nobody has answered anything, as after a restored copy."""
    unused = select(SurveyRound.id).where(*_OPEN, ~_DRAFTED).order_by(SurveyRound.id)
    async with database.reading() as session:
        if not await _keyless(session, unused):
            return 0
    async with database.transaction() as session:  # the rounds are held: nobody answers, nobody else makes a key
        lacking = await _keyless(session, unused.with_for_update())
        for round_id in lacking:
            database.keys.rounds.make(round_id)
    return len(lacking)


async def missing(session: Session) -> list[int]:
    """List the rounds, open or closing, whose key is missing or another than that of the answers kept there."""
    going = SurveyRound.secrecy == Secrecy.ANONYMOUS, SurveyRound.state.in_(("open", "closing"))
    rounds = (await session.scalars(select(SurveyRound).where(*going, _DRAFTED).order_by(SurveyRound.id))).all()
    return [round_.id for round_ in rounds if not await _opens(session, round_)]


async def is_waited_for(session: Session, round_: SurveyRound) -> bool:
    """Tell whether a round that is closing waits for its key: answers were sent, and none there opens them."""
    if round_.secrecy != Secrecy.ANONYMOUS or round_.state != "closing":
        return False
    sent = select(SurveyDraft.sent_sealed).where(
        SurveyDraft.round_id == round_.id, SurveyDraft.sent_sealed.is_not(None)
    )
    sealed = await session.scalar(sent.limit(1))
    return sealed is not None and not _fits(session, round_, sealed)


async def _keyless(session: Session, rounds: Select[int]) -> list[int]:
    return [one for one in await session.scalars(rounds) if not _known(session, one)]


def _known(session: Session, round_id: int) -> bool:
    try:
        keys_of(session).rounds.get(round_id)
    except RoundKeyMissing:
        return False
    return True


async def begin_anew(session: Session) -> int:
    """Drop drafts that no key opens any more, and let these people answer anew; give in how many rounds.

    For a restored copy alone: there the key was destroyed when the round was closed, after the copy was made.
    """
    rounds = (await session.scalars(select(SurveyRound).where(*_OPEN, _DRAFTED))).all()
    lost = [round_.id for round_ in rounds if not await _opens(session, round_)]
    await session.execute(delete(SurveyDraft).where(SurveyDraft.round_id.in_(lost)))
    await session.execute(
        update(SurveyParticipant)
        .where(SurveyParticipant.round_id.in_(lost), SurveyParticipant.state != "invited")
        .values(state="invited", link_generation=None)
        .execution_options(synchronize_session=False)
    )
    return len(lost)


async def _opens(session: Session, round_: SurveyRound) -> bool:
    """Tell whether a round's key opens its drafts: one is asked, all have the same."""
    sealed = await session.scalar(select(SurveyDraft.draft_sealed).where(SurveyDraft.round_id == round_.id).limit(1))
    assert sealed is not None
    return _fits(session, round_, sealed)


def _fits(session: Session, round_: SurveyRound, sealed: bytes) -> bool:
    try:
        draft_seal(session, round_).open(sealed)
    except (RoundKeyMissing, SealBroken):
        return False
    return True
