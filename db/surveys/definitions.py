"""A version's definition, read once by each process: reading one takes longer than answering a question of it."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from db.engine import Session
from db.errors import NotFound
from db.models import SurveyVersion
from db.surveys import reading
from db.surveys.definition import Definition

KEPT = 64
"""Definitions kept in memory; a city asks one or two at a time."""
_read: OrderedDict[str, Definition] = OrderedDict()


async def of_version(session: Session, version_id: int, fingerprint: str | None = None) -> Definition:
    """Give the definition of a version; `fingerprint`, where it is known already, saves asking for it.

    Raises `NotFound`: a draft may have been thrown away.
    """
    if fingerprint is None:
        fingerprint = await session.scalar(select(SurveyVersion.fingerprint).where(SurveyVersion.id == version_id))
    if fingerprint is None:
        raise NotFound
    known = _read.get(fingerprint)
    if known is None:
        kept = await session.scalar(select(SurveyVersion.definition).where(SurveyVersion.id == version_id))
        assert kept is not None
        known = _keep(fingerprint, kept)
    return known


def of(version: SurveyVersion) -> Definition:
    """Give the definition of a version in hand."""
    return _read.get(version.fingerprint) or _keep(version.fingerprint, version.definition)


def _keep(fingerprint: str, plain: Mapping[str, Any]) -> Definition:
    known = _read[fingerprint] = reading.read(plain)
    if len(_read) > KEPT:
        _read.popitem(last=False)
    return known
