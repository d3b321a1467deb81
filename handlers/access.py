"""Who may what: one hand-written table of every command, button and step; checked at the door, every time."""

from dataclasses import dataclass

from db.people import Person


@dataclass(frozen=True)
class Right:
    """What an act asks for: a level of identity and, where named, one of these roles."""

    level: int = 0
    roles: tuple[str, ...] = ()

    def allows(self, person: Person) -> bool:
        """Tell whether a person may; a frozen link opens nothing that needs one."""
        if self.level and person.frozen:
            return False
        return person.level >= self.level and (not self.roles or person.has(*self.roles))


ANYBODY = Right()
LINKED = Right(1)
CONFIRMED = Right(2)


def roles(*names: str) -> Right:
    """Ask for one of these roles; every role needs level 2 (DESIGN §4)."""
    return Right(2, names)


EVERY_ROLE = roles("admin", "officer", "analyst", "counsellor", "unit_operator", "leader")

RIGHTS: dict[str, Right] = {
    # general
    "/start": ANYBODY,
    "/menu": ANYBODY,
    "/bahasa": ANYBODY,
    "/bantuan": ANYBODY,
    "/batal": ANYBODY,
    "lang": ANYBODY,
    "menu": ANYBODY,
    "cancel": ANYBODY,
    # joining
    # benefits
    "/manfaat": LINKED,
    # questions
    "/tanya": LINKED,
    # the office's menu and health
    "/kantor": EVERY_ROLE,
    # roster and links
    "/pegawai": roles("officer", "unit_operator"),
    # announcements
    "/siaran": roles("officer"),
    # following up
    "/tindak_lanjut": roles("officer", "counsellor"),
    # roles
    "/peran": roles("admin"),
}
"""`/command`, button code, `>step` or `<purpose` (a reply to a message of ours) → right.

A key that is missing here cannot be registered. Texts and files are answered only at a step that stands here.
"""
