"""What the raid drill writes down: what each wall showed for how long, and the figures at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

REVIEWED, TRUSTED = "review", "trusted"  # two events read the same flood, under two policies
WALLS = [(slug, audience) for slug in (REVIEWED, TRUSTED) for audience in ("public", "reviewed")]


@dataclass
class Wall:
    """One projector: since when it shows what, by the moved clock."""

    shows: dict[int, datetime] = field(default_factory=dict)
    spans: list[tuple[int, float]] = field(default_factory=list)  # post, seconds
    frames: int = 0

    def fold(self, frame: dict[str, Any], now: datetime) -> None:
        self.frames += 1
        for message in frame["messages"]:
            if message["type"] == "snapshot":
                here = {post["id"] for post in message["posts"]}
                for post in [*self.shows.keys() - here]:
                    self._gone(post, now)
                self.shows |= dict.fromkeys(here - self.shows.keys(), now)
            elif message["type"] == "put":
                self.shows.setdefault(message["post"]["id"], now)
            elif message["type"] == "drop":
                self._gone(message["id"], now)

    def end(self, now: datetime) -> None:
        for post in list(self.shows):
            self._gone(post, now)

    def _gone(self, post: int, now: datetime) -> None:
        if since := self.shows.pop(post, None):
            self.spans.append((post, (now - since).total_seconds()))


@dataclass
class Report:
    proposed_after: dict[str, float] = field(default_factory=dict)
    hostile_seconds: dict[tuple[str, str], float] = field(default_factory=dict)
    hostile_shown: dict[tuple[str, str], int] = field(default_factory=dict)
    good_shown: dict[tuple[str, str], int] = field(default_factory=dict)
    frames: dict[tuple[str, str], int] = field(default_factory=dict)
    hostile: int = 0
    newcomers_held: int = 0
    newcomers: int = 0
    decisions: int = 0  # to clean up
    left_over: int = 0  # hostile posts after that, one decision each
    wrongly_hidden: int = 0
    decide: list[float] = field(default_factory=list)  # milliseconds
    queue: list[float] = field(default_factory=list)
    took: float = 0.0

    def __str__(self) -> str:
        rows = [
            f"hostile posts in the store            {self.hostile}",
            f"raid proposed after                   {_list(self.proposed_after)} s",
            *(f"{slug:>8} event, {audience:<8} wall         {self.hostile_shown[slug, audience]} hostile shown for "
              f"{self.hostile_seconds[slug, audience]:.0f} s; {self.good_shown[slug, audience]} good; "
              f"{self.frames[slug, audience]} frames" for slug, audience in WALLS),
            f"genuine first-timers held             {self.newcomers_held} of {self.newcomers}",
            f"decisions to clean up                 {self.decisions} + {self.left_over} left over; "
            f"{self.wrongly_hidden} good ones hidden with them",
            f"decide, p50 / p95                     {_ranks(self.decide)}",
            f"queue.json, p50 / p95                 {_ranks(self.queue)}",
            f"took                                  {self.took:.0f} s",
        ]  # fmt: skip
        return "\n".join(rows)

    def p95(self) -> tuple[float, float]:
        return _rank(self.decide, 0.95), _rank(self.queue, 0.95)


def _list(told: dict[str, float]) -> str:
    return ", ".join(f"{slug} {seconds:.0f}" for slug, seconds in told.items())


def _ranks(values: list[float]) -> str:
    return f"{_rank(values, 0.5)} / {_rank(values, 0.95)} ms ({len(values)})"


def _rank(values: list[float], share: float) -> float:
    return round(sorted(values)[int(len(values) * share)], 1) if values else 0.0
