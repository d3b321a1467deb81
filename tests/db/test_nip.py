"""The number of a civil servant: what it says, and every cell that is not one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.nip import Appointments, Nip, grouped, masked, parse_nip
from db.remarks import Unreadable
from tests.rosters import RULES, TODAY

PERMANENT = "198704122010012903"
CONTRACT = "199405202022211904"

births = st.dates(date(1940, 1, 1), date(2010, 12, 31))
months = st.integers(1, 12).map(lambda month: f"{month:02}")
contracts = st.integers(21, 99).map(str)
serials = st.integers(1, 999).map(lambda serial: f"{serial:03}")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    year = draw(st.integers(1975, 2026))
    return f"{draw(births):%Y%m%d}{year}{draw(months | contracts)}{draw(st.sampled_from('12'))}{draw(serials)}"


def refusal(cell: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(Unreadable) as caught:
        parse_nip(cell)  # type: ignore[arg-type]
    return caught.value.remark.code, dict(caught.value.remark.values)


def test_a_permanent_servants_number_is_read() -> None:
    nip = parse_nip(PERMANENT)
    assert nip == Nip(PERMANENT, date(1987, 4, 12), 2010, 1, "F")
    assert nip.kind == "PNS"


def test_a_contract_servants_number_has_no_month() -> None:
    nip = parse_nip(CONTRACT)
    assert nip == Nip(CONTRACT, date(1994, 5, 20), 2022, None, "M")
    assert nip.kind == "PPPK"


@pytest.mark.parametrize(
    "cell",
    [
        "19870412 201001 2 903",
        "1987.0412.2010.0129.03",
        "'198704122010012903",
        "’198704122010012903",
        " 198704122010012903 ",
        "\u00a0198704122010012903\u00a0",
        "\ufeff19870412\u202f2010012903\n",
    ],
)
def test_what_people_and_programs_leave_around_the_digits_does_not_matter(cell: str) -> None:
    assert parse_nip(cell).digits == PERMANENT


@pytest.mark.parametrize("cell", ["", " ", "'", "\u00a0", ".", "\n"])
def test_an_empty_cell_is_a_missing_number(cell: str) -> None:
    assert refusal(cell)[0] == "nip_missing"


@pytest.mark.parametrize(
    "cell",
    [
        1.98704122010012e17,
        198704122010012903,
        19870412.0,
        "1.98E+17",
        "1,98704E+17",
        "1.98704122010012E17",
        "'1.98e+17",
    ],
)
def test_a_number_excel_has_rounded_is_refused_and_never_repaired(cell: object) -> None:
    assert refusal(cell)[0] == "nip_rounded"


def test_a_date_cell_is_no_number() -> None:
    assert refusal(date(1987, 4, 12))[0] == "nip_rounded"


@pytest.mark.parametrize(
    ("cell", "code", "values"),
    [
        ("19870412201001290", "nip_length", {"digits": 17}),
        ("1987041220100129033", "nip_length", {"digits": 19}),
        ("131234567", "nip_old", {}),
        ("NIP 198704122010012903", "nip_letters", {"value": "NIP 198704122010012903"}),
        ("19870412201001290O", "nip_letters", {"value": "19870412201001290O"}),
        ("١٩٨٧٠٤١٢٢٠١٠٠١٢٩٠٣", "nip_letters", {"value": "١٩٨٧٠٤١٢٢٠١٠٠١٢٩٠٣"}),
        ("198702312010012903", "nip_birth", {"date": "31-02-1987"}),
        ("198713122010012903", "nip_birth", {"date": "12-13-1987"}),
        ("000004122010012903", "nip_birth", {"date": "12-04-0000"}),
        ("198704122010002903", "nip_month", {"month": "00"}),
        ("198704122010132903", "nip_month", {"month": "13"}),
        ("198704122010172903", "nip_month", {"month": "17"}),
        ("198704122010202903", "nip_month", {"month": "20"}),
        ("198704122010013903", "nip_sex", {"digit": "3"}),
        ("198704122010010903", "nip_sex", {"digit": "0"}),
        ("198704122010012000", "nip_serial", {}),
    ],
)
def test_each_fault_has_its_own_name(cell: str, code: str, values: dict[str, object]) -> None:
    assert refusal(cell) == (code, values)


@given(numbers())
def test_every_number_made_by_the_rules_reads_back(made: str) -> None:
    nip = parse_nip(made)
    assert nip.digits == made
    assert f"{nip.birth:%Y%m%d}{nip.year}" == made[:12]
    assert (nip.kind == "PNS") == (1 <= int(made[12:14]) <= 12)
    assert {"M": "1", "F": "2"}[nip.sex] == made[14]


@given(numbers(), st.lists(st.tuples(st.integers(0, 18), st.sampled_from(" .'\u00a0’`\t")), max_size=8))
def test_noise_anywhere_changes_nothing(made: str, noise: list[tuple[int, str]]) -> None:
    noisy = made
    for place, sign in noise:
        noisy = noisy[:place] + sign + noisy[place:]
    assert parse_nip(noisy) == parse_nip(made)


@given(st.text(max_size=25) | st.text("0123456789", min_size=17, max_size=19))
def test_any_text_is_either_eighteen_digits_or_refused_by_name(text: str) -> None:
    try:
        found = parse_nip(text).digits
    except Unreadable as flaw:
        found = flaw.remark.code
    assert found.startswith("nip_") or (len(found) == 18 and set(found) <= set("0123456789"))


def appointed(birth: str, year: int, middle: str) -> Nip:
    return parse_nip(f"{birth}{year}{middle}1901")


def error(nip: Nip) -> str | None:
    found = Appointments(RULES.appointment, TODAY).error(nip)
    return found.code if found else None


def doubt(nip: Nip) -> str | None:
    found = Appointments(RULES.appointment, TODAY).doubt(nip)
    return found.code if found else None


@pytest.mark.parametrize(
    ("nip", "expected"),
    [
        (appointed("19560101", 1974, "12"), "nip_year"),
        (appointed("19560101", 1975, "01"), None),
        (appointed("19950101", 2027, "02"), None),  # three months ahead of 24 November 2026
        (appointed("19950101", 2027, "03"), "nip_year"),
        (appointed("19950101", 2027, "21"), None),  # within 2027 a contract counts from its January
        (appointed("19950101", 2028, "21"), "nip_year"),
        (appointed("19950101", 9999, "21"), "nip_year"),
    ],
)
def test_the_year_of_appointment_is_neither_too_long_ago_nor_far_ahead(nip: Nip, expected: str | None) -> None:
    assert error(nip) == expected


@pytest.mark.parametrize(
    ("nip", "expected"),
    [
        (appointed("19920101", 2010, "01"), None),  # 18 on the day
        (appointed("19920102", 2010, "01"), "nip_young"),  # the day before 18
        (appointed("20100101", 2010, "01"), "nip_young"),
        (appointed("19990101", 2010, "21"), None),  # a contract servant of 11 is only doubtful
    ],
)
def test_a_permanent_servant_was_of_age(nip: Nip, expected: str | None) -> None:
    assert error(nip) == expected


@pytest.mark.parametrize(
    ("nip", "expected"),
    [
        (appointed("19740102", 2010, "01"), None),  # 35 still
        (appointed("19740101", 2010, "01"), "nip_age"),  # 36 on the day
        (appointed("19630101", 2022, "21"), None),  # 59 within the year
        (appointed("19621231", 2022, "21"), "nip_age"),
        (appointed("20041231", 2022, "21"), None),  # 18 within the year
        (appointed("20050101", 2022, "21"), "nip_age"),
    ],
)
def test_an_unusual_age_at_appointment_is_doubted(nip: Nip, expected: str | None) -> None:
    assert doubt(nip) == expected


@given(births, st.integers(1976, 2026), st.integers(1, 12))
def test_the_age_at_appointment_is_counted_as_people_do(birth: date, year: int, month: int) -> None:
    first = date(year, month, 1)
    birthdays = sum(1 for later in range(birth.year + 1, year + 1) if _birthday(birth, later) <= first)
    nip = appointed(f"{birth:%Y%m%d}", year, f"{month:02}")
    too_soon = first > TODAY + timedelta(days=100)
    if not too_soon:
        assert (error(nip) == "nip_young") == (birthdays < 18)
        assert (doubt(nip) == "nip_age") == (birthdays > 35 or birthdays < 18)


def _birthday(birth: date, year: int) -> date:
    leap_day = (birth.month, birth.day) == (2, 29)
    return date(year, 3, 1) if leap_day else birth.replace(year=year)


def test_a_number_is_grouped_for_the_eye_and_masked_for_a_chat() -> None:
    assert grouped(PERMANENT) == "19870412 201001 2 903"
    assert masked(PERMANENT) == "1987••••••••••2903"
    assert masked(PERMANENT).count("•") == 10
