"""The page's door: people, chats, acts and events over HTTP, for whoever knows the token."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.simulator import Person, Simulator
from tests.bot.simulator.conftest import Caller

KEYS = {
    "inline_keyboard": [
        [{"text": "Ya", "callback_data": "y"}],
        [{"text": "Situs", "url": "https://a.id"}, {"text": "Salin", "copy_text": {"text": "KODE"}}],
    ]
}


class Page:
    """A browser's requests."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.base}api/{path}") as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def post(self, path: str, told: Any, *, status: int = 200) -> Any:
        async with self.session.post(f"{self.base}api/{path}", json=told) as response:
            assert response.status == status, await response.text()
            return await response.json()

    @asynccontextmanager
    async def events(self) -> AsyncIterator["Events"]:
        async with self.session.get(f"{self.base}api/events") as response:
            assert response.content_type == "text/event-stream"
            assert await response.content.readline() == b": hello\n"
            yield Events(response)


class Events:
    """What the stream tells, one after another."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next event of a kind."""
        async with asyncio.timeout(5):
            while True:
                line = (await self.response.content.readline()).decode()
                assert line, "the stream has ended"
                event: dict[str, Any] = json.loads(line.removeprefix("data: ")) if line.startswith("data:") else {}
                if event.get("kind") == kind:
                    return event


@pytest.fixture
def page(call: Caller, sim: Simulator) -> Page:
    return Page(call.session, sim.page_url)


async def test_the_list_of_people(page: Page, call: Caller, sim: Simulator, rina: Person) -> None:
    budi = sim.person("Budi Contoh", "+628110000002", note="Petugas BKPSDM")
    group = sim.group("Kantor", [rina, budi])
    await call("sendMessage", chat_id=rina.id, text="halo")
    budi.blocks()
    by_id = {person["id"]: person for person in await page.get("people")}
    assert by_id[rina.id] == {
        "id": rina.id, "name": "Rina Contoh", "note": "", "phone": "+628110000001", "blocked": False,
        "unread": 1, "started": True,
    }  # fmt: skip
    assert (by_id[budi.id]["note"], by_id[budi.id]["blocked"]) == ("Petugas BKPSDM", True)
    assert (by_id[group.id]["name"], by_id[group.id]["group"]) == ("Kantor", True)


async def test_somebody_new_starts_the_bot(page: Page, call: Caller) -> None:
    async with page.events() as events:
        person = await page.post("people", {"name": " Sari Contoh ", "phone": "+628110000003"})
        await events.next("people")
    await page.post("start", {"id": person["id"]})
    update = (await call("getUpdates"))["result"][0]
    assert (update["message"]["text"], update["message"]["from"]["first_name"]) == ("/start", "Sari")


async def test_a_whole_chat(page: Page, call: Caller, rina: Person) -> None:
    asked = await page.post(f"chats/{rina.id}/text", {"text": "bagaimana <b>itu</b>?"})
    await call("setMyCommands", commands=[{"command": "menu", "description": "Menu"}])
    await call("sendMessage", chat_id=rina.id, text="<b>Begini</b>", parse_mode="HTML", reply_markup=KEYS)
    await call("pinChatMessage", chat_id=rina.id, message_id=rina.last.id)
    await rina.sends_file("a.csv", b"NIP")
    chat = await page.get(f"chats/{rina.id}")
    question, answer, document = chat["messages"]
    assert question == asked
    assert (question["from"], question["html"]) == ("person", "bagaimana &lt;b&gt;itu&lt;/b&gt;?")
    assert (answer["from"], answer["html"], answer["pinned"], answer["edited"]) == ("bot", "<b>Begini</b>", True, False)
    assert answer["keyboard"] == [
        [{"text": "Ya", "data": "y"}],
        [{"text": "Situs", "url": "https://a.id"}, {"text": "Salin", "copy": "KODE"}],
    ]
    assert document["document"]["name"] == "a.csv"
    assert (document["document"]["size"], document["document"]["mime"]) == (3, "text/csv")
    assert chat["commands"] == [{"command": "menu", "description": "Menu"}]
    assert (chat["started"], chat["blocked"], chat["reply_keyboard"]) == (True, False, None)
    assert [person["unread"] for person in await page.get("people")] == [0]


async def test_the_keyboard_below(page: Page, call: Caller, rina: Person) -> None:
    button = {"text": "Bagikan nomor HP", "request_contact": True}
    markup = {"keyboard": [[button], ["Batal"]], "input_field_placeholder": "pilih", "one_time_keyboard": True}
    refused = await call.refusal("sendMessage", chat_id=rina.id, text="a", reply_markup=markup)
    assert refused == (400, "Bad Request: KeyboardButton must be an Object")
    markup["keyboard"] = [[button], [{"text": "Batal"}]]
    async with page.events() as events:
        await call("sendMessage", chat_id=rina.id, text="nomor?", reply_markup=markup)
        told = await events.next("keyboard")
    shown = {
        "rows": [[button], [{"text": "Batal", "request_contact": False}]],
        "placeholder": "pilih",
        "one_time": True,
    }
    assert told["reply_keyboard"] == shown
    assert (await page.get(f"chats/{rina.id}"))["reply_keyboard"] == shown


async def test_a_press_a_contact_a_reply_and_a_block(page: Page, call: Caller, sim: Simulator, rina: Person) -> None:
    budi = sim.person("Budi Contoh", "+628110000002")
    await call("sendMessage", chat_id=rina.id, text="siapa?", reply_markup=KEYS)
    number = rina.last.id
    pressed = await page.post(f"chats/{rina.id}/press", {"message_id": number, "row": 0, "column": 0})
    await page.post(f"chats/{rina.id}/contact", {})
    card = await page.post(f"chats/{rina.id}/contact", {"of": budi.id})
    reply = await page.post(f"chats/{rina.id}/text", {"text": "saya", "reply_to": number})
    assert await page.post(f"chats/{rina.id}/block", {"blocked": True}) == {"blocked": True}
    query, own, foreign, said, blocked = (await call("getUpdates"))["result"]
    assert query["callback_query"]["id"] == pressed["id"]
    assert own["message"]["contact"]["user_id"] == rina.id
    assert foreign["message"]["contact"]["user_id"] == budi.id
    assert (card["text"], reply["reply_to"]) == ("Budi Contoh · +628110000002", number)
    assert said["message"]["reply_to_message"]["message_id"] == number
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_a_file_goes_up_and_down(page: Page, call: Caller, rina: Person) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", b"<script>alert(1)</script>", filename="daftar é.html", content_type="text/html")
    form.add_field("caption", "ini")
    async with page.session.post(f"{page.base}api/chats/{rina.id}/file", data=form) as response:
        message = await response.json()
    assert (message["document"]["name"], message["text"]) == ("daftar é.html", "ini")
    assert (await call("getUpdates"))["result"][0]["message"]["document"]["file_name"] == "daftar é.html"
    address = f"{page.base}api/files/{message['document']['file_id']}"
    async with page.session.get(address) as response:
        assert await response.read() == b"<script>alert(1)</script>"
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"


async def test_a_picture_is_shown(page: Page, rina: Person) -> None:
    message = await rina.sends_file("a.png", b"\x89PNG\r\n\x1a\n" + bytes(16), as_photo=True)
    assert message.photo is not None
    (shown,) = (await page.get(f"chats/{rina.id}"))["messages"]
    assert shown["photo"] == {"file_id": message.photo.id}
    async with page.session.get(f"{page.base}api/files/{message.photo.id}") as response:
        assert response.content_type == "image/png"


async def test_events_follow_what_happens(page: Page, call: Caller, rina: Person) -> None:
    async with page.events() as events:
        await call("sendChatAction", chat_id=rina.id, action="typing")
        assert (await events.next("action"))["action"] == "typing"
        await call("sendMessage", chat_id=rina.id, text="satu", reply_markup=KEYS)
        told = await events.next("message")
        assert (told["chat"], told["from"], told["html"]) == (rina.id, "bot", "satu")
        await call("editMessageText", chat_id=rina.id, message_id=told["id"], text="dua", reply_markup=KEYS)
        assert (await events.next("edit"))["html"] == "dua"
        await rina.taps("Ya")
        query = (await call("getUpdates"))["result"][0]["callback_query"]["id"]
        await call("answerCallbackQuery", callback_query_id=query, text="baik", show_alert=True)
        toast = await events.next("toast")
        assert (toast["text"], toast["alert"], toast["message_id"]) == ("baik", True, told["id"])
        await call("deleteMessage", chat_id=rina.id, message_id=told["id"])
        gone = await events.next("delete")
        assert (gone["id"], "html" in gone) == (told["id"], False)
        scope = {"type": "chat", "chat_id": rina.id}
        await call("setMyCommands", commands=[{"command": "kantor", "description": "x"}], scope=scope)
        assert (await events.next("commands"))["chat"] == rina.id


async def test_the_clock_moves_and_who_asked_is_told(call: Caller) -> None:
    told: list[datetime] = []

    async def on_clock(to: datetime) -> None:
        told.append(to)

    start = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    async with Simulator(start=start, on_clock=on_clock) as sim:
        page = Page(call.session, sim.page_url)
        assert (await page.get("clock"))["zone"] == "WITA"
        async with page.events() as events:
            answer = await page.post("clock", {"to": "2026-12-24T08:00"})
            event = await events.next("clock")
        assert told == [datetime(2026, 12, 24, 0, 0, tzinfo=UTC)]
        assert answer["local"][:16] == event["local"][:16] == "2026-12-24T08:00"
        assert await page.post("clock", {"to": "2026-12-01T08:00"}, status=400) == {"error": "Jam hanya maju."}
        assert len(told) == 1
        person = sim.person("Rina")
        message = await person.says("halo")
        assert datetime.fromtimestamp(message.date, UTC).date().isoformat() == "2026-12-24"


async def test_in_a_group_one_acts_as_somebody(page: Page, call: Caller, sim: Simulator, rina: Person) -> None:
    budi = sim.person("Budi Contoh")
    group = sim.group("Kantor", [rina, budi])
    await page.post(f"chats/{group.id}/text", {"text": "/menu"})
    await page.post(f"chats/{group.id}/text", {"text": "/menu", "as": budi.id})
    assert [message["author"] for message in (await page.get(f"chats/{group.id}"))["messages"]] == [
        "Rina Contoh",
        "Budi Contoh",
    ]
    senders = [update["message"]["from"]["id"] for update in (await call("getUpdates"))["result"][1:]]
    assert senders == [rina.id, budi.id]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("chats/1/text", {"text": "x"}),
        ("chats/ME/text", {}),
        ("chats/ME/press", {"message_id": 1, "row": 0, "column": 0}),
        ("chats/ME/contact", {"of": 1}),
        ("start", {"id": 1}),
        ("clock", {"to": "soon"}),
        ("people", []),
    ],
)
async def test_a_wrong_wish_is_refused(page: Page, rina: Person, path: str, told: Any) -> None:
    answer = await page.post(path.replace("ME", str(rina.id)), told, status=400)
    assert set(answer) == {"error"}


async def test_the_page_s_own_files_come_with_their_guards(page: Page) -> None:
    async with page.session.get(page.base) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    async with page.session.get(f"{page.base}page.js") as response:
        assert response.content_type == "text/javascript"
    for wrong in ("nothing.js", "..%2F..%2Fsimulator.py", "index.py", ".hidden.js"):
        async with page.session.get(f"{page.base}{wrong}") as response:
            assert response.status == 404, wrong


@pytest.mark.parametrize("path", ["", "page.js", "api/people", "api/events", "api/clock"])
async def test_without_the_token_nothing_is_there(call: Caller, sim: Simulator, path: str) -> None:
    for token in ("x", sim.control_token):
        async with call.session.get(f"{sim.url}/page/{token}/{path}") as response:
            assert response.status == 404


async def test_every_start_has_other_tokens(sim: Simulator) -> None:
    async with Simulator() as other:
        tokens = {sim.token, sim.page_token, sim.control_token, other.token, other.page_token, other.control_token}
    assert len(tokens) == 6
