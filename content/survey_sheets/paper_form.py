"""A survey as a paper form for those who have no phone: printed in black and white, ticked by hand, typed in later."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, SimpleDocTemplate, Spacer, Table, TableStyle

from content.catalog import Catalog
from content.survey_sheets.paper_blocks import ASKED, SMALL, TITLE, WIDTH, Line, answer_space, paragraph
from content.survey_sheets.paper_words import Words

_MARGIN = (A4[0] - WIDTH) / 2
_DIGITS = 18
"""Digits of an employee number, a box each."""
_FRAME = TableStyle([("BOX", (0, 0), (-1, -1), 1, (0, 0, 0)), ("LEFTPADDING", (0, 0), (-1, -1), 6),
                     ("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 7)])  # fmt: skip


@dataclass(frozen=True)
class Form:
    """What a form is made for: the definition as a plain mapping, the codes asked on paper, kind, office, deadline."""

    definition: Mapping[str, Any]
    asked: Collection[str]
    secrecy: str
    office: str
    closes_at: datetime | None = None


def form_pdf(form: Form, catalog: Catalog, language: str = "id") -> bytes:
    """Return the form as PDF: the consent with its line to sign first, then every question, pages numbered."""
    questions = [one for one in form.definition["questions"] if one["code"] in form.asked]
    numbered = [one["code"] for one in questions if one["kind"] not in ("page", "consent")]
    numbers = {code: place for place, code in enumerate(numbered, start=1)}
    words = Words(catalog, language, form.definition, numbers)
    footer = f"{form.definition['code']} v{form.definition['version']}"
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=14 * mm, bottomMargin=16 * mm,
        title=words.said(form.definition["title"]), author=form.office, lang=language,
    )  # fmt: skip
    story = [*_head(form, words), *(block for one in questions for block in _question(words, one))]
    if len(questions) < len(form.definition["questions"]):
        story += [Spacer(1, 4 * mm), paragraph(words.label("left_out"), SMALL)]
    story += [Spacer(1, 4 * mm), paragraph(words.label("end", office=form.office), SMALL)]
    document.build(story, canvasmaker=_numbered(words, footer))
    return buffer.getvalue()


def _head(form: Form, words: Words) -> Iterator[Flowable]:
    yield paragraph(words.said(form.definition["title"]), TITLE)
    yield paragraph(form.office, SMALL)
    yield Spacer(1, 2 * mm)
    intro = words.said(form.definition.get("intro"))
    if intro:
        yield paragraph(intro)
        yield Spacer(1, 2 * mm)
    yield paragraph(words.label(f"secrecy_{form.secrecy}"))
    yield paragraph(words.label("fill_in"))
    if form.closes_at is not None:
        yield paragraph(words.label("hand_in", closes_at=form.closes_at))
    yield Spacer(1, 3 * mm)
    yield _who(words)


def _who(words: Words) -> Table:
    """Give the frame in which the person is named, the number in boxes."""
    digits = Table([[""] * _DIGITS], colWidths=[6 * mm] * _DIGITS, rowHeights=[6.5 * mm])
    digits.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.7, (0, 0, 0))]))
    wide = WIDTH - 40 * mm
    rows = [[words.label("name"), Line(wide)], [words.label("nip"), digits], [words.label("unit"), Line(wide)]]
    table = Table(rows, colWidths=[30 * mm, WIDTH - 30 * mm], hAlign="LEFT")
    return table_in(table, ("VALIGN", (0, 0), (-1, -1), "BOTTOM"))


def table_in(table: Table, *more: Any) -> Table:
    """Dress a table in a frame."""
    table.setStyle(_FRAME)
    table.setStyle(TableStyle(list(more)))
    return table


def _question(words: Words, question: Mapping[str, Any]) -> Iterator[Flowable]:
    yield Spacer(1, 3 * mm)
    if question["kind"] == "consent" and question.get("required"):
        yield KeepTogether([_consent(words, question)])
        return
    number = words.numbers.get(question["code"])
    text = words.said(question["text"])
    asked = f"{number}. {text} ({question['code']})" if number else text
    required = words.label("required") if question.get("required") else ""
    beside = (required, words.for_whom(question.get("show_if")), words.said(question.get("hint")), words.how(question))
    above = [paragraph(asked, ASKED), *(paragraph(line, SMALL) for line in beside if line)]
    space = answer_space(words, question)
    if len(space) == 1 and not isinstance(space[0], Line):
        yield CondPageBreak(35 * mm)
        yield from above
        yield space[0]
    else:
        yield KeepTogether([*above, *space])


def _consent(words: Words, question: Mapping[str, Any]) -> Table:
    signature = Table(
        [[words.label("signature"), Line(70 * mm), words.label("date"), Line(38 * mm)]],
        colWidths=[28 * mm, 74 * mm, 18 * mm, 42 * mm],
        style=TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]),
        hAlign="LEFT",
    )
    heading = f"{words.label('consent')} ({question['code']})"
    parts = [paragraph(heading, ASKED), paragraph(words.said(question["text"])), *answer_space(words, question),
             Spacer(1, 3 * mm), signature, paragraph(words.label("only_with_consent"), SMALL)]  # fmt: skip
    return table_in(Table([[parts]], colWidths=[WIDTH], hAlign="LEFT"))


def _numbered(words: Words, footer: str) -> Any:
    """Give a canvas that knows at its end how many pages there are, and says so on each."""

    class Numbered(Canvas):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's name
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            count = len(self._pages)
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self.setFont("Helvetica", 8)
                self.drawString(_MARGIN, 9 * mm, footer)
                self.drawRightString(A4[0] - _MARGIN, 9 * mm, words.label("page", number=number, count=count))
                super().showPage()
            super().save()

    return Numbered
