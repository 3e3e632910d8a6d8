"""/metrics: numbers for whoever keeps the house; to everybody else it is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.domain.events import create_event
from app.domain.intake import receive
from ingest.types import Batch
from tests.conftest import NOW
from tests.factories import a_post, make_source
from tests.server import Running, serving


async def _read(running: Running, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        return await client.get("/metrics", headers=headers)


def _values(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    families = text_string_to_metric_families(text)
    return {f.name: {tuple(s.labels.values()): s.value for s in f.samples} for f in families}


async def test_it_counts_what_a_keeper_watches(store_url: str, tmp_path: Path) -> None:
    async with serving(store_url, tmp_path) as running:
        async with running.database.transaction() as db:
            event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW)
            await make_source(db, event)
            await receive(db, Batch("mastodon:https://kueste.example", (a_post(), a_post("Two #HarbourTalks"))), NOW)
        async with running.socket("harbour") as ws:
            await ws.recv()
            answer = await _read(running)
    told = _values(answer.text)
    assert told["strand_posts_waiting"] == {("harbour",): 2}
    assert told["strand_log_seq"] == {("harbour",): 2}
    assert told["strand_connections"] == {("public", "harbour", "follow"): 1}  # by the labels' names
    assert told["strand_source_taken"][("harbour", "mastodon", "2")] == 2
    assert told["strand_reading"] == {(): 0}
    assert told["process_resident_memory_bytes"][()] > 0
    assert "Inka" not in answer.text


@pytest.mark.parametrize("proxied", [{"x-forwarded-for": "203.0.113.9"}, {"forwarded": "for=203.0.113.9"}])
async def test_leak_nobody_reads_it_through_a_proxy_without_a_token(
    proxied: dict[str, Any], sqlite_template: Path, tmp_path: Path
) -> None:
    async with serving(f"sqlite+aiosqlite:///{tmp_path}/a.sqlite", tmp_path) as running:
        assert (await _read(running, **proxied)).status_code == 404


async def test_with_a_token_only_its_holder_reads_it(tmp_path: Path) -> None:
    store = f"sqlite+aiosqlite:///{tmp_path}/a.sqlite"
    async with serving(store, tmp_path, metrics_token="tide") as running:
        assert (await _read(running)).status_code == 404
        assert (await _read(running, authorization="Bearer ebb")).status_code == 404
        assert (await _read(running, authorization="Bearer tide")).status_code == 200
