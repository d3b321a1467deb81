"""The environment: what is missing or wrong names itself and what to do, and never repeats a secret."""

import pytest

from bot.settings import SettingsError, read_settings

TOKEN = "8100000001:AAF4e2bYd0c9RkqX7mPzT1uVwLs3JhGi8Ko"
WRONG = {
    "BOT_TOKEN": ("geheim", "TEMAN_BOT_TOKEN", "BotFather"),
    "API_URL": ("http://api.telegram.org", "TEMAN_API_URL", "https"),
    "DATABASE_URL": ("mysql://root:geheim@host/db", "TEMAN_DATABASE_URL", "sqlite+aiosqlite"),
    "TIMEZONE": ("Samarinda", "TEMAN_TIMEZONE", "Asia/Makassar"),
    "WEBHOOK_LISTEN": ("8080", "TEMAN_WEBHOOK_LISTEN", "host:port"),
    "HEALTH_LISTEN": ("localhost:http", "TEMAN_HEALTH_LISTEN", "host:port"),
    "MESSAGES_PER_SECOND": ("0", "TEMAN_MESSAGES_PER_SECOND", "greater than 0"),
    "WEBHOOK_URL": ("http://bot.example/x", "TEMAN_WEBHOOK_URL", "https"),
    "WEBHOOK_SECRET": ("mit geheim leer", "TEMAN_WEBHOOK_SECRET", "letters"),
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_TOKEN", *WRONG):
        monkeypatch.delenv(f"TEMAN_{name}", raising=False)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


def test_the_contracts_defaults() -> None:
    settings = read_settings()
    assert settings.api_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite+aiosqlite:///teman-mutasi.db"
    assert str(settings.key_file) == "teman-mutasi.key"
    assert settings.timezone == "Asia/Makassar"
    assert settings.webhook_listen == "127.0.0.1:8080"
    assert settings.messages_per_second == 25
    assert (settings.webhook_url, settings.health_listen, settings.content_dir, settings.proxy) == (None,) * 4


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_names_itself_and_what_to_do(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    value, variable, advice = WRONG[name]
    monkeypatch.setenv(f"TEMAN_{name}", value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert str(refused.value).startswith(variable)
    assert advice in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_missing_token_is_named_when_it_is_needed() -> None:
    with pytest.raises(SettingsError, match=r"TEMAN_BOT_TOKEN is missing.*BotFather"):
        _ = read_settings().token


def test_a_webhook_without_its_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMAN_WEBHOOK_URL", "https://bot.example/x")
    with pytest.raises(SettingsError, match="TEMAN_WEBHOOK_SECRET is missing"):
        read_settings()
    monkeypatch.setenv("TEMAN_WEBHOOK_SECRET", "A-long_one" * 4)
    assert read_settings().webhook_url == "https://bot.example/x"


@pytest.mark.parametrize("address", ["http://127.0.0.1:8081", "http://localhost:8081/", "http://[::1]:1", "https://x"])
def test_an_api_on_this_machine_or_behind_https_is_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("TEMAN_API_URL", address)
    assert read_settings().api_url == address.rstrip("/")


def test_secrets_and_the_proxy_are_read_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMAN_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    settings = read_settings()
    assert (settings.token, settings.proxy) == (TOKEN, "http://proxy.example:3128")
    assert TOKEN not in repr(settings) + str(settings)
