"""Files of the small world: what people and the bot send, by id, with Telegram's limits."""

import mimetypes
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.errors import ApiError, bad_request

DOWNLOAD_LIMIT = 20 * 2**20
"""Bytes a bot may fetch (Bot API, getFile)."""
UPLOAD_LIMIT = 50 * 2**20
"""Bytes of a document a bot may send (Bot API, sending files)."""
PHOTO_LIMIT = 10 * 2**20
"""Bytes of a photo a bot may send (Bot API, sendPhoto)."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a request."""

    name: str
    data: bytes
    mime: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as everybody may download it again."""

    id: str
    name: str
    mime: str
    data: bytes

    @property
    def path(self) -> str:
        """The last part of the download address."""
        return f"documents/{self.id}/{self.name}"

    def document(self) -> dict[str, Any]:
        """Return Telegram's Document object."""
        return {
            "file_id": self.id,
            "file_unique_id": self.id[-12:],
            "file_name": self.name,
            "mime_type": self.mime,
            "file_size": len(self.data),
        }

    def photo(self) -> list[dict[str, Any]]:
        """Return Telegram's PhotoSize list, one size being enough here."""
        width, height = picture_size(self.data)
        size = {"file_id": self.id, "file_unique_id": self.id[-12:], "file_size": len(self.data)}
        return [{**size, "width": width, "height": height}]


@dataclass(slots=True)
class Files:
    """The shelf of files."""

    _by_id: dict[str, StoredFile] = field(default_factory=dict)

    def put(self, upload: Upload) -> StoredFile:
        """Keep a file under a new id."""
        mime = upload.mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        stored = StoredFile(secrets.token_urlsafe(24), upload.name, mime, upload.data)
        self._by_id[stored.id] = stored
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """Return a file, if it is there."""
        return self._by_id.get(file_id)

    def get(self, file_id: str) -> StoredFile:
        """Return a file; raises ApiError as Telegram does for an unknown id."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return stored

    def sent(self, value: Upload | str, limit: int) -> StoredFile:
        """Return the file a bot sends, new or by its id; raises ApiError when it is empty or too big."""
        if isinstance(value, str):
            return self.get(value)
        if not value.data:
            raise bad_request("file must be non-empty")
        if len(value.data) > limit:
            raise ApiError(413, "Request Entity Too Large")
        return self.put(value)

    def by_path(self, path: str) -> StoredFile | None:
        """Return the file behind a download address."""
        parts = path.split("/")
        stored = self._by_id.get(parts[1]) if len(parts) > 1 else None
        return stored if stored is not None and stored.path == path else None


def picture_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a PNG; raises ApiError for what is no PNG or JPEG, or beyond Telegram's sides.

    Width and height may sum to 10,000 and differ twentyfold (Bot API, sendPhoto). A JPEG's size is not read.
    """
    if data[:3] == b"\xff\xd8\xff":
        return 800, 600
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:  # noqa: PLR2004 - the header of a PNG
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", data[16:24])
    if width + height > 10_000 or max(width, height) > 20 * max(1, min(width, height)):  # noqa: PLR2004
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height
