"""A survey's words by themselves: answers as they are read, lengths as Telegram counts them."""

from typing import Any

import pytest

from content.catalog import Catalog
from db.surveys.definition import Definition, Question
from handlers.employee.survey.wording import Tongue, clip, size
from tests.surveying import defined, question, several, single

CATALOG = Catalog()
DEFINITION: Definition = defined(
    single("S"), several("M"), {**several("R"), "kind": "ranked"}, question("P", "nps"), question("N", "number"),
    question("D", "date"), question("T", "short_text"), question("U", "unit", max=2), question("Y", "yes_no"),
    question("C", "consent", purpose="more"), single("Z", text={"id": "Tadi {{ answer.T }}, **{{ nama }}**?"}),
)  # fmt: skip


def asked(code: str) -> Question:
    return DEFINITION.by_code[code]


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("S", "A", "Pilihan A"),
        ("M", ("A", "C"), "Pilihan A; Pilihan C"),
        ("R", ("C", "A"), "1. Pilihan C; 2. Pilihan A"),
        ("R", ("C",), "Pilihan C"),
        ("P", 7, "7 dari 10"),
        ("N", 1234.5, "1.234,5"),
        ("D", "2026-11-24", "24 November 2026"),
        ("T", "apa <adanya>", "apa <adanya>"),
        ("U", ("#7", "#8"), "1. Dinas Contoh; 2. (tidak ada lagi dalam daftar)"),
        ("Y", "YA", "Ya"),
        ("C", "TIDAK", "Tidak"),
        ("C", "SETUJU", "Setuju"),
    ],
)
def test_an_answer_is_said_as_people_read_it(code: str, value: Any, words: str) -> None:
    tongue = Tongue(CATALOG, "id", {"#7": "Dinas Contoh"})
    assert tongue.answer(asked(code), value) == words


def test_recalled_answers_stand_in_texts_and_are_never_markup() -> None:
    tongue = Tongue(CATALOG, "id", {})
    about = {"nama": "Rina & Budi"}
    html = tongue.html(DEFINITION, asked("Z").text, {"T": "<b>"}, about)
    assert html == "Tadi &lt;b&gt;, <b>Rina &amp; Budi</b>?"
    assert tongue.plain(DEFINITION, asked("Z").text, {"T": "<b>"}, about) == "Tadi <b>, Rina & Budi?"
    long = tongue.html(DEFINITION, asked("Z").text, {"T": "x" * 500}, about)
    assert "x" * 199 + "…" in long


def test_lengths_are_telegrams() -> None:
    assert size("kata") == 4
    assert size("😀a") == 3
    assert clip("kata", 4) == "kata"
    assert clip("kata lagi", 6) == "kata…"
    assert clip("😀😀😀", 5) == "😀😀…"
    assert clip("kata", 0) == "…"
