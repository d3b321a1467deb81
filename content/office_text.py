"""Texts an officer writes: data with a few placeholders, never a program."""

import re
from collections.abc import Mapping, Sequence

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from content.errors import OfficeTextError
from content.markup import LONGEST_MESSAGE, fits, is_sound, plain, visible_length

PLACEHOLDERS = ("sapaan", "nama", "unit")
"""What an announcement may name of its reader."""
LONGEST_SOURCE = 8 * LONGEST_MESSAGE
"""Signs of source taken at all; far above any real text with its tags, so that nothing big is ever parsed."""
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
_STAND_IN = "\ue000"
"""A private-use sign put in every placeholder's place, to see where values would land."""
_VALUE_IN_TAG = re.compile(f"<[^<>]*{_STAND_IN}")


class OfficeText:
    """A checked text, ready to be written to thousands of people; `placeholders` are the names it uses."""

    def __init__(self, source: str, template: Template, placeholders: tuple[str, ...]) -> None:
        self.source = source
        self.placeholders = placeholders
        self._template = template

    def render(self, values: Mapping[str, object]) -> str:
        """Return the Telegram HTML for one reader, values escaped.

        Raises OfficeTextError `missing_value` when a placeholder has nothing to say, `too_long` above 4096 units.
        """
        for name in self.placeholders:
            if values.get(name) is None:
                raise OfficeTextError("missing_value", name=name)
        text = self._template.render(values)
        if not fits(text):
            raise OfficeTextError("too_long", length=visible_length(text), limit=LONGEST_MESSAGE)
        return text


def compile_office_text(source: str, allowed: Sequence[str] = PLACEHOLDERS) -> OfficeText:
    """Check and compile a text whose formatting is already Telegram HTML.

    Only words and plain `{{ name }}` pass. Raises OfficeTextError `empty`, `syntax`, `unknown_placeholder`,
    `markup` or `too_long`.
    """
    source = source.strip()
    if len(source) > LONGEST_SOURCE:
        raise OfficeTextError("too_long", length=len(source), limit=LONGEST_MESSAGE)
    tree = _parsed(source)
    placeholders = tuple(dict.fromkeys(_names(tree)))
    for name in placeholders:
        if name not in allowed:
            raise OfficeTextError("unknown_placeholder", name=name, allowed=list(allowed))
    made = OfficeText(source, _ENVIRONMENT.from_string(tree), placeholders)
    _check_result(made)
    return made


def _parsed(source: str) -> nodes.Template:
    # Statements and comments are refused by their opening sign: some, like raw, leave no trace in the tree.
    if "{%" in source or "{#" in source:
        raise OfficeTextError("syntax", line=1 + source[: min(_positions(source))].count("\n"))
    try:
        return _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as reason:
        raise OfficeTextError("syntax", line=reason.lineno) from reason


def _positions(source: str) -> list[int]:
    return [source.index(sign) for sign in ("{%", "{#") if sign in source]


def _names(tree: nodes.Template) -> list[str]:
    names = []
    for output in tree.body:
        parts = output.nodes if isinstance(output, nodes.Output) else [output]
        for part in parts:
            if isinstance(part, nodes.Name):
                names.append(part.name)
            elif not isinstance(part, nodes.TemplateData):
                raise OfficeTextError("syntax", line=part.lineno)
    return names


def _check_result(made: OfficeText) -> None:
    rendered = made.render(dict.fromkeys(made.placeholders, _STAND_IN))
    if not is_sound(rendered) or _VALUE_IN_TAG.search(rendered):
        raise OfficeTextError("markup")
    if not plain(rendered).strip():
        raise OfficeTextError("empty")
