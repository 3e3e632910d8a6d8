"""What machines ask for: robots.txt names nothing private, security.txt is there where somebody reads, an icon."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from app.database import Database
from app.models import Event
from app.settings import Settings
from tests.display.conftest import visitor
from tests.server import Running, serving


async def test_robots_are_asked_to_stay_out_of_what_is_not_for_keeping(served: Running, harbour: Event) -> None:
    async with visitor(served) as web:
        told = await web.get("/robots.txt")
        assert told.status_code == 200 and told.headers["content-type"].startswith("text/plain")
        for path in ("/desk", "/*/live", "/*/say"):
            assert f"Disallow: {path}\n" in told.text
        assert "harbour" not in told.text and not re.search(r"[0-9a-f]{12}", told.text)
        assert "Disallow: /\n" not in told.text and "/posts" not in told.text  # "noindex" must be read to be followed


async def test_the_icon_is_a_picture_of_ours(served: Running) -> None:
    async with visitor(served) as web:
        icon = await web.get("/favicon.ico")
        assert icon.status_code == 200 and icon.headers["content-type"] == "image/png"
        page = (await web.get("/")).text
        touch = re.search(r'rel="apple-touch-icon" href="([^"]+)"', page)
        assert touch and (await web.get(touch[1])).content == icon.content
        assert page.count('name="theme-color"') == 2


async def test_security_txt_names_whoever_reads_it_and_else_is_not_there(
    sqlite: Database, tmp_path: Path, served: Running
) -> None:
    async with visitor(served) as web:
        assert (await web.get("/.well-known/security.txt")).status_code == 404
    url = f"sqlite+aiosqlite:///{tmp_path}/only.sqlite"
    async with serving(url, tmp_path, security_contact="holes@wall.example") as named, visitor(named) as web:
        told = await web.get("/.well-known/security.txt")
    assert "Contact: mailto:holes@wall.example\n" in told.text and "Expires: 2027-12-08T00:00:00Z\n" in told.text
    assert told.headers["content-type"].startswith("text/plain")


def test_a_contact_of_two_lines_is_refused() -> None:
    with pytest.raises(ValidationError):
        Settings(security_contact="a@b.example\nContact: mailto:evil@c.example")


async def test_a_page_that_says_nothing_of_search_engines_is_not_kept_by_them(served: Running, harbour: Event) -> None:
    async with visitor(served) as web:
        for path in ("/sign-in", "/harbour/where", "/harbour/nothing-there", "/harbour/posts/9"):
            page: httpx.Response = await web.get(path)
            assert '<meta name="robots" content="noindex">' in page.text, path
