"""Versions of surveys: packaged ones are there by themselves, uploads and copies begin as drafts; published stays."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import count

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import aliased

from db import audit
from db.engine import Session, dialect_of, inserting
from db.errors import NotFound, StaleButton
from db.models import SurveyVersion
from db.surveys import branching, definitions, reading
from db.surveys.definition import Definition, Text
from db.surveys.writing import plain

SUBJECT = "survey"
DRAFT, PUBLISHED = "draft", "published"
PACKAGED, UPLOADED, COPIED = "packaged", "file", "copy"
LONGEST_CODE = 20
"""Signs of a survey's code, as its shape asks."""


async def install(session: Session, packaged: Iterable[Definition], now: datetime) -> None:
    """Publish the packaged definitions whose code and version are not there yet; those that are stay as they are.

    Whoever packs them has seen that they can be published (`branching.publishable`).
    """
    wanted = {(one.code, one.version): one for one in packaged}
    rows = await session.execute(select(SurveyVersion.code, SurveyVersion.version))
    there = {(row.code, row.version) for row in rows}
    insert = inserting(dialect_of(session))
    for key, definition in wanted.items():
        if key not in there:
            made = insert(SurveyVersion).values(
                **_columns(definition, PACKAGED, None, now), state=PUBLISHED, published_at=now
            )
            # Two officers may open the list for the first time at one moment.
            await session.execute(made.on_conflict_do_nothing(index_elements=["code", "version"]))


async def listed(session: Session) -> list[SurveyVersion]:
    """List the newest published version of each survey, and every draft."""
    newer = aliased(SurveyVersion)
    later = (
        select(newer.id)
        .where(newer.code == SurveyVersion.code, newer.version > SurveyVersion.version, newer.state == PUBLISHED)
        .exists()
    )
    newest = and_(SurveyVersion.state == PUBLISHED, ~later)
    drafts = SurveyVersion.state == DRAFT
    rows = await session.scalars(
        select(SurveyVersion).where(or_(newest, drafts)).order_by(SurveyVersion.code, SurveyVersion.version)
    )
    return list(rows)


async def get(session: Session, version_id: int) -> SurveyVersion:
    """Give a version; raises `NotFound`."""
    found = await session.get(SurveyVersion, version_id)
    if found is None:
        raise NotFound
    return found


async def keep(
    session: Session, definition: Definition, author_id: int, now: datetime, origin: str = UPLOADED
) -> SurveyVersion:
    """Keep a definition as a draft: the next version of its code, in place of one's own draft of that code.

    Raises `DefinitionInvalid` where it could not be published: a draft is always fit to be tried.
    """
    branching.publishable(definition)
    mine = await session.scalar(
        select(SurveyVersion)
        .where(
            SurveyVersion.code == definition.code, SurveyVersion.state == DRAFT, SurveyVersion.author_id == author_id
        )
        .with_for_update()  # somebody else may be publishing it: what is published never changes
    )
    highest = await session.scalar(select(func.max(SurveyVersion.version)).where(SurveyVersion.code == definition.code))
    number = mine.version if mine else (highest or 0) + 1
    columns = _columns(replace(definition, version=number), origin, author_id, now)
    if mine is None:
        mine = SurveyVersion(**columns, state=DRAFT)
        session.add(mine)
    else:
        for name, value in columns.items():
            setattr(mine, name, value)
    await session.flush()
    return mine


async def clone(session: Session, version: SurveyVersion, title: Text, author_id: int, now: datetime) -> SurveyVersion:
    """Copy a version as a draft of another survey, under the next free code made of the old one."""
    taken = set(await session.scalars(select(SurveyVersion.code).distinct()))
    code = next(code for code in _codes_like(version.code) if code not in taken)
    return await keep(session, replace(definitions.of(version), code=code, title=title), author_id, now, COPIED)


def _codes_like(code: str) -> Iterable[str]:
    for number in count(2):
        suffix = f"_{number}"
        yield code[: LONGEST_CODE - len(suffix)] + suffix


async def publish(session: Session, version: SurveyVersion, by: int, now: datetime) -> None:
    """Publish a draft; raises `DefinitionInvalid` with what stands against it, `StaleButton` when it is no draft.

    Where a later draft was published first, this one takes the next number: behind the other nobody would see it.
    """
    await _hold_draft(session, version)
    definition = definitions.of(version)
    branching.publishable(definition)
    of_code = select(func.max(SurveyVersion.version)).where(SurveyVersion.code == version.code)
    if (await session.scalar(of_code.where(SurveyVersion.state == PUBLISHED)) or 0) > version.version:
        definition = replace(definition, version=(await session.scalar(of_code) or 0) + 1)
        version.version, version.definition = definition.version, plain(definition)
        version.fingerprint = reading.fingerprint(definition)
    version.state, version.published_at = PUBLISHED, now
    await audit.write(
        session, "survey.publish", at=now, subject=SUBJECT, subject_id=version.id, actor_id=by,
        questions=len(definition.questions), digest=version.fingerprint,
    )  # fmt: skip


async def _hold_draft(session: Session, version: SurveyVersion) -> None:
    held = await session.get(SurveyVersion, version.id, with_for_update=True, populate_existing=True)
    if held is None or held.state != DRAFT:
        raise StaleButton


async def throw_away(session: Session, version: SurveyVersion) -> None:
    """Throw a draft away; raises `StaleButton` when it is no draft."""
    await _hold_draft(session, version)
    await session.execute(delete(SurveyVersion).where(SurveyVersion.id == version.id))


def _columns(definition: Definition, origin: str, author_id: int | None, now: datetime) -> dict[str, object]:
    return {
        "code": definition.code,
        "version": definition.version,
        "origin": origin,
        "definition": plain(definition),
        "fingerprint": reading.fingerprint(definition),
        "author_id": author_id,
        "made_at": now,
    }
