"""facts(): what the rules may look at of one post, gathered from the post and from what is known of its batch. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from app.domain.posts.known import Known
from app.domain.rules import Facts
from app.domain.rules.options import APPROVED, CARD, EARLIER, LISTED, REPLIED
from app.domain.rules.standing import server_of
from app.models import Author
from ingest.text.segments import plain
from ingest.types import IncomingPost

_MARK = re.compile(r"(?:[#＃@]|https?://|www\.)\S*", re.IGNORECASE)
_MARKS = ("hashtag", "mention", "link", "break")


def facts(known: Known, author: Author, incoming: IncomingPost, now: datetime, *, again: bool = False) -> Facts:
    """`again`: a new version of a post that counted already."""
    standing = known.standing
    options = standing.options
    age = now - author.since if options.age_days and author.since else None
    capped = (options.author_most or options.domain_most) and not again
    return Facts(
        labels=frozenset((*incoming.labels, *incoming.author.labels)),  # one on an account is on all it says
        steps=steps(known, incoming),
        hits=standing.lists.hits(incoming),
        over=standing.pace.meet(incoming, server_of(author), options, now) if capped else (),
        only_marks=options.only_marks and has_only_marks(incoming),
        age=age,
        warning=bool(incoming.content_warning),
        pictures=bool(incoming.attachments),
    )


def steps(known: Known, incoming: IncomingPost) -> frozenset[str]:
    """Of the trust ladder. Whom somebody hid here stands on none but the organiser's own list."""
    uri = incoming.author.uri
    found = {LISTED} if known.standing.lists.trusts(incoming.author) else set()
    if uri not in known.hidden:
        found |= {APPROVED} if uri in known.trusted else set()
        found |= {EARLIER} if uri in known.standing.earlier else set()
        found |= {REPLIED} if uri in known.standing.replied else set()
        found |= {CARD} if incoming.card_code else set()
    return frozenset(found)


def has_only_marks(incoming: IncomingPost) -> bool:
    """Tags, mentions and links, and nothing a person said or shows beside them."""
    if incoming.attachments or incoming.poll or incoming.quote:
        return False
    words = _MARK.sub(" ", plain([s for s in incoming.segments if s["t"] not in _MARKS]))
    return not any(c.isalnum() or unicodedata.category(c) == "So" for c in words)
