"""Pictures: who draws them is handed to the counter by the process; whoever cannot, says so in words."""

from collections.abc import Awaitable, Callable

from content.charts.figures import Figure
from db.errors import DomainError

Draw = Callable[[Figure], Awaitable[bytes]]


class PictureFailed(DomainError):
    """The picture could not be drawn; its numbers are told in words."""


async def nobody_draws(_figure: Figure) -> bytes:
    """Refuse, where the process brought nobody who draws."""
    raise PictureFailed
