"""Typed and pressed answers in their one form, and the screen that follows each."""

from datetime import date
from typing import Any

import pytest

from content import surveys
from content.catalog import Catalog
from db.surveys import navigation, reading, standing, typed, values
from db.surveys.definition import Definition
from db.surveys.drafts import Back, Choose, Continue, Draft, Edit, Event, Skip, Toggle, Typed, from_plain
from db.surveys.values import InvalidAnswer
from db.surveys.visibility import view
from tests.surveying import defined, options, question, several, single

CATALOG = Catalog()
PNS, PPPK = {"employment_type": "PNS"}, {"employment_type": "PPPK"}


def typing(asked: dict[str, Any], text: str) -> Any:
    read = defined(asked).questions[0]
    return typed.read(read, read.options, text)


def refusal(asked: dict[str, Any], text: str) -> InvalidAnswer:
    with pytest.raises(InvalidAnswer) as caught:
        typing(asked, text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,5", 1234.5), ("1.234", 1234), ("1,5", 1.5), ("1.5", 1.5), ("1,234.5", 1234.5), ("-3", -3),
     ("12 000", 12000), ("Rp 1.500.000", 1_500_000), ("7%", 7)],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written_here(text: str, value: float) -> None:
    assert typing(question("N1", "number"), text) == value


@pytest.mark.parametrize("text", ["dua", "", "1..2", "1.23.4", "nan", "inf", "1e5", "9" * 400])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert refusal(question("N1", "number"), text).reason in ("not_a_number", "out_of_range")


@pytest.mark.parametrize("text", ["24-11-2026", "24/11/2026", "24 November 2026", "24 nov 2026", "2026-11-24"])
def test_days_are_read_in_figures_and_in_words(text: str) -> None:
    assert typing(question("D1", "date"), text) == "2026-11-24"


@pytest.mark.parametrize("text", ["31-02-2026", "besok", "45000", "11-24-2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert refusal(question("D1", "date"), text).reason == "not_a_day"


def test_limits_are_told_with_an_example_inside_them() -> None:
    asked = question("N1", "number", min=10, max=20)
    assert refusal(asked, "21").values == {"reason": "out_of_range", "low": 10, "high": 20, "example": 10}
    assert typing(asked, "20") == 20
    late = question("D1", "date", min=date(2026, 1, 1))
    assert refusal(late, "31-12-2025").values["example"] == "2026-01-01"


COLOURS = [
    {"code": "A", "text": {"id": "Merah, tua", "en": "Dark red"}},
    {"code": "B", "text": {"id": "Biru", "en": "Blue"}},
    {"code": "C", "text": {"id": "Biru muda", "en": "Light blue"}},
]


@pytest.mark.parametrize(("text", "code"), [("2", "B"), ("2.", "B"), ("biru", "B"), ("BLUE", "B"), ("light", "C"),
                                            ("merah", "A"), ("Merah tua", "A")])  # fmt: skip
def test_a_choice_is_typed_by_number_or_words(text: str, code: str) -> None:
    assert typing(single("Q1", options=COLOURS), text) == code


@pytest.mark.parametrize("text", ["4", "0", "hijau", "", "b i"])
def test_a_choice_that_is_not_offered_is_refused(text: str) -> None:
    assert refusal(single("Q1", options=COLOURS), text).reason == "not_offered"


@pytest.mark.parametrize(("text", "codes"), [("1, 3", ("A", "C")), ("3 dan 1", ("A", "C")), ("1 3", ("A", "C")),
                                             ("biru; merah, tua", ("A", "B")), ("Merah, tua", ("A",))])  # fmt: skip
def test_several_choices_are_typed_in_one_message(text: str, codes: tuple[str, ...]) -> None:
    assert typing(several("Q1", options=COLOURS), text) == codes


def test_a_ranking_keeps_the_order_typed() -> None:
    assert typing({**several("Q1"), "kind": "ranked"}, "3, 1") == ("C", "A")


@pytest.mark.parametrize(("kind", "text", "code"), [("yes_no", "Iya", "YA"), ("yes_no", "tidak", "TIDAK"),
                         ("consent", "Saya setuju", "SETUJU"), ("consent", "tidak sekarang", "TIDAK")])  # fmt: skip
def test_yes_and_no_are_typed_in_words(kind: str, text: str, code: str) -> None:
    assert typing(question("Q1", kind), text) == code


def test_a_text_is_cleaned_and_capped() -> None:
    assert typing(question("T1", "short_text"), "  dua \n kata\u200b ") == "dua kata"
    assert typing(question("T1", "long_text"), "satu\n\n dua  ") == "satu\ndua"
    too_long = refusal(question("T1", "long_text"), "a" * 501)
    assert too_long.values == {"reason": "too_long", "most": 500, "length": 501}
    assert refusal(question("T1", "long_text"), " \u200b\n").reason == "too_short"


def test_a_picked_agency_is_a_reference_and_typing_searches() -> None:
    asked = question("U1", "unit", max=2, options=options("MANA", exclusive=True))
    read = defined(asked).questions[0]
    assert values.check(read, read.options, ("#12", "#7")) == ("#12", "#7")
    for wrong in (("12",), ("#1 2",), ("#1", "#1"), ("#1", "MANA"), ("#1", "#2", "#3"), (), ("X",)):
        with pytest.raises(InvalidAnswer):
            values.check(read, read.options, wrong)
    assert refusal(asked, "dinas").values["query"] == "dinas"


GARBAGE: list[Any] = [None, True, [], {}, (1,), "X", -1, 1.5, float("nan"), ("A", "A"), b"A"]


@pytest.mark.parametrize(
    "kind", ["single", "multiple", "scale", "nps", "yes_no", "number", "date", "short_text", "page"]
)
@pytest.mark.parametrize("garbage", GARBAGE, ids=repr)
def test_a_kept_answer_that_is_none_does_not_count_and_breaks_nothing(kind: str, garbage: Any) -> None:
    made = {"single": single("Q1"), "multiple": several("Q1")}.get(kind) or question("Q1", kind)
    definition = defined(made)
    counted = view(definition, {}, {"Q1": garbage}).answers
    legal = {("number", "-1"), ("number", "1.5"), ("short_text", "'X'")}
    assert bool(counted) == ((kind, repr(garbage)) in legal)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("asked", [
    (question("N1", "number", min=1, max=5), "9"), (question("N1", "number"), "x"), (question("D1", "date"), "x"),
    (question("D1", "date", max="2026-01-31"), "01-02-2026"), (several("Q1", min=2), "1"),
    (several("Q1", max=1), "1 2"),
    (question("T1", "short_text", min=5), "a"), (question("T1", "short_text"), "a" * 101), (single("Q1"), "9"),
    (question("Y1", "yes_no"), "mungkin"), (question("U1", "unit"), "<b>"), (question("S1", "scale"), "9"),
    (several("Q1", options=options("B", "A", exclusive=True)), "1, 2"),
])  # fmt: skip
def test_every_refusal_is_said_with_the_values_it_carries(asked: tuple[dict[str, Any], str], language: str) -> None:
    assert CATALOG.render("errors/InvalidAnswer", refusal(*asked).values, language)


def walk(definition: Definition, attributes: dict[str, str], *events: Event) -> Draft:
    """Let a person do these things one after the other, none of which may be refused."""
    draft = navigation.start(definition, attributes)
    for event in events:
        after = navigation.apply(definition, attributes, draft, event)
        assert isinstance(after, Draft), event
        draft = after
    return draft


def test_the_packaged_survey_can_be_sent_after_its_four_required_answers() -> None:
    definition = reading.read(surveys.survey("minat_2026"))
    draft = walk(definition, PNS, Choose("Q0", "SETUJU"), Choose("Q1", "S"), Skip("Q2"), Skip("Q3"),
                 Toggle("Q4", "TI", on=True), Toggle("Q4", "DATA", on=True), Continue("Q4"), Skip("Q5"), Skip("Q6"),
                 Typed("sisi utara"))  # fmt: skip
    assert draft.at is not None
    assert draft.at == "Q8"
    assert standing.complete(definition, PNS, draft)
    assert standing.submission(definition, PNS, draft) == {
        "Q0": "SETUJU", "Q1": "S", "Q4": ("TI", "DATA"), "Q7": ("UTARA",)}  # fmt: skip


def test_who_does_not_agree_is_asked_nothing_more_and_may_think_again() -> None:
    definition = reading.read(surveys.survey("minat_2026"))
    declined = walk(definition, PNS, Choose("Q0", "TIDAK"))
    assert declined.at is None
    assert view(definition, PNS, declined.answers).declined == "Q0"
    assert standing.lacking(definition, PNS, declined) == ("Q0",)
    again = navigation.apply(definition, PNS, declined, Edit("Q0"))
    assert isinstance(again, Draft)
    assert navigation.apply(definition, PNS, again, Choose("Q0", "SETUJU")) == Draft(
        {"Q0": "SETUJU"}, frozenset(), "Q1"
    )


def test_contract_servants_have_their_own_branch() -> None:
    definition = reading.read(surveys.survey("minat_2026"))
    agreed = {"Q0": "SETUJU"}
    assert {"Q9", "Q9_PPPK"} & set(view(definition, PNS, agreed).codes) == {"Q9"}
    assert {"Q9", "Q9_PPPK"} & set(view(definition, PPPK, agreed).codes) == {"Q9_PPPK"}


def test_answers_to_what_is_hidden_after_a_change_are_kept_aside_and_come_back() -> None:
    definition = defined(single("Q1"), single("Q2", show_if={"question": "Q1", "is": "A"}))
    draft = walk(definition, {}, Choose("Q1", "A"), Choose("Q2", "B"), Edit("Q1"), Choose("Q1", "B"))
    assert standing.submission(definition, {}, draft) == {"Q1": "B"}
    back = navigation.apply(definition, {}, draft, Edit("Q1"))
    assert isinstance(back, Draft)
    back = navigation.apply(definition, {}, back, Choose("Q1", "A"))
    assert isinstance(back, Draft)
    assert standing.submission(definition, {}, back) == {"Q1": "A", "Q2": "B"}


def test_progress_looks_past_a_consent_not_yet_answered() -> None:
    definition = defined(question("C0", "consent", required=True), question("P1", "page"), single("Q1"), single("Q2"))
    assert standing.progress(definition, {}, Draft(at="C0")) == standing.Progress(1, 3)
    on_page = Draft({"C0": "SETUJU"}, at="P1")
    assert standing.progress(definition, {}, on_page) == standing.Progress(1, 3)
    assert standing.progress(definition, {}, Draft({"C0": "SETUJU"}, at="Q2")) == standing.Progress(3, 3)


def test_a_form_on_paper_is_answered_in_any_order() -> None:
    definition = defined(single("Q1"), single("Q2", show_if={"question": "Q1", "is": "A"}))
    with pytest.raises(InvalidAnswer):
        navigation.answer(definition, {}, Draft(), "Q2", "A")
    draft = navigation.answer(definition, {}, Draft(), "Q1", "A")
    assert navigation.answer(definition, {}, draft, "Q2", "B").answers == {"Q1": "A", "Q2": "B"}


def test_a_draft_on_a_question_that_is_gone_finds_its_way() -> None:
    definition = defined(single("Q1"), single("Q2"))
    lost = from_plain({"answers": {"OLD": ["A"]}, "skipped": ["OLD"], "at": "OLD"})
    assert navigation.settled(definition, {}, lost).at == "Q1"
    assert isinstance(navigation.apply(definition, {}, lost, Back("OLD")), Draft)
