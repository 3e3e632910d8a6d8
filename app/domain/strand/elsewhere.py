"""Where a post stands on the networks, as addresses that people can open there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Copy
from ingest.types import Network

BLUESKY_APP = "https://bsky.app"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    mastodon: str = ""  # what a Mastodon server is asked to find it by
    bluesky: str = ""  # its page in the app


async def find(db: AsyncSession, post_id: int) -> Elsewhere:
    """Of a post that everybody may see. A bridge's copy leads to a place too: who answers there is heard here."""
    wanted = select(Copy.network, Copy.uri, Copy.url).where(Copy.post_id == post_id, Copy.gone_at.is_(None))
    rows = (await db.execute(wanted.order_by(Copy.id))).all()
    mastodon = [uri if _web(uri) else url or "" for network, uri, url in rows if network is Network.MASTODON]
    bluesky = [_page(uri) for network, uri, _ in rows if network is Network.BLUESKY]
    return Elsewhere(next((a for a in mastodon if _web(a)), ""), next((a for a in bluesky if a), ""))


def _web(address: str) -> bool:
    return address.startswith("https://")


def _page(uri: str) -> str:
    """at://did/collection/key as the address of its page."""
    did, _, rest = uri.removeprefix("at://").partition("/")
    collection, _, key = rest.partition("/")
    if not (did.startswith("did:") and collection and key):
        return ""
    return f"{BLUESKY_APP}/profile/{quote(did, safe=':')}/post/{quote(key, safe='')}"
