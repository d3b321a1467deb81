"""The topics of "Manfaat dan beratnya mutasi" and the cards under each."""

from dataclasses import dataclass
from pathlib import Path

from content.errors import FileError
from content.loading import Files


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic people choose: its lasting `code`, its `title`, and its `cards` as names for `Catalog.render`."""

    code: str
    title: str
    cards: tuple[str, ...]


def topics(language: str = "id", own: Path | None = None) -> list[Topic]:
    """Return the topics in the order they are shown; raises FileError `missing` or `unreadable`."""
    path = f"{language}/benefits/topics.yaml"
    try:
        listed = Files(own).mapping(path)["topics"]
        return [
            Topic(entry["code"], entry["title"], tuple(f"benefits/{card}" for card in entry["cards"]))
            for entry in listed
        ]
    except (KeyError, TypeError) as reason:
        raise FileError("unreadable", path=path, reason=repr(reason)) from reason
