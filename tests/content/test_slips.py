"""The printed sheet of joining slips, read back as a phone and a person would."""

from datetime import UTC, date, datetime

import pytest

from content.catalog import Catalog
from content.slips import HEIGHT, WIDTH, Slip, grouped, slips_pdf
from tests.content.paper import Page, read_pages

OFFICE = "BKPSDM Kota Samarinda"
CATALOG = Catalog()


def slip(number: int = 0, **changed: object) -> Slip:
    values: dict[str, object] = {
        "name_initials": "R. C.",
        "unit": "Subbagian Umum",
        "code": f"K7QM4XWP{number:04}",
        "link": f"https://t.me/teman_mutasi_bot?start=abcdefghijklmnopqrst{number:04}",
        "expires": date(2026, 12, 8),
    }
    return Slip(**(values | changed))  # type: ignore[arg-type]


def pages(*slips: Slip, language: str = "id") -> list[Page]:
    return read_pages(slips_pdf(slips, language, catalog=CATALOG, office=OFFICE))


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (7, [7]), (8, [8]), (9, [8, 1]), (24, [8, 8, 8])])
def test_eight_slips_go_on_a_page_in_order(count: int, sizes: list[int]) -> None:
    slips = [slip(number) for number in range(count)]
    printed = pages(*slips)
    assert [len(page.codes) for page in printed] == sizes
    assert [code for page in printed for code in page.codes] == [one.link for one in slips]


@pytest.mark.parametrize("length", [1, 20, 40, 64])
def test_the_qr_says_exactly_the_link(length: int) -> None:
    link = "https://t.me/teman_mutasi_samarinda_bot?start=" + "aZ09-_"[: min(length, 6)] + "x" * max(0, length - 6)
    assert pages(slip(link=link))[0].codes == [link]


def test_a_slip_says_what_to_do_and_who_runs_this() -> None:
    text = pages(slip())[0].text.replace("\n", " ")
    assert "Untuk R. C. Subbagian Umum" in text
    assert "K7QM 4XWP 0000" in text
    assert "buka t.me/teman_mutasi_bot di Telegram lalu ketik kode ini." in text
    assert "dikelola BKPSDM Kota Samarinda dan tidak pernah meminta uang, kata sandi, atau kode OTP." in text
    assert "berlaku sampai 8 Desember 2026." in text
    assert "Jangan diberikan kepada orang lain." in text


def test_a_slip_may_be_english() -> None:
    text = pages(slip(), language="en")[0].text.replace("\n", " ")
    assert "Do not give this to anybody else." in text
    assert "until 8 December 2026." in text


def test_a_moment_of_expiry_is_shown_as_the_local_day() -> None:
    assert "sampai 8 Desember 2026" in pages(slip(expires=datetime(2026, 12, 7, 17, tzinfo=UTC)))[0].text.replace(
        "\n", " "
    )


def test_the_longest_names_stay_inside_their_slip() -> None:
    unit = "Bidang Pembinaan Sekolah Dasar dan Pendidikan Anak Usia Dini Kecamatan Samarinda Seberang " * 2
    wide = slip(unit=unit, code="ABCD-EFGH-JKLM-NPQR-STUV", link="https://t.me/" + "b" * 32 + "?start=" + "x" * 40)
    page = pages(*[wide] * 8)[0]
    per_slip = len(page.lines) / 8
    assert per_slip == int(per_slip)
    for at, (x, y, _line) in enumerate(page.lines):
        row, column = divmod(int(at // per_slip), 2)
        # Inside the cut lines, and clear of the margin an office printer cannot reach.
        assert column * WIDTH + 14 < x < (column + 1) * WIDTH
        assert (3 - row) * HEIGHT + 14 < y < (4 - row) * HEIGHT - 14
    assert "…" in page.text


def test_names_are_drawn_as_text_whatever_signs_they_hold() -> None:
    assert "Untuk (É. \\. ‘A.)" in pages(slip(name_initials="(É. \\. ‘A.)"))[0].text


@pytest.mark.parametrize(
    ("code", "written"),
    [("K7QM4XWP9TRB", "K7QM 4XWP 9TRB"), ("ABCDE", "ABCD E"), ("ABCD-EFGH", "ABCD-EFGH"), ("A", "A")],
)
def test_a_code_is_written_in_groups_to_type(code: str, written: str) -> None:
    assert grouped(code) == written


def test_no_slips_make_no_broken_file() -> None:
    assert slips_pdf([], catalog=CATALOG, office=OFFICE).startswith(b"%PDF")


def test_the_file_says_who_made_it_and_its_language() -> None:
    printed = slips_pdf([slip()], catalog=CATALOG, office=OFFICE)
    assert b"/Lang (id)" in printed
    assert OFFICE.encode() in printed
    assert b"/MediaBox [ 0 0 595.2756 841.8898 ]" in printed
