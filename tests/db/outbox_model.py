"""What the outbox ought to do, said once more in the plainest way; it imports nothing of the program."""

from dataclasses import dataclass, field

SECOND = 1 / 60
WEEK = 7 * 24 * 60
LIMIT = 3
GIVE_UP = 10


@dataclass
class Person:
    """Somebody with a link of some generation (None: none), perhaps frozen, perhaps unreachable."""

    generation: int | None = 1
    frozen: bool = False
    unreachable: str | None = None


@dataclass
class Row:
    """One message; times are minutes."""

    id: int
    person: int
    lane: int
    due: float
    generation: int | None
    batch: int | None = None
    counted: bool = False
    ends: int | None = None
    state: str = "queued"
    lost: int = 0
    sent: int | None = None
    claim: int | None = None

    def waits(self) -> bool:
        return self.state in ("queued", "uncertain")

    def back(self) -> None:
        self.state, self.claim = ("uncertain" if self.lost else "queued"), None

    def end(self, state: str) -> None:
        self.state, self.claim = state, None


@dataclass
class Model:
    """The whole outbox."""

    people: dict[int, Person] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    batches: dict[int, str] = field(default_factory=dict)
    now: int = 0
    claims: int = 0

    def leave(self, row_id: int, person: int, lane: int, *, delay: int, life: int | None, counted: bool) -> None:
        ends = None if life is None else self.now + life
        self._add(Row(row_id, person, lane, self.now + delay, self.people[person].generation, None, counted, ends))

    def freeze(self, batch: int, row_ids: dict[int, int]) -> None:
        self.batches[batch] = "running"
        for person, row_id in row_ids.items():
            row = Row(row_id, person, 4, self.now, self.people[person].generation, batch)
            self._add(row)
            if self.people[person].unreachable:
                row.state = "unreachable"

    def _add(self, row: Row) -> None:
        if row.generation is None:
            row.state = "unreachable"
        self.rows[row.id] = row

    def claim(self, limit: int) -> list[int]:
        """Give the ids of the rows that may leave, in any order."""
        self.claims += 1
        waiting = [row for row in self.rows.values() if row.waits() and row.due <= self.now]
        waiting = [row for row in waiting if row.batch is None or self.batches[row.batch] == "running"]
        waiting.sort(key=lambda row: (row.lane, row.batch or 0, row.due, row.id))
        taken = waiting[:limit]
        for row in taken:
            row.state, row.claim = "sending", self.claims
        ready: list[int] = []
        for row in sorted(taken, key=lambda row: (row.lane, row.id)):
            if self._may_leave(row, {other.id for other in taken} - set(ready)):
                ready.append(row.id)
        return ready

    def _may_leave(self, row: Row, unjudged: set[int]) -> bool:
        person = self.people[row.person]
        if row.ends is not None and row.ends <= self.now:
            row.end("expired")
        elif row.lost >= GIVE_UP:
            row.end("failed")
        elif row.generation != person.generation or person.frozen or person.unreachable:
            row.end("unreachable")
        elif row.counted and (free := self._week(row, unjudged)) is not None:
            row.back()
            row.due = free
        else:
            return True
        return False

    def _week(self, row: Row, unjudged: set[int]) -> int | None:
        others = [other for other in self.rows.values()
                  if other.person == row.person and other.counted and other.id not in unjudged]  # fmt: skip
        earlier = [other.sent for other in others if other.sent is not None and other.sent > self.now - WEEK]
        earlier += [self.now for other in others if other.sent is None and other.state in ("sending", "uncertain")]
        if len(earlier) < LIMIT:
            return None
        return sorted(earlier)[len(earlier) - LIMIT] + WEEK

    def settle(self, row_id: int, claim: int, how: str) -> None:
        row = self.rows[row_id]
        if how == "blocked":
            self.people[row.person].unreachable = "blocked"
        if row.state != "sending" or row.claim != claim:
            return
        if how == "flood":
            row.back()
        else:
            row.end({"blocked": "unreachable"}.get(how, how))
            row.sent = self.now if how == "sent" else None

    def lose_everything(self) -> None:
        for row in self.rows.values():
            if row.state == "sending":
                row.lost += 1
                row.due += SECOND
                row.end("uncertain")

    def expire(self) -> None:
        for row in self.rows.values():
            if row.waits() and row.ends is not None and row.ends <= self.now:
                row.end("expired")

    def set_batch(self, batch: int, act: str) -> bool:
        """Do `pause`, `resume` or `cancel`; False where it cannot be done."""
        before = {"pause": ("running",), "resume": ("paused",), "cancel": ("running", "paused")}[act]
        if self.batches[batch] not in before:
            return False
        self.batches[batch] = {"pause": "paused", "resume": "running", "cancel": "cancelled"}[act]
        if act == "cancel":
            self._sweep(batch)
        return True

    def _sweep(self, batch: int) -> None:
        for row in self.rows.values():
            if row.batch == batch and row.waits():
                row.end("cancelled")

    def finish(self) -> None:
        for batch, state in self.batches.items():
            open_rows = [row for row in self.rows.values()
                         if row.batch == batch and row.state in ("queued", "uncertain", "sending")]  # fmt: skip
            if state == "cancelled":
                self._sweep(batch)
            elif state in ("running", "paused") and not open_rows:
                self.batches[batch] = "finished"
