"""What others hear of a link: the people who look after a unit, and the account that had it before."""

from typing import TYPE_CHECKING, Any

from content.filters import inisial
from db import outbox, roles
from db.models import Employee, Unit
from db.outbox import Lane
from db.windows import Window
from handlers.buttons import Rows, act
from handlers.outgoing import keyboard_for

if TYPE_CHECKING:
    from handlers.context import Context


async def tell_keepers(
    context: "Context", employee: Employee, unit: Unit, name: str, *, once: str, window: Window = Window.ANY
) -> None:
    """Leave a note for the unit's operators, else the officers: initials and unit only, once for each `once`."""
    for keeper in await roles.keepers(context.session, unit.path, without=employee.id):
        await outbox.queue(
            context.session,
            name,
            {"initials": inisial(employee.full_name), "unit": unit.name},
            employee_id=keeper,
            lane=Lane.REPLIES,
            window=window,
            due_at=context.now,
            unique_key=f"{name}:{once}:{keeper}",
        )


async def tell_of_new_links(context: "Context", unit: Unit) -> None:
    """Let the unit's operators know that links wait; in office hours, once an hour however many people join."""
    hour = context.now.strftime("%Y%m%d%H")
    for keeper in await roles.keepers(context.session, unit.path):
        await outbox.queue(
            context.session,
            "links/new",
            {},
            employee_id=keeper,
            lane=Lane.REPLIES,
            window=Window.OFFICE,
            due_at=context.now,
            unique_key=f"links/new:{hour}:{keeper}",
        )


async def tell_chat(context: "Context", chat_id: int, name: str, /, *, once: str, **values: Any) -> None:
    """Tell an account something about a link that is not (or no more) its own; nothing personal is in it."""
    await outbox.queue(
        context.session,
        name,
        values,
        chat_id=chat_id,
        lane=Lane.REPLIES,
        due_at=context.now,
        unique_key=f"{name}:{once}:{chat_id}",
    )


async def tell_person(context: "Context", employee_id: int, name: str, /, *, once: str, **values: Any) -> None:
    """Tell an employee what was decided about their link or role."""
    await outbox.queue(
        context.session,
        name,
        values,
        employee_id=employee_id,
        lane=Lane.REPLIES,
        due_at=context.now,
        unique_key=f"{name}:{once}:{employee_id}",
    )


@keyboard_for("links/new")
def under_new_links(_values: Any) -> Rows:
    """Lead to the list of new links."""
    return [[act("new_links", "links", 0)]]


@keyboard_for("links/claimed")
def under_claimed(_values: Any) -> Rows:
    """Lead to the list of contested links."""
    return [[act("claims", "claims", 0)]]
