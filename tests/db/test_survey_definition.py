"""Definitions read from plain data: what they must hold, what is refused and where, and back again."""

from datetime import date
from typing import Any

import pytest

from content import surveys
from db.surveys import attributes, reading, writing
from db.surveys.definition import Kind, Secrecy, Text
from db.surveys.problems import DefinitionInvalid, Place
from tests.surveying import defined, options, question, several, single, survey


def refused(mapping: dict[str, Any]) -> list[tuple[str, Place]]:
    with pytest.raises(DefinitionInvalid) as caught:
        reading.read(mapping)
    return [(problem.code, problem.place) for problem in caught.value.problems]


def test_what_is_not_said_has_its_usual_value() -> None:
    definition = defined(single("Q1"), question("S1", "scale"), question("T1", "long_text"), question("U1", "unit"))
    choice, scale, text, unit = definition.questions
    assert (choice.required, choice.show_if, definition.secrecy) == (False, None, Secrecy.NAMED)
    assert scale.codes == ("1", "2", "3", "4", "5")
    assert (text.most, unit.most, unit.least) == (500, 1, 1)


def test_a_plain_string_is_the_indonesian_text() -> None:
    assert defined(single("Q1", text="Halo")).questions[0].text == Text("Halo")
    assert Text("Halo").said("en") == "Halo"
    assert Text("Halo", "Hello").said("en") == "Hello"


def test_numbers_and_days_of_a_yaml_file_are_taken_as_codes_and_limits() -> None:
    read = defined(single("Q1", options=[{"code": 1, "text": "Satu"}, {"code": 2, "text": "Dua"}]),
                   question("D1", "date", min=date(2026, 1, 1)))  # fmt: skip
    assert read.questions[0].codes == ("1", "2")
    assert read.questions[1].low == "2026-01-01"


def test_options_from_an_earlier_question_are_its_options_without_the_ones_that_stand_alone() -> None:
    source = several("Q1", options=options("A", "B", "Z", exclusive=True))
    borrowed = {**several("Q2", options_from="Q1"), "options": []}
    assert defined(source, borrowed).questions[1].codes == ("A", "B")


def test_every_broken_field_is_named_with_its_place() -> None:
    mapping = survey(
        single("q1"),
        {**single("Q2"), "colour": "red"},
        single("Q3", kind="essay"),
        single("Q4", options=[{"code": "A", "text": ""}]),
        single("Q5", required="ya"),
        single("Q6", show_if={"question": "Q1", "equals": "A"}),
        question("Q7", "number", min=True),
        single("Q8", text={"id": "a", "en": "b" * 3000}),
        version=0,
    )
    assert refused(mapping) == [
        ("out_of_range", Place(None, "version")),
        ("bad_code", Place(0, "code")),
        ("unknown_field", Place(1, "colour")),
        ("not_one_of", Place(2, "kind")),
        ("missing", Place(3, "options", 0)),
        ("not_yes_no", Place(4, "required")),
        ("bad_condition", Place(5, "show_if")),
        ("bad_limit", Place(6, "min")),
        ("too_long", Place(7, "text.en")),
    ]


@pytest.mark.parametrize(
    ("spoiled", "code", "field"),
    [
        (single("Q2", low_label={"id": "x"}), "field_not_for_kind", "low_label"),
        (question("Q2", "page", required=True), "field_not_for_kind", "required"),
        ({**question("Q2", "scale"), "high_label": None}, "needed_for_kind", "high_label"),
        ({**question("Q2", "consent"), "purpose": None}, "needed_for_kind", "purpose"),
        ({**question("Q2", "unit"), "picks": None}, "needed_for_kind", "picks"),
        ({**single("Q2"), "options": []}, "needed_for_kind", "options"),
        (several("Q2", options_from="Q1"), "options_twice_given", "options_from"),
        ({**several("Q2", options_from="Q9"), "options": []}, "unknown_source", "options_from"),
        (single("Q1"), "code_twice", "code"),
        (single("Q2", part="DUA"), "unknown_part", "part"),
        (question("Q2", "date", min="2026-02-30"), "bad_limit", "min"),
        (question("Q2", "number", max="2026-02-01"), "bad_limit", "max"),
        (several("Q2", max=-1), "bad_limit", "max"),
    ],
)
def test_a_field_goes_with_its_kind_and_names_what_exists(spoiled: dict[str, Any], code: str, field: str) -> None:
    assert (code, Place(1, field)) in refused(survey(several("Q1"), spoiled))


def test_a_condition_made_to_be_deep_is_refused_not_followed() -> None:
    deep: dict[str, Any] = {"question": "Q1", "is": "A"}
    for _ in range(5_000):
        deep = {"not": deep}
    assert refused(survey(single("Q1"), single("Q2", show_if=deep))) == [("bad_condition", Place(1, "show_if"))]


@pytest.mark.parametrize("raw", [{}, {"all": []}, {"question": "Q1"}, {"question": "Q1", "is": True}, "Q1 = A",
                                 {"question": "Q1", "in": []}, {"attribute": 3, "is": "A"}])  # fmt: skip
def test_what_is_no_condition_is_refused(raw: object) -> None:
    assert refused(survey(single("Q1"), single("Q2", show_if=raw))) == [("bad_condition", Place(1, "show_if"))]


def test_the_packaged_survey_comes_back_the_same_from_its_own_plain_form() -> None:
    definition = reading.read(surveys.survey("minat_2026"))
    again = reading.read(writing.plain(definition))
    assert again == definition
    assert reading.fingerprint(again) == reading.fingerprint(definition)


def test_the_fingerprint_changes_with_a_single_word() -> None:
    assert reading.fingerprint(defined(single("Q1"))) != reading.fingerprint(defined(single("Q1", text="Lain")))


def test_a_limit_of_nothing_is_kept_apart_from_no_limit() -> None:
    assert writing.plain(defined(question("N1", "number", min=0)))["questions"][0]["min"] == 0


def test_the_packaged_survey_asks_what_was_agreed() -> None:
    definition = reading.read(surveys.survey("minat_2026"))
    assert [one.code for one in definition.questions if one.required] == ["Q0", "Q1", "Q4", "Q7"]
    assert [one.code for one in definition.questions if one.special] == ["Q14"]
    assert {one.code for one in definition.questions if one.never_segment} >= {"Q1", "Q2", "Q14", "Q18"}
    interests = [one for one in definition.questions if one.kind is Kind.SCALE]
    assert len(interests) == 12
    assert sorted(one.means or "" for one in interests)[::2] == sorted({one.means or "" for one in interests})
    assert all(one.means for one in definition.questions if one.kind not in (Kind.CONSENT, Kind.PAGE, Kind.YES_NO))
    assert all(text.en for one in definition.questions for text in (one.text, *(o.text for o in one.options)))


def test_the_roster_s_words_become_a_survey_s() -> None:
    assert attributes.of_roster("part_time_contract_servant", "jf_expert") == {
        "employment_type": "PPPK_PW",
        "position_kind": "JF_AHLI",
    }
    assert attributes.of_roster("permanent_servant", None) == {"employment_type": "PNS"}
