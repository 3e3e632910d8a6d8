"""What it means that posts are missing: their author took them back, or the whole account is closed for now.

A closed account may open again, so its posts are hidden and kept; a post taken back is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ingest.bluesky.people import People
from ingest.types import Held, Incoming, IncomingAuthorChange, IncomingDeletion


async def gone(missing: Sequence[Held], people: People) -> list[Incoming]:
    """Raises OutboundError: then nobody can tell, and nothing is gone."""
    if not missing:
        return []
    open_accounts = await people.existing({author_of(one.uri) for one in missing})
    closed = {author_of(one.uri) for one in missing} - open_accounts
    for did in closed:
        people.forget(did)
    taken_back = [one for one in missing if author_of(one.uri) in open_accounts]
    return [
        *(IncomingAuthorChange(did, "deactivated") for did in sorted(closed)),
        *(IncomingDeletion(one.address, one.uri) for one in taken_back),
    ]


async def is_answer(held: Sequence[Held], found: Collection[str], people: People) -> bool:
    """Whether what was seen can be believed. Nothing at all of several people is no answer, it is a fault,
    unless their profiles are there. Raises OutboundError."""
    authors = {author_of(one.uri) for one in held}
    return bool(found) or len(authors) < 2 or bool(await people.existing(authors))


def author_of(uri: str) -> str:
    """The DID in an at:// address."""
    return uri.split("/")[2] if uri.count("/") >= 2 else ""
