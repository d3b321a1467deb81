"""What `check` sees in files: texts, the office's rules, the calendar, surveys."""

from datetime import date
from pathlib import Path

from bot.commands.findings import Finding, ok, wrong
from content import loading, surveys
from content.catalog import LANGUAGES, SUFFIX, Catalog
from content.errors import ContentError
from content.loading import PACKAGED
from db.calendar import calendar_of
from db.errors import DomainError
from db.rules import read_rules
from db.surveys import reading
from db.surveys.branching import publishable
from db.surveys.problems import DefinitionInvalid

DECEMBER = 12
SHOWN = 6
"""Names printed before the rest is only counted."""


def check_texts(own: Path | None, zone: str) -> list[Finding]:
    """Render every text in every language with the values it is written for."""
    if own is not None and not own.is_dir():
        return [wrong("content", f"TEMAN_CONTENT_DIR names {own}, which is no directory: make it or correct the name")]
    try:
        catalog, packaged = Catalog(own, zone=zone), Catalog(zone=zone)
    except ContentError as problem:
        return [wrong("content", f"{problem}: correct that file")]
    found = [_stray(own, path) for path in _strays(own)]
    texts = [(name, language) for language in LANGUAGES for name in packaged.names(language)]
    for name, language in texts:
        try:
            catalog.render(name, packaged.declared(name, language), language)
        except ContentError as problem:
            found.append(wrong("content", f"{language}/{name}{SUFFIX} cannot be said ({problem}): correct it"))
    return found or [ok("content", f"{len(texts)} texts can be said")]


def _strays(own: Path | None) -> list[str]:
    """List the office's own files that lie over nothing: a name mistyped would be overlooked in silence."""
    if own is None:
        return []
    files = (path.relative_to(own).as_posix() for path in own.rglob("*") if path.is_file())
    return sorted(path for path in files if not (PACKAGED / path).is_file() and not _may_be_new(path))


def _may_be_new(path: str) -> bool:
    return (
        path.startswith(("calendars/", "surveys/"))
        or Path(path).parent.name == "labels"
        or Path(path).name.startswith(".")
    )


def _stray(own: Path | None, path: str) -> Finding:
    return wrong("content", f"{own}/{path} takes the place of no packaged file: correct its name or take it away")


def check_rules(own: Path | None) -> list[Finding]:
    """Read `office.yaml`; samples the office has not confirmed keep it red."""
    try:
        read = read_rules(loading.office_rules(own))
    except (ContentError, DomainError) as problem:
        return [wrong("office rules", f"{_words(problem)}: correct office.yaml")]
    if not read.samples:
        return [ok("office rules", "every value is the office's own")]
    more = f" and {len(read.samples) - SHOWN} more" if len(read.samples) > SHOWN else ""
    names = ", ".join(read.samples[:SHOWN])
    return [
        wrong(
            "office rules",
            f"{len(read.samples)} values are still samples ({names}{more}): put each into office.yaml in "
            "TEMAN_CONTENT_DIR with its source and `sample: false`",
        )
    ]


def check_calendar(own: Path | None, today: date) -> list[Finding]:
    """See that this year's holidays are known, and from December on the next year's."""
    try:
        calendar = calendar_of(loading.calendar(year, own) for year in loading.calendar_years(own))
    except (ContentError, DomainError) as problem:
        return [wrong("calendar", f"{_words(problem)}: correct that file")]
    wanted = [today.year, *([today.year + 1] if today.month == DECEMBER else [])]
    missing = [year for year in wanted if year not in calendar.years]
    if missing:
        return [
            wrong(
                "calendar",
                f"the holidays of {year} are not known: put calendars/{year}.yaml into TEMAN_CONTENT_DIR, written like "
                "the packaged calendars/2026.yaml",
            )
            for year in missing
        ]
    return [ok("calendar", f"{', '.join(map(str, sorted(calendar.years)))} known")]


def check_surveys(own: Path | None) -> list[Finding]:
    """Read every survey definition and see that it could be published."""
    names = surveys.names(own)
    found = [wrong("survey files", f"surveys/{name}.yaml {told}") for name in names if (told := _survey(name, own))]
    return found or [ok("survey files", f"{len(names)} can be asked")]


def _survey(name: str, own: Path | None) -> str:
    try:
        publishable(reading.read(surveys.survey(name, own)))
    except ContentError as problem:
        return f"cannot be read ({problem}): correct it"
    except DefinitionInvalid as refusal:
        first = refusal.problems[0]
        where = first.values.get("question") or "the survey"
        return (
            f"cannot be asked, the first of {len(refusal.problems)} problems is {first.code} at {where}, "
            f"{first.place.field}: correct it, or take the file away"
        )
    return ""


def _words(problem: ContentError | DomainError) -> str:
    return f"{problem} {problem.values}" if isinstance(problem, DomainError) else str(problem)
