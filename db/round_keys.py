"""A random key for each anonymous survey round, kept apart from the database; what it sealed ends with it."""

import base64
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from db.errors import DomainError

KEY_BYTES = 32
PRIVATE, OWNER_ONLY = 0o600, 0o700


class RoundKeyMissing(DomainError):
    """The key of an anonymous round is not where it must be: its running answers cannot be read or kept."""


class RoundKeys(Protocol):
    """Where the rounds' keys are: files beside the key file, and in tests the memory."""

    def get(self, round_id: int) -> bytes:
        """Give a round's key; raises `RoundKeyMissing`. It is read each time: once destroyed nobody still has it."""

    def make(self, round_id: int) -> None:
        """Make a new key for a round, in place of any other of that number."""

    def destroy(self, round_id: int) -> bool:
        """Destroy a round's key; tell whether there was one."""


@dataclass
class RoundKeysInMemory:
    """Keys that end with the process."""

    keys: dict[int, bytes] = field(default_factory=dict)

    def get(self, round_id: int) -> bytes:
        """Give a round's key; raises `RoundKeyMissing`."""
        try:
            return self.keys[round_id]
        except KeyError:
            raise RoundKeyMissing(round=round_id) from None

    def make(self, round_id: int) -> None:
        """Make a new key."""
        self.keys[round_id] = secrets.token_bytes(KEY_BYTES)

    def destroy(self, round_id: int) -> bool:
        """Forget a key."""
        return self.keys.pop(round_id, None) is not None


@dataclass(frozen=True)
class RoundKeyFiles:
    """A directory (700) with a file (600) for each round, named by the round's number."""

    directory: Path

    @classmethod
    def beside(cls, key_file: Path) -> "RoundKeyFiles":
        """Give the directory that belongs to a key file."""
        return cls(key_file.with_name(f"{key_file.name}.rounds"))

    def get(self, round_id: int) -> bytes:
        """Give a round's key; raises `RoundKeyMissing` also where the file holds none."""
        try:
            key = base64.b64decode(self._file(round_id).read_bytes().strip(), validate=True)
        except (OSError, ValueError):
            raise RoundKeyMissing(round=round_id) from None
        if len(key) != KEY_BYTES:
            raise RoundKeyMissing(round=round_id)
        return key

    def make(self, round_id: int) -> None:
        """Write a new key: whole, on the disk and in its directory, before this returns."""
        self.directory.mkdir(mode=OWNER_ONLY, exist_ok=True)
        fresh = self.directory / f".{round_id}.{secrets.token_hex(4)}"
        _write(fresh, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n", os.O_CREAT | os.O_EXCL)
        self.destroy(round_id)
        fresh.rename(self._file(round_id))
        _sync_directory(self.directory)
        _sync_directory(self.directory.parent)

    def destroy(self, round_id: int) -> bool:
        """Write over a key and take its file away; a disk that writes elsewhere may keep the old bytes for a while."""
        file = self._file(round_id)
        try:
            _write(file, secrets.token_bytes(file.stat().st_size))
            file.unlink()
        except FileNotFoundError:
            return False
        _sync_directory(self.directory)
        return True

    def _file(self, round_id: int) -> Path:
        return self.directory / str(round_id)


def _write(file: Path, content: bytes, how: int = 0) -> None:
    descriptor = os.open(file, os.O_WRONLY | how, PRIVATE)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
