"""The tests that read the house: names, texts, rights and sizes fit together."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import content.errors
import db
import handlers
from bot.jobs import JOBS
from content.catalog import LANGUAGES, Catalog
from content.errors import CatalogError, ContentError, FileError
from db.errors import DomainError
from handlers import FEATURES
from handlers.access import RIGHTS
from handlers.menus import EMPLOYEE, GENERAL, OFFICE
from handlers.outgoing import KEYBOARDS

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "db", "content")
LONGEST_FILE = 300
LONGEST_FUNCTION = 50

INSIDE = (CatalogError, FileError)
"""Refusals that no chat ever hears: a broken text or a broken office file is said in the shell."""


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from (path for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts)


def modules(package: object) -> None:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):  # type: ignore[attr-defined]
        if "migrations" not in found.name:
            importlib.import_module(found.name)


def kinds(base: type) -> set[type]:
    direct: list[type] = base.__subclasses__()
    return {one for kind in direct for one in kinds(kind)} | set(direct)


def spoken_refusals() -> list[type]:
    modules(db)
    modules(handlers)
    known = {kind for kind in kinds(DomainError) | kinds(ContentError) if kind not in INSIDE}
    return sorted((kind for kind in known if kind.__module__.split(".")[0] in ROOMS), key=lambda kind: kind.__name__)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


@pytest.mark.parametrize("refusal", spoken_refusals(), ids=lambda kind: kind.__name__)
def test_every_refusal_has_its_sentence_in_both_languages(catalog: Catalog, refusal: type) -> None:
    for language in LANGUAGES:
        assert f"errors/{refusal.__name__}" in catalog.names(language)


def test_no_error_text_is_left_of_a_refusal_that_is_gone(catalog: Catalog) -> None:
    spoken = {f"errors/{kind.__name__}" for kind in spoken_refusals()} | {"errors/unexpected", "errors/parked"}
    assert {name for name in catalog.names() if name.startswith("errors/")} <= spoken


def test_both_languages_say_the_same_things(catalog: Catalog) -> None:
    first, second = (set(catalog.names(language)) for language in LANGUAGES)
    assert first == second
    for name in first:
        assert catalog.declared(name, "id").keys() == catalog.declared(name, "en").keys(), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_renders_with_the_values_it_declares(catalog: Catalog, language: str) -> None:
    for name in catalog.names(language):
        declared = catalog.declared(name, language)
        assert catalog.variables(name, language) <= declared.keys(), name
        assert catalog.render(name, declared, language), name


def test_every_text_the_counter_names_is_there(catalog: Catalog) -> None:
    subjects = {name.split("/")[0] for name in catalog.names()}
    pattern = re.compile(rf"^(?:{'|'.join(sorted(subjects))})/[a-z_/]+$")
    named = {
        node.value
        for path in sources("handlers", "bot")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.match(node.value)
    }
    assert named - set(catalog.names()) == set()
    assert set(KEYBOARDS) <= set(catalog.names())


def registered() -> Counter[str]:
    keys: Counter[str] = Counter()
    for feature in FEATURES:
        keys.update(f"/{name}" for name in feature.commands)
        keys.update(list(feature.buttons))
        keys.update(f">{step}" for step in {*feature.texts, *feature.documents})
        keys.update(f"<{word}" for word in feature.replies)
    return keys


def test_every_right_is_used_and_every_key_has_one_right() -> None:
    assert set(registered()) | {"menu"} == set(RIGHTS)


def test_no_two_features_answer_the_same_button() -> None:
    assert [key for key, times in registered().items() if times > 1] == []


def test_the_menus_list_what_is_built_and_nothing_else(catalog: Catalog) -> None:
    commands = {key[1:] for key in registered() if key.startswith("/")}
    assert commands == {"start", "kantor", *GENERAL, *EMPLOYEE, *OFFICE}
    for language in LANGUAGES:
        assert commands <= catalog.labels("commands", language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tick_has_its_label_and_no_label_is_left_over(catalog: Catalog, language: str) -> None:
    assert catalog.labels("ticks", language).keys() == {*(job.name for job in JOBS), "delivery"}


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in (key for key in registered() if key.startswith("/")):
        assert f"`{name}`" in readme, name


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_and_no_function_is_too_long() -> None:
    assert [str(path) for path in sources(*ROOMS, "tests") if path.read_text().count("\n") > LONGEST_FILE] == []
    assert [
        f"{path}:{one.name}"
        for path in sources(*ROOMS)
        for one in functions(path)
        if (one.end_lineno or one.lineno) - one.lineno + 1 > LONGEST_FUNCTION
    ] == []


def test_the_counter_and_the_archive_hold_no_sentence() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sources("handlers", "db")
        if "migrations" not in path.parts
        for line, text in sentences(ast.parse(path.read_text()))
    ] == []


WORDS = 3
EXEMPT_CALLS = {"ValueError", "RuntimeError", "TypeError", "AssertionError", "debug", "info", "warning", "error",
                "exception", "critical", "text", "exec_driver_sql", "literal_column"}  # fmt: skip
SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|state\s|batch_id|closed_at|parent_id)", re.IGNORECASE)


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find string constants of several words that are no docstring, no log event, no programmer's error, no SQL."""
    exempt = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in EXEMPT_CALLS:
            exempt |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.Assert) and node.msg is not None:
            exempt |= {id(inner) for inner in ast.walk(node.msg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in exempt:
            words = re.findall(r"[a-z]{2,}", node.value)  # all capitals: a column's title, a rank
            if len(words) >= WORDS and " " in node.value.strip() and not SQL.match(node.value):
                yield node.lineno, node.value


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_every_module_and_public_function_says_what_it_is_for() -> None:
    silent = []
    for path in sources(*ROOMS):
        tree = ast.parse(path.read_text())
        if ast.get_docstring(tree) is None:
            silent.append(str(path))
    assert silent == []


def test_the_lock_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_a_sentence_outside_content_would_be_found() -> None:
    planted = 'def f():\n    return "Mohon tunggu sebentar ya"\n'
    assert list(sentences(ast.parse(planted))) == [(2, "Mohon tunggu sebentar ya")]
    assert inspect.isclass(content.errors.ContentError)
