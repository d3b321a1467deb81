"""Results before publication: counted when ten, twenty, forty, … have answered, and shown as they were then.

Counted anew at each look, they would change with a single person who answers again, deletes, or whose link is
confirmed: two looks, one before and one after, would tell that person's answers.
"""

from sqlalchemy import select

from db.engine import Session, dialect_of, inserting
from db.models import SurveyLook, SurveyRound
from db.surveys import tally
from db.surveys.definition import Definition
from db.surveys.disclosure import Tables, tables_of


async def of_round(session: Session, round_id: int) -> Tables:
    """Give the totals that may be seen of a round now; empty until there are any."""
    kept = await session.scalar(select(SurveyLook.tables).where(SurveyLook.round_id == round_id))
    return tables_of(kept) if kept is not None else Tables(0, (), ())


async def renew(session: Session, round_: SurveyRound, definition: Definition) -> None:
    """Count and keep the totals where a step was reached that was not counted yet."""
    shown = tally.held_back(await tally.ballots_of(session, round_.id))
    known = await session.scalar(select(SurveyLook.ballots).where(SurveyLook.round_id == round_.id)) or 0
    if shown <= known:
        return
    tables = await tally.live(session, round_, definition, shown)
    insert = inserting(dialect_of(session))
    kept = insert(SurveyLook).values(round_id=round_.id, ballots=shown, tables=tables.plain())
    new = {"ballots": kept.excluded.ballots, "tables": kept.excluded.tables}
    # Two may look at once: what the first of them counted stands.
    earlier = SurveyLook.ballots < kept.excluded.ballots
    await session.execute(kept.on_conflict_do_update(index_elements=["round_id"], set_=new, where=earlier))
