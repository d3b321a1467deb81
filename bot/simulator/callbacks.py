"""Presses waiting for their answer: a press is known for a while only, as at Telegram."""

import secrets
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person sees after a press."""

    text: str
    alert: bool


@dataclass(slots=True, eq=False)
class Press:
    """One press of an inline button by one person."""

    id: str
    chat_id: int
    person_id: int
    message_id: int
    deadline: float
    answers: list[Answer] = field(default_factory=list)


@dataclass(slots=True)
class Callbacks:
    """All presses; `seconds` (real ones) is how long a press can be answered (not documented by Telegram)."""

    seconds: float
    _open: dict[str, Press] = field(default_factory=dict)

    def press(self, chat_id: int, person_id: int, message_id: int) -> Press:
        """Note a press."""
        number = str(secrets.randbelow(2**62) + 1)
        press = Press(number, chat_id, person_id, message_id, time.monotonic() + self.seconds)
        self._open[number] = press
        return press

    def find(self, number: str) -> Press | None:
        """Return a press that can still be answered; forget it otherwise."""
        press = self._open.get(number)
        if press is not None and time.monotonic() >= press.deadline:
            del self._open[number]
            return None
        return press
