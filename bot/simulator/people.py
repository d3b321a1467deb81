"""The person's side in process: somebody who writes, taps, shares and sees, for tests and rehearsals."""

import asyncio
from dataclasses import dataclass, field

from bot.simulator import doings
from bot.simulator.callbacks import Answer, Press
from bot.simulator.files import Upload
from bot.simulator.messages import Json, Message
from bot.simulator.world import Account, Chat, World


class NotSeenError(AssertionError):
    """What was waited for or looked for is not there; the text says what is."""


@dataclass(slots=True, eq=False)
class Person:
    """Somebody with Telegram in hand."""

    world: World
    account: Account
    _mark: int = 0
    _presses: list[Press] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The Telegram number."""
        return self.account.id

    @property
    def phone(self) -> str:
        """The phone number, as on the card."""
        return self.account.phone

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.world.chats[self.account.id]

    @property
    def messages(self) -> list[Message]:
        """All messages the private chat shows now, oldest first."""
        return list(self.chat.messages.values())

    @property
    def received(self) -> list[Message]:
        """Those of them the bot wrote."""
        return [message for message in self.messages if message.from_bot]

    @property
    def last(self) -> Message:
        """The bot's newest message; raises NotSeenError when there is none."""
        for message in self.chat.newest():
            if message.from_bot:
                return message
        raise NotSeenError(f"{self.account.name} has no message from the bot yet.")

    @property
    def reply_keyboard(self) -> list[list[Json]]:
        """The keyboard under the input field, row by row."""
        return list((self.chat.reply_keyboard or {}).get("keyboard", []))

    @property
    def commands(self) -> list[str]:
        """The commands in this person's menu."""
        found = self.world.profile.commands_for(self.id, self.id, self.account.language)
        return [command["command"] for command in found]

    async def says(self, text: str, *, chat: Chat | None = None) -> Message:
        """Write a text."""
        self._acts()
        return doings.write(self.world, self.account, chat or self.chat, text)

    async def replies(self, message: Message, text: str) -> Message:
        """Write a text as a reply."""
        self._acts()
        return doings.write(self.world, self.account, message.chat, text, reply_to=message)

    async def edits(self, message: Message, text: str) -> None:
        """Change an own message."""
        self._acts()
        doings.edit(self.world, message, text)

    async def taps(self, label: str, message: Message | None = None, *, chat: Chat | None = None) -> Message | None:
        """Press the button with this label (or containing it) on the newest message that has it.

        A button under the input field is pressed when no message has it. Returns the message it was on.
        Raises NotSeenError with all visible labels when there is no such button.
        """
        self._acts()
        chat = chat or self.chat
        for shown in [message] if message else chat.newest():
            button = _button(label, shown.buttons)
            if button is not None:
                self._press(shown, button)
                return shown
        below = None if message else _button(label, (chat.reply_keyboard or {}).get("keyboard", []))
        if below is None:
            raise NotSeenError(f"No button {label!r}; visible: {self._labels(message, chat)}")
        await self._press_below(chat, below)
        return None

    async def presses_data(self, message: Message, data: str) -> Press:
        """Send a press with any data at all, as a forged client can."""
        self._acts()
        self._presses.append(doings.press(self.world, self.account, message, data))
        return self._presses[-1]

    async def shares_contact(self) -> Message:
        """Share the own card by the contact button."""
        self._acts()
        return doings.send_contact(self.world, self.account, self.chat, self.account, forwarded=False)

    async def forwards_contact(self, of: "Person") -> Message:
        """Pass on somebody else's card."""
        self._acts()
        return doings.send_contact(self.world, self.account, self.chat, of.account, forwarded=True)

    async def sends_file(self, name: str, data: bytes, caption: str = "", *, as_photo: bool = False) -> Message:
        """Send a file of any size."""
        self._acts()
        stored = self.world.files.put(Upload(name, data))
        return doings.send_file(self.world, self.account, self.chat, stored, caption, as_photo=as_photo)

    def blocks(self) -> None:
        """Block the bot."""
        doings.set_blocked(self.world, self.account, blocked=True)

    def unblocks(self) -> None:
        """Unblock the bot."""
        doings.set_blocked(self.world, self.account, blocked=False)

    def deactivates(self) -> None:
        """Delete the own Telegram account; the bot is told only when it writes next."""
        self.account.deactivated = True

    async def sees(
        self,
        part: str,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 - whoever waits for a person says how long
        new: bool = False,
        chat: Chat | None = None,
    ) -> Message:
        """Wait until the chat shows a message of the bot with this part in text, caption, label or file name.

        `new`: only messages sent or changed since this person's last act. Raises NotSeenError with what is shown.
        """
        chat = chat or self.chat

        def found() -> Message | None:
            mark = self._mark if new else 0
            shown = (message for message in chat.newest() if message.from_bot and message.touched > mark)
            return next((message for message in shown if _shows(message, part)), None)

        try:
            async with asyncio.timeout(timeout):
                while (message := found()) is None:
                    await self.world.events.changed(chat.id)
        except TimeoutError:
            shown = [message.text for message in chat.newest() if message.from_bot][:5]
            raise NotSeenError(f"{self.account.name} never saw {part!r}; newest first: {shown}") from None
        return message

    async def toast(self, part: str = "", *, timeout: float = 5.0) -> Answer:  # noqa: ASYNC109 - as above
        """Wait for the answer to one of the presses since the last act; raises NotSeenError when it never comes."""

        def found() -> Answer | None:
            answers = (answer for press in reversed(self._presses) for answer in reversed(press.answers))
            return next((answer for answer in answers if part in answer.text), None)

        try:
            async with asyncio.timeout(timeout):
                while (answer := found()) is None:
                    await self.world.events.changed(self.chat.id)
        except TimeoutError:
            raise NotSeenError(f"{self.account.name}'s press was never answered with {part!r}.") from None
        return answer

    def _acts(self) -> None:
        self._mark = self.world.change_number()
        self._presses = []

    def _press(self, message: Message, button: Json) -> None:
        if "callback_data" in button:
            self._presses.append(doings.press(self.world, self.account, message, button["callback_data"]))

    async def _press_below(self, chat: Chat, button: Json) -> None:
        if button.get("request_contact"):
            await self.shares_contact()
        else:
            await self.says(button["text"], chat=chat)

    def _labels(self, message: Message | None, chat: Chat) -> list[str]:
        shown = [message] if message else list(chat.newest())
        below = [button["text"] for row in (chat.reply_keyboard or {}).get("keyboard", []) for button in row]
        return [label for found in shown for label in found.labels] + below


def _button(label: str, rows: list[list[Json]]) -> Json | None:
    buttons = [button for row in rows for button in row]
    exact = next((button for button in buttons if button["text"] == label), None)
    return exact or next((button for button in buttons if label in button["text"]), None)


def _shows(message: Message, part: str) -> bool:
    name = message.file.name if message.file else ""
    return part in message.text or part in name or any(part in label for label in message.labels)
