"""Words that several screens of running a survey share."""

from typing import Any

from db import audiences
from db.models import SurveyRound, SurveyVersion
from db.surveys import definitions, rounds
from db.surveys.attributes import CUTS
from handlers.context import Context
from handlers.office.announcement.words import audience_words


def title_of(context: Context, version: SurveyVersion) -> str:
    """Give a survey's title in the chat's language."""
    return definitions.of(version).title.said(context.language)


def kind_words(context: Context, secrecy: str) -> str:
    """Name a kind: who will know whose answers these are."""
    return context.tools.catalog.label(f"round_kinds.{secrecy}", context.language)


def cut_words(context: Context, cuts: list[str]) -> list[str]:
    """Name the attributes by which results will be laid out."""
    return [context.tools.catalog.label(f"round_cuts.{cut}", context.language) for cut in CUTS if cut in cuts]


async def whom(context: Context, round_: SurveyRound) -> str:
    """Say whom a round asks; empty while nobody is chosen."""
    audience = rounds.audience_of(round_)
    if not audience.chosen:
        return ""
    named: dict[str, Any] = {
        "everyone": audience.everyone,
        "units": await audiences.unit_names(context.session, audience),
    }
    return audience_words(context.tools.catalog, named, context.language)


def until(round_: SurveyRound) -> str:
    """Give a round's deadline as a text's value."""
    return round_.closes_at.isoformat() if round_.closes_at else ""
