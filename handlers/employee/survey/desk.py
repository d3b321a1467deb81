"""The desk at which answers count: a round, kept in rows."""

from dataclasses import replace
from typing import TYPE_CHECKING

from db.surveys import answering
from db.surveys.answering import Standing
from db.surveys.definition import Secrecy
from db.surveys.drafts import Event
from db.surveys.values import InvalidAnswer
from handlers.buttons import Button, act
from handlers.employee.survey.sitting import Sitting

if TYPE_CHECKING:
    from handlers.context import Context


def seated(kept: Standing) -> Sitting:
    """Give the sitting of somebody who stands in a round."""
    return Sitting(
        kept.round.id,
        kept.definition,
        kept.attributes,
        kept.draft,
        Secrecy(kept.round.secrecy),
        closes_at=kept.round.closes_at,
        sent=kept.sent,
        kept=kept,
    )


class RoundDesk:
    """Keeps the answers to open rounds."""

    prefix = "sv"
    step = "survey"

    async def stand(self, context: "Context", subject: int) -> Sitting:
        """Give where the person stands in a round; raises `NotAsked`, `SurveyOver`, `AnsweredBefore`."""
        return seated(await answering.stand(context.session, subject, context.person, context.now))

    async def move(self, context: "Context", here: Sitting, event: Event) -> Sitting | InvalidAnswer:
        """Apply an event and keep what it changed."""
        assert here.kept is not None
        after = await answering.move(context.session, here.kept, event, context.now)
        if isinstance(after, InvalidAnswer):
            return after
        return seated(replace(here.kept, draft=after, sent=answering.still_sent(here.kept, after)))

    async def listen(self, context: "Context", here: Sitting, query: str) -> None:
        """Take what is typed next as an answer to the question on the screen, or wait for nothing in the review."""
        if here.question is None:
            await context.leave()
            return
        searched = {"at": here.draft.at, "query": query} if query else {}
        await context.enter(self.step, subject=here.subject, **searched)

    def purpose(self, subject: int) -> str:
        """Name the message in which a round is answered."""
        return f"survey:{subject}"

    def leaving(self, here: Sitting) -> Button:
        """Make the button that leads to the list of surveys."""
        return act("to_surveys", "sv_list")
