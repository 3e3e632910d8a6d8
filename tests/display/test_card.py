"""The card on paper: its size, what stands on it, and a QR that an independent reader reads off the painted page."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Page
from pypdf import PdfReader

from app.database import Database
from app.domain.event import cards
from app.domain.events import create_event
from app.models import Event, EventState
from app.models.account import Role
from display.card import fit, when
from tests.conftest import NOW
from tests.design.browser import chromium
from tests.server import Running, serving

ADDRESS = "https://wall.example"
MM = 72 / 25.4  # points
LONG = "Find the one other person in this whole town who cares about your odd and lovely subject as you do."


@pytest.fixture
async def running(sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(f"sqlite+aiosqlite:///{tmp_path}/only.sqlite", tmp_path, public_url=ADDRESS) as server:
        async with server.database.transaction() as db:
            event = await create_event(
                db, "harbour", "Harbour Talks", ["HarbourTalks", "ht27"], NOW, time_zone="Europe/Berlin",
                languages=["de", "en-GB", "ar"], place="The old grain store", spare_tag="HarbourCalm",
                starts_at=datetime(2027, 6, 11, 7, tzinfo=UTC), ends_at=datetime(2027, 6, 12, 22, tzinfo=UTC),
                reasons={"en": ["Ask from your kitchen.", "", "Words stay."]},
            )  # fmt: skip
            await cards.make_tables(db, event, 3, lambda n: f"Table {n}", NOW)
        yield server


async def change(running: Running, **fields: Any) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        for name, value in fields.items():
            setattr(event, name, value)


async def get(running: Running, path: str, token: str | None = None, **headers: str) -> httpx.Response:
    async with running.visitor(token, headers=headers) as visitor:
        return await visitor.get(path)


@asynccontextmanager
async def painted(running: Running, path: str, cookie: dict[str, Any] | None = None) -> AsyncIterator[Page]:
    async with chromium() as browser:
        context = await browser.new_context(viewport={"width": 900, "height": 1300}, device_scale_factor=2)
        await context.add_cookies([cookie] if cookie else [])
        page = await context.new_page()
        await page.goto(running.base + path)
        yield page


async def paper(page: Page) -> list[tuple[float, float]]:
    """The pages that come out of the printer, in millimetres."""
    printed = PdfReader(io.BytesIO(await page.pdf(prefer_css_page_size=True)))
    return [(float(p.mediabox.width) / MM, float(p.mediabox.height) / MM) for p in printed.pages]


async def test_a_card_for_each_language_we_speak_says_all_of_it(running: Running) -> None:
    page = unescape((await get(running, "/harbour/card?code=t2")).text)
    assert page.count('class="sheet a6"') == 2 and 'lang="ar"' not in page
    for said in ("#HarbourTalks", "#ht27", "#HarbourCalm", "Harbour Talks", "The old grain store", "Table 2",
                 "Code T2", "wall.example/harbour/remove", "Hier ist ein Hashtag.", "Here is a hashtag.",
                 "11–12 June 2027", "11.–12. Juni 2027"):  # fmt: skip
        assert said in page, said
    typed = re.sub(r"</?(span|wbr)[^>]*>", "", page)
    assert typed.count(">wall.example/harbour/say<") == 2


async def test_the_organiser_s_reasons_come_first_and_the_house_has_some(running: Running) -> None:
    english = unescape((await get(running, "/harbour/card?lang=en")).text)
    assert "Ask from your kitchen." in english and "Words stay." in english and "You hear what" not in english
    german = unescape((await get(running, "/harbour/card?lang=de")).text)
    assert german.count("<li>") == 3 and "auch wenn du schüchtern oder weit weg bist" in german
    assert 'class="sheet a6" lang="en"' not in german


async def test_a_tag_that_is_two_is_not_printed(running: Running) -> None:
    await change(running, tags=["ev-12", "HarbourTalks", "740"])
    page = (await get(running, "/harbour/card?lang=en")).text
    sheet = page[page.index('class="sheet') :]
    assert "#HarbourTalks" in sheet and "ev-12" not in sheet and "#740" not in sheet


async def test_a_code_nobody_gave_out_has_no_card(running: Running) -> None:
    answer = await get(running, "/harbour/card?code=T99", accept="text/html")
    assert answer.status_code == 404 and "There is no card with this code." in answer.text
    assert (await get(running, "/nowhere/card")).status_code == 404


async def test_a_draft_s_card_is_for_its_own_people_and_all_cards_for_those_at_the_desk(running: Running) -> None:
    assert (await get(running, "/harbour/card/all")).status_code == 403
    await change(running, state=EventState.DRAFT)
    assert (await get(running, "/harbour/card")).status_code == 404
    token = await running.sign_in(Role.REPORTER)
    assert (await get(running, "/harbour/card", token)).status_code == 200
    assert (await get(running, "/harbour/card/all", token)).text.count('class="sheet a6"') == 6


async def test_what_people_wrote_is_never_markup(running: Running) -> None:
    evil = "<script>alert(1)</script>"
    await change(running, title=evil, place=evil, spare_tag=evil, reasons={"en": [evil]}, tags=[evil])
    for format in ("a6", "tent"):
        page = (await get(running, f"/harbour/card?lang=en&format={format}")).text
        assert evil not in page and "&lt;script&gt;alert" in page


@pytest.mark.browser
@pytest.mark.parametrize(("query", "size", "count"), [
    ("?format=a6", (105, 148), 2), ("?format=a6&lang=de", (105, 148), 1), ("?format=tent", (210, 297), 1),
    ("?format=nonsense&code=T1&lang=en", (105, 148), 1),
])  # fmt: skip
async def test_a_card_is_one_page_of_its_own_size(
    running: Running, query: str, size: tuple[int, int], count: int
) -> None:
    async with painted(running, "/harbour/card" + query) as page:
        pages = await paper(page)
    assert len(pages) == count
    assert all(abs(width - size[0]) < 0.5 and abs(height - size[1]) < 0.5 for width, height in pages)


@pytest.mark.browser
async def test_all_cards_are_a_page_each(running: Running) -> None:
    cookie = await running.browser_cookie(Role.ORGANISER)
    async with painted(running, "/harbour/card/all", cookie) as page:
        assert len(await paper(page)) == 3 * 2
    async with painted(running, "/harbour/card/all?format=tent", cookie) as page:
        assert len(await paper(page)) == 3


@pytest.mark.browser
@pytest.mark.parametrize("format", ["a6", "tent"])
async def test_an_independent_reader_reads_the_qr_off_the_painted_card(running: Running, format: str) -> None:
    async with painted(running, f"/harbour/card?code=T2&format={format}") as page:
        for svg in await page.locator("svg.qr").all():
            picture = Image.open(io.BytesIO(await svg.screenshot()))
            assert [found.text for found in zxingcpp.read_barcodes(picture)] == [f"{ADDRESS}/harbour/say?code=T2"]
        widths = await page.eval_on_selector_all("svg.qr", "all => all.map(e => e.getBoundingClientRect().width)")
        assert widths and all(width / 96 * 25.4 >= 25 for width in widths)


@pytest.mark.browser
@pytest.mark.parametrize("format", ["a6", "tent"])
async def test_the_longest_words_fit_and_stay_clear_of_the_edge(running: Running, format: str) -> None:
    spare = "x" * 40
    await change(running, reasons={"en": [LONG] * 3, "de": [LONG] * 3}, tags=["A" + "w" * 60, "b" * 30, "c" * 30])
    await change(running, spare_tag=spare, place="In the house of the old harbour master, second floor, on the left")
    async with painted(running, f"/harbour/card?code=T2&format={format}") as page:
        faults = await page.evaluate(FAULTS)
    assert faults == []


FAULTS = """() => {
  const mm = 96 / 25.4, faults = [];
  const box = (e) => e.getBoundingClientRect();
  for (const sheet of document.querySelectorAll(".sheet.a6, .face")) {
    const edge = box(sheet), parts = [...sheet.querySelectorAll("header, .reasons, footer, .small")];
    for (const part of [...parts, ...sheet.querySelectorAll("h2 bdi, li, p")]) {
      const b = box(part);
      const near = Math.min(b.left - edge.left, edge.right - b.right, b.top - edge.top, edge.bottom - b.bottom);
      if (near < 4.5 * mm) faults.push(`${part.className || part.tagName}: ${(near / mm).toFixed(1)} mm from the edge`);
    }
    parts.forEach((a, i) => parts.slice(i + 1).forEach((b) => {
      const [p, q] = [box(a), box(b)];
      const over = Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
        && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1;
      if (over) faults.push(`${a.className || a.tagName} lies on ${b.className || b.tagName}`);
    }));
  }
  return faults;
}"""


@pytest.mark.browser
async def test_the_paper_is_black_on_white_with_nothing_around(running: Running) -> None:
    async with painted(running, "/harbour/card?lang=en") as page:
        await page.emulate_media(media="print", color_scheme="dark")
        picture = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
        assert picture.getpixel((4, 4)) == (255, 255, 255)
        assert await page.locator(".tools").is_hidden()
        ink = await page.eval_on_selector(".sheet", "e => getComputedStyle(e).color")
        assert ink == "rgb(0, 0, 0)"


def test_the_days_are_the_event_s_own() -> None:
    morning, midnight = datetime(2027, 6, 30, 9), datetime(2027, 7, 1, 0)
    assert when(morning, midnight, "en") == "30 June 2027"
    assert when(morning, datetime(2027, 7, 2, 12), "en").split() == ["30", "Jun", "–", "2", "Jul", "2027"]
    assert when(morning, None, "de") == "30. Juni 2027"
    assert when(None, midnight, "en") == ""


def test_a_longer_tag_is_set_smaller() -> None:
    steps = [fit(tag) for tag in ("ht27", "HarbourTalks", "HarbourTalksRostock", "w" * 40)]
    assert steps == sorted(set(steps)) and steps[0] == 0 and steps[-1] == 6


@pytest.mark.browser
async def test_the_form_opened_by_a_card_says_so_once_and_by_itself_nothing(running: Running) -> None:
    async with painted(running, "/harbour/say?code=T2") as page:
        await page.wait_for_load_state("networkidle")
        assert await page.context.cookies() == []
        await page.goto(running.base + "/harbour/say")
        await page.wait_for_load_state("networkidle")
    async with running.database.reading() as db:
        assert {p.code: p.opened for p in await cards.list_places(db, 1)} == {"T1": 0, "T2": 1, "T3": 0}
