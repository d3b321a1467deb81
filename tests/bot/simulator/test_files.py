"""Files: what may be sent and fetched, how big, and how they are named."""

import struct
from io import BytesIO

import aiohttp
import pytest

from bot.simulator import Person, Simulator
from bot.simulator.errors import ApiError
from bot.simulator.files import Files, Upload, picture_size
from tests.bot.simulator.conftest import Caller

MEGABYTE = 2**20


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


async def upload(call: Caller, person: Person, method: str, field: str, data: bytes, **more: str) -> tuple[int, str]:
    """Send a file in a form; return code and description (empty when accepted)."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("chat_id", str(person.id))
    for name, value in more.items():
        form.add_field(name, value)
    form.add_field(field, BytesIO(data), filename="berkas.bin", content_type="application/octet-stream")
    address = f"{call.sim.api_url}/bot{call.sim.token}/{method}"
    async with call.session.post(address, data=form) as response:
        answer = await response.json()
        return response.status, answer.get("description", "")


async def test_fifty_megabytes_go_and_no_more(call: Caller, rina: Person) -> None:
    assert await upload(call, rina, "sendDocument", "document", bytes(50 * MEGABYTE)) == (200, "")
    beyond = await upload(call, rina, "sendDocument", "document", bytes(50 * MEGABYTE + 1))
    far_beyond = await upload(call, rina, "sendDocument", "document", bytes(52 * MEGABYTE))
    assert beyond == far_beyond == (413, "Request Entity Too Large")
    assert len(rina.received) == 1


async def test_an_empty_file_is_refused(call: Caller, rina: Person) -> None:
    refused = await upload(call, rina, "sendDocument", "document", b"")
    assert refused == (400, "Bad Request: file must be non-empty")


async def test_a_file_may_be_attached_by_name(call: Caller, rina: Person) -> None:
    assert await upload(call, rina, "sendDocument", "f0", b"isi", document="attach://f0") == (200, "")
    assert rina.last.document is not None
    assert rina.last.document.data == b"isi"
    lost = await upload(call, rina, "sendDocument", "f0", b"isi", document="attach://f1")
    assert lost == (400, 'Bad Request: simulator: parameter "document" names a file that is not attached')


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_what_is_no_fitting_picture_is_refused(call: Caller, rina: Person, data: bytes, text: str) -> None:
    assert await upload(call, rina, "sendPhoto", "photo", data) == (400, f"Bad Request: {text}")
    assert rina.messages == []


@pytest.mark.parametrize(("width", "height"), [(9000, 1000), (2000, 100), (1, 1)])
def test_a_fitting_picture_tells_its_size(width: int, height: int) -> None:
    assert picture_size(png(width, height)) == (width, height)


def test_ten_megabytes_of_picture_and_no_more() -> None:
    files = Files()
    head = png(10, 10)
    assert files.sent(Upload("a.png", head + bytes(10 * MEGABYTE - len(head))), 10 * MEGABYTE).mime == "image/png"
    with pytest.raises(ApiError, match="413"):
        files.sent(Upload("a.png", head + bytes(10 * MEGABYTE)), 10 * MEGABYTE)


async def test_a_download_needs_the_exact_address(call: Caller, sim: Simulator, rina: Person) -> None:
    message = await rina.sends_file("daftar pegawai é.xlsx", b"isi")
    assert message.document is not None
    path = (await call("getFile", file_id=message.document.id))["result"]["file_path"]
    base = f"{sim.api_url}/file/bot{sim.token}"
    async with call.session.get(f"{base}/{path}") as response:
        assert (response.status, await response.read()) == (200, b"isi")
    for wrong in ("documents", f"documents/{message.document.id}/other", "documents/x/y", "../../etc/passwd"):
        async with call.session.get(f"{base}/{wrong}") as response:
            assert response.status == 404, wrong
