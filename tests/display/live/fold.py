"""The fold as docs/wire.md tells it, written without a look at the product's own: what a reader makes of frames."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


@dataclass
class Fold:
    epoch: str = ""
    seq: int = -1
    floor: str = ""
    event: dict[str, Any] | None = None
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    empty: bool = True  # nothing is known until a snapshot

    def apply(self, frame: Frame) -> None:
        begins = any(m["type"] in ("snapshot", "reset") for m in frame["messages"])
        if not begins and (frame["epoch"] != self.epoch or frame["seq"] < self.seq):
            return  # one we had
        for message in frame["messages"]:
            self._one(frame, message)
        if not self.empty:
            self.epoch, self.seq = frame["epoch"], frame["seq"]

    def _one(self, frame: Frame, message: dict[str, Any]) -> None:
        match message["type"]:
            case "snapshot":
                self.__init__(event=message["event"], floor=message["floor"], empty=False)  # type: ignore[misc]
                self.posts = {p["id"]: p for p in message["posts"]}
            case "reset":
                self.__init__()  # type: ignore[misc]
            case "put":
                self.posts.pop(message["post"]["id"], None)
                if message["post"]["order"] >= self.floor:
                    self.posts[message["post"]["id"]] = message["post"]
            case "drop":
                self.posts.pop(message["id"], None)
            case "event":
                self.event = message["event"]
            case "heartbeat" | "bye":
                pass
            case other:
                raise AssertionError(f"docs/wire.md knows no {other}")

    def shown(self) -> list[dict[str, Any]]:
        return sorted(self.posts.values(), key=lambda p: (p["order"], p["id"]))

    def copy(self) -> Fold:
        return copy.deepcopy(self)


def unframed(data: bytes) -> Frame:
    """The JSON inside one whole frame made by the server."""
    length = data[1]
    body = data[2:] if length < 126 else data[4:] if length == 126 else data[10:]
    frame: Frame = json.loads(body)
    return frame
