"""getUpdates, the webhook's three methods, answerCallbackQuery, getFile."""

import ipaddress
import re
from collections.abc import Awaitable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bot.simulator.callbacks import Answer
from bot.simulator.errors import ApiError, bad_request
from bot.simulator.files import DOWNLOAD_LIMIT
from bot.simulator.messages import Json
from bot.simulator.text import units
from bot.simulator.world import World

LONGEST_ANSWER = 200
"""Characters of a callback's answer (Bot API, answerCallbackQuery)."""
_SECRET = re.compile(r"[A-Za-z0-9_-]*\Z")
_LONGEST_SECRET = 256
_HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


def get_updates(world: World, arguments: dict[str, Any]) -> Awaitable[list[Json]]:
    """Answer getUpdates; numbers out of range are moved into it, as Telegram does."""
    if world.webhook.url:
        raise ApiError(409, _HOOKED)
    world.updates.allow(arguments.get("allowed_updates"))
    limit = min(max(arguments.get("limit", 100), 1), 100)
    return world.updates.poll(arguments.get("offset", 0), limit, arguments.get("timeout", 0))


def set_webhook(world: World, arguments: dict[str, Any]) -> bool:
    """Answer setWebhook: https, or http on this machine (which Telegram itself could not reach)."""
    secret = arguments.get("secret_token", "")
    if len(secret) > _LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    if arguments["url"]:
        _check_url(urlsplit(arguments["url"]))
        world.updates.end_poll("Conflict: terminated by setWebhook request")
    _drop_pending(world, arguments)
    world.updates.allow(arguments.get("allowed_updates"))
    most = min(max(arguments.get("max_connections", 40), 1), 100)
    world.webhook.set(arguments["url"], secret, most)
    return True


def delete_webhook(world: World, arguments: dict[str, Any]) -> bool:
    """Answer deleteWebhook."""
    _drop_pending(world, arguments)
    world.webhook.set("", "", 0)
    return True


def get_webhook_info(world: World, _arguments: dict[str, Any]) -> Json:
    """Answer getWebhookInfo."""
    return world.webhook.info()


def answer_callback_query(world: World, arguments: dict[str, Any]) -> bool:
    """Answer answerCallbackQuery; a press too old or unknown is refused."""
    press = world.callbacks.find(arguments["callback_query_id"])
    if press is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = arguments.get("text", "")
    if units(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if arguments.get("url"):
        raise bad_request("URL_INVALID")
    press.answers.append(Answer(text, arguments.get("show_alert", False)))
    shown = {"text": text, "alert": press.answers[-1].alert, "message_id": press.message_id}
    world.tell(world.chats[press.chat_id], "toast", press=press, **shown)
    return True


def get_file(world: World, arguments: dict[str, Any]) -> Json:
    """Answer getFile, up to 20 MB."""
    stored = world.files.get(arguments["file_id"])
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    told = stored.document()
    return {key: told[key] for key in ("file_id", "file_unique_id", "file_size")} | {"file_path": stored.path}


def _drop_pending(world: World, arguments: dict[str, Any]) -> None:
    if arguments.get("drop_pending_updates"):
        world.updates.pending.clear()


def _check_url(url: SplitResult) -> None:
    if not url.hostname or url.scheme not in ("http", "https"):
        raise bad_request("invalid webhook URL specified")
    if url.scheme == "http" and not _loopback(url.hostname):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
