"""What tests about joining share: slips made, numbers shared, links looked up."""

from sqlalchemy import select

from bot.simulator import Person
from db import slips
from db.models import Employee, Link
from db.slips import Codes
from tests.city import City

OWN_UNIT = "Bidang Pelayanan"
OTHER_UNITS = ("Bidang Data", "Bidang Keuangan", "Sekretariat", "Seksi Kebersihan", "Subbagian Umum")


async def a_staffed_city(city: City) -> None:
    """Let people work in six units, so that five can be offered."""
    for number, name in enumerate(OTHER_UNITS):
        await city.hired(f"Pegawai {number} Contoh", unit_name=name)


async def a_slip(city: City, who: Employee) -> Codes:
    """Make a slip as the shell does, and give its codes."""
    async with city.database.transaction() as session:
        made = await slips.make(session, [who.id], None, city.clock.now(), days=city.service.tools.rules.slip_days)  # type: ignore[union-attr]
    return made[who.id]


async def links_of(city: City, who: Employee) -> list[Link]:
    """Give all links an employee ever had, the oldest first."""
    async with city.database.reading() as session:
        return list(await session.scalars(select(Link).where(Link.employee_id == who.id).order_by(Link.generation)))


async def shares_number(person: Person) -> None:
    """Share the own number, as far as the contact button."""
    await person.says("/start")
    await person.sees("Bagikan nomor HP", new=True)
    await person.taps("Bagikan nomor HP")
