"""Announcements: from a typed text to a report of what reached whom."""

from handlers.office.announcement import (
    approve,
    audience,
    compose,
    confirm,
    preview,
    progress,
    report,
    respondents,
    written,
)
from handlers.office.announcement.feature import feature
from handlers.office.announcement.following import follow

__all__ = [
    "approve",
    "audience",
    "compose",
    "confirm",
    "feature",
    "follow",
    "preview",
    "progress",
    "report",
    "respondents",
    "written",
]
