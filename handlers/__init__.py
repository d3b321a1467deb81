"""The counter: speaks with the person in front of it and returns what to say."""

from typing import Any

from telegram.ext import Application

from handlers import general
from handlers.context import Tools
from handlers.employee import benefits, join, my_data, questions, survey, survey_reminders
from handlers.office import (
    admin_grants,
    announcement,
    claims,
    follow_up,
    links,
    menu,
    people,
    roles,
    roster,
    slips,
    survey_paper,
    survey_results,
    surveys,
)
from handlers.routing import Router

FEATURES = (
    general.feature,
    join.feature,
    benefits.feature,
    questions.feature,
    survey.feature,
    survey.trying,
    survey_reminders.feature,
    my_data.feature,
    announcement.feature,
    surveys.feature,
    survey_paper.feature,
    survey_results.feature,
    menu.feature,
    roster.feature,
    people.feature,
    links.feature,
    claims.feature,
    slips.feature,
    roles.feature,
    admin_grants.feature,
    follow_up.feature,
)
"""Every feature, in the order in which they are asked."""


def register_all(application: Application[Any, Any, Any, Any, Any, Any], tools: Tools) -> Router:
    """Bring every feature to the counter."""
    router = Router(tools, FEATURES, general.Fallback())
    router.install(application)
    return router
