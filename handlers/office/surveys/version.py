"""A survey's screen: what it asks and how long that takes; published, copied, downloaded, thrown away."""

from dataclasses import replace

from db.models import SurveyVersion
from db.surveys import definitions, rounds, versions
from db.surveys.definition import Kind, Text
from db.surveys.shapes import LONGEST_OPTION
from handlers.answers import Answer, File, Show, show, toast
from handlers.buttons import Button, act, pack
from handlers.context import Context
from handlers.employee.survey.wording import clip
from handlers.office.surveys.feature import feature
from handlers.office.surveys.files import WORKBOOK
from handlers.office.surveys.listing import list_screen, round_button
from handlers.office.surveys.measuring import measured
from handlers.office.surveys.words import kind_words, title_of


@feature.button("svk_survey")
async def open_version(context: Context, version_id: int) -> Answer:
    """Show a survey; a published one asks at once whom it is for."""
    await context.leave()
    return await version_screen(context, await versions.get(context.session, version_id))


async def version_screen(context: Context, version: SurveyVersion) -> Show:
    """Show a version with what can be done with it."""
    definition = definitions.of(version)
    way = await measured(context, version)
    going = await rounds.running(context.session, version.code)
    return show(
        "office_surveys/survey",
        *_next_steps(version),
        *([round_button(context, one, asked)] for one, asked in going),
        [act("try_survey", "sv_try", version.id)],
        [act("survey_excel", "svk_excel", version.id), act("copy_survey", "svk_copy", version.id)],
        [Button(key="buttons.back", data=pack("menu", "kelola_survei"))],
        title=title_of(context, version),
        code=version.code,
        version=version.version,
        draft=version.state == versions.DRAFT,
        running=len(going),
        kind=kind_words(context, definition.secrecy),
        fewest=way.fewest,
        most=way.most,
        shortest=way.shortest_minutes,
        longest=way.longest_minutes,
        free_texts=sum(one.kind is Kind.LONG_TEXT for one in definition.questions),
    )


def _next_steps(version: SurveyVersion) -> list[list[Button]]:
    if version.state == versions.DRAFT:
        return [[act("publish_survey", "svk_publish", version.id)], [act("drop_draft", "svk_drop", version.id)]]
    return [[act("everyone", "svk_all", version.id)], [act("choose_units", "svk_pick", version.id)]]


@feature.button("svk_publish")
async def publish(context: Context, version_id: int) -> Answer:
    """Publish a draft, and ask whom it is for; the second press of two finds it published."""
    version = await versions.get(context.session, version_id)
    if version.state == versions.DRAFT:
        await versions.publish(context.session, version, context.person.employee_id, context.now)
    return [toast("office_surveys/published"), await version_screen(context, version)]


@feature.button("svk_copy")
async def copy(context: Context, version_id: int) -> Answer:
    """Copy a survey under a code of its own, as a draft."""
    version = await versions.get(context.session, version_id)
    made = await versions.clone(
        context.session, version, _copied(context, version), context.person.employee_id, context.now
    )
    return [toast("office_surveys/copied", code=made.code), await version_screen(context, made)]


def _copied(context: Context, version: SurveyVersion) -> Text:
    title = definitions.of(version).title
    label = context.tools.catalog.label
    words = {lang: label("survey_copies.title", lang, title=title.said(lang)) for lang in ("id", "en")}
    said = {lang: clip(one, LONGEST_OPTION) for lang, one in words.items()}
    return replace(title, id=said["id"], en=said["en"] if title.en else None)


@feature.button("svk_drop")
async def drop(context: Context, version_id: int) -> Answer:
    """Ask once more before a draft is thrown away."""
    version = await versions.get(context.session, version_id)
    rows = [[act("drop_draft", "svk_dropped", version.id)], [act("back", "svk_survey", version.id)]]
    return show("office_surveys/drop", *rows, title=title_of(context, version))


@feature.button("svk_dropped")
async def drop_for_good(context: Context, version_id: int) -> Answer:
    """Throw a draft away."""
    await versions.throw_away(context.session, await versions.get(context.session, version_id))
    return [toast("office_surveys/dropped"), await list_screen(context)]


@feature.button("svk_excel")
async def download(context: Context, version_id: int) -> Answer:
    """Hand a version out as a workbook."""
    version = await versions.get(context.session, version_id)
    return File(WORKBOOK, {"id": version.id})
