"""Looking at posts through the AppView: their views, and whether somebody hid them from the thread they answer in.

Keeps nothing. What it means that a post is not to be seen is for whoever looked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from ingest.bluesky import gates
from ingest.bluesky.appview import AppView

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sight:
    views: Mapping[str, View] = field(default_factory=dict)  # by address; what is gone, or not there yet, is missing
    roots: Mapping[str, View] = field(default_factory=dict)  # the posts that began their threads
    refused: Set[str] = frozenset()  # what it would not even look for

    def hidden(self, uri: str) -> bool | None:
        """Whether whoever began its thread hid this answer; None where that cannot be told."""
        root = gates.root_of(self.views.get(uri, {}).get("record"))
        if root is None or root not in self.roots:
            return None
        return uri in gates.hidden_by(self.roots[root])


async def look(appview: AppView, uris: Collection[str]) -> Sight:
    """Raises OutboundError."""
    refused: set[str] = set()
    views = {str(view.get("uri")): view for view in await appview.posts(uris, refused)}
    wanted = {root for view in views.values() if (root := gates.root_of(view.get("record")))}
    others = await appview.posts(wanted - views.keys(), set())
    roots = {uri: view for uri, view in views.items() if uri in wanted}
    return Sight(views, roots | {str(view.get("uri")): view for view in others}, refused)
