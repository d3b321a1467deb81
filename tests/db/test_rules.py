"""The office's rules, typed and checked."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from sqlalchemy import select

from content.loading import office_rules
from db.engine import Database
from db.models import OfficeRulesUsed
from db.rules import RulesInvalid, read_rules, remember

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def changed(name: str, **entry: Any) -> dict[str, Any]:
    entries = office_rules()
    return entries | {name: entries.get(name, {}) | entry}


def test_the_packaged_rules_hold_and_say_what_is_a_sample() -> None:
    read = read_rules(office_rules())
    assert (read.rules.weekly_limit, read.rules.window_start, read.rules.error_share) == (3, time(8), 0.2)
    assert "weekly_limit" in read.samples
    assert "office_name" not in read.samples


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("weekly_limit", {"value": 0}),
        ("weekly_limit", {"value": "tiga"}),
        ("error_share", {"value": 1.5}),
        ("window_start", {"value": "25:00"}),
        ("window_days", {"value": [8]}),
        ("window_days", {"value": []}),
        ("weekly_limit", {"source": None}),
        ("weekly_limit", {"effective_from": "kemarin"}),
        ("weekly_limit", {"note": "x"}),
        ("no_such_rule", {"value": 1, "unit": "x", "source": "x", "effective_from": "2026-01-01"}),
    ],
)
def test_a_wrong_entry_is_named(name: str, entry: dict[str, Any]) -> None:
    with pytest.raises(RulesInvalid) as refusal:
        read_rules(changed(name, **entry))
    assert list(refusal.value.values["problems"]) == [name]


def test_a_missing_entry_is_named() -> None:
    entries = office_rules()
    del entries["slip_days"]
    with pytest.raises(RulesInvalid) as refusal:
        read_rules(entries)
    assert list(refusal.value.values["problems"]) == ["slip_days"]


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(RulesInvalid) as refusal:
        read_rules(changed("window_end", value="07:00"))
    assert list(refusal.value.values["problems"]) == ["window_end"]


def test_the_hash_names_the_values_and_nothing_else() -> None:
    packaged = read_rules(office_rules())
    assert read_rules(changed("weekly_limit", value=4)).content_hash != packaged.content_hash
    assert read_rules(changed("weekly_limit", sample=False)).content_hash == packaged.content_hash


async def test_a_version_in_use_is_kept_once(database: Database) -> None:
    one, two = read_rules(office_rules()), read_rules(changed("weekly_limit", value=4))
    async with database.transaction() as session:
        ids = [await remember(session, read, NOW) for read in (one, two, one)]
        kept = (await session.scalars(select(OfficeRulesUsed).order_by(OfficeRulesUsed.id))).all()
    assert ids[0] == ids[2] != ids[1]
    assert [row.rules["weekly_limit"] for row in kept] == [3, 4]
