"""/media-files/…: our pictures for browsers, and nothing else from the disk."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from app.settings import Settings
from app.shelf import Shelf
from display import media

NAME = "ab" + "0" * 62
BODY = b"RIFF\x04\x00\x00\x00WEBP"


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "secret.key").write_text("canary")
    Shelf(tmp_path).put(f"{NAME}.webp", BODY)
    app = FastAPI()
    app.state.strand = SimpleNamespace(settings=Settings(data_dir=tmp_path))
    app.include_router(media.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wall.example") as client:
        yield client


async def test_a_picture_is_served_for_ever_and_can_do_nothing(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/media-files/{NAME}.webp")
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["../secret.key", "%2e%2e/secret.key", "..%2fsecret.key", "%2e%2e%2fsecret.key", "%c0%ae%c0%ae/secret.key",
     "..%5csecret.key", "/etc/passwd", "%2fetc%2fpasswd", f"{NAME}.webp%00", f"{NAME}.webp%0a", f"{NAME}.webp/", NAME,
     f"ab/{NAME}.webp", f"{NAME.upper()}.webp", f"{'f' * 64}.webp", "c:secret.key", "x" * 5000],
)  # fmt: skip
async def test_every_other_name_is_not_there(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(f"/media-files/{path}")
    assert answer.status_code in (404, 307)
    assert "canary" not in answer.text and "root:" not in answer.text


async def test_a_missing_picture_is_said_in_one_plain_sentence_that_nobody_keeps(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/media-files/{'f' * 64}.webp")
    assert (answer.status_code, answer.text) == (404, "There is no such picture here.")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-3", "bytes=-1", "bytes=9-2", "bytes=" + ",".join(f"{i}-" for i in range(5000)), "bytes=0-" + "9" * 4000,
     "lines=1", "bytes=,,,,"],
)  # fmt: skip
async def test_no_range_gets_anything_but_the_whole(browser: httpx.AsyncClient, asked: str) -> None:
    began = time.perf_counter()
    answer = await browser.get(f"/media-files/{NAME}.webp", headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, BODY)
    assert time.perf_counter() - began < 0.5
