"""Trying a survey out as a respondent: the same screens, but the answers live in the dialog and are gone with it."""

from typing import TYPE_CHECKING, Any

from db.errors import StaleButton
from db.surveys import attributes, conditions, definitions, navigation, standing, versions
from db.surveys.definition import Definition
from db.surveys.drafts import Draft, Event, from_plain
from db.surveys.values import InvalidAnswer
from handlers.answers import Answer, Show, show
from handlers.buttons import Button, act, pack
from handlers.employee.survey.acts import serve
from handlers.employee.survey.screens import screen
from handlers.employee.survey.sitting import Sitting
from handlers.employee.survey.wording import Tongue, salutation
from handlers.features import Feature

if TYPE_CHECKING:
    from handlers.context import Context

feature = Feature("survey_trying")
BRANCHING = "employment_type"
"""The attribute an officer may choose; any other is the officer's own."""


class TrialDesk:
    """Keeps the answers of a try-out in the chat's dialog."""

    prefix = "svt"
    step = "try_survey"

    async def stand(self, context: "Context", subject: int) -> Sitting:
        """Give the try-out that is under way; raises `StaleButton` where it was left."""
        place = await context.place()
        if place is None or place.step != self.step or place.values["subject"] != subject:
            raise StaleButton
        definition = await definitions.of_version(context.session, subject)
        return _seated(subject, definition, place.values["attributes"], from_plain(place.values["draft"]))

    async def move(self, context: "Context", here: Sitting, event: Event) -> Sitting | InvalidAnswer:
        """Apply an event; `listen` keeps what came of it."""
        after = navigation.apply(*here.answering, event)
        if isinstance(after, InvalidAnswer):
            return after
        return _seated(here.subject, here.definition, here.attributes, after)

    async def listen(self, context: "Context", here: Sitting, query: str) -> None:
        """Keep the try-out where it stands; in the review, too, for it lives nowhere else."""
        await context.enter(
            self.step,
            subject=here.subject,
            attributes=dict(here.attributes),
            draft=here.draft.plain(),
            at=here.draft.at,
            query=query,
        )

    def purpose(self, subject: int) -> str:
        """Name the message in which a version is tried out."""
        return f"trial:{subject}"

    def leaving(self, here: Sitting) -> Button:
        """Make the button that leads back to the survey's own screen."""
        return act("stop_trying", "svk_survey", here.subject)


def _seated(subject: int, definition: Definition, about: Any, draft: Draft) -> Sitting:
    return Sitting(subject, definition, about, draft, definition.secrecy, trial=True)


DESK = TrialDesk()
COUNTER = serve(feature, DESK)


@feature.button("sv_try")
async def begin(context: "Context", version_id: int) -> Answer:
    """Begin a try-out; where the survey asks people differently, first choose as whom."""
    version = await versions.get(context.session, version_id)
    definition = await definitions.of_version(context.session, version_id, version.fingerprint)
    if not _branches(definition):
        return await _start(context, version_id, definition, {})
    words = attributes.EMPLOYMENT.values()
    rows = [[Button(key=f"survey_employment.{word}", data=pack("svt_as", version_id, word))] for word in words]
    leave = [act("stop_trying", "svk_survey", version_id)]
    return show("survey/try_as", *rows, leave, title=definition.title.said(context.language))


@feature.button("svt_as")
async def begin_as(context: "Context", version_id: int, employment: str) -> Answer:
    """Begin a try-out as somebody of a kind of employment."""
    version = await versions.get(context.session, version_id)
    if employment not in attributes.KNOWN[BRANCHING]:
        raise StaleButton
    definition = await definitions.of_version(context.session, version_id, version.fingerprint)
    return await _start(context, version_id, definition, {BRANCHING: employment})


def _branches(definition: Definition) -> bool:
    asked = [question.show_if for question in definition.questions]
    asked += [option.show_if for question in definition.questions for option in question.options]
    leaves = [leaf for condition in asked if condition for leaf in conditions.leaves(condition)]
    return any(isinstance(leaf, conditions.Attribute) and leaf.name == BRANCHING for leaf in leaves)


async def _start(context: "Context", version_id: int, definition: Definition, chosen: dict[str, str]) -> Show:
    who = context.person.employee
    own = attributes.of_roster(who.employment_type, who.position_kind) if who else {}
    about = {**own, **chosen}
    return await screen(context, DESK, _seated(version_id, definition, about, navigation.start(definition, about)))


@feature.button("svt_open")
async def look_again(context: "Context", version_id: int) -> Answer:
    """Show where the try-out stands."""
    return await screen(context, DESK, await DESK.stand(context, version_id))


@feature.button("svt_send")
async def end(context: "Context", version_id: int) -> Answer:
    """Show how the survey ends; nothing was kept and nothing is now."""
    here = await DESK.stand(context, version_id)
    if here.draft.at is not None or not standing.complete(*here.answering):
        return await screen(context, DESK, here)
    await context.leave()
    tongue = Tongue(context.tools.catalog, context.language, {})
    about = salutation(tongue, context.person)
    closing = tongue.html(here.definition, here.definition.closing, standing.submission(*here.answering), about)
    rows = ([act("try_again", "sv_try", version_id)], [DESK.leaving(here)])
    return show("survey/tried", *rows, title=tongue.said(here.definition.title), closing=closing)


@feature.text(DESK.step)
async def typed(context: "Context", text: str) -> Answer:
    """Take typed words as the answer to the question on the screen."""
    place = await context.place()
    assert place is not None
    return await COUNTER.typed(context, int(place.values["subject"]), text)
