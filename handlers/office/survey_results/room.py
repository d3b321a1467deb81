"""How much of a result one message holds, in characters as Telegram counts them; the rest is counted, not said."""

from collections.abc import Iterable

from handlers.employee.survey.wording import size

ROOM = 3_000
"""Characters for rows, groups and names; what is left of a message is the question's and for what is left out."""
AROUND = 12
"""Characters that a line has around its words, such as a dash, a colon and its end."""


def line(*words: str) -> int:
    """Count a line that says these words."""
    return sum(map(size, words)) + AROUND


def fitting(sizes: Iterable[int], room: int) -> int:
    """Tell how many of the first ones have room together."""
    many = 0
    for one in sizes:
        room -= one
        if room < 0:
            break
        many += 1
    return many
