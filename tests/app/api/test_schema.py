"""schemathesis asks the API what nobody would think of; every answer must be one that its description names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.domain.intake import receive
from ingest.types import Batch
from tests.conftest import NOW
from tests.factories import a_post, an_author
from tests.server import Running

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
EXAMPLES = 40


async def test_nothing_undocumented_comes_out_whatever_is_asked(running: Running) -> None:
    await _say(running)
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        described = (await client.get("/api/v1/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(described)
    asked = await asyncio.to_thread(_ask_everything, schema, running.base)
    assert len(asked) == 9
    assert all(200 in statuses for statuses in asked.values()), asked
    print("\n" + "\n".join(f"{label}: {sorted(statuses)}" for label, statuses in asked.items()))


def _ask_everything(schema: Any, base: str) -> dict[str, set[int]]:
    """Every operation with the statuses it answered with."""
    asked: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        asked[operation.label] = set()
        _asking(operation, base, asked[operation.label].add)()
    return asked


def _asking(operation: Any, base: str, note: Callable[[int], None]) -> Callable[[], None]:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        for name, real in {"slug": "harbour", "post_id": 1, "session_id": 1, "author_id": 1}.items():
            if name in case.path_parameters and len(str(case.path_parameters[name])) % 2:  # half of them exist
                case.path_parameters[name] = real
        note(case.call_and_validate(base_url=base, checks=CHECKS).status_code)

    return ask


async def _say(running: Running) -> None:
    reader = an_author("Open Book", indexable=True)
    posts = [a_post(f"{words} #HarbourTalks", reader) for words in ("A question?", "Öl 東京 مرحبا", "x" * 900)]
    async with running.database.transaction() as db:
        await receive(db, Batch("mastodon:https://kueste.example", tuple(posts)), NOW)
