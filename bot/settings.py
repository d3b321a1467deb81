"""The environment, read once; a missing or wrong value names itself and what to do."""

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

TELEGRAM = "https://api.telegram.org"
PREFIX = "TEMAN_"
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""What setWebhook takes as a secret."""


class SettingsError(Exception):
    """A variable is missing or wrong; the sentence names it and what to do."""


class Settings(BaseSettings):
    """What the sysadmin says; see the table in the README."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    bot_token: SecretStr | None = None
    api_url: str = TELEGRAM
    database_url: str = "sqlite+aiosqlite:///teman-mutasi.db"
    key_file: Path = Path("teman-mutasi.key")
    timezone: str = "Asia/Makassar"
    webhook_url: str | None = None
    webhook_listen: str = "127.0.0.1:8080"
    webhook_secret: SecretStr | None = None
    messages_per_second: float = Field(default=25, gt=0, le=1000)
    content_dir: Path | None = None
    health_listen: str | None = None
    proxy: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def token(self) -> str:
        """The bot's token; raise `SettingsError` when there is none."""
        if self.bot_token is None:
            raise SettingsError("TEMAN_BOT_TOKEN is missing: ask @BotFather for a token and set it")
        return self.bot_token.get_secret_value()

    @field_validator("bot_token")
    @classmethod
    def _token_has_its_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            number, _, rest = value.get_secret_value().partition(":")
            if not number.isdigit() or not rest:
                raise ValueError("is not a token; BotFather's look like 123456:ABC…")
        return value

    @field_validator("api_url")
    @classmethod
    def _api_is_safe(cls, value: str) -> str:
        if not is_https_or_loopback(value):
            raise ValueError("must be an https address, or one on this machine (loopback)")
        return value.rstrip("/")

    @field_validator("webhook_url")
    @classmethod
    def _webhook_is_safe(cls, value: str | None) -> str | None:
        if value is not None and not is_https_or_loopback(value):
            raise ValueError("must be an https address that Telegram can reach")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_can_be_sent(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 1 to 256 letters, digits, _ and - (Telegram sends nothing else in a header)")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is no time zone; write it like Asia/Makassar")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, value: str) -> str:
        try:
            driver = make_url(value).drivername
        except ArgumentError as error:
            raise ValueError(
                "is no database address; write sqlite+aiosqlite:///FILE or postgresql+asyncpg://…"
            ) from error
        if driver not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
            raise ValueError("must begin with sqlite+aiosqlite:// or postgresql+asyncpg://")
        return value

    @field_validator("webhook_listen", "health_listen")
    @classmethod
    def _listens_on_a_port(cls, value: str | None) -> str | None:
        if value is not None:
            host_and_port(value)
        return value

    @model_validator(mode="after")
    def _webhook_has_its_secret(self) -> Self:
        if self.webhook_url and self.webhook_secret is None:
            raise ValueError("TEMAN_WEBHOOK_SECRET is missing: anybody could send us updates; set a long random one")
        return self


def is_https_or_loopback(address: str) -> bool:
    """Tell whether an address is https, or http to this very machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    if parts.scheme != "http" or not parts.hostname:
        return False
    try:
        return ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def host_and_port(value: str) -> tuple[str, int]:
    """Read `host:port`; raise ValueError with what to write."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError("must be host:port, like 127.0.0.1:8080")
    return host, int(port)


def read_settings() -> Settings:
    """Read the environment; raise `SettingsError` with a sentence for the first wrong variable."""
    try:
        return Settings(proxy=os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy") or None)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        words = str(first["msg"]).removeprefix("Value error, ")
        name = f"{PREFIX}{str(first['loc'][0]).upper()} " if first["loc"] else ""
        raise SettingsError(f"{name}{words}") from error
