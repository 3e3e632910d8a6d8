"""The pages drawn without the house: the templates' own environment, and a small server with the real policy."""

from __future__ import annotations

import asyncio
import json
import mimetypes
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.domain.event import colours
from display.strings import for_scripts

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types strand-worker"
)
STRINGS = for_scripts(lambda sentence: sentence)
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400" width="600" height="400">
<rect width="600" height="400" fill="#557"/><circle cx="420" cy="250" r="90" fill="#e96"/></svg>"""
SESSIONS = [
    {"id": n, "title": title, "room": room, "time": time, "until": until, "url": f"/harbour/sessions/{n}",
     "speakers": speakers, "lang": "en", "starts_at": f"2026-06-12T{start}:00Z", "ends_at": f"2026-06-12T{end}:00Z"}
    for n, time, until, start, end, room, title, speakers in (
        (2, "10:15", "11:15", "08:15", "09:15", "the Hall", "Whose harbour is it, and who sweeps it?", ["Inka Peters"]),
        (3, "10:15", "11:15", "08:15", "09:15", "the Shed", "A listening circle", []),
        (4, "11:45", "12:45", "09:45", "10:45", "the Hall", "What the eelgrass knows", ["Sari Lindqvist", "Tom"]),
    )
]  # fmt: skip
Draw = Callable[[str], bytes | None]


def environment() -> Environment:
    """As app.pages makes it: everything escaped, nothing undefined, gettext new style."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "display" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(lambda s: s, lambda one, many, n: one if n == 1 else many, newstyle=True)  # type: ignore[attr-defined]
    env.filters["long_day"] = str
    env.globals["static"] = lambda path: f"/static/test/{path}"
    return env


def page(template: str, **variables: Any) -> str:
    """One page, drawn with what every page has."""
    return (
        environment()
        .get_template(template)
        .render(locale="en", languages=LANGUAGES, strings=STRINGS, day_name=lambda day: day, **variables)
    )


@asynccontextmanager
async def served(
    pages: dict[str, str], picture: Draw = lambda name: None, told: Draw = lambda path: None
) -> AsyncIterator[str]:
    """The pages, /static/ and some pictures, on a port of this machine, under the real Content-Security-Policy.
    `told`: what other addresses answer as JSON."""

    def answer(path: str) -> tuple[int, str, bytes]:
        if path in pages:
            return 200, "text/html; charset=utf-8", pages[path].encode()
        if path.endswith("/look.css"):
            return 200, "text/css", colours.theme_css("#7a1f4b", "#1b5e20", ".example").encode()
        if path.endswith("/screens.json"):
            return 200, "application/json", b'{"screens": []}'
        if path.endswith("/sessions.json"):
            return 200, "application/json", json.dumps({"sessions": SESSIONS}).encode()
        if path.endswith("/wall/worker.js"):
            return 200, "text/javascript", (ROOT / "static" / "js" / "wall" / "worker.js").read_bytes()
        if (said := told(path)) is not None:
            return 200, "application/json", said
        if path.endswith(("/wall/screen.json", "/wall/airtime.json", "/wall/posts.json", "/questions.json")):
            return 200, "application/json", b"null"  # nobody says what this screen is to show: it goes by its page
        if path.startswith("/static/test/"):
            file = ROOT / "static" / path.removeprefix("/static/test/")
            if file.is_file() and (ROOT / "static") in file.resolve().parents:
                return 200, mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes()
        if path.endswith((".svg", ".ico")):
            return 200, "image/svg+xml", picture(path.rpartition("/")[2]) or PICTURE
        return 404, "text/plain", b"not here"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n", 1)[0].decode()
            path = line.split(" ")[1].partition("?")[0]
            status, kind, body = answer(path)
            head = f"HTTP/1.1 {status} .\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            head += f"X-Strand: {'wall' if path.endswith('/wall') else 'house'}\r\n"
            head += f"Service-Worker-Allowed: {path.removesuffix('/worker.js')}\r\n"
            writer.write(f"{head}Connection: close\r\nContent-Security-Policy: {POLICY}\r\n\r\n".encode() + body)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
