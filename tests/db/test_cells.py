"""Single cells as people and programs leave them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import cells
from db.remarks import Unreadable

BIRTHDAY = date(2021, 2, 1)


def refused(reader: Any, cell: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        reader(cell)
    return caught.value.remark.code


@pytest.mark.parametrize("cell", ["", " ", "-", "–", "NULL", "#N/A", "\u00a0", "\n"])
@pytest.mark.parametrize("reader", [cells.words, cells.day, cells.phone, cells.score, cells.year, cells.listed])
def test_a_cell_with_nothing_in_it_says_nothing(reader: Any, cell: str) -> None:
    assert reader(cell) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Rina \u00a0 Contoh\n", "Rina Contoh"),
        ("Rina\u200bContoh\x00", "RinaContoh"),
        (12.0, "12"),
        (12.5, "12.5"),
        (7, "7"),
        ("<b>Siti</b> & <script>", "<b>Siti</b> & <script>"),
        ('=HYPERLINK("http://x","klik")', '=HYPERLINK("http://x","klik")'),
    ],
)
def test_words_keep_what_was_written_and_lose_what_cannot_be_seen(cell: Any, text: str) -> None:
    assert cells.words(cell) == text


@given(st.text())
def test_words_are_printable_whatever_stands_in_the_cell(cell: str) -> None:
    text = cells.words(cell)
    assert text is None or (text.isprintable() and text == " ".join(text.split()) and text)


def test_words_too_long_for_their_column_are_refused() -> None:
    assert cells.within(5)("lima5") == "lima5"
    assert refused(cells.within(5), "enam66") == "too_long"


@pytest.mark.parametrize(
    "cell",
    [
        BIRTHDAY,
        datetime(2021, 2, 1, 13, 45),  # noqa: DTZ001  a cell has no zone
        "01-02-2021",
        "1/2/2021",
        "01.02.2021",
        "01 02 2021",
        "2021-02-01",
        "2021-02-01 00:00:00",
        "2021-02-01T00:00:00",
        "01-02-2021 00:00:00",
        "1 Februari 2021",
        "1 Feb 2021",
        "01-FEB-2021",
        44228.0,
        44228,
        "44228",
    ],
)
def test_a_date_is_read_however_it_was_written(cell: Any) -> None:
    assert cells.day(cell) == BIRTHDAY


@pytest.mark.parametrize(
    "cell",
    ["31-02-2021", "2021", "kemarin", "01-13-2021", "1 Foobar 2021", "01-02-21", 99.0, 10.0**9, True, "0-0-2021"],
)
def test_a_date_that_does_not_exist_is_refused(cell: Any) -> None:
    assert refused(cells.day, cell) == "date_unreadable"


@given(st.dates(date(1930, 1, 1), date(2100, 1, 1)), st.sampled_from("-/. "))
def test_dates_read_back_in_every_form(made: date, sign: str) -> None:
    serial = (made - date(1899, 12, 30)) / timedelta(days=1)
    forms: list[Any] = [
        made,
        f"{made.day}{sign}{made.month}{sign}{made.year}",
        made.isoformat(),
        serial,
        f"{serial:.0f}",
    ]
    assert {cells.day(form) for form in forms} == {made}


@pytest.mark.parametrize(
    "cell",
    [
        "081234567890",
        "+6281234567890",
        "6281234567890",
        "81234567890",
        81234567890.0,
        6281234567890,
        "+62 812-3456-7890",
        "(0812) 3456.7890",
        "'081234567890",
        "+62 0812 3456 7890",
        "62081234567890",
        "081234567890 / 081300000000",
        "081234567890, 081300000000",
        "081234567890 atau 081300000000",
    ],
)
def test_a_telephone_number_has_one_form(cell: Any) -> None:
    assert cells.phone(cell) == "+6281234567890"


def test_a_number_abroad_is_kept_as_it_is() -> None:
    assert cells.phone("+60 12-345 6789") == "+60123456789"


@pytest.mark.parametrize(
    "cell",
    [
        "0541-731001",
        "08123",
        "0812345678901234",
        "tidak punya",
        "8.1E+10",
        8.1e20,
        81234.5,
        "+62541731001",
        "12345",
        True,
    ],
)
def test_what_telegram_could_not_know_is_refused(cell: Any) -> None:
    assert refused(cells.phone, cell) == "phone_unreadable"


def test_a_refused_telephone_number_is_not_quoted() -> None:
    with pytest.raises(Unreadable) as caught:
        cells.phone("0541-731001")
    assert not caught.value.remark.values


@given(st.integers(10**7, 10**11 - 1), st.sampled_from(["0", "+62", "62", "", "+62 0"]), st.lists(st.integers(1, 7)))
def test_prefixes_and_blanks_do_not_make_another_number(rest: int, prefix: str, blanks: list[int]) -> None:
    number = f"8{rest}"
    for place in blanks:
        number = f"{number[:place]} {number[place:]}"
    assert cells.phone(prefix + number) == f"+628{rest}"


@pytest.mark.parametrize(("cell", "score"), [(61.9, 61.9), ("61,9", 61.9), ("61.9", 61.9), (0.0, 0.0), (100, 100.0)])
def test_a_score_is_read_with_point_or_comma(cell: Any, score: float) -> None:
    assert cells.score(cell) == score


@pytest.mark.parametrize("cell", [100.1, -1.0, "baik", "1e2", "61,9,1"])
def test_a_score_outside_its_range_is_refused(cell: Any) -> None:
    assert refused(cells.score, cell) == "score_unreadable"


@pytest.mark.parametrize(("cell", "year"), [(2024.0, 2024), ("2024", 2024), (2000, 2000)])
def test_a_year_is_read(cell: Any, year: int) -> None:
    assert cells.year(cell) == year


@pytest.mark.parametrize("cell", ["24", 1999, 2101, 2024.5, "tahun lalu", "²⁰²⁴"])
def test_a_year_that_is_none_is_refused(cell: Any) -> None:
    assert refused(cells.year, cell) == "year_unreadable"


def test_a_list_names_each_thing_once() -> None:
    assert cells.listed(" Mediasi ;Mengajar; Mediasi;; ") == ["Mediasi", "Mengajar"]
