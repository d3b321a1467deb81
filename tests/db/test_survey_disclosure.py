"""What may be shown, table by table: small numbers together, groups that may stand, questions that hang on others."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from db.surveys import counting, gathering, layouts
from db.surveys.census import Answer, census
from db.surveys.counting import Counted, counted
from db.surveys.definition import Definition
from db.surveys.disclosure import Tables, publishable, tables_of
from db.surveys.layouts import Leaves
from db.surveys.overall import Line, Overall, overall
from tests.surveying import defined, options, question, several, single


def table(asked: dict[str, object], people: int, **chosen: int) -> Overall:
    """The table of one question that so many chose so."""
    one = defined(asked).questions[0]
    return overall(one, counted(one, [(code, None, 0, many) for code, many in chosen.items()], people))


def lines(found: Overall) -> dict[str, tuple[int, ...] | None]:
    return {"+".join(code or "-" for code in line.codes): line.counts for line in found.lines}


def test_enough_of_each_stand_by_themselves_and_nobody_at_all_is_told() -> None:
    assert lines(table(single("Q1", "A", "B", "C"), 20, A=9, B=6)) == {"A": (9,), "B": (6,), "C": (0,), "-": (5,)}


def test_a_rare_answer_is_told_with_those_nobody_gave_and_the_next_rarest() -> None:
    assert lines(table(single("Q1", "A", "B", "C", "D"), 30, A=17, B=10, C=3)) == {"A": (17,), "B+C+D+-": (13,)}


def test_two_rare_ones_are_told_together_unless_their_sum_is_all_they_can_be() -> None:
    together = table(single("Q1", "A", "B", "C", "D", required=True), 30, A=14, B=10, C=3, D=3)
    assert lines(together) == {"A": (14,), "B": (10,), "C+D+-": (6,)}
    assert gathering.gathered({"A": (20,), "B": (9,), "C": (4,), "D": (4,)}, ordered=False) == [("A",), ("B", "C", "D")]


def test_grades_and_points_are_told_with_their_neighbours() -> None:
    asked = single("Q1", "SS", "S", "N", "KS", "BS", means="readiness")
    assert lines(table(asked, 40, SS=2, S=14, N=12, KS=9, BS=3)) == {
        "SS+S": (16,), "N": (12,), "KS+BS": (12,), "-": (0,),
    }  # fmt: skip
    few_silent = table(question("Q1", "scale"), 40, **{"1": 12, "2": 9, "3": 17})
    assert lines(few_silent) == {"1": (12,), "2+-": (11,), "3": (17,), "4": (0,), "5": (0,)}


@pytest.mark.parametrize("chosen", [{"A": 20}, {"A": 19, "B": 1}, {"A": 16, "B": 4}, {"A": 4}, {}])
def test_all_or_nearly_all_alike_and_too_few_are_not_shown(chosen: dict[str, int]) -> None:
    assert table(single("Q1"), 20, **chosen).hidden == "few"


def test_special_data_is_never_shown_and_typed_words_have_no_table() -> None:
    asked = defined(question("Q0", "consent", purpose="x"),
                    several("Q1", special=True, show_if={"question": "Q0", "is": "SETUJU"}))  # fmt: skip
    assert overall(asked.questions[1], Counted(50, 50, {"A": 25, "B": 25})).hidden == "special"


def choices(people: int, answered: int, asked: dict[str, object], **chosen: int) -> Overall:
    one = defined(asked).questions[0]
    return overall(one, Counted(people, answered, chosen))


def test_of_several_choices_each_is_told_where_those_who_left_it_out_are_enough_too() -> None:
    found = choices(40, 40, several("Q1", "A", "B", "C", "D", max=3), A=36, B=20, C=3, D=15)
    assert (found.form, lines(found)) == ("choices", {"A": None, "B": (20,), "C": None, "D": (15,)})


def test_a_choice_that_stands_alone_goes_where_the_others_are_few() -> None:
    asked = several("Q1", "A", "B", "Z", max=2)
    asked["options"] = options("A", "B", "Z", exclusive=True)
    assert lines(choices(40, 40, asked, A=15, B=14, Z=20)) == {"A": (15,), "B": (14,), "Z": (20,)}
    assert lines(choices(40, 40, asked, A=12, B=9, Z=25)) == {"A": (12,), "B": (9,), "Z": None}


def test_a_sum_that_would_tell_of_few_who_chose_two_hides_the_rarest() -> None:
    assert lines(choices(30, 30, several("Q1", max=2), A=12, B=11, C=9)) == {"A": (12,), "B": (11,), "C": None}


def test_rankings_are_told_by_place_or_else_by_choice() -> None:
    ranked = defined({**several("Q1", "A", "B", "C", "D", max=2), "kind": "ranked"}).questions[0]
    rows = [("A", None, 0, 20), ("B", None, 0, 15), ("B", None, 1, 12), ("C", None, 1, 18), ("D", None, 0, 8)]
    found = overall(ranked, counted(ranked, rows, 50))
    assert found.form == "places"
    assert lines(found)["A"] == (20, 0, 0)
    thin = [(code, None, place, many) for code in "ABCD" for place, many in ((0, 6), (1, 3))]
    assert overall(ranked, counted(ranked, thin, 50)).form == "choices"


def test_of_a_picker_only_what_many_chose_is_named() -> None:
    one = defined(question("Q1", "unit", options=options("MANA"))).questions[0]
    rows = [("MANA", None, 0, 9), ("#1", None, 0, 11), ("#2", None, 0, 2), ("#3", None, 0, 8)]
    assert [line.codes for line in overall(one, counted(one, rows, 30)).lines] == [
        ("MANA",), ("#1",), ("",), ("*",),
    ]  # fmt: skip


def test_numbers_are_told_in_spans_with_mean_and_median_and_days_by_month_or_year() -> None:
    number = defined(question("Q1", "number")).questions[0]
    found = overall(number, counted(number, [(None, float(n), 0, 1) for n in range(40)], 40))
    assert [(line.codes[0], line.counts) for line in found.lines][:2] == [("0..5", (5,)), ("5..10", (5,))]
    assert (found.mean, found.median) == (19.5, 19.5)
    assert counted(number, [(None, 3.0, 0, 2), (None, 8.0, 0, 3)], 9).median == 8
    assert list(counting.days(["2026-11-24", "2026-12-01"]).values()) == ["2026-11", "2026-12"]
    assert list(counting.days(["2020-11-24", "2026-12-01"]).values()) == ["2020", "2026"]


def test_groups_that_may_not_stand_join_until_they_may() -> None:
    leaves: Leaves = {("P", "X"): {"A": 9, "B": 8}, ("P", "Y"): {"A": 7, "B": 6}, ("Q", "X"): {"A": 9, "B": 1},
              ("R", "X"): {"A": 6, "B": 7}, ("S", "X"): {"A": 40, "B": 20}}  # fmt: skip
    made = layouts.laid_out("Q1", leaves, [("A",), ("B",)], ordered=False)
    assert made is not None
    assert made.groups == {("S", "X"): (40, 20), ("P", "X"): (9, 8), ("P", "Y"): (7, 6), (None, None): (15, 8)}
    assert made.by_cut(0) == {"S": (40, 20), "P": (16, 14), None: (15, 8)}
    assert layouts.layout_of(made.plain()) == made
    assert layouts.laid_out("Q1", {("P",): {"A": 20}, ("Q",): {"B": 20}}, [("A",), ("B",)], ordered=False) is None


def told(asked: Definition, people: Sequence[tuple[str, Mapping[str, tuple[str, ...]]]]) -> Tables:
    """What is published of people, given by agency and answers."""
    answers: list[Answer] = [
        (number, code, place, value, None)
        for number, (_, given) in enumerate(people)
        for code, picks in given.items()
        for place, value in enumerate(picks)
    ]
    found = publishable(asked, census(["agency"], [(agency,) for agency, _ in people], answers))
    assert tables_of(found.plain()) == found
    return found


BRANCHING = defined(single("Q1"), single("Q2", "C", "D", show_if={"question": "Q1", "is": "A"}))


@pytest.mark.parametrize(("silent", "hidden"), [(0, None), (2, "few"), (6, None)])
def test_who_was_asked_and_stayed_silent_must_be_enough(silent: int, hidden: str | None) -> None:
    people = [("P", {"Q1": ("A",), "Q2": (code,)}) for code in "CD" * 8] + [("P", {"Q1": ("A",)})] * silent
    people += [("P", {"Q1": ("B",)})] * 12
    found = {one.question: one for one in told(BRANCHING, people).questions}
    if hidden is None:
        assert found["Q2"].people == 16 + silent
        assert lines(found["Q2"])["C"] == (8,)
    else:
        assert lines(found["Q2"]) == {} or lines(found["Q2"]) == {"C": (8,), "D+-": (10,)}


def test_a_question_that_not_everybody_is_asked_is_never_laid_out_by_groups() -> None:
    people = [(agency, {"Q1": ("A",), "Q2": (code,)}) for agency in "PQ" for code in "CD" * 8]
    people += [(agency, {"Q1": ("B",)}) for agency in "PQ" for _ in range(9)]
    found = told(BRANCHING, people)
    assert [(one.question, one.option) for one in found.layouts] == [("Q1", None)]
    assert Counter(one.hidden for one in found.questions) == {None: 2}
    assert told(BRANCHING, people[:4]).questions == ()


def test_the_rarest_option_is_not_laid_out_so_that_no_groups_sum_is_known() -> None:
    asked = defined(several("Q1", "A", "B", "C", max=2))
    given: list[tuple[str, ...]] = [("A", "B"), ("A",), ("B", "C"), ("C",)]
    people = [(agency, {"Q1": picks}) for agency in "PQ" for picks in given * 7]
    assert [one.option for one in told(asked, people).layouts] == ["A", "B"]
    assert isinstance(told(asked, people).questions[0].lines[0], Line)
