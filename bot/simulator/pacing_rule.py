"""How many requests the simulated Telegram lets through: a strict bucket, and a gentler rule per chat."""

import math
import time
from dataclasses import dataclass, field

from bot.simulator.errors import flood


@dataclass(slots=True)
class Bucket:
    """A bucket that holds one second's worth (`burst` overrides) and fills evenly."""

    per_second: float
    burst: float = 0
    level: float = field(init=False)
    filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.burst = self.burst or max(self.per_second, 1)
        self.level = self.burst
        self.filled_at = time.monotonic()

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        # A bucket made after `now` was read is simply full.
        self.level = min(self.burst, self.level + max(0.0, now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass(slots=True)
class PacingRule:
    """The rule for every request that names a chat; all of it is off by default.

    `allowed_per_second`: above it 429, and silence for `retry_after` seconds during which everything is refused.
    `paid_per_second`: the rate for requests with allow_paid_broadcast (Telegram: up to 1000).
    `reply_seconds`: a message to somebody who acted this recently is a reply and isn't counted (Telegram counts
    broadcasts, not answers). `chat_burst`: a chat takes one message a second and this many at once.
    """

    allowed_per_second: float = 0
    paid_per_second: float = 0
    retry_after: int = 3
    reply_seconds: float = 0
    chat_burst: int = 0
    _silent_until: float = 0
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _chats: dict[int, Bucket] = field(default_factory=dict)

    def check(self, chat_id: int, last_act: float, *, paid: bool) -> None:
        """Let one request through; raises ApiError 429 when it is one too many."""
        if not self.allowed_per_second and not self.chat_burst:
            return
        now = time.monotonic()
        if now < self._silent_until:
            raise flood(math.ceil(self._silent_until - now))
        if self.chat_burst and not self._chats.setdefault(chat_id, Bucket(1, self.chat_burst)).take(now):
            raise flood(1)
        if not self.allowed_per_second or now - last_act < self.reply_seconds:
            return
        if not self._bucket(paid=paid).take(now):
            self._silent_until = now + self.retry_after
            raise flood(self.retry_after)

    def _bucket(self, *, paid: bool) -> Bucket:
        kind, rate = "free", self.allowed_per_second
        if paid and self.paid_per_second:
            kind, rate = "paid", self.paid_per_second
        bucket = self._buckets.get(kind)
        if bucket is None or bucket.per_second != rate:
            bucket = self._buckets[kind] = Bucket(rate)
        return bucket
