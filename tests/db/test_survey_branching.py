"""Branching judged before publishing: each fault found at its place, sound surveys let pass, lengths counted."""

from itertools import product
from typing import Any

import pytest

from content import surveys
from db.surveys import branching, inspecting, lengths, reading
from db.surveys.problems import DefinitionInvalid, Place
from db.surveys.visibility import view
from tests.surveying import defined, options, question, several, single, survey

Q1_IS_A = {"question": "Q1", "is": "A"}
Q1_ANSWERED = {"question": "Q1", "answered": True}
BORROWING = {**several("Q2", options_from="Q1"), "options": []}


def found(*questions: dict[str, Any], **fields: Any) -> list[tuple[str, Place]]:
    return [(one.code, one.place) for one in branching.problems(defined(*questions, **fields))]


def test_the_packaged_survey_can_be_published() -> None:
    branching.publishable(reading.read(surveys.survey("minat_2026")))


def test_a_survey_with_a_problem_cannot() -> None:
    with pytest.raises(DefinitionInvalid):
        branching.publishable(defined(single("Q1", "A")))


UNREACHABLE: list[Any] = [
    {"all": [Q1_IS_A, {"question": "Q1", "is": "B"}]},
    {"all": [Q1_IS_A, {"not": Q1_ANSWERED}]},
    {"all": [{"attribute": "employment_type", "is": "PNS"}, {"attribute": "employment_type", "is": "PPPK"}]},
    {"all": [Q1_ANSWERED, {"not": {"question": "Q1", "in": ["A", "B"]}}]},
]


@pytest.mark.parametrize("show_if", UNREACHABLE)
def test_a_question_no_answers_lead_to_is_found(show_if: object) -> None:
    assert found(single("Q1"), single("Q2", show_if=show_if)) == [("unreachable", Place(1, "show_if"))]
    assert found(single("Q1"), single("Q2", show_if=show_if, required=True)) == [
        ("required_unreachable", Place(1, "show_if"))
    ]


def test_a_question_asked_only_of_those_who_left_out_a_required_one_is_never_asked() -> None:
    unanswered = {"not": Q1_ANSWERED}
    assert found(single("Q1", required=True), single("Q2", show_if=unanswered)) == [
        ("unreachable", Place(1, "show_if"))
    ]
    assert found(single("Q1"), single("Q2", show_if=unanswered)) == []


def test_limits_of_several_choices_count_for_what_can_be_reached() -> None:
    both = {"all": [Q1_IS_A, {"question": "Q1", "is": "B"}]}
    assert found(several("Q1", max=2), single("Q2", show_if=both)) == []
    assert found(several("Q1", max=1), single("Q2", show_if=both)) == [("unreachable", Place(1, "show_if"))]
    alone = several("Q1", options=options("B", "C", "A", exclusive=True))
    assert found(alone, single("Q2", show_if=both)) == [("unreachable", Place(1, "show_if"))]


def test_what_hangs_on_an_unreachable_question_is_unreachable_itself() -> None:
    hidden = single("Q2", show_if=UNREACHABLE[0])
    assert found(single("Q1"), hidden, single("Q3", show_if={"question": "Q2", "answered": True})) == [
        ("unreachable", Place(1, "show_if")),
        ("unreachable", Place(2, "show_if")),
    ]


def test_conditions_look_back_only_and_loops_are_called_loops() -> None:
    ahead = {"question": "Q2", "is": "A"}
    assert ("forward_reference", Place(0, "show_if")) in found(single("Q1", show_if=ahead), single("Q2"))
    assert ("loop", Place(0, "show_if")) in found(single("Q1", show_if=ahead), single("Q2", show_if=Q1_IS_A))
    assert ("loop", Place(0, "show_if")) in found(single("Q1", show_if=Q1_IS_A))


def test_conditions_name_what_exists() -> None:
    leaves = [
        ({"question": "Q9", "is": "A"}, "unknown_question"),
        ({"question": "Q1", "is": "X"}, "unknown_value"),
        ({"attribute": "sex", "is": "F"}, "unknown_attribute"),
        ({"attribute": "employment_type", "is": "HONORER"}, "unknown_value"),
    ]
    for leaf, code in leaves:
        assert (code, Place(1, "show_if")) in found(single("Q1"), single("Q2", show_if={"not": leaf}))
    typed = {"question": "N1", "is": "5"}
    assert ("not_comparable", Place(1, "show_if")) in found(question("N1", "number"), single("Q2", show_if=typed))


def test_a_required_question_left_without_options_is_a_dead_end() -> None:
    hidden = [{"code": code, "text": code, "show_if": Q1_IS_A} for code in ("A", "B")]
    assert found(single("Q1"), single("Q2", options=hidden, required=True)) == [("dead_end", Place(1, "options"))]
    assert found(single("Q1"), single("Q2", options=hidden)) == [("nothing_to_choose", Place(1, "options"))]
    assert found(single("Q1"), single("Q2", options=hidden, required=True, show_if=Q1_IS_A)) == []


def test_fewer_options_than_must_be_chosen_is_a_dead_end_too() -> None:
    partly = [*options("A"), {"code": "B", "text": "B", "show_if": Q1_IS_A}]
    assert found(single("Q1"), several("Q2", options=partly, min=2, required=True)) == [
        ("dead_end", Place(1, "options"))
    ]
    rescued = [*partly, *options("Z", exclusive=True)]
    assert found(single("Q1"), several("Q2", options=rescued, min=2, required=True)) == []


def test_borrowed_options_need_something_to_borrow() -> None:
    assert found(several("Q1"), BORROWING) == [("nothing_to_choose", Place(1, "options_from"))]
    assert found(several("Q1"), {**BORROWING, "show_if": Q1_ANSWERED}) == []
    assert found(several("Q1", required=True), BORROWING) == []


def test_nothing_is_recalled_that_may_not_have_been_said() -> None:
    recalling = single("Q2", text="Tadi {{ answer.Q1 }}")
    assert found(single("Q1"), recalling) == [("recall_unanswered", Place(1, "text"))]
    assert found(single("Q1", required=True), recalling) == []
    assert found(single("Q1"), {**recalling, "show_if": Q1_ANSWERED}) == []
    assert found(single("Q1"), closing="{{ answer.Q1 }}") == [("recall_unanswered", Place(None, "closing"))]
    assert found(single("Q1", required=True), closing="{{ answer.Q1 }}") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ answer.Q9 }}", "unknown_question"),
        ("{{ answer.Q2 }}", "forward_reference"),
        ("{{ answer.C1 }}", "not_recallable"),
        ("{{ config }}", "bad_placeholder"),
        ("{% if x %}", "bad_placeholder"),
        ("{{ answer.Q1", "bad_placeholder"),
    ],
)
def test_only_known_placeholders_may_stand_in_a_text(text: str, code: str) -> None:
    before = (question("C1", "consent"), single("Q1", required=True))
    assert (code, Place(2, "text")) in found(*before, single("Q2", text=text))


@pytest.mark.parametrize(
    ("spoiled", "code", "field", "option"),
    [
        (question("N1", "number", min=5, max=1), "limits_contradict", "min", None),
        (question("D1", "date", min="2026-02-01", max="2026-01-01"), "limits_contradict", "min", None),
        (several("M1", max=4), "more_than_options", "max", None),
        (several("M1", min=4, max=3), "more_than_options", "min", None),
        (several("M1", max=0), "out_of_range", "max", None),
        (question("S1", "scale", max=9), "scale_points", "max", None),
        (question("T1", "long_text", max=501), "out_of_range", "max", None),
        (single("Q1", "A", "B", "A"), "option_twice", "options", 2),
        (single("Q1", options=[{"code": "A", "text": "Ya"}, {"code": "B", "text": "ya"}]), "option_text_twice",
         "options", 1),
        (single("Q1", "A"), "too_few_options", "options", None),
    ],
)  # fmt: skip
def test_a_question_does_not_contradict_itself(spoiled: Any, code: str, field: str, option: int | None) -> None:
    assert (code, Place(0, field, option)) in found(spoiled)


def test_special_data_stand_under_a_consent_of_their_own() -> None:
    general = question("C0", "consent", required=True)
    own = question("C1", "consent", purpose="special_data")
    special = several("Q1", special=True)
    assert found(general, special) == [("special_without_consent", Place(1, "special"))]
    assert found(general, own, special) == [("special_without_consent", Place(2, "special"))]
    assert found(general, own, {**special, "show_if": {"question": "C1", "is": "SETUJU"}}) == []


def test_a_survey_too_entangled_to_judge_says_so() -> None:
    # Pigeons and holes: eight questions of seven answers each, no two alike, is more than any search of this size sees.
    codes = "ABCDEFG"
    asked = [single(f"P{n}", *codes, required=True) for n in range(8)]
    pairs = [(f"P{a}", f"P{b}", code) for a in range(8) for b in range(a) for code in codes]
    alike = [{"not": {"all": [{"question": a, "is": c}, {"question": b, "is": c}]}} for a, b, c in pairs]
    assert found(*asked, single("LAST", show_if={"all": alike})) == [("too_complicated", Place(8, "show_if"))]


def test_the_search_agrees_with_trying_everything() -> None:
    parts = [Q1_IS_A, {"question": "Q2", "is": "B"}, Q1_ANSWERED, {"not": {"question": "Q2", "answered": True}}]
    shapes = [{"all": [one, other, {"not": third}]} for one, other, third in product(parts, repeat=3)]
    verdicts = set()
    for show_if in shapes:
        definition = defined(single("Q1"), single("Q2", show_if=Q1_IS_A), single("Q3", show_if=show_if))
        tried = product((None, "A", "B"), repeat=2)
        reached = any("Q3" in view(definition, {}, {"Q1": first, "Q2": second}).codes for first, second in tried)
        judged = Place(2, "show_if") not in {problem.place for problem in branching.problems(definition)}
        assert judged == reached, show_if
        verdicts.add(judged)
    assert verdicts == {True, False}


def test_the_shortest_and_the_longest_way_are_counted() -> None:
    measured = lengths.length(
        defined(
            question("C0", "consent", required=True),
            question("P1", "page"),
            single("Q1", required=True),
            single("Q2", show_if=Q1_IS_A),
            single("Q3", show_if={"question": "Q2", "is": "B"}),
            single("Q4", show_if={"question": "Q1", "is": "B"}),
        )
    )
    assert (measured.fewest, measured.most, measured.exact) == (3, 4, True)


def test_the_packaged_survey_keeps_to_its_minutes() -> None:
    definition = reading.read(surveys.survey("minat_2026"))
    measured = lengths.length(definition)
    assert measured.exact
    assert measured.shortest_minutes <= (definition.minutes or 0)
    assert measured.most - measured.fewest >= 12


def test_an_upload_is_judged_past_its_first_fault_and_without_what_follows_from_it() -> None:
    upload = survey(
        single("Q1", kind="essay"),
        single("Q2", show_if=Q1_IS_A),
        single("Q3", show_if={"question": "Q9", "is": "A"}),
        single("Q4", low_label={"id": "x"}),
        question("Q5", "scale", max=9),
    )
    assert [(one.code, one.place) for one in inspecting.inspect(upload)] == [
        ("not_one_of", Place(0, "kind")),
        ("unknown_question", Place(2, "show_if")),
        ("field_not_for_kind", Place(3, "low_label")),
        ("scale_points", Place(4, "max")),
    ]


@pytest.mark.parametrize("upload", [{}, {"questions": "x"}, {"questions": [1, None]}, {"questions": [{}], "title": 3}])
def test_whatever_is_uploaded_is_judged_and_nothing_breaks(upload: dict[str, Any]) -> None:
    assert inspecting.inspect(upload)
