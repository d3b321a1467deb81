"""The picker of a `unit` question: own options first, then what is chosen, then a page of what fits the search."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db.surveys import places
from db.surveys.definition import Kind, Question
from db.surveys.places import Place
from handlers.buttons import Button
from handlers.employee.survey.choices import Choosing, several, turning
from handlers.employee.survey.sitting import Keys, Sitting
from handlers.employee.survey.wording import Tongue

if TYPE_CHECKING:
    from handlers.context import Context

PAGE = 8
"""Places on one screen."""


@dataclass(frozen=True)
class Shelf:
    """A page of places that fit a search, and how many fit in all."""

    places: list[Place]
    total: int
    page: int
    query: str


async def shelf_of(context: "Context", question: Question, query: str, page: int) -> Shelf | None:
    """Give the page of places a question offers; None where it offers none."""
    if question.kind is not Kind.UNIT or question.picks is None:
        return None
    page = max(page, 0)
    found, total = await places.found(context.session, question.picks, query, first=page * PAGE, count=PAGE)
    return Shelf(found, total, page, query)


async def names_of(context: "Context", here: Sitting) -> dict[str, str]:
    """Give the names of all places picked in a sitting, by their references."""
    names: dict[str, str] = {}
    for question in here.definition.questions:
        given = here.draft.answers.get(question.code)
        if question.kind is Kind.UNIT and question.picks is not None and isinstance(given, tuple):
            references = [pick for pick in given if pick.startswith("#")]
            names |= await places.named(context.session, question.picks, references)
    return names


def picker_rows(keys: Keys, tongue: Tongue, asked: Choosing, shelf: Shelf) -> list[list[Button]]:
    """Give the rows of a picker: own options and choices on the first page, places, and the way through the pages."""
    first = shelf.page == 0 and not shelf.query
    own = several(keys, tongue, replace(asked, page=0)) if first else []
    chosen = [Place(code, tongue.option(asked.question, code)) for code in asked.picked if code.startswith("#")]
    known = {place.reference for place in chosen}
    offered = [*chosen, *(place for place in shelf.places if place.reference not in known)]
    clear = [[keys.act("whole_list", "page", keys.place(asked.question), 0, 1)]] if shelf.query else []
    rows = [[_place(keys, asked, place)] for place in offered]
    return [*own, *rows, *turning(keys, asked, shelf.total, PAGE), *clear]


def _place(keys: Keys, asked: Choosing, place: Place) -> Button:
    words = asked.mark(place.whole, place.reference, ranked=True)
    on = int(place.reference not in asked.picked)
    return keys.pick(words, "unit", keys.place(asked.question), place.reference[1:], on, asked.page)
