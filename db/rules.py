"""The office's rules: what an office may want otherwise, typed and checked, with what is still a sample."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import select

from db.engine import Session
from db.errors import DomainError
from db.models import OfficeRulesUsed

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Weekday = Annotated[int, Field(ge=1, le=7)]


class RulesInvalid(DomainError):
    """The office's rules do not hold together; `problems` names entries and what is wrong with each."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Any
    unit: str
    source: str
    effective_from: date
    sample: bool = False


class OfficeRules(BaseModel):
    """The values in force; units and sources stand beside them in `office.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    office_name: str
    city_name: str
    appointing_authority: str
    contact_phone: str
    contact_email: str
    contact_address: str
    contact_hours: str
    privacy_contact: str
    window_days: tuple[Weekday, ...] = Field(min_length=1)
    window_start: time
    window_end: time
    friday_pause_start: time
    friday_pause_end: time
    official_start: time
    official_end: time
    urgent_end: time
    weekly_limit: Count
    approval_threshold: int = Field(ge=0)
    error_share: Share
    error_minimum: Count
    file_delete_minutes: Count
    slip_days: Count
    slip_tries: Count
    guess_limit_account: Count
    guess_limit_all: Count
    unit_choices: int = Field(ge=2, le=20)
    officer_rest_days: int = Field(ge=0)
    answer_days: Count
    requests_per_officer_per_day: Count
    request_close_days: Count
    survey_reminder_days: tuple[Count, ...]
    leaving_share: Share
    appointment_youngest: Count
    appointment_oldest_permanent: Count
    appointment_oldest_contract: Count
    appointment_earliest_year: Count
    appointment_future_months: int = Field(ge=0)
    retirement_most: Count
    retirement_senior: Count
    retirement_highest: Count
    smallest_group: int = Field(ge=2)
    answers_months: Count
    backup_days: Count
    tenure_months: int = Field(ge=0)
    objection_days: Count

    @model_validator(mode="after")
    def _spans_run_forward(self) -> Self:
        spans = {
            "window": (self.window_start, self.window_end),
            "friday_pause": (self.friday_pause_start, self.friday_pause_end),
            "official": (self.official_start, self.official_end),
            "urgent": (self.official_start, self.urgent_end),
        }
        backwards = [name for name, (start, end) in spans.items() if start >= end]
        if backwards:
            raise ValueError(f"{backwards[0]}_end")
        return self


@dataclass(frozen=True)
class RulesRead:
    """Rules as read: the values, which entries are still samples, and the hash that names this version."""

    rules: OfficeRules
    samples: tuple[str, ...]
    content_hash: str


def read_rules(entries: Mapping[str, Any]) -> RulesRead:
    """Check the entries of `office.yaml`; raises RulesInvalid naming every wrong one."""
    problems, checked = {}, {}
    for name, entry in entries.items():
        try:
            checked[name] = _Entry.model_validate(entry)
        except ValidationError as error:
            problems[name] = str(error.errors()[0]["msg"])
    if problems:
        raise RulesInvalid(problems=problems)
    values = {name: entry.value for name, entry in checked.items()}
    samples = tuple(name for name, entry in checked.items() if entry.sample)
    return RulesRead(_typed(values), samples, _hash(values))


def _typed(values: Mapping[str, Any]) -> OfficeRules:
    try:
        return OfficeRules.model_validate(values)
    except ValidationError as error:
        found = error.errors()
        problems = {str(one["loc"][0]) if one["loc"] else str(one["ctx"]["error"]): str(one["msg"]) for one in found}
        raise RulesInvalid(problems=problems) from error


def _hash(values: Mapping[str, Any]) -> str:
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


async def remember(session: Session, read: RulesRead, now: datetime) -> int:
    """Keep the version in use, once, and give its id; decisions, scores and letters name it."""
    known = await session.scalar(select(OfficeRulesUsed.id).where(OfficeRulesUsed.content_hash == read.content_hash))
    if known is not None:
        return known
    row = OfficeRulesUsed(content_hash=read.content_hash, rules=read.rules.model_dump(mode="json"), used_from=now)
    session.add(row)
    await session.flush()
    return row.id
