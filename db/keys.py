"""The key file and the keys derived from it, one for each purpose."""

import base64
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.errors import DomainError
from db.round_keys import RoundKeyFiles, RoundKeys, RoundKeysInMemory

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyFileUnsafe(DomainError):
    """Others than its owner may read the key file."""


class KeyFileBroken(DomainError):
    """The key file does not hold a key."""


class SealBroken(DomainError):
    """A sealed value does not open with this key."""


@dataclass(frozen=True)
class Seal:
    """One purpose's key: authenticated encryption, and digests by which sealed values can be looked up."""

    purpose: bytes
    key: bytes

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key)

    def close(self, text: str) -> bytes:
        """Seal a text (AES-256-GCM, fresh nonce, the purpose authenticated with it)."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), self.purpose)

    def open(self, sealed: bytes) -> str:
        """Open what `close` gave; raise `SealBroken` when it was sealed by another key or touched."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self.purpose).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken(purpose=self.purpose.decode()) from error

    def close_json(self, value: Any) -> bytes:
        """Seal a value that JSON can say."""
        return self.close(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def open_json(self, sealed: bytes) -> Any:
        """Open what `close_json` gave."""
        return json.loads(self.open(sealed))

    def digest(self, text: str) -> str:
        """Give a keyed digest (HMAC-SHA-256, hex): equal texts are equal, and without the key they tell nothing."""
        return hmac.new(self.key, text.encode(), sha256).hexdigest()


@dataclass(frozen=True)
class Keyring:
    """The root key; everything else is derived from it by purpose (HKDF-SHA-256)."""

    root: bytes
    rounds: RoundKeys = field(default_factory=RoundKeysInMemory, compare=False, repr=False)
    """Random keys that do not follow from the root: whoever has root and database still lacks a destroyed one."""

    def seal(self, purpose: str) -> Seal:
        """Give the key of one purpose: `phone`, `text`, `updates`, `outbox`, `slips`, …."""
        return _derive(self.root, purpose)

    @classmethod
    def fresh(cls) -> "Keyring":
        """Make a new random root key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def of_file(cls, root: bytes, path: Path) -> "Keyring":
        """Give the ring of a key file; the keys of anonymous rounds lie in a directory beside it."""
        return cls(root, RoundKeyFiles.beside(path))


_derived: dict[tuple[bytes, str], Seal] = {}


def _derive(root: bytes, purpose: str) -> Seal:
    known = _derived.get((root, purpose))
    if known is None:
        info = b"teman-mutasi/" + purpose.encode()
        key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(root)
        known = _derived[root, purpose] = Seal(purpose.encode(), key)
    return known


def load_or_make_keys(path: Path) -> Keyring:
    """Read the key file, or make it with mode 600 where it is missing.

    Raises `KeyFileUnsafe` when others may read it and `KeyFileBroken` when it holds no key.
    """
    if not path.exists():
        ring = Keyring.of_file(secrets.token_bytes(KEY_BYTES), path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(ring.root) + b"\n")
        return ring
    if path.stat().st_mode & 0o077:
        raise KeyFileUnsafe(path=str(path))
    try:
        root = base64.b64decode(path.read_bytes().strip(), validate=True)
    except ValueError as error:
        raise KeyFileBroken(path=str(path)) from error
    if len(root) != KEY_BYTES:
        raise KeyFileBroken(path=str(path))
    return Keyring.of_file(root, path)
