"""The roster in `/pegawai`: a file comes, is tried out, and is saved by one officer or by two."""

from handlers.office.roster import agencies, files, overview, saving, second, upload
from handlers.office.roster.feature import feature
from handlers.office.roster.forgetting import forget_rosters

__all__ = ["agencies", "feature", "files", "forget_rosters", "overview", "saving", "second", "upload"]
