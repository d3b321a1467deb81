"""The exact, append-only list of every request that reached the simulator, and what became of it."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, eq=False)
class Entry:
    """One request.

    `code` is 200 for accepted, Telegram's code for refused, 0 while undecided or cut off before acceptance;
    `delivered` says whether the answer was handed to an open connection (None while undecided).
    """

    number: int
    at: float
    method: str
    chat_id: int | None = None
    parameters: Json = field(default_factory=dict)
    code: int = 0
    description: str = ""
    message_id: int | None = None
    delivered: bool | None = None

    @property
    def accepted(self) -> bool:
        """Whether it took effect."""
        return self.code == 200  # noqa: PLR2004 - HTTP's own number

    def told(self) -> Json:
        """Return it as one JSON line says it."""
        return {name: getattr(self, name) for name in self.__slots__} | {"accepted": self.accepted}


@dataclass(slots=True)
class Ledger:
    """All entries, oldest first."""

    entries: list[Entry] = field(default_factory=list)

    def open(self, method: str) -> Entry:
        """Note a request at its arrival; `at` is seconds of real time."""
        entry = Entry(len(self.entries) + 1, time.time(), method)
        self.entries.append(entry)
        return entry

    def find(
        self, method: str | None = None, chat_id: int | None = None, *, accepted: bool | None = None
    ) -> Iterator[Entry]:
        """Give the entries that match."""
        for entry in self.entries:
            if method is not None and entry.method != method:
                continue
            if chat_id is not None and entry.chat_id != chat_id:
                continue
            if accepted is None or entry.accepted == accepted:
                yield entry

    def accepted(self, method: str | None = None, chat_id: int | None = None) -> list[Entry]:
        """Return what took effect."""
        return list(self.find(method, chat_id, accepted=True))

    def refused(self, method: str | None = None, chat_id: int | None = None) -> list[Entry]:
        """Return what was refused with a code."""
        return [entry for entry in self.find(method, chat_id, accepted=False) if entry.code]

    def texts(self, chat_id: int) -> list[str]:
        """Return the texts and captions that reached a chat as new messages, as they were asked for."""
        return [
            str(entry.parameters.get("text", entry.parameters.get("caption", "")))
            for entry in self.find(chat_id=chat_id, accepted=True)
            if entry.method in ("sendMessage", "sendDocument", "sendPhoto")
        ]

    def per_chat(self, method: str = "sendMessage") -> Counter[int]:
        """Return how many requests of a method took effect in each chat."""
        return Counter(entry.chat_id for entry in self.find(method, accepted=True) if entry.chat_id is not None)

    def codes(self) -> Counter[tuple[str, int]]:
        """Return how many requests of each method ended with each code."""
        return Counter((entry.method, entry.code) for entry in self.entries)

    def busiest(self, seconds: float = 1.0, method: str = "sendMessage") -> int:
        """Return the most accepted requests of a method within any such span."""
        times = [entry.at for entry in self.find(method, accepted=True)]
        best = first = 0
        for last, moment in enumerate(times):
            while first < last and moment - times[first] >= seconds:
                first += 1
            best = max(best, last - first + 1)
        return best
