"""Faults on demand: what a network and Telegram's own moods do to a request, by count or by share."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from bot.simulator.errors import ApiError, bad_request, flood, forbidden

Kind = Literal["flood", "refuse", "timeout", "reset_before", "reset_after", "delay"]
_KINDS = frozenset({"flood", "refuse", "timeout", "reset_before", "reset_after", "delay"})
REFUSALS: dict[str, ApiError] = {
    "blocked": forbidden("bot was blocked by the user"),
    "deactivated": forbidden("user is deactivated"),
    "not_started": forbidden("bot can't initiate conversation with a user"),
    "kicked": forbidden("bot was kicked from the group chat"),
    "chat_not_found": bad_request("chat not found"),
    "bad_entities": bad_request("can't parse entities: Unexpected end tag at byte offset 0"),
    "server_error": ApiError(500, "Internal Server Error"),
    "bad_gateway": ApiError(502, "Bad Gateway"),
}


@dataclass(slots=True)
class Fault:
    """One fault.

    kind: `flood` (429 with `retry_after` seconds), `refuse` (with `reason`, a name in REFUSALS), `timeout` (never
    answered, not accepted), `reset_before` / `reset_after` acceptance, `delay` (answered `seconds` later).
    Matches requests by `methods` and `chats` (all when empty); strikes the next `count` of them, or a `share`
    drawn with `seed` (without end).
    """

    kind: Kind
    methods: frozenset[str] = frozenset()
    chats: frozenset[int] = frozenset()
    count: int = 1
    share: float | None = None
    seed: int = 0
    retry_after: int = 1
    reason: str = "blocked"
    seconds: float = 1.0
    struck: int = field(default=0, init=False)
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in _KINDS or self.reason not in REFUSALS:
            raise ValueError(f"No such fault: {self.kind}, {self.reason}")
        self._random = random.Random(self.seed)  # noqa: S311 - a repeatable draw, no secret

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Fault":
        """Build one from the control interface's JSON; raises ValueError or TypeError for what it isn't."""
        sets = {name: frozenset(told[name]) for name in ("methods", "chats") if name in told}
        return cls(**{**told, **sets})

    def told(self) -> dict[str, Any]:
        """Return it as JSON."""
        plain = {item.name: getattr(self, item.name) for item in fields(self) if not item.name.startswith("_")}
        return {**plain, "methods": sorted(self.methods), "chats": sorted(self.chats)}

    @property
    def spent(self) -> bool:
        """Whether it will not strike again."""
        return self.share is None and self.struck >= self.count

    def strikes(self, method: str, chat_id: int | None) -> bool:
        """Decide for one request."""
        if (self.methods and method not in self.methods) or (self.chats and chat_id not in self.chats):
            return False
        if self.share is not None and self._random.random() >= self.share:
            return False
        self.struck += 1
        return True

    def refusal(self) -> ApiError | None:
        """Return the refusal this fault answers with, if it is one."""
        if self.kind == "flood":
            return flood(self.retry_after)
        if self.kind == "refuse":
            kept = REFUSALS[self.reason]
            return ApiError(kept.code, kept.description)
        return None


@dataclass(slots=True)
class Faults:
    """The faults in force, asked in order; the first that strikes is it."""

    active: list[Fault] = field(default_factory=list)

    def add(self, kind: Kind, **details: Any) -> Fault:
        """Order a fault; see Fault for the details."""
        fault = Fault.from_json({"kind": kind, **details})
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """Call all faults off."""
        self.active.clear()

    def pick(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault that strikes a request, if any."""
        for fault in self.active:
            if fault.strikes(method, chat_id):
                if fault.spent:
                    self.active.remove(fault)
                return fault
        return None
