"""Clusters: which posts say nearly the same, kept in memory and asked with every new post. Knows no store.

A cluster is known by its oldest post. It is remembered by a few examples that differ from each other, so that a
sentence with changing parts stays one cluster, and a long chain of small steps does not become one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from app.domain.raids.likeness import Likeness, alike, needed

EXAMPLES = 12  # of one cluster
NEW_EXAMPLE = 0.8  # what is less like every example than this becomes one itself
ASKED = 16  # by so many of its smallest values a post is looked up
COMPARED = 24  # candidates, those that share most first

Changes = dict[int, int | None]
"""Post to the cluster it belongs to now; None: it stands alone."""


class Clusters:
    """`most`: posts remembered; older ones keep the cluster they have and are compared no more. `need`: how alike two
    must be."""

    def __init__(self, most: int = 20_000, need: Callable[[Likeness, Likeness], float] = needed) -> None:
        self._most, self._need = most, need
        self._cluster: dict[int, int | None] = {}  # of every remembered post, in the order they came
        self._examples: dict[int, Likeness] = {}
        self._members: dict[int, set[int]] = {}
        self._by_value: dict[int, set[int]] = {}

    def __len__(self) -> int:
        return len(self._cluster)

    def __contains__(self, post: int) -> bool:
        return post in self._cluster

    def of(self, post: int) -> int | None:
        return self._cluster.get(post)

    def members(self, cluster: int) -> frozenset[int]:
        return frozenset(self._members.get(cluster, ()))

    def restore(self, post: int, like: Likeness | None, cluster: int) -> None:
        """As the store has it, without asking again."""
        self._cluster[post] = cluster
        self._members.setdefault(cluster, set()).add(post)
        if like is not None and self._wants_example(cluster, like):
            self._show(post, like)
        self._forget_oldest()

    def place(self, post: int, like: Likeness | None) -> Changes:
        """A new post. What changes by it: mostly its own place, sometimes another's that was alone."""
        self._cluster[post] = None
        if like is None:
            return {}
        near = self._near(like)
        changes: Changes = {}
        if near:
            found = {self._cluster[other] or other for other in near}
            cluster = min(found)
            for other in sorted(found):
                self._join(self._members.get(other, {other}), cluster, changes)
            self._join({post}, cluster, changes)
        if not near or (max(near.values()) < NEW_EXAMPLE and self._has_room(self._cluster[post])):
            self._show(post, like)
        self._forget_oldest()
        return changes

    def remove(self, post: int) -> Changes:
        """It says something else now, or is gone. Who is left alone is alone; the oldest left gives the name."""
        cluster, like = self._cluster.pop(post, None), self._examples.get(post)
        self._hide(post)
        if cluster is None or cluster not in self._members:
            return {}
        left = self._members.pop(cluster) - {post}
        if like is not None and (heir := min(left - self._examples.keys(), default=None)):
            self._show(heir, like)  # nobody kept what the others said: it is nearly this
        name = (min(left) if cluster == post else cluster) if len(left) > 1 else None
        if name is not None:
            self._members[name] = left
        changes: Changes = {other: name for other in left if self._cluster[other] != name}
        self._cluster |= changes
        return changes

    def _near(self, like: Likeness) -> dict[int, float]:
        """Examples that are near enough, with how alike they are."""
        sharing = Counter(other for value in like.values[:ASKED] for other in self._by_value.get(value, ()))
        near = {}
        for other, _ in sharing.most_common(COMPARED):
            example = self._examples[other]
            likeness = alike(like, example)
            if likeness >= self._need(like, example):
                near[other] = likeness
        return near

    def _join(self, posts: set[int], cluster: int, changes: Changes) -> None:
        members = self._members.setdefault(cluster, set())
        for post in list(posts):
            old = self._cluster[post]
            if old != cluster:
                changes[post] = self._cluster[post] = cluster
            members.add(post)
            if old is not None and old != cluster:
                self._members.pop(old, None)

    def _wants_example(self, cluster: int, like: Likeness) -> bool:
        """While restoring: different enough from the examples there are."""
        if not self._has_room(cluster):
            return False
        return all(alike(like, self._examples[other]) < NEW_EXAMPLE for other in self._shown(cluster))

    def _has_room(self, cluster: int | None) -> bool:
        return cluster is None or sum(1 for _ in self._shown(cluster)) < EXAMPLES

    def _shown(self, cluster: int) -> Iterator[int]:
        return (post for post in self._members.get(cluster, ()) if post in self._examples)

    def _show(self, post: int, like: Likeness) -> None:
        self._examples[post] = like
        for value in like.values[:ASKED]:
            self._by_value.setdefault(value, set()).add(post)

    def _hide(self, post: int) -> None:
        like = self._examples.pop(post, None)
        for value in like.values[:ASKED] if like else ():
            self._by_value[value].discard(post)
            if not self._by_value[value]:
                del self._by_value[value]

    def _forget_oldest(self) -> None:
        while len(self._cluster) > self._most:
            post = next(iter(self._cluster))
            cluster = self._cluster.pop(post)
            self._hide(post)
            if cluster is not None and cluster in self._members:
                self._members[cluster].discard(post)
                if not self._members[cluster]:
                    del self._members[cluster]
