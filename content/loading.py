"""Where texts and settings lie: the office's own directory first, the packaged files after it."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from content.errors import FileError

try:  # libyaml's reader, where PyYAML was built with it: ten times as fast, and says the same
    from yaml import CSafeLoader as _Quick
except ImportError:
    from yaml import SafeLoader as _Quick  # type: ignore[assignment]

PACKAGED = Path(__file__).parent


class Files:
    """Looks files up by their path inside `content/`, in the office's own directory first."""

    def __init__(self, own: Path | None = None) -> None:
        self.places = [place for place in (own, PACKAGED) if place is not None]

    def find(self, relative: str) -> Path:
        """Return where a file lies; raises FileError `missing`."""
        for place in self.places:
            if (place / relative).is_file():
                return place / relative
        raise FileError("missing", path=relative)

    def listed(self, pattern: str) -> list[str]:
        """Return the sorted paths inside the directories that match a glob pattern, each once."""
        found = {path.relative_to(place).as_posix() for place in self.places for path in place.glob(pattern)}
        return sorted(found)

    def mapping(self, relative: str) -> dict[str, Any]:
        """Parse a YAML file into a plain mapping; raises FileError `missing` or `unreadable`."""
        return read_mapping(self.find(relative))

    def merged(self, relative: str) -> dict[str, Any]:
        """Parse the packaged file and lay the own one over it, group by group; raises like `mapping`."""
        self.find(relative)
        result: dict[str, Any] = {}
        for place in reversed(self.places):
            if (place / relative).is_file():
                result = overlaid(result, read_mapping(place / relative))
        return result


def read_mapping(path: Path) -> dict[str, Any]:
    """Parse one YAML or TOML file into a mapping; raises FileError `unreadable` with the reason."""
    try:
        text = path.read_text(encoding="utf-8")
        parsed = tomllib.loads(text) if path.suffix == ".toml" else yaml.load(text, Loader=_UniqueKeys)  # noqa: S506
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError) as reason:
        raise FileError("unreadable", path=str(path), reason=str(reason)) from reason
    if not isinstance(parsed, dict):
        raise FileError("unreadable", path=str(path), reason="not a mapping")
    return parsed


def overlaid(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one mapping over another; mappings inside are joined, anything else is replaced."""
    result = dict(lower)
    for key, value in upper.items():
        below = result.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        result[key] = overlaid(below, value) if both and below is not None else value
    return result


def office_rules(own: Path | None = None) -> dict[str, Any]:
    """Return `office.yaml` as plain entries (`value`, `unit`, `source`, …), the office's own laid over the packaged."""
    return Files(own).merged("office.yaml")


def calendar(year: int, own: Path | None = None) -> dict[str, Any]:
    """Return a year's holidays as plain entries; raises FileError `missing` for a year nobody has entered."""
    return Files(own).mapping(f"calendars/{year}.yaml")


def calendar_years(own: Path | None = None) -> list[int]:
    """Return the years that have a calendar, in order."""
    return [int(Path(path).stem) for path in Files(own).listed("calendars/[0-9][0-9][0-9][0-9].yaml")]


class _UniqueKeys(_Quick):
    """The safe loader, which also refuses a key written twice: the second would win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = list(_keys(self, node))
        twice = next((key for position, key in enumerate(keys) if key in keys[:position]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"key {twice!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _keys(loader: _Quick, node: yaml.MappingNode) -> Iterator[Any]:
    for key, _value in node.value:
        yield loader.construct_object(key, deep=True)
