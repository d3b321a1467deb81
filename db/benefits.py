"""Benefits: how often a topic was called clear or left a question, by day; never by whom."""

from datetime import date
from typing import Literal

from db.engine import Session, dialect_of, inserting
from db.models import BenefitTap

Answer = Literal["clear", "question"]


async def count(session: Session, topic: str, answer: Answer, on_date: date) -> None:
    """Count one tap."""
    insert = inserting(dialect_of(session))
    row = insert(BenefitTap).values(topic=topic, answer=answer, on_date=on_date, taps=1)
    again = row.on_conflict_do_update(index_elements=["topic", "answer", "on_date"], set_={"taps": BenefitTap.taps + 1})
    await session.execute(again)
