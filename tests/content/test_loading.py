"""Files of the office's own come first; a broken one names itself; settings and holidays are whole."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from content.errors import FileError
from content.loading import Files, calendar, calendar_years, office_rules, overlaid


def refused(tmp_path: Path, text: str | bytes) -> FileError:
    (tmp_path / "own.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FileError) as caught:
        Files(tmp_path).mapping("own.yaml")
    return caught.value


def test_an_own_entry_replaces_the_packaged_one_and_leaves_the_rest(tmp_path: Path) -> None:
    own = "approval_threshold: {value: 250, source: Keputusan Kepala BKPSDM, sample: false}\n"
    (tmp_path / "office.yaml").write_text(own, encoding="utf-8")
    packaged, rules = office_rules(), office_rules(tmp_path)
    assert rules["approval_threshold"]["value"] == 250
    assert rules["approval_threshold"]["unit"] == "orang"
    assert rules["approval_threshold"]["sample"] is False
    del packaged["approval_threshold"], rules["approval_threshold"]
    assert rules == packaged


def test_an_own_list_replaces_the_packaged_list_whole() -> None:
    assert overlaid({"a": [1, 2], "b": {"c": 1}}, {"a": [3], "b": {"d": 2}}) == {"a": [3], "b": {"c": 1, "d": 2}}


def test_an_entry_of_the_offices_invention_is_kept_for_the_check_to_name(tmp_path: Path) -> None:
    (tmp_path / "office.yaml").write_text("aproval_treshold: {value: 1}\n", encoding="utf-8")
    assert office_rules(tmp_path)["aproval_treshold"] == {"value": 1}


def test_every_rule_says_what_it_is_and_where_it_comes_from() -> None:
    for name, rule in office_rules().items():
        assert {"value", "unit", "source", "effective_from"} <= set(rule), name
        assert isinstance(rule["effective_from"], date), name
        assert rule["unit"], name
        assert rule["source"], name
        assert set(rule) <= {"value", "unit", "source", "effective_from", "sample"}, name


def test_what_is_only_an_example_is_marked_as_one() -> None:
    for name, rule in office_rules().items():
        unsure = re.search("contoh|mohon diperiksa", rule["source"]) is not None
        assert rule.get("sample", False) == unsure, name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("office_name", "BKPSDM Kota Samarinda"),
        ("approval_threshold", 500),
        ("weekly_limit", 3),
        ("window_days", [1, 2, 3, 4, 5]),
        ("window_start", "08:00"),
        ("window_end", "17:00"),
        ("friday_pause_start", "11:00"),
        ("friday_pause_end", "14:00"),
        ("official_start", "06:00"),
        ("official_end", "20:00"),
        ("urgent_end", "20:00"),
        ("answer_days", 2),
        ("slip_days", 14),
        ("slip_tries", 5),
        ("objection_days", 14),
        ("tenure_months", 24),
        ("leaving_share", 0.01),
        ("file_delete_minutes", 60),
    ],
)
def test_the_packaged_values_are_the_agreed_ones(name: str, value: object) -> None:
    assert office_rules()[name]["value"] == value


def test_2026_has_seventeen_holidays_and_eight_days_of_collective_leave() -> None:
    days = calendar(2026)["days"]
    assert Counter(day["kind"] for day in days) == {"libur": 17, "cuti bersama": 8}
    dates = [day["date"] for day in days]
    assert dates == sorted(set(dates))
    assert {day.year for day in dates} == {2026}


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 1, 1), "libur"),
        (date(2026, 3, 19), "libur"),
        (date(2026, 3, 20), "cuti bersama"),
        (date(2026, 3, 22), "libur"),
        (date(2026, 5, 15), "cuti bersama"),
        (date(2026, 8, 17), "libur"),
        (date(2026, 12, 24), "cuti bersama"),
        (date(2026, 12, 25), "libur"),
    ],
)
def test_days_taken_from_the_decree_by_hand(day: date, kind: str) -> None:
    assert [entry["kind"] for entry in calendar(2026)["days"] if entry["date"] == day] == [kind]


def test_a_year_nobody_entered_is_missing_until_the_office_enters_it(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        calendar(2027, tmp_path)
    assert caught.value.code == "missing"
    assert caught.value.values == {"path": "calendars/2027.yaml"}
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "2027.yaml").write_text("year: 2027\nsource: SKB\ndays: []\n", encoding="utf-8")
    assert calendar(2027, tmp_path)["year"] == 2027
    assert calendar_years(tmp_path) == [2026, 2027]
    assert calendar_years() == [2026]


@pytest.mark.parametrize(
    "text",
    ["a: [1\n", "- satu\n- dua\n", "", "a: 1\na: 2\n", b"a: \xff\xfe\n", "a: !!python/object/apply:os.getcwd []\n"],
)
def test_a_file_that_cannot_be_taken_names_itself(tmp_path: Path, text: str | bytes) -> None:
    refusal = refused(tmp_path, text)
    assert refusal.code == "unreadable"
    assert str(refusal.values["path"]).endswith("own.yaml")
    assert refusal.values["reason"]


def test_a_key_written_twice_is_named(tmp_path: Path) -> None:
    refusal = refused(tmp_path, "weekly_limit: 1\nother: 2\nweekly_limit: 3\n")
    assert "'weekly_limit' stands twice" in str(refusal.values["reason"])


def test_files_are_listed_once_in_order(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    for year in (2025, 2026):
        (tmp_path / "calendars" / f"{year}.yaml").touch()
    assert Files(tmp_path).listed("calendars/*.yaml") == ["calendars/2025.yaml", "calendars/2026.yaml"]
    assert Files(tmp_path).find("calendars/2026.yaml").is_relative_to(tmp_path)
    assert Files().find("calendars/2026.yaml").is_file()
