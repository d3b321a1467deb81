"""How dates, hours, numbers and names read in both languages."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.filters import for_language

SAMARINDA = ZoneInfo("Asia/Makassar")
INDONESIAN = for_language("id", SAMARINDA)
ENGLISH = for_language("en", SAMARINDA)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 11, 24), "24 November 2026"),
        (date(2026, 8, 5), "5 Agustus 2026"),
        (date(2026, 2, 1), "1 Februari 2026"),
        ("2026-05-14", "14 Mei 2026"),
        (datetime(2026, 11, 24, 3, tzinfo=UTC), "24 November 2026"),
        # 17.00 UTC is one o'clock of the next day in Samarinda.
        (datetime(2026, 11, 24, 17, tzinfo=UTC), "25 November 2026"),
        ("2026-12-31T16:00:00+00:00", "1 Januari 2027"),
    ],
)
def test_a_date_is_written_without_a_leading_zero_and_in_local_time(value: date | str, written: str) -> None:
    assert INDONESIAN["tanggal"](value) == written


def test_english_names_the_month_and_keeps_the_order() -> None:
    assert ENGLISH["tanggal"](date(2026, 8, 5)) == "5 August 2026"
    assert ENGLISH["hari_tanggal"](date(2026, 11, 26)) == "Thursday, 26 November 2026"


@pytest.mark.parametrize(
    ("day", "name"),
    [(23, "Senin"), (24, "Selasa"), (25, "Rabu"), (26, "Kamis"), (27, "Jumat"), (28, "Sabtu"), (29, "Minggu")],
)
def test_every_weekday_has_its_indonesian_name(day: int, name: str) -> None:
    assert INDONESIAN["hari_tanggal"](date(2026, 11, day)) == f"{name}, {day} November 2026"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 24, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 8, 0, tzinfo=SAMARINDA),
        datetime(2026, 11, 24, 7, 0, tzinfo=timezone(timedelta(hours=7))),
        "2026-11-24T00:00:00+00:00",
        "2026-11-24 00:00:00+00:00",
        time(8),
        "08:00",
        "08:00:00",
    ],
)
def test_an_hour_is_shown_in_the_offices_zone_by_name(moment: datetime | time | str) -> None:
    assert INDONESIAN["pukul"](moment) == "pukul 08.00 WITA"
    assert ENGLISH["pukul"](moment) == "08:00 WITA"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Jakarta", "pukul 07.30 WIB"),
        ("Asia/Makassar", "pukul 08.30 WITA"),
        ("Asia/Jayapura", "pukul 09.30 WIT"),
    ],
)
def test_all_three_indonesian_zones_have_their_name(zone: str, written: str) -> None:
    assert for_language("id", ZoneInfo(zone))["pukul"](datetime(2026, 7, 1, 0, 30, tzinfo=UTC)) == written


@pytest.mark.parametrize("name", ["tanggal", "hari_tanggal", "pukul"])
def test_a_moment_without_a_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        INDONESIAN[name](datetime(2026, 11, 24, 8))  # noqa: DTZ001 - this is the mistake under test


@pytest.mark.parametrize(
    ("count", "indonesian", "english"),
    [(0, "0", "0"), (999, "999", "999"), (9900, "9.900", "9,900"), (1234567, "1.234.567", "1,234,567")],
)
def test_thousands_are_grouped(count: int, indonesian: str, english: str) -> None:
    assert INDONESIAN["ribuan"](count) == indonesian
    assert ENGLISH["ribuan"](count) == english


@pytest.mark.parametrize(
    ("share", "indonesian", "english"),
    [(0.125, "12,5 %", "12.5%"), (1, "100 %", "100%"), (0, "0 %", "0%"), (0.3333, "33,3 %", "33.3%")],
)
def test_a_share_is_written_as_per_cent(share: float, indonesian: str, english: str) -> None:
    assert INDONESIAN["persen"](share) == indonesian
    assert ENGLISH["persen"](share) == english


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (12_500, "12,5 kB"), (2_061_725, "2,1 MB"), (5 * 10**12, "5.000 GB")],
)
def test_sizes_are_written_in_units_people_know(size: int, written: str) -> None:
    assert INDONESIAN["ukuran"](size) == written


def test_an_employee_number_keeps_only_its_ends() -> None:
    assert INDONESIAN["samarkan_nip"]("198704122010012003") == "1987••••••••••2003"


@given(st.text("0123456789", max_size=30))
def test_masking_keeps_the_length_and_never_more_than_eight_digits(number: str) -> None:
    masked = INDONESIAN["samarkan_nip"](number)
    assert len(masked) == len(number)
    assert sum(sign.isdigit() for sign in masked) in (0, 8)
    assert len(number) > 8 or not any(sign.isdigit() for sign in masked)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Rina Contoh", "R. C."),
        ("RINA", "R."),
        ("  i  made   agus ", "I. M. A."),
        ("'Aisyah Putri", "A. P."),
        ("Nur-aini", "N."),
        ("", ""),
        ("- .", ""),
    ],
)
def test_a_name_is_shortened_to_initials(name: str, initials: str) -> None:
    assert INDONESIAN["inisial"](name) == initials
