"""The clock that can be moved: what is understood, what is refused, and what time it shows."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.simulator.clock import Clock

START = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # 09.30 WITA


def near(given: datetime, wanted: datetime) -> bool:
    """The clock runs on while a test does."""
    return timedelta() <= given - wanted < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"advance": "30m"}, START + timedelta(minutes=30)),
        ({"advance": "2h"}, START + timedelta(hours=2)),
        ({"advance": "7d"}, START + timedelta(days=7)),
        ({"to": "2026-12-01T08:00"}, datetime(2026, 12, 1, 0, 0, tzinfo=UTC)),
        ({"to": "2026-12-01T08:00:00+00:00"}, datetime(2026, 12, 1, 8, 0, tzinfo=UTC)),
        ({"to": "08:00"}, datetime(2026, 11, 25, 0, 0, tzinfo=UTC)),
        ({"to": "10:00"}, datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
    ],
)
def test_an_instant_said_in_many_ways(said: dict[str, str], meant: datetime) -> None:
    assert near(Clock(START).target(**said), meant)


@pytest.mark.parametrize("said", [{"advance": "soon"}, {"to": "tomorrow"}, {}, {"advance": "xd"}, {"to": "25:00"}])
def test_what_is_no_time_is_refused(said: dict[str, str]) -> None:
    with pytest.raises((ValueError, KeyError)):
        Clock(START).target(**said)


def test_it_goes_forward_only_and_runs_on() -> None:
    clock = Clock(START)
    clock.move(START + timedelta(days=30))
    assert near(clock.now(), START + timedelta(days=30))
    with pytest.raises(ValueError, match="hanya maju"):
        clock.move(START + timedelta(days=29))
    assert near(clock.now(), START + timedelta(days=30))


def test_it_shows_local_time_with_its_zone() -> None:
    shown = Clock(START).shown()
    assert shown["local"].startswith("2026-11-24T09:30:0")
    assert shown["now"].startswith("2026-11-24T01:30:0")
    assert (shown["zone"], shown["timezone"]) == ("WITA", "Asia/Makassar")


def test_without_a_start_it_is_real_time() -> None:
    assert near(Clock().now() + timedelta(seconds=1), datetime.now(UTC))
