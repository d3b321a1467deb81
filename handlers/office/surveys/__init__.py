"""Running surveys, `/kelola_survei`: from a definition to a round that is open, and to its end."""

from handlers.office.surveys import (
    audience,
    closing,
    deadline,
    ending,
    files,
    invitation,
    listing,
    opening,
    rates,
    rewritten,
    running,
    settings,
    upload,
    version,
)
from handlers.office.surveys.feature import feature
from handlers.office.surveys.ticks import forget_answers, look_after_surveys

__all__ = [
    "audience",
    "closing",
    "deadline",
    "ending",
    "feature",
    "files",
    "forget_answers",
    "invitation",
    "listing",
    "look_after_surveys",
    "opening",
    "rates",
    "rewritten",
    "running",
    "settings",
    "upload",
    "version",
]
