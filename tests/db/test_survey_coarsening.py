"""Attributes made coarser: no stored combination is rarer than five, and the order of rows tells nothing."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from db.surveys.coarsening import LEAST, Combination, coarsen

COMBINATIONS = some.tuples(some.sampled_from([1, 2, 3, None]), some.sampled_from(["PNS", "PPPK", None]))


def rows(**times: int) -> list[Combination]:
    """Rows of (agency, type) said as `a_PNS=3`."""
    return [tuple(name.split("_")) for name, count in times.items() for _ in range(count)]


@given(some.lists(COMBINATIONS, max_size=60))
def test_every_combination_that_is_stored_has_five_rows_or_all_are_blank(given_rows: list[Combination]) -> None:
    coarse = coarsen(given_rows)
    counts = Counter(coarse)
    assert min(counts.values(), default=LEAST) >= LEAST or set(counts) == {(None, None)}
    for before, after in zip(given_rows, coarse, strict=True):  # coarser, never another
        assert all(new in (old, None) for old, new in zip(before, after, strict=True))


@given(some.lists(COMBINATIONS, max_size=40), some.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(given_rows: list[Combination], chance: object) -> None:
    order = list(range(len(given_rows)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    shuffled = coarsen([given_rows[place] for place in order])
    assert [shuffled[order.index(place)] for place in range(len(order))] == coarsen(given_rows)


def test_what_is_frequent_enough_stays_as_it_is() -> None:
    given_rows = rows(a_PNS=5, a_PPPK=6, b_PNS=9)
    assert coarsen(given_rows) == given_rows


def test_the_few_are_blanked_where_they_differ_last() -> None:
    assert Counter(coarsen(rows(a_PNS=7, a_PPPK=3, a_CPNS=2, b_PNS=5))) == {
        ("a", "PNS"): 7, ("a", None): 5, ("b", "PNS"): 5,
    }  # fmt: skip


def test_a_few_alone_take_the_rarest_others_with_them() -> None:
    # Two blanks beside seven would be two known ones: the next rarest join them.
    assert Counter(coarsen(rows(a_PNS=9, b_PNS=6, c_PNS=2))) == {("a", "PNS"): 9, (None, "PNS"): 8}


def test_fewer_than_five_in_all_are_blank_and_without_cuts_there_is_nothing_to_blank() -> None:
    assert coarsen(rows(a_PNS=3)) == [(None, None)] * 3
    assert coarsen([()] * 7) == [()] * 7
