"""`/kelola_survei`: the surveys there are, what is running, and what is over."""

from db.models import SurveyRound, SurveyVersion
from db.surveys import rounds, versions
from handlers.answers import Answer, Show, show
from handlers.buttons import Button, act, pick
from handlers.context import Context
from handlers.keyboards import paged
from handlers.menus import to_menu
from handlers.office.surveys.feature import feature
from handlers.office.surveys.packaged import packaged
from handlers.office.surveys.words import title_of


@feature.command("kelola_survei")
async def open_list(context: Context, _words: str) -> Answer:
    """List surveys and rounds; packaged surveys are there without anybody doing anything."""
    await context.leave()
    await versions.install(context.session, packaged(context.tools.own_content), context.now)
    return await list_screen(context)


@feature.button("svk_list")
async def turn(context: Context, page: int) -> Answer:
    """Show another page of surveys in place."""
    return await list_screen(context, max(page, 0))


async def list_screen(context: Context, page: int = 0) -> Show:
    """Show the surveys page by page, and the rounds that run, are prepared or are over."""
    asked = await rounds.listed(context.session, context.person.employee_id)
    kept = await versions.listed(context.session)
    return show(
        "office_surveys/list",
        *paged([_version_button(context, version) for version in kept], page, "svk_list"),
        *([round_button(context, one, version)] for one, version in asked),
        [act("upload_survey", "svk_upload")],
        [to_menu()],
        running=sum(one.state == rounds.OPEN for one, _ in asked),
        surveys=len(kept),
    )


def round_button(context: Context, one: SurveyRound, version: SurveyVersion) -> Button:
    """Make the button that leads to a round, with its state in words."""
    label = context.tools.catalog.label
    words = label(f"round_listed.{one.state}", context.language, title=title_of(context, version))
    return pick(words, "svk_round", one.id)


def _version_button(context: Context, version: SurveyVersion) -> Button:
    words = context.tools.catalog.label(
        f"survey_listed.{version.state}",
        context.language,
        title=title_of(context, version),
        code=version.code,
        version=version.version,
    )
    return pick(words, "svk_survey", version.id)
