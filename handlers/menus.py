"""What each person can open, in words: the menu's buttons and the chat's command list."""

from collections.abc import Iterable

from content.catalog import Catalog
from handlers.access import RIGHTS
from handlers.buttons import Button, act, pack

GENERAL = ("menu", "bahasa", "bantuan", "batal")
EMPLOYEE = ("manfaat", "survei", "tanya", "data_saya")
OFFICE = ("pegawai", "siaran", "kelola_survei", "tindak_lanjut", "peran")
"""Only what is built stands here; a house test holds these lists against what is registered."""


def open_to(names: Iterable[str], level: int, roles: set[str]) -> list[str]:
    """List those commands that somebody of this level, with these roles, may open."""
    return [
        name
        for name in names
        if RIGHTS[f"/{name}"].level <= level and (not RIGHTS[f"/{name}"].roles or roles & set(RIGHTS[f"/{name}"].roles))
    ]


def command_list(catalog: Catalog, level: int, roles: set[str], language: str) -> list[tuple[str, str]]:
    """Give the command list of a chat: names with their words."""
    office = ("kantor", *OFFICE) if roles else ()
    first = GENERAL[:1] if level else ("start", *GENERAL[:1])
    names = open_to((*first, *EMPLOYEE, *office, *GENERAL[1:]), level, roles)
    return [(name, catalog.label(f"commands.{name}", language)) for name in names]


def menu_rows(names: Iterable[str], level: int, roles: set[str]) -> list[list[Button]]:
    """Lay out a menu: one command a row, in words."""
    return [[Button(key=f"commands.{name}", data=pack("menu", name))] for name in open_to(names, level, roles)]


def to_menu() -> Button:
    """Make the button that leads back to the menu."""
    return act("to_menu", "menu", "menu")
