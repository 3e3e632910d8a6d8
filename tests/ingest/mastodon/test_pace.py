"""How often a server is asked where it does not stream."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.mastodon.pace import Pace, asked_for
from ingest.types import Network, SourceConfig


def source(**settings: Any) -> SourceConfig:
    return SourceConfig(1, "harbour", Network.MASTODON, "m", "https://kueste.example", ("harbour",), settings=settings)


@pytest.mark.parametrize(
    ("sources", "seconds"),
    [
        ([source()], Pace().poll),
        ([source(every=30)], 30),
        ([source(), source(every=60), source(every=5)], 5),
        ([source(every=0)], 1),
        ([source(every="often")], Pace().poll),
    ],
)
def test_the_most_impatient_source_of_a_server_says_how_often_it_is_asked(
    sources: list[SourceConfig], seconds: float
) -> None:
    assert asked_for(sources).poll == seconds


def test_mastodon_c3_nobody_is_asked_more_often_than_their_answers_are_made_anew() -> None:
    """A stranger's answer is kept for 15 seconds; beside a stream there is a sweep every one or two minutes."""
    assert Pace().poll >= 15
    assert 60 <= Pace().sweep <= 120
    assert Pace().idle <= 45
