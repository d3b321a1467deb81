"""Telegram's pushing side: our own receiver, which commits an update before it says 200."""

import hmac
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.receiving import Reception

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LARGEST = 2**20
"""Bytes an update may have; Telegram's own stay far below."""
RETRY_SECONDS = 5
"""Telegram waits as long as `Retry-After` says, up to an hour."""
DATABASE_AWAY = (SQLAlchemyError, OSError)


class Receiver:
    """Listens for updates at one path; who does not know the secret is turned away before anything is read."""

    def __init__(self, reception: Reception, address: str, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook without a secret takes anybody's updates")
        self._reception = reception
        self._secret = secret.encode()
        self._path = urlsplit(address).path or "/"
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen and give the port (0 asks for a free one); raises OSError when it is taken."""
        application = web.Application(client_max_size=LARGEST)
        application.router.add_post(self._path, self._take)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=5.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening; what is being committed is committed first."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _take(self, request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")  # any bytes may knock
        if not hmac.compare_digest(shown, self._secret):
            log.warning("somebody without the secret spoke to the webhook")
            return web.Response(status=401)
        update = _read(await request.read())
        if update is None:
            return web.Response(status=400)
        return await self._keep(update)

    async def _keep(self, update: dict[str, Any]) -> web.Response:
        try:
            await self._reception.keep([update])
        except DATABASE_AWAY as error:
            log.error("the database is away, an update was sent back: %s", type(error).__name__)  # noqa: TRY400
            return web.Response(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
        return web.Response()


def _read(body: bytes) -> dict[str, Any] | None:
    """Read an update; None for what is none."""
    try:
        update = json.loads(body)
    except ValueError:
        return None
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        return None
    return update if all(isinstance(part, dict) for key, part in update.items() if key != "update_id") else None
