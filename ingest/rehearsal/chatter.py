"""The rest of the network going by: strangers' posts, likes and profiles, so that a quiet room is not a dead stream.

Nothing here is ever tagged for the event.
"""

from __future__ import annotations

from datetime import datetime

from ingest.rehearsal import addresses
from ingest.rehearsal.record import POST
from ingest.rehearsal.status import Json, stamp

_SAID = (
    ("en", "Rain on the tent, tea in the tin mug. A good morning."),
    ("de", "Der Kuchen ist aus dem Ofen. Wer kommt vorbei?"),
    ("ja", "夕方の雲がきれいでした。"),
    ("en", "Has anyone seen a left-handed can opener? #kitchen"),
    ("pl", "Pies znowu śpi na moich notatkach."),
    ("en", "Three trains, two umbrellas, one seat. #commute"),
)


def commit(n: int, at: datetime) -> tuple[str, Json]:
    """The `n`th thing a stranger does: mostly posts, every fourth a like."""
    did = addresses.did(f"stranger-{n % 97}.elsewhere.example")
    liked = n % 4 == 3
    record = _like(n, at) if liked else _post(n, at)
    body = {
        "rev": addresses.tid(at, 1023),
        "operation": "create",
        "collection": record["$type"],
        "rkey": addresses.tid(at, 1000 + n % 23),
        "record": record,
        "cid": addresses.record_cid([n, record]),
    }
    return did, body


def _post(n: int, at: datetime) -> Json:
    lang, text = _SAID[n % len(_SAID)]
    return {"$type": POST, "createdAt": stamp(at), "langs": [lang], "text": text}


def _like(n: int, at: datetime) -> Json:
    did, rkey = addresses.did(f"stranger-{(n + 1) % 97}.elsewhere.example"), addresses.tid(at, 1001)
    subject = {"cid": addresses.record_cid([n]), "uri": f"at://{did}/{POST}/{rkey}"}
    return {"$type": "app.bsky.feed.like", "createdAt": stamp(at), "subject": subject}
