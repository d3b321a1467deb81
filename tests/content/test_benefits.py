"""The cards of "Manfaat dan beratnya mutasi": every benefit with its cost, short enough for a phone."""

from pathlib import Path

import pytest

from content.benefits import Topic, topics
from content.catalog import LANGUAGES, Catalog
from content.errors import FileError
from content.markup import plain, visible_length

CATALOG = Catalog()
BENEFITS = ("learning", "career", "network", "renewal", "fit", "service", "contract")
WORRIES = ("distance", "allowance", "family", "tasks", "punished", "colleagues", "information")


def card(name: str, language: str = "id") -> str:
    return CATALOG.render(name, CATALOG.declared(name, language), language)


ALL_CARDS = [(name, language) for language in LANGUAGES for topic in topics(language) for name in topic.cards]


@pytest.mark.parametrize(("name", "language"), ALL_CARDS)
def test_a_card_fits_a_phone(name: str, language: str) -> None:
    assert visible_length(card(name, language)) <= 900


@pytest.mark.parametrize("name", BENEFITS)
def test_a_benefit_stands_with_its_cost_and_both_kinds_of_promise(name: str) -> None:
    said = plain(card(f"benefits/{name}"))
    parts = ["Manfaatnya.", "Beratnya.", "Yang dapat kami lakukan.", "Yang tidak dapat kami janjikan."]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    said = plain(card(f"benefits/{name}", "en"))
    for part in ("What it brings.", "What it costs.", "What we can do.", "What we cannot promise."):
        assert part in said


@pytest.mark.parametrize("name", WORRIES)
def test_a_worry_is_taken_seriously_and_nothing_is_promised(name: str) -> None:
    assert "tidak dapat menjanjikan" in plain(card(f"benefits/worry_{name}"))
    assert "cannot promise" in plain(card(f"benefits/worry_{name}", "en"))


def test_the_allowance_card_names_no_figure() -> None:
    assert not any(sign.isdigit() for sign in card("benefits/worry_allowance"))
    assert "dapat naik dan dapat pula turun" in card("benefits/worry_allowance")


def test_a_number_from_the_law_asks_to_be_checked() -> None:
    assert "14 hari kerja sejak keputusan diterima (mohon periksa peraturan)" in card("benefits/rights")
    assert "bukan penolakan tugas" in card("benefits/rights")


def test_the_steps_are_targets_not_legal_limits() -> None:
    assert "target kantor, bukan batas waktu menurut peraturan" in card("benefits/steps_before")
    numbered = [line for part in ("before", "after") for line in card(f"benefits/steps_{part}").splitlines()]
    assert [line[0] for line in numbered if line[:1].isdigit()] == list("12345678")


def test_both_languages_have_the_same_topics_and_cards() -> None:
    indonesian, english = topics("id"), topics("en")
    assert [(topic.code, topic.cards) for topic in indonesian] == [(topic.code, topic.cards) for topic in english]


def test_every_card_is_reached_by_one_topic() -> None:
    reached = [name for topic in topics() for name in topic.cards]
    assert sorted(reached) == [name for name in CATALOG.names() if name.startswith("benefits/")]


def test_codes_are_short_and_distinct() -> None:
    codes = [topic.code for topic in topics()]
    assert len(set(codes)) == len(codes)
    assert all(len(code.encode()) <= 12 for code in codes)


def test_an_office_may_choose_its_own_topics(tmp_path: Path) -> None:
    (tmp_path / "id" / "benefits").mkdir(parents=True)
    listed = "topics:\n  - {code: own, title: Milik kami, cards: [rights]}\n"
    (tmp_path / "id" / "benefits" / "topics.yaml").write_text(listed, encoding="utf-8")
    assert topics("id", tmp_path) == [Topic("own", "Milik kami", ("benefits/rights",))]


@pytest.mark.parametrize("text", ["topics:\n  - {code: own}\n", "topics: 5\n", "other: []\n"])
def test_a_list_of_topics_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "id" / "benefits").mkdir(parents=True)
    (tmp_path / "id" / "benefits" / "topics.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        topics("id", tmp_path)
    assert caught.value.code == "unreadable"
