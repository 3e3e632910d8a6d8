"""The accounts of the invented networks: everybody's own, the second ones they claim, and those a bridge makes.

Owns who exists and what their profiles say. Posts are in world.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.rehearsal import addresses
from ingest.rehearsal.lines import Person
from ingest.rehearsal.script import Script
from ingest.types import Network

BRIDGED_LABEL = "bridged-from-bridgy-fed-activitypub"


@dataclass(frozen=True, slots=True)
class Account:
    network: Network
    handle: str  # "user@host" on Mastodon, "name.example" on Bluesky
    person: Person
    created_at: datetime
    bridged: bool = False

    @property
    def user(self) -> str:
        return self.handle.partition("@")[0]

    @property
    def host(self) -> str:
        return self.handle.partition("@")[2]

    @property
    def did(self) -> str:
        return addresses.did(self.user if self.bridged and self.network is Network.MASTODON else self.handle)

    @property
    def uri(self) -> str:
        if self.network is Network.BLUESKY:
            return self.did
        return f"https://bsky.brid.gy/ap/{self.did}" if self.bridged else f"https://{self.host}/users/{self.user}"

    @property
    def url(self) -> str:
        if self.network is Network.BLUESKY:
            return f"https://bsky.app/profile/{self.did}"
        if self.bridged:
            return f"https://bsky.brid.gy/r/https://bsky.app/profile/{self.did}"
        return f"https://{self.host}/@{self.user}"

    @property
    def labels(self) -> tuple[str, ...]:
        return (*self.person.labels, BRIDGED_LABEL) if self.bridged else self.person.labels

    @property
    def bio(self) -> tuple[str, ...]:
        """Paragraphs of the profile: what I do, why, and wishes such as #nobot."""
        return tuple(line for line in (*self.person.about, " ".join(self.person.bio_tags)) if line.strip("- "))


def accounts(script: Script, opened_at: datetime) -> Mapping[str, Account]:
    """Every account there is, by handle."""
    return {account.handle: account for account in _all(script, opened_at)}


def _all(script: Script, opened_at: datetime) -> Iterator[Account]:
    for person in script.people.values():
        for handle in filter(None, (person.handle, *person.also)):
            yield _account(handle, person, opened_at)
    for line in script.posts.values():
        if line.bridged and line.handle:
            yield _account(line.handle, script.people[line.author], opened_at, bridged=True)


def _account(handle: str, person: Person, opened_at: datetime, *, bridged: bool = False) -> Account:
    network = Network.MASTODON if "@" in handle else Network.BLUESKY
    day = (opened_at - timedelta(days=person.account_age_days)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Account(network, handle, person, created_at=day, bridged=bridged)
