"""Who there is in a seeded world: people on five Mastodon servers and on Bluesky, some with wishes, some on both."""

from __future__ import annotations

import random
from typing import Any

# What each server hears of besides its own people: every pair overlaps, none knows everything, one host nobody knows.
KNOWS = {
    "anker.example": ("boje.example", "fern.example", "bsky.brid.gy"),
    "boje.example": ("anker.example", "turm.example"),
    "turm.example": ("fern.example", "boje.example", "bsky.brid.gy"),
}
UNKNOWN = "weit.example"
HOSTS = (*KNOWS, "fern.example", UNKNOWN)
PER_HOST, ON_BLUESKY, ON_BOTH = 7, 26, 5

Row = dict[str, Any]


def hears(server: str, host: str) -> bool:
    return host == server or host in KNOWS[server]


def cast() -> list[Row]:
    """The same in every world; what they do is by chance."""
    everybody = [_person(f"m{n}", "mastodon", HOSTS[n % len(HOSTS)]) for n in range(PER_HOST * len(HOSTS))]
    everybody += [_person(f"s{n}", "bluesky", "sky.example") for n in range(ON_BLUESKY)]
    by_id = {row["id"]: row for row in everybody}
    for id in ("m1", "s1"):
        by_id[id]["bio_tags"] = ["#nobot"]
    for id in ("s2", "s3"):
        by_id[id]["labels"] = ["!no-unauthenticated"]
    for n in range(ON_BOTH):  # they say everything twice
        twice = _person(f"x{n}", "mastodon", ("anker.example", "turm.example")[n % 2])
        twice["also"] = [{"network": "bluesky", "server": "sky.example", "handle": f"x{n}.sky.example"}]
        everybody.append(twice)
    return everybody


LIMITED = ("m5",)  # every server has limited them
WISHING = ("m1", "s1", "s2", "s3", *LIMITED)


def moving(chance: random.Random, seconds: float) -> dict[str, list[tuple[float, str]]]:
    """When whose account on Bluesky is closed, and when it is back."""
    leave = [chance.uniform(0.3, 0.5) * seconds for _ in range(4)]
    back = [chance.uniform(0.6, 0.75) * seconds for _ in range(2)]
    return {
        "s4": [(leave[0], "deactivated"), (back[0], "active")],
        "s5": [(leave[1], "takendown"), (back[1], "active")],
        "s6": [(leave[2], "deactivated")],
        "s7": [(leave[3], "deleted")],
    }


def bridged_handle(person: Row) -> str:
    """Their account on the other network, made by a bridge."""
    if person["network"] == "bluesky":
        return f"{person['handle']}@bsky.brid.gy"
    user, _, host = person["handle"].partition("@")
    return f"{user}.{host}.ap.brid.gy"


def _person(id: str, network: str, server: str) -> Row:
    handle = f"{id}@{server}" if network == "mastodon" else f"{id}.{server}"
    return {
        "id": id, "network": network, "server": server, "handle": handle, "display_name": f"Person {id.upper()}",
        "languages": ["en"], "role": "attendee", "in_room": True, "about": ["I came by boat.", "I want to listen."],
        "topics": [], "group": None, "indexable": True, "bio_tags": [], "labels": [], "also": [],
        "account_age_days": 400, "throwaway": False,
    }  # fmt: skip
