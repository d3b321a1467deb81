"""Results of the longest survey a file may hold: every page of every screen is said, and each group is reached."""

import struct
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, NamedTuple

import pytest

from bot.simulator.methods.texts import LONGEST_CAPTION
from content.catalog import LANGUAGES, Catalog
from content.charts.drawing import png
from content.charts.figures import Figure
from content.markup import visible_length
from db.models import SurveyRound
from db.surveys import reading
from db.surveys.census import Answer, census
from db.surveys.definition import LONG_TEXT, Definition
from db.surveys.disclosure import Tables, publishable
from db.surveys.publications import Results
from db.surveys.shapes import LONGEST_OPTION, LONGEST_TEXT, MOST_OPTIONS
from db.units import LONGEST_NAME
from handlers.answers import Picture, Say
from handlers.buttons import unpack
from handlers.office.survey_results import asking, cuts, figures
from handlers.office.survey_results.wording import Wording
from tests.city import City
from tests.handlers.test_survey_results import looks, opens
from tests.survey_answers import answered, staff
from tests.surveying import question, several, single, survey

CATALOG = Catalog()
CODES = [f"P{number}" for number in range(MOST_OPTIONS)]
AGENCIES = 9
LONGEST_SUM, LONGEST_RATIO = 10_000, 20
"""Width and height of a photo together, and one against the other (Bot API, sendPhoto)."""


def long(words: str, most: int, sign: str = "x") -> str:
    """Make words as long as they may be; each other letter, so that a picture could break them."""
    return (words + f" {sign * 9}" * most)[:most].strip().ljust(most, sign)


def both(words: str, most: int, sign: str) -> dict[str, str]:
    return {"id": long(words, most, sign), "en": long(f"{words} in English", most, sign)}


@cache
def longest(sign: str) -> Definition:
    """A survey as long as a file may be in its texts and options."""
    options = [{"code": code, "text": both(code, LONGEST_OPTION, sign)} for code in CODES]
    ends = {"low_label": both("low", LONGEST_OPTION, sign), "high_label": both("high", LONGEST_OPTION, sign)}
    asked: list[dict[str, Any]] = [
        {**single("Q1", means="readiness"), "options": options},
        {**single("Q2"), "options": options},
        {**several("Q3", max=9), "options": options},
        {**several("Q4", max=3), "kind": "ranked", "options": options},
        {**question("Q5", "unit"), "max": 3},
        question("Q6", "long_text"),
        question("Q7", "scale", max=7, **ends),
        question("Q8", "nps", **ends),
        question("Q9", "number"),
        question("Q10", "date"),
    ]
    text = both("?", LONGEST_TEXT, sign)
    return reading.read(survey(*({**one, "text": text} for one in asked), title=both("Survei", LONGEST_OPTION, sign)))


class Crowd(NamedTuple):
    """How many answer, how even their answers are, and by which cuts they are told."""

    people: int
    even: bool
    cuts: tuple[str, ...]


CROWDS = (
    Crowd(37, even=False, cuts=("agency",)),
    Crowd(600, even=False, cuts=("agency", "employment_type", "position_kind")),
    Crowd(AGENCIES * 6 * MOST_OPTIONS, even=True, cuts=("agency",)),
)
WORDS = tuple((letter * LONG_TEXT, 900 - number) for number, letter in enumerate("abcdefghijklmnopqrstuvwxyzäöü"))


def answers(crowd: Crowd) -> Iterator[Answer]:
    """Let everybody answer: evenly, or as chance has it, and the most by one option."""
    chance = Random(crowd.people)  # noqa: S311 - invented answers, no secret
    for who in range(crowd.people):
        pick = who // AGENCIES % MOST_OPTIONS if crowd.even else int(MOST_OPTIONS * chance.random() ** 5)
        code, other, third = (CODES[(pick + step) % MOST_OPTIONS] for step in (0, 1, 2))
        for asked in ("Q1", "Q2"):
            yield who, asked, 0, code, None
        for asked in ("Q3", "Q4"):
            yield from ((who, asked, place, one, None) for place, one in enumerate((code, other, third)))
        yield from ((who, "Q5", place, f"#{(pick + place) % 50 + 1}", None) for place in (0, 1))
        yield who, "Q7", 0, str(1 + pick % 7), None
        yield who, "Q8", 0, str(pick % 11), None
        yield who, "Q9", 0, None, float(pick * 1_000_000_007)
        yield who, "Q10", 0, f"2026-{1 + pick % 12:02d}-01", None


@cache
def told(crowd: Crowd) -> Tables:
    """What may be published of them; the typed words are as long as an answer."""
    every: dict[str, list[str | None]] = {
        "agency": [f"{n + 1}" for n in range(AGENCIES)],
        "employment_type": ["PNS", "PPPK"],
        "position_kind": ["JF_TERAMPIL", "PELAKSANA", None],
    }
    rows = [tuple(every[cut][n % len(every[cut])] for cut in crowd.cuts) for n in range(crowd.people)]
    made = publishable(longest("x"), census(crowd.cuts, rows, answers(crowd)))
    return Tables(made.people, made.cuts, made.questions, made.layouts, {"Q6": WORDS})


def results(crowd: Crowd, sign: str, *, published: bool = True) -> Results:
    names = {f"#{number}": long(f"{number} Dinas", LONGEST_NAME, sign) for number in range(1, 51)}
    return Results(SurveyRound(id=2**31, secrecy="named"), longest(sign), told(crowd), published, names)


def fits(words: Wording, screen: Say, figure: Figure | None, rows: int = 0) -> str:
    """Say a screen (that it is one message its rendering checks) and its picture's caption."""
    if figure is not None:
        assert visible_length(asking.caption(words, figure, rows=rows)) <= LONGEST_CAPTION
    return CATALOG.render(screen.name, dict(screen.values), words.language)


def next_page(screen: Say) -> int | None:
    pressed = [one.data for row in screen.rows for one in row if one.key == "buttons.next"]
    return int(unpack(pressed[0] or "")[1][-1]) if pressed else None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sign", ["x", "🙂", "&"])
@pytest.mark.parametrize("crowd", CROWDS, ids=lambda crowd: f"{crowd.people} people")
def test_every_page_of_the_longest_survey_is_one_message(crowd: Crowd, sign: str, language: str) -> None:
    for published in (True, False):
        words = Wording(CATALOG, language, results(crowd, sign, published=published))
        for place, table in enumerate(told(crowd).questions):
            asked = words.found.definition.by_code[table.question]
            fits(words, asking.in_words(words, asked, table, place), figures.of_question(words, asked, table), rows=3)
    for place, layout in enumerate(told(crowd).layouts):
        for cut in range(len(crowd.cuts)):
            reached: list[object] = []
            page: int | None = 0
            while page is not None:
                picture, screen = cuts.screen(words, place, cut, page)
                assert isinstance(picture, Picture)
                assert isinstance(screen, Say)
                assert picture.values["page"] == page
                shown = cuts.groups_of(words, layout, cut, page)
                assert [words.group(crowd.cuts[cut], value) for value, _ in shown] == [
                    row["label"] for row in screen.values["rows"]
                ]
                fits(words, screen, figures.of_cut(words, layout, cut, shown))
                reached += [value for value, _ in shown]
                page = next_page(screen)
            assert reached == [value for value, _ in figures.groups(layout, cut)]


def test_what_is_left_out_is_counted_and_stands_in_the_workbook() -> None:
    many = CROWDS[-1]
    words = Wording(CATALOG, "id", results(many, "x"))
    place = next(place for place, one in enumerate(told(many).layouts) if one.question == "Q2")
    _, screen = cuts.screen(words, place, 0, 0)
    assert isinstance(screen, Say)
    said = fits(words, screen, None)
    left = (MOST_OPTIONS - figures.MOST_ROWS) * len(screen.values["rows"])
    assert f"{left} jawaban yang lebih jarang tidak dimuat di sini. Selengkapnya ada dalam <i>Unduh XLSX</i>." in said

    few = CROWDS[0]
    words = Wording(CATALOG, "id", results(few, "x", published=False))
    table = next(one for one in told(few).questions if one.question == "Q2")
    screen = asking.in_words(words, words.found.definition.by_code["Q2"], table, 1)
    said = fits(words, screen, None)
    [joined] = screen.values["joined"]
    block = max((one.codes for one in table.lines), key=len)
    assert joined.count("; ") + screen.values["unnamed"] == len(block)
    assert f"{screen.values['unnamed']} nama pilihan yang digabung. Selengkapnya ada dalam" in said
    assert "setelah hasil diterbitkan" in said


@pytest.mark.parametrize("crowd", CROWDS, ids=lambda crowd: f"{crowd.people} people")
def test_the_highest_picture_is_one_that_telegram_takes(crowd: Crowd) -> None:
    words = Wording(CATALOG, "id", results(crowd, "x"))
    tables = [(words.found.definition.by_code[one.question], one) for one in told(crowd).questions]
    made = [figures.of_question(words, asked, one) for asked, one in tables]
    made += [figures.of_cut(words, one, 0, cuts.groups_of(words, one, 0, 0)) for one in told(crowd).layouts]
    drawn = [one for one in made if one is not None]
    for figure in {one.kind: one for one in sorted(drawn, key=lambda one: len(repr(one)))}.values():
        width, height = struct.unpack(">II", png(figure)[16:24])
        assert width + height <= LONGEST_SUM, figure.kind
        assert height <= LONGEST_RATIO * width


async def test_long_answers_and_long_agencies_are_shown_in_the_chat(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    codes = CODES[:14]
    options = [{"code": code, "text": long(code, LONGEST_OPTION)} for code in codes]
    definition = survey({**single("Q1"), "options": options}, title={"id": "Survei hasil"})
    agencies = {long(f"{number} Dinas", LONGEST_NAME): 28 for number in range(1, 7)}
    async with city.database.transaction() as session:
        people = await staff(session, agencies)
        await answered(session, people, definition, how=lambda number: {"Q1": codes[number // 7 % 14]})
    await opens(officer)
    await looks(officer, "Terbitkan hasil", "Hasil diterbitkan satu kali")
    await looks(officer, "Terbitkan hasil", "Sudah diterbitkan")
    await looks(officer, "1. Tanya Q1", "1/1. Tanya Q1")
    first = await looks(officer, "Menurut perangkat daerah", "(28 orang)")
    assert "– 10 jawaban lain: 0" in first.text
    second = await looks(officer, "Berikutnya", "(28 orang)")
    assert "Berikutnya" not in second.labels
    both_pages = first.text + second.text
    assert [both_pages.count(f"{number} Dinas") for number in range(1, 7)] == [1] * 6
