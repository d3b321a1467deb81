"""Response rates by agency and unit: what the small ones leave of the whole count is never a few people."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.engine import Database
from db.models import SurveyParticipant
from db.surveys import response
from db.surveys.response import Rate, joined, parted
from tests import factories, survey_rounds
from tests.city import MORNING
from tests.surveying import single, survey

SMALLEST = 5
CITIES = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=4), min_size=1, max_size=3)
"""How many were asked in each unit of each agency."""
Units = frozenset[tuple[int, int]]
"""Some units: the place of the agency, and of the unit in it."""


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


def shown(city: Sequence[Sequence[int]], *, units_of_all: bool = False) -> set[Units]:
    """Give the sets of units whose numbers are shown; one of them is the whole city."""
    units = [[Rate("", asked, 0, place) for place, asked in enumerate(agency)] for agency in city]
    agencies = [Rate("", sum(agency), 0, place) for place, agency in enumerate(city)]
    alone, together = parted(agencies, SMALLEST)
    told = [agencies, together, *([one] for one in alone)]
    sets = [frozenset((agency.place, unit.place) for agency in group for unit in units[agency.place]) for group in told]
    for agency in agencies if units_of_all else alone:
        by_itself, small = parted(units[agency.place], SMALLEST)
        sets += [
            frozenset((agency.place, unit.place) for unit in group) for group in [small, *([one] for one in by_itself)]
        ]
    return {one for one in sets if one}


def derived(told: set[Units]) -> set[Units]:
    """Add what lies apart and take away what lies inside, until nothing new follows."""
    known, fresh = set(told), list(told)
    while fresh:
        one = fresh.pop()
        for other in list(known):
            small, big = sorted((one, other), key=len)
            new = big - small if small < big else big | small if not big & small else frozenset()
            if new and new not in known:
                known.add(new)
                fresh.append(new)
    return known


@given(CITIES)
def test_nothing_that_is_shown_by_unit_lets_a_few_people_be_worked_out(city: list[list[int]]) -> None:
    if sum(map(sum, city)) < SMALLEST:
        return  # of so few in all the screens show nothing but how many they are
    for people in derived(shown(city)):
        assert sum(city[agency][unit] for agency, unit in people) >= SMALLEST


def test_the_units_of_an_agency_told_with_others_would_tell_a_few_people() -> None:
    leaking = shown([[9, 9], [6], [3]], units_of_all=True)
    assert frozenset({(2, 0)}) in derived(leaking)
    assert frozenset({(2, 0)}) not in derived(shown([[9, 9], [6], [3]]))


async def test_units_are_counted_as_they_were_at_the_opening(database: Database) -> None:
    where = [("Dinas Satu", "Bidang B"), ("Dinas Satu", "Bidang A"), ("Dinas Satu", "Bidang A"), ("Dinas Dua", "UPTD")]
    async with database.transaction() as session:
        people = [
            await factories.employee(session, f"Orang {n}", agency=agency, unit_name=unit, at=MORNING)
            for n, (agency, unit) in enumerate(where)
        ]
        opened = await survey_rounds.opened(session, survey(single("Q1")), people, at=MORNING, author=people[0])
        await survey_rounds.opened(session, survey(single("Q1")), people[:1], at=MORNING, author=people[0])
        mine = select(SurveyParticipant).where(SurveyParticipant.round_id == opened.id,
                                               SurveyParticipant.employee_id == people[1].id)  # fmt: skip
        for one in await session.scalars(mine):
            one.state = "finished"
        people[2].unit_id = people[3].unit_id  # has moved since
    async with database.reading() as session:
        agencies = await response.rates(session, opened.id)
        everywhere = await response.unit_rates(session, opened.id)
        one_agency = await response.unit_rates(session, opened.id, people[0].agency_id)
    assert [(one.name, one.asked, one.finished) for one in agencies] == [("Dinas Dua", 1, 0), ("Dinas Satu", 3, 1)]
    assert [one.place for one in agencies] == [people[3].agency_id, people[0].agency_id]
    said = {agency: [(one.name, one.asked, one.finished) for one in units] for agency, units in everywhere.items()}
    assert said == {people[0].agency_id: [("Bidang A", 2, 1), ("Bidang B", 1, 0)],
                    people[3].agency_id: [("UPTD", 1, 0)]}  # fmt: skip
    assert one_agency == {people[0].agency_id: everywhere[people[0].agency_id]}
