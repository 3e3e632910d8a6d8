"""A cluster's name, who joins and who leaves, and that memory has an end."""

from __future__ import annotations

from app.domain.raids.clusters import Clusters
from tests.app.raids.test_likeness import LONG, like

OTHER = "The fire alarm in the main hall is not a drill, leave now and tell everybody else"
BEGIN, MIDDLE, END = (
    "Organisers took the ticket money and",
    "every visitor should get it back today so sign here",
    "and tell it to everybody in the hall",
)


def test_who_stands_alone_has_no_cluster_and_the_second_names_both_after_the_first() -> None:
    clusters = Clusters()
    assert clusters.place(3, like(LONG)) == {}
    assert clusters.place(5, like(OTHER)) == {}
    assert clusters.place(8, like(LONG + " 🔥")) == {3: 3, 8: 3}
    assert clusters.place(9, like(LONG)) == {9: 3}
    assert clusters.of(5) is None


def test_who_joins_two_clusters_makes_one_of_them_named_after_the_oldest() -> None:
    clusters = Clusters()
    one, other = f"{BEGIN} {MIDDLE}", f"{MIDDLE} {END}"
    for post, words in ((1, one), (2, one), (3, other), (4, other)):
        clusters.place(post, like(words))
    assert (clusters.of(2), clusters.of(4)) == (1, 3)
    assert clusters.place(5, like(f"{BEGIN} {MIDDLE} {END}")) == {3: 1, 4: 1, 5: 1}
    assert clusters.members(1) == {1, 2, 3, 4, 5}


def test_whoever_is_left_behind_alone_is_alone() -> None:
    clusters = Clusters()
    clusters.place(1, like(LONG))
    clusters.place(2, like(LONG))
    assert clusters.remove(2) == {1: None}
    assert clusters.place(2, like(OTHER)) == {}, "it says something else now"
    assert clusters.place(4, like(LONG)) == {1: 1, 4: 1}, "the one that stayed is still known"


def test_when_the_oldest_goes_the_next_one_gives_the_name() -> None:
    clusters = Clusters()
    for post in (1, 2, 3):
        clusters.place(post, like(LONG))
    assert clusters.remove(1) == {2: 2, 3: 2}
    assert clusters.place(4, like(LONG)) == {4: 2}, "and is still found, though it was no example before"


def test_what_the_store_says_is_taken_as_it_is() -> None:
    clusters = Clusters()
    clusters.restore(2, like(LONG), 1)
    clusters.restore(3, like(LONG), 1)
    assert clusters.place(4, like(LONG)) == {4: 1}


def test_memory_has_an_end_and_forgets_the_oldest() -> None:
    clusters = Clusters(most=3)
    for post in range(1, 9):
        clusters.place(post, like(LONG if post % 2 else f"{post} {OTHER}"))
    assert len(clusters) == 3 and 1 not in clusters and 8 in clusters
