"""A browser without a script, as far as a form needs one: reads what a page's form holds, and sends it back changed."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import count

import httpx

Files = Mapping[str, bytes]


class Form(HTMLParser):
    """The fields of the form with this id or action, as a browser would send them untouched."""

    def __init__(self, page: str, which: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.files: list[str] = []
        self._which, self._inside, self._area, self._select = which, False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == self._which
        elif self._inside and tag == "textarea":
            self._area = given["name"]
            self.fields[self._area] = ""
        elif self._inside and tag == "select":
            self._select = given["name"]
        elif self._inside and tag == "option" and "selected" in given:
            self.fields[self._select] = given["value"]
        elif self._inside and tag == "input" and "name" in given:
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "file":
            self.files.append(given["name"])
        elif kind not in ("checkbox", "radio") or "checked" in given:
            self.fields[given["name"]] = given.get("value", "on" if kind in ("checkbox", "radio") else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


class Phone:
    """Somebody before the form. `keeps_cookies` False: every request is a stranger's."""

    def __init__(self, web: httpx.AsyncClient, path: str, keeps_cookies: bool = True) -> None:
        self._web, self.path, self._keeps = web, path, keeps_cookies

    async def open(self, query: str = "") -> httpx.Response:
        return self._noted(await self._web.get(self.path + query))

    async def fill(
        self, page: httpx.Response, which: str = "say", files: Files | None = None, **typed: str | None
    ) -> httpx.Response:
        """Send the form on this page with these fields typed, ticked, or (None) left out."""
        form = Form(page.text, which)
        fields = form.fields | {name: value for name, value in typed.items() if value is not None}
        for name in (name for name, value in typed.items() if value is None):
            fields.pop(name, None)
        given = {name: (f"{name}.jpg", body) for name, body in (files or {}).items()}
        parts = given | {name: ("", b"") for name in form.files if name not in given}
        action = re.search(rf'<form[^>]*action="([^"]+)"[^>]*id="{which}"', page.text)
        assert action is not None
        where = html.unescape(action[1])
        return self._noted(await self._web.post(where, data=fields, files=parts or {"none": ("", b"")}))

    async def say(
        self, text: str, query: str = "", proven: bool = True, files: Files | None = None, **typed: str
    ) -> httpx.Response:
        page = await self.open(query)
        more = {"proof": proof(Form(page.text, "say").fields["nonce"])} if proven else {}
        return await self.fill(page, files=files, **{"text": text, "consent": "yes", **more, **typed})

    def _noted(self, answer: httpx.Response) -> httpx.Response:
        if not self._keeps:
            self._web.cookies.clear()
        return answer


def proof(nonce: str, bits: int = 16) -> str:
    """What the page's script computes."""
    begun = hashlib.sha256(f"{nonce}:".encode())
    for number in count():
        tried = begun.copy()
        tried.update(str(number).encode())
        if int.from_bytes(tried.digest()[:4]) >> (32 - bits) == 0:
            return str(number)
    raise AssertionError


NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")


def answer(page: str) -> dict[str, str]:
    """What a person answers to the small question; empty where none is asked."""
    asked = re.search(r"how much is (\w+) plus (\w+)\?", page)
    signed = re.search(r'name="sum" value="([^"]+)"', page)
    if asked is None or signed is None:
        return {}
    return {"sum": signed[1], "answer": str(sum(NUMBERS.index(word) + 2 for word in asked.groups()))}


def told(page: httpx.Response) -> str:
    """The one sentence that says what is wrong; empty where nothing is."""
    said = re.findall(r'role="alert">([^<]+)<', page.text)
    assert len(said) < 2, said
    return html.unescape(said[0]) if said else ""
