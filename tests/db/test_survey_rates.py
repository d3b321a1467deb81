"""Response rates by agency: what the small ones leave of the whole count is never a few people."""

import pytest

from db.surveys.response import Rate, joined, parted


@pytest.mark.parametrize(
    ("asked", "alone", "together"),
    [
        ((9, 7, 5), (9, 7, 5), ()),
        ((9, 4, 7, 3), (9, 7), (4, 3)),
        ((9, 4, 7), (9,), (4, 7)),
        ((5, 4), (), (4, 5)),
        ((3,), (), (3,)),
        ((), (), ()),
    ],
)
def test_small_agencies_are_told_together_or_take_the_least_of_the_others(
    asked: tuple[int, ...], alone: tuple[int, ...], together: tuple[int, ...]
) -> None:
    found = [Rate(f"Dinas {place}", many, many // 2) for place, many in enumerate(asked)]
    parts = parted(found, 5)
    assert [tuple(one.asked for one in part) for part in parts] == [alone, together]
    assert joined(parts[1]).asked == sum(together)
    assert joined(parts[1]).finished == sum(many // 2 for many in together)
