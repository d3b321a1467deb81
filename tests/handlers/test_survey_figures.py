"""Which picture a question gets, and the same numbers in words."""

from typing import Any

from content.catalog import Catalog
from content.charts.figures import Figure
from db.models import SurveyRound
from db.surveys import reading
from db.surveys.counting import counted
from db.surveys.disclosure import Tables
from db.surveys.layouts import Layout
from db.surveys.overall import WORDS, Overall, overall
from db.surveys.publications import Results
from handlers.office.survey_results import figures
from handlers.office.survey_results.wording import Wording
from tests.surveying import options, question, several, single, survey

CATALOG = Catalog()


def drawn(asked: dict[str, Any], people: int, rows: list[tuple[Any, Any, int, int]], **more: Any) -> Figure | None:
    """The picture of one question that was answered so."""
    definition = reading.read(survey(asked))
    one = definition.questions[0]
    table = Overall(one.code, WORDS, people) if "words" in more else overall(one, counted(one, rows, people))
    found = Results(SurveyRound(secrecy="named"), definition, Tables(people, ("agency",), (table,), **more), True,
                    {"#1": "Dinas Kesehatan"})  # fmt: skip
    return figures.of_question(Wording(CATALOG, "id", found), one, table)


def told(figure: Figure | None) -> list[tuple[str, str]]:
    assert figure is not None
    return [(row.label, row.said) for row in figure.rows]


def test_grades_go_two_ways_around_their_middle() -> None:
    grades = single("Q1", "SS", "S", "N", "KS", "BS", means="readiness")
    figure = drawn(grades, 50, [(code, None, 0, 10) for code in ("SS", "S", "N", "KS", "BS")])
    assert figure is not None
    assert (figure.kind, figure.middle, figure.below) == ("diverging", 2, "dari 50 orang")
    assert told(figure)[0] == ("Pilihan SS", "10 · 20 %")
    gathered = drawn(question("Q1", "scale"), 50, [("1", None, 0, 3), ("2", None, 0, 9), ("4", None, 0, 30)])
    assert gathered is not None
    assert gathered.middle == 1
    assert told(gathered)[0] == ("1 (Tidak) – 2", "12 · 29 %")
    assert gathered.below == "dari 50 orang, 8 di antaranya tidak menjawab"


def test_choices_are_bars_the_most_chosen_first_and_points_columns() -> None:
    figure = drawn(several("Q1", "A", "B", "C", max=3), 40, [("A", None, 0, 20), ("B", None, 0, 20), ("B", None, 1, 8)])
    assert figure is not None
    assert (figure.kind, figure.whole) == ("bars", 40.0)
    assert told(figure) == [("Pilihan B", "28 · 70 %"), ("Pilihan A", "20 · 50 %")]
    columns = drawn(question("Q1", "nps"), 60, [(str(point), None, 0, 6) for point in range(10)])
    assert columns is not None
    assert (columns.kind, [row.label for row in columns.rows][-2:]) == ("columns", ["9", "10"])


def test_a_ranking_shows_three_places_what_is_joined_last() -> None:
    ranked = {**several("Q1", "A", "B", "C", "D", max=2), "kind": "ranked"}
    rows = [("A", None, 0, 10), ("B", None, 0, 25), ("A", None, 1, 12), ("B", None, 1, 6), ("C", None, 0, 9),
            ("C", None, 1, 4), ("D", None, 0, 3), ("D", None, 1, 8)]  # fmt: skip
    figure = drawn(ranked, 60, rows)
    assert figure is not None
    assert (figure.kind, len(figure.parts)) == ("ranking", 3)
    assert told(figure) == [("Pilihan B", "25 · 6 · 0"), ("Pilihan A", "10 · 12 · 0"),
                            ("Pilihan C; Pilihan D", "12 · 12 · 0")]  # fmt: skip


def test_numbers_days_places_and_words_have_their_words() -> None:
    numbers = drawn(question("Q1", "number"), 40, [(None, float(n), 0, 1) for n in range(40)])
    assert numbers is not None
    assert numbers.below == "dari 40 orang · rata-rata 19,5, nilai tengah 19,5"
    assert told(numbers)[0] == ("0 sampai di bawah 5", "5 · 12 %")
    days = drawn(question("Q1", "date"), 20, [("2026-11-03", None, 0, 9), ("2026-12-01", None, 0, 11)])
    assert told(days)[0] == ("November 2026", "9 · 45 %")
    picker = question("Q1", "unit", options=options("MANA"))
    assert told(drawn(picker, 20, [("MANA", None, 0, 9), ("#1", None, 0, 11)])) == [
        ("Dinas Kesehatan", "11 · 0 · 0"), ("Pilihan MANA", "9 · 0 · 0"),
    ]  # fmt: skip
    assert told(drawn(question("Q1", "long_text"), 20, [], words={"Q1": [("jarak", 9)]})) == [("jarak", "9")]
    assert drawn(question("Q1", "long_text"), 20, [], words={}) is None
    assert drawn(single("Q1"), 20, [("A", None, 0, 20)]) is None


def test_by_a_cut_each_group_has_its_shares_and_nobody_gave_what_is_left_out() -> None:
    layout = Layout("Q1", None, (("A",), ("B",), ("",)), {(1,): (6, 14, 0), (None,): (5, 5, 0)})
    definition = reading.read(survey(single("Q1")))
    found = Results(SurveyRound(secrecy="named"), definition, Tables(30, ("agency",), (), (layout,)), True,
                    {"#1": "Dinas Kesehatan"})  # fmt: skip
    words = Wording(CATALOG, "id", found)
    figure = figures.of_cut(words, layout, 0, figures.groups(layout, 0))
    assert (figure.kind, figure.parts) == ("stacked", ("Pilihan A", "Pilihan B"))
    assert [(row.label, row.values, row.said) for row in figure.rows] == [
        ("Dinas Kesehatan", (6.0, 14.0), "20 orang"), ("Lainnya (digabung)", (5.0, 5.0), "10 orang"),
    ]  # fmt: skip
    option = Layout("Q1", "A", (("A",), ("",)), {(1,): (6, 14), (None,): (5, 5)})
    bars = figures.of_cut(words, option, 0, figures.groups(option, 0))
    assert (bars.kind, bars.rows[0].values, bars.rows[0].said) == ("bars", (0.3,), "6 · 30 %")
