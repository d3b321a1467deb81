"""A visitor of the demo page in a real browser: is somebody, taps, types, waits until it shows, takes pictures."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, async_playwright, expect

PHONE = (390, 844)
"""Width and height of a common phone, in CSS pixels."""

DESKTOP = (1280, 800)
SCREENSHOTS = Path("screenshots")
DEADLINE_MS = 15_000
_FLAGS = (
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the Chromium on PATH; raises FileNotFoundError where there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("chromium is not on PATH")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """Somebody in front of the page; `complaints` holds what the browser said against it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def opens(self, address: str) -> None:
        """Open the page and wait until its people and its clock are there."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._mourn)
        await self.page.goto(address)
        await expect(self.page.locator("body[data-ready]")).to_be_attached()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _mourn(self, error: Error) -> None:
        self.complaints.append(error.message)

    async def becomes(self, name: str) -> None:
        """Be the person of that name: search, choose, and wait for the own chat."""
        if await self.on_the_chat_screen():
            await self.goes_back()
        await self.page.get_by_test_id("people-search").fill(name)
        await self.page.get_by_test_id("person").filter(has_text=name).first.click()
        await expect(self.page.get_by_test_id("chat-as")).to_have_text(f"Anda: {name}")
        # Emptied as the page would hear it: on a phone the list may be going out of sight in this very moment.
        empty = "one => { one.value = ''; one.dispatchEvent(new Event('input', {bubbles: true})) }"
        await self.page.get_by_test_id("people-search").evaluate(empty)

    async def on_the_chat_screen(self) -> bool:
        """Whether the list is out of sight, as on a phone within a chat."""
        return not await self.page.get_by_test_id("people-search").is_visible()

    async def goes_back(self) -> None:
        """Go from the chat back to the list, on a phone."""
        await self.page.get_by_test_id("back").click()

    async def starts(self) -> None:
        """Press Mulai in a chat not begun, or Buka blokir in one that is blocked."""
        await self.page.get_by_test_id("gate").click()

    async def says(self, text: str) -> None:
        """Type a message and send it with Enter."""
        await self.page.get_by_test_id("compose").fill(text)
        await self.page.get_by_test_id("compose").press("Enter")

    async def taps(self, label: str) -> None:
        """Press the button with that label: the newest one, inline or of the reply keyboard."""
        await self.button(label).last.click()

    def button(self, label: str) -> Locator:
        """Return all buttons of the bot which carry the label; an emoji may stand before the words."""
        keys = self.page.locator('[data-testid="inline-button"], [data-testid="reply-button"]')
        return keys.filter(has_text=re.compile(rf"(^|\W){re.escape(label)}\s*$")).filter(visible=True)

    async def shares_contact(self, label: str = "Bagikan nomor HP") -> None:
        """Press the contact button and confirm, as Telegram asks one to."""
        await self.taps(label)
        await self.page.get_by_test_id("dialog-confirm").click()

    async def forwards_contact(self, of: str) -> None:
        """Send the card of somebody else."""
        await self.page.get_by_test_id("attach").click()
        await self.page.get_by_role("menuitem", name="Teruskan kontak").click()
        await self.page.get_by_test_id("choose-search").fill(of)
        await self.page.get_by_test_id("choice").first.click()

    async def attaches(self, path: Path) -> None:
        """Send a file."""
        await self.page.get_by_test_id("file-input").set_input_files(path)

    async def replies(self, quoted: str, text: str) -> None:
        """Answer the newest message that shows `quoted`."""
        message = self.message(quoted).last
        await message.hover()
        await message.get_by_test_id("reply").click()
        await self.says(text)

    async def toggles_block(self) -> None:
        """Block the bot, or let it in again."""
        await self.page.get_by_test_id("chat-menu").click()
        await self.page.get_by_role("menuitem", name="lokir").first.click()

    async def moves_clock(self, step: str) -> None:
        """Press a step of the clock, such as "+7 hari", and wait until time has arrived there."""
        toggle = self.page.get_by_test_id("clock-toggle")
        hidden = not await self.page.get_by_test_id("clock").is_visible()
        if hidden:
            await toggle.click()
        await self.page.get_by_test_id("clock-step").filter(has_text=step).click()
        await expect(self.page.get_by_test_id("clock-state")).to_contain_text("Sekarang", timeout=DEADLINE_MS)
        if hidden:
            await toggle.click()

    def message(self, text: str) -> Locator:
        """Return the messages which show the text."""
        return self.page.get_by_test_id("message").filter(has_text=text)

    async def sees(self, text: str) -> Locator:
        """Wait until a message shows the text; return the newest such message."""
        newest = self.message(text).last
        await expect(newest).to_be_visible(timeout=DEADLINE_MS)
        return newest

    async def hears(self, text: str) -> None:
        """Wait for a toast or an alert with the text."""
        notes = self.page.locator('[data-testid="toast"], [data-testid="alert"]').filter(has_text=text)
        await expect(notes.first).to_be_visible(timeout=DEADLINE_MS)

    async def last(self) -> str:
        """Return the words of the newest message."""
        return await self.page.get_by_test_id("message-text").last.inner_text()

    async def pictures(self, name: str) -> Path:
        """Save what the screen shows as screenshots/NAME.png."""
        path = SCREENSHOTS / f"{name}.png"
        await self.page.screenshot(path=path, animations="disabled")
        return path


@asynccontextmanager
async def visiting(browser: Browser, address: str, size: tuple[int, int] = PHONE) -> AsyncIterator[Visitor]:
    """Open the page at a size as a new visitor; on a phone with a finger instead of a mouse."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=size == PHONE,
        locale="id-ID",
        reduced_motion="reduce",
    )
    context.set_default_timeout(DEADLINE_MS)
    visitor = Visitor(await context.new_page())
    await visitor.opens(address)
    yield visitor
    await context.close()
