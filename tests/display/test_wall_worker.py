"""The service worker of walls: where it comes from, what it may hold, and the one policy that makes its address."""

from __future__ import annotations

import re

from app.models import Event
from app.pages import ROOT
from tests.server import Running


async def test_the_worker_may_hold_its_events_wall_and_is_asked_for_anew(served: Running, harbour: Event) -> None:
    async with served.visitor() as visitor:
        answer = await visitor.get("/harbour/wall/worker.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["service-worker-allowed"] == "/harbour/wall"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.content == (ROOT / "static/js/wall/worker.js").read_bytes()


async def test_every_answer_says_whose_it_is_and_only_the_wall_that_it_is_one(served: Running, harbour: Event) -> None:
    async with served.visitor() as visitor:
        said = {
            path: (await visitor.get(path)).headers["x-strand"] for path in ("/harbour/wall", "/harbour", "/nowhere")
        }
    assert said == {"/harbour/wall": "wall", "/harbour": "house", "/nowhere": "house"}


def test_one_file_makes_the_one_policy_and_nothing_else_asks_for_trust() -> None:
    scripts = {path.name: path.read_text() for path in (ROOT / "static/js").rglob("*.js")}
    makers = {
        name: re.findall(r'createPolicy\("([^"]+)"', text) for name, text in scripts.items() if "createPolicy" in text
    }
    assert makers == {"survival.js": ["strand-worker"]}
    for name, text in scripts.items():
        assert not re.search(r"createHTML|createScript\b|innerHTML|insertAdjacentHTML|document\.write", text), name
