"""How long a survey is, measured beside the loop and once: two hundred questions that hang together take seconds."""

import asyncio
from collections import OrderedDict
from dataclasses import replace
from functools import partial

from db.models import SurveyVersion
from db.surveys import definitions, reading
from db.surveys.definition import Definition, Text
from db.surveys.lengths import Length, length
from handlers.context import Context

KEPT = 64
"""Lengths a process keeps."""
_known: OrderedDict[str, Length] = OrderedDict()


async def measured(context: Context, version: SurveyVersion) -> Length:
    """Give the length of a version; where it is not known yet the handler runs again from the door on."""
    definition = definitions.of(version)
    known = _known.get(_key(definition))
    return await context.outside(partial(asyncio.to_thread, measure, definition)) if known is None else known


def measure(definition: Definition) -> Length:
    """Measure a definition, or give what was measured before."""
    key = _key(definition)
    if key not in _known:
        _known[key] = length(definition)
        if len(_known) > KEPT:
            _known.popitem(last=False)
    return _known[key]


def _key(definition: Definition) -> str:
    # A copy or the next version that asks the same is as long.
    return reading.fingerprint(replace(definition, code="X", version=1, title=Text("X")))
