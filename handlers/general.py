"""What everybody can do at any time: menu, help, language, leaving a dialog; and what is said to anything else."""

from typing import TYPE_CHECKING

from content.catalog import LANGUAGES
from db import people
from db.people import Person
from handlers.answers import Answer, Commands, Say, Show, say, show
from handlers.buttons import Button, pack
from handlers.features import Feature
from handlers.menus import EMPLOYEE, GENERAL, OFFICE, menu_rows, open_to, to_menu

if TYPE_CHECKING:
    from handlers.context import Context

feature = Feature("general")

JOINING = "joining"
"""The dialog of joining: who looks at the menu in the middle of it goes on where they were."""


def salutation(person: Person) -> dict[str, str]:
    """Give a person's sex and name for a text's greeting; both empty for a stranger."""
    who = person.employee
    return {"sex": (who.sex or "") if who else "", "name": who.full_name if who else ""}


def menu_screen(person: Person) -> Show:
    """Show the menu: what this person can open, in words."""
    names = {role.name for role in person.roles}
    office = [[Button(key="commands.kantor", data=pack("menu", "kantor"))]] if names else []
    names_open = EMPLOYEE if person.level else ("start",)
    rows = [*menu_rows(names_open, person.level, names), *office]
    return show("general/menu", *rows, level=person.level, **salutation(person))


@feature.command("menu")
async def open_menu(context: "Context", _words: str) -> Answer:
    """Show the menu, bring the command list up to date, and wait for nothing any more.

    Who goes to the menu has left what they were asked; a word typed later must not become a question.
    """
    place = await context.place()
    if place is not None and place.step != JOINING:
        await context.leave()
    return [menu_screen(context.person), Commands()]


@feature.command("bantuan")
async def help_screen(context: "Context", _words: str) -> Answer:
    """Say what each command is for, as far as this person may open it, and where a human is."""
    roles = {role.name for role in context.person.roles}
    names = ("start", *GENERAL, *EMPLOYEE, *(("kantor", *OFFICE) if roles else ()))
    listed = open_to(names, context.person.level, roles)
    label = context.tools.catalog.label
    commands = [{"name": name, "words": label(f"commands.{name}", context.language)} for name in listed]
    phone = context.tools.rules.contact_phone
    return show("general/help", [to_menu()], commands=commands, level=context.person.level, contact=phone)


@feature.command("bahasa")
async def choose_language(_context: "Context", _words: str) -> Answer:
    """Offer the languages, each in its own words."""
    rows = [[Button(key=f"languages.{code}", data=pack("lang", code))] for code in LANGUAGES]
    return show("general/language", *rows)


@feature.button("lang")
async def set_language(context: "Context", code: str) -> Answer:
    """Speak the chosen language from here on."""
    if code in LANGUAGES:
        await people.set_language(context.session, context.chat_id, code)
        context.person = await people.identify(context.session, context.chat_id, context.now)
    return [menu_screen(context.person), Commands()]


@feature.command("batal")
async def cancel(context: "Context", _words: str) -> Answer:
    """Leave whatever dialog is open; nothing is kept of it."""
    return await left(context)


@feature.button("cancel")
async def cancel_pressed(context: "Context") -> Answer:
    """Leave the dialog whose `Batal` was pressed."""
    return await left(context)


async def left(context: "Context") -> Show:
    """Leave any dialog and say so."""
    was_in = await context.leave()
    return show("general/cancelled" if was_in else "general/nothing_to_cancel", [to_menu()])


class Fallback:
    """What is said when no feature is meant."""

    async def unknown(self, context: "Context") -> Answer:
        """Answer a command that does not exist, or is not this person's, the same way."""
        return say("general/unknown", [to_menu()], level=context.person.level)

    async def not_yet(self, context: "Context") -> Answer:
        """Answer a command that needs a link, a confirmed one, or one that nobody contests."""
        if context.person.frozen:
            return say("join/frozen")
        return say("general/join_first" if context.person.level == 0 else "general/confirm_first", [to_menu()])

    async def text(self, context: "Context", _text: str) -> Answer:
        """Answer a text that belongs to no dialog."""
        return await self.unknown(context)

    async def group(self, context: "Context") -> Answer:
        """Say one sentence in a group, when spoken to or added; nothing of it is kept."""
        message, name = context.message, context.tools.bot_name
        words = (message.text or "").lower()
        command = words.startswith("/") and "@" not in words.split()[0]  # `/start@other_bot` is another bot's
        spoken_to = command or f"@{name.lower()}" in words
        added = any(member.username == name for member in message.new_chat_members)
        return Say("general/private_only", {"bot": name}) if spoken_to or added else None

    async def membership(self, context: "Context") -> Answer:
        """Note that the person blocked or unblocked us; a group only hears the one sentence when it adds us."""
        assert context.update is not None
        change = context.update.my_chat_member
        assert change is not None
        if change.chat.type != "private":
            return None
        gone = change.new_chat_member.status in {"kicked", "left"}
        await people.note_reach(context.session, context.chat_id, "blocked" if gone else None, context.now)
        if gone or change.old_chat_member.status not in {"kicked", "left"}:
            return None
        return say("join/welcome_back", level=context.person.level, **salutation(context.person))
