"""For every s: snapshot(s), then everything the log says after s, is what snapshot(head) says; and in between too."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.database import Database
from app.domain import log, snapshot
from app.models import Policy
from display.live import channel
from display.live.hub import Hub
from tests.conftest import Clock
from tests.display.live.acts import OPENING, evenings
from tests.display.live.audience import Crowd
from tests.display.live.world import World

# The first evening that goes wrong is told as it was: to look for a shorter one on a real store takes minutes.
PATIENT = settings(
    deadline=None, print_blob=True, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
policies = st.sampled_from([Policy.OPEN, Policy.OPEN, Policy.REVIEW, Policy.TRUSTED, Policy.DELAY])


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that floors rise and absences become too long within an evening of thirty acts."""
    monkeypatch.setattr(snapshot, "WINDOW", 4)
    monkeypatch.setattr(snapshot, "DESK_WINDOW", 6)
    monkeypatch.setattr(channel, "RESUMABLE", 12)


async def an_evening(database: Database, policy: Policy, acts: list[tuple[Any, ...]]) -> None:
    world = World(database)
    await world.begin(policy)
    crowd = Crowd(world, Hub(database, Clock()))
    for act in [*OPENING, *acts]:
        await crowd.do(*act)
        crowd.check()
    await crowd.settle()
    crowd.check()
    async with database.reading() as db:
        here = await log.head(db, world.event.id)
    for watcher in crowd.watchers:
        assert (watcher.fold.epoch, watcher.fold.seq) == here, "somebody was left behind"


@pytest.mark.timeout(400)
@settings(PATIENT, max_examples=15)
@given(policy=policies, acts=evenings)
async def test_whoever_watches_sees_what_is_true_at_every_number(
    database: Database, small_windows: None, policy: Policy, acts: list[tuple[Any, ...]]
) -> None:
    await an_evening(database, policy, acts)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@settings(PATIENT, max_examples=1_500)
@given(policy=policies, acts=evenings)
async def test_whoever_watches_sees_what_is_true_for_a_long_time(
    database: Database, small_windows: None, policy: Policy, acts: list[tuple[Any, ...]]
) -> None:
    await an_evening(database, policy, acts)
