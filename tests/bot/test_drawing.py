"""The drawing process: every kind of picture comes out phone-sized; a dead one is said in words and replaced."""

import os
import signal
import struct

import pytest

from bot.drawing import Drawing
from content.charts.figures import Figure, Kind, Row, figure_of
from handlers.pictures import PictureFailed, nobody_draws

ROWS = tuple(Row(f"Pilihan {place} dengan nama panjang " * 2, (place, 3.0, 5.0), f"{place}") for place in range(5))
KINDS: tuple[Kind, ...] = ("bars", "diverging", "ranking", "columns", "stacked")


def figure(kind: Kind, rows: tuple[Row, ...] = ROWS, middle: int | None = 2) -> Figure:
    return Figure(kind, "Bagaimana & $mengapa$ <ini>?", "Dari 480 orang", rows, ("satu", "dua", "tiga"), middle)


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


async def test_every_kind_is_drawn_for_a_phone_and_a_dead_process_is_replaced() -> None:
    drawing = Drawing()
    try:
        for kind in KINDS:
            assert figure_of(figure(kind).plain()) == figure(kind)
            width, height = size(await drawing.draw(figure(kind)))
            assert width == 1080
            assert 400 < height < 2400
        assert size(await drawing.draw(figure("bars", ())))[0] == 1080
        assert size(await drawing.draw(figure("diverging", ROWS[:2], None)))[0] == 1080
        process = drawing._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(PictureFailed):
            await drawing.draw(figure("bars"))
        assert size(await drawing.draw(figure("bars")))[0] == 1080
    finally:
        await drawing.close()
    assert drawing._process is None


async def test_a_process_that_cannot_start_or_ends_is_said_in_words() -> None:
    drawing = Drawing(module="content.charts.nothing_of_this_name")
    with pytest.raises(PictureFailed):
        await drawing.draw(figure("bars"))
    with pytest.raises(PictureFailed):
        await nobody_draws(figure("bars"))
    await drawing.close()
