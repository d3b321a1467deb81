"""Every sentence the bot says: templates and labels by name and language, the office's own before the packaged."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateNotFound, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from content import filters
from content.errors import CatalogError
from content.loading import Files, overlaid, read_mapping
from content.markup import fits

LANGUAGES = ("id", "en")
SUFFIX = ".html.j2"
_SAMPLE = re.compile(r"\A\s*\{#(.*?)#\}", re.DOTALL)
_TRAILING = re.compile(r"[ \t]+\n")
_GAPS = re.compile(r"\n{3,}")


class Catalog:
    """Says things by name: `render("questions/received", {"number": 12})`.

    `own` is the office's directory, `zone` the time zone in which moments are shown.
    Templates are read once; a changed file is seen by the next process.
    """

    def __init__(self, own: Path | None = None, *, zone: str = "Asia/Makassar") -> None:
        self._files = Files(own)
        self._texts = {code: _environment(self._files, code, zone) for code in LANGUAGES}
        self._labels = {code: _Labels(self._files, code, zone) for code in LANGUAGES}
        # Jinja's own cache costs as much per text as rendering a short one.
        self._compiled: dict[tuple[str, str], Template] = {}

    def render(self, name: str, values: dict[str, Any], language: str = "id") -> str:
        """Return the Telegram HTML of a text.

        Raises CatalogError `unknown`, `missing_value`, `broken` or `too_long` (over 4096 UTF-16 units).
        """
        try:
            text = _tidy((self._compiled.get((language, name)) or self._template(name, language)).render(values))
        except UndefinedError as reason:
            raise CatalogError("missing_value", name=name, language=language, reason=str(reason)) from reason
        except (TemplateError, TypeError, ValueError) as reason:
            raise CatalogError("broken", name=name, language=language, reason=str(reason)) from reason
        if not fits(text):
            raise CatalogError("too_long", name=name, language=language)
        return text

    def label(self, key: str, language: str = "id", **values: Any) -> str:
        """Return the plain words of a button, command or unit, like `buttons.send_to`; raises CatalogError."""
        return self._labels[language].words(key, values)

    def labels(self, group: str, language: str = "id") -> dict[str, str]:
        """Return a whole group of labels that take no values, like `commands`, by their last name."""
        return {key: self.label(f"{group}.{key}", language) for key in self._labels[language].group(group)}

    def names(self, language: str = "id") -> list[str]:
        """List every text of a language, without directory and suffix."""
        return [path[len(language) + 1 : -len(SUFFIX)] for path in self._files.listed(f"{language}/**/*{SUFFIX}")]

    def declared(self, name: str, language: str = "id") -> dict[str, Any]:
        """Return the sample values a template opens with; raises CatalogError `undeclared` if it has none."""
        sample = _SAMPLE.match(self._source(name, language))
        try:
            values = json.loads(sample[1]) if sample else None
        except json.JSONDecodeError:
            values = None
        if not isinstance(values, dict):
            raise CatalogError("undeclared", name=name, language=language)
        return values

    def variables(self, name: str, language: str = "id") -> set[str]:
        """Return the values a template asks for."""
        return set(meta.find_undeclared_variables(self._texts[language].parse(self._source(name, language))))

    def _template(self, name: str, language: str) -> Template:
        try:
            template = self._texts[language].get_template(name + SUFFIX)
        except TemplateNotFound as reason:
            raise CatalogError("unknown", name=name, language=language) from reason
        except TemplateError as reason:
            raise CatalogError("broken", name=name, language=language, reason=str(reason)) from reason
        self._compiled[language, name] = template
        return template

    def _source(self, name: str, language: str) -> str:
        self._template(name, language)
        return self._files.find(f"{language}/{name}{SUFFIX}").read_text(encoding="utf-8")


class _Labels:
    """The labels of one language, out of `labels.toml` and any `labels/*.toml`, compiled when first asked for."""

    def __init__(self, files: Files, language: str, zone: str) -> None:
        self._language = language
        self._texts = _environment(files, language, zone, autoescape=False)
        self._tree: dict[str, Any] = {}
        for place in reversed(files.places):
            for path in sorted([*place.glob(f"{language}/labels.toml"), *place.glob(f"{language}/labels/*.toml")]):
                self._tree = overlaid(self._tree, read_mapping(path))
        self._compiled = lru_cache(maxsize=None)(self._compile)
        self._bare = lru_cache(maxsize=None)(self._rendered)

    def words(self, key: str, values: dict[str, Any]) -> str:
        return self._rendered(key, **values) if values else self._bare(key)

    def _rendered(self, key: str, /, **values: Any) -> str:
        try:
            return self._compiled(key).render(values)
        except UndefinedError as reason:
            raise CatalogError("missing_value", name=key, language=self._language, reason=str(reason)) from reason

    def group(self, key: str) -> dict[str, Any]:
        found = self._at(key)
        if not isinstance(found, dict):
            raise CatalogError("unknown", name=key, language=self._language)
        return found

    def _compile(self, key: str) -> Template:
        found = self._at(key)
        if not isinstance(found, str):
            raise CatalogError("unknown", name=key, language=self._language)
        return self._texts.from_string(found)

    def _at(self, key: str) -> Any:
        found: Any = self._tree
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found


def _environment(files: Files, language: str, zone: str, *, autoescape: bool = True) -> ImmutableSandboxedEnvironment:
    # Sandboxed because an office may lay its own files over ours: its texts are data, not program.
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([place / language for place in files.places]),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(filters.for_language(language, ZoneInfo(zone)))
    return made


def _tidy(text: str) -> str:
    text = text.strip()
    if "\n\n\n" in text or " \n" in text or "\t\n" in text:
        text = _GAPS.sub("\n\n", _TRAILING.sub("\n", text))
    return text
