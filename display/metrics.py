"""/metrics: what a house's keeper watches, in the form Prometheus reads. Numbers of the house, never of a person."""

from __future__ import annotations

import hmac
import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.responses import Response

from app.domain.figures import Figures, figures
from app.errors import NotFound
from app.state import State
from display.asking import Here
from display.live.parts import Live, live_of

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def metrics(request: Request, state: Here) -> Response:
    """For whoever has the token; where none is set, for this machine alone. To everybody else it is not there."""
    if not _may_read(request, state):
        raise NotFound("There is nothing at this address.")
    async with state.database.reading() as db:
        read = await figures(db, state.clock())
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Once(list(_families(read, live_of(request), state.clock().timestamp()))))
    return Response(
        generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"cache-control": "no-store"}
    )


class _Once:
    """prometheus-client asks for a collector; ours has its answer already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _may_read(request: Request, state: State) -> bool:
    token = state.settings.metrics_token
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:  # somebody elsewhere, by a proxy here
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _families(read: Figures, live: Live, now: float) -> Iterator[Metric]:
    slugs = {event.id: event.slug for event in read.events}
    yield _family(
        "strand_log_seq", "The newest number of an event's log", ["event"], {(e.slug,): e.seq for e in read.events}
    )
    yield _family(
        "strand_posts_waiting", "Posts that wait for a person", ["event"],
        {(slugs[event_id],): count for event_id, count in read.waiting.items()},
    )  # fmt: skip
    connections = Counter(
        (slugs.get(m.event_id, ""), m.audience.value, m.pace) for event_id in slugs for m in live.hub.members(event_id)
    )
    yield _family(
        "strand_connections", "Open live connections of this process", ["event", "audience", "pace"], connections
    )
    where = {(slugs[s.event_id], s.kind.value, str(s.id)): s for s in read.sources}
    labels = ["event", "network", "source"]
    yield _family(
        "strand_source_ok", "1 where the last try worked", labels, {k: int(bool(s.ok)) for k, s in where.items()}
    )
    yield _family("strand_source_taken", "Posts taken", labels, {k: s.taken for k, s in where.items()})
    yield _family(
        "strand_source_silent_seconds", "Since a source last answered", labels,
        {k: now - s.succeeded_at.timestamp() for k, s in where.items() if s.succeeded_at},
    )  # fmt: skip
    yield _family("strand_unsent", "Mails and posts the house still owes", [], {(): read.unsent})
    yield _family("strand_reading", "1 where some process reads the networks", [], {(): int(read.reading)})


def _family(name: str, about: str, labels: list[str], values: Mapping[Any, float]) -> Metric:
    """`values`: by the labels' values, in order."""
    family = GaugeMetricFamily(name, about, labels=labels)
    for named, value in values.items():
        family.add_metric(list(named), value)
    return family
