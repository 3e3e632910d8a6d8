"""What happens on the way between a wall and its house, by name: lines that are cut, reset, half open, slow; a hotel's
sign-in page in place of everything, a gateway that has nobody behind it. The bytes go through tests/proxy.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.proxy import Proxy, proxied

STRANGER = "Hotel Ostsee guest network"  # on every page and in every answer that is not ours
_SAYS = f"<!doctype html><title>{STRANGER}</title><h1>{STRANGER}</h1><p>Accept our terms to go on.</p>".encode()

_TELLS = b'{"sessions": [], "name": "' + STRANGER.encode() + b'"}'


def _http(status: str, body: bytes, *headers: str) -> bytes:
    head = (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", "")
    return "\r\n".join(head).encode() + body


ANSWERS = {
    "portal": _http("200 OK", _SAYS, "Content-Type: text/html"),
    "portal that leads elsewhere": _http("302 Found", _SAYS, "Location: http://127.0.0.1:9/sign-in"),
    "portal for programs": _http("200 OK", _TELLS, "Content-Type: application/json"),
    "gateway": _http("502 Bad Gateway", _SAYS.replace(b"Accept", b"nginx"), "Content-Type: text/html"),
}  # fmt: skip
LINES = ("cut", "reset", "half open")
FAULTS = (*LINES, *ANSWERS)


@dataclass(slots=True)
class Chaos:
    proxy: Proxy

    @property
    def base(self) -> str:
        return self.proxy.base

    def begin(self, fault: str) -> None:
        """From now on it is so, for what is open and for what comes."""
        if fault in ANSWERS:
            self.proxy.answer = ANSWERS[fault]
            self.proxy.cut()
        elif fault == "half open":
            self.proxy.blackhole = True
        elif fault == "slow":
            self.proxy.delay = 0.4
        else:
            self.proxy.refusing = True
            self.proxy.reset() if fault == "reset" else self.proxy.cut()

    def end(self) -> None:
        """The way is free. Of lines that hung nobody hears any more."""
        hung = self.proxy.blackhole
        self.proxy.answer, self.proxy.refusing, self.proxy.blackhole, self.proxy.delay = b"", False, False, 0.0
        if hung:
            self.proxy.reset()

    def move(self, port: int) -> None:
        """The house is another process now: those who were here lose it, and find the new one at the same address."""
        self.proxy.port = port
        self.proxy.cut()

    @property
    def felt(self) -> int:
        """How often anybody noticed."""
        return sum(self.proxy.fired.values())


@asynccontextmanager
async def chaos_before(port: int) -> AsyncIterator[Chaos]:
    async with proxied("127.0.0.1", port) as proxy:
        yield Chaos(proxy)
