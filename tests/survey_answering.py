"""Somebody who answers a round without the chat: the same rules, in one step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db import people
from db.engine import Database
from db.surveys import answering, navigation
from db.surveys.drafts import Draft, Typed
from db.surveys.values import InvalidAnswer


async def answers(
    database: Database, chat_id: int, round_id: int, given: Mapping[str, Any], *, now: datetime, send: bool = True
) -> None:
    """Answer the questions shown, each with the words given for it, passing over the others; then send."""
    async with database.transaction() as session:
        person = await people.identify(session, chat_id, now)
        here = await answering.stand(session, round_id, person, now)
        draft: Draft = navigation.start(here.definition, here.attributes)
        while draft.at is not None and draft.at in given:
            moved = await answering.move(session, here, Typed(given[draft.at]), now)
            assert not isinstance(moved, InvalidAnswer), moved.values
            draft, here = moved, await answering.stand(session, round_id, person, now)
        if send:
            await answering.send(session, here, now)
