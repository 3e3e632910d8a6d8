"""What a moderator asks of the queue: which posts, narrowed by what. From an address or a body into clauses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_

from app.domain.audience import Audience, clause
from app.domain.control import reports
from app.domain.desk import servers
from app.domain.strand.findable import base_language
from app.domain.view import MOST
from app.errors import BadInput, TooLong
from app.models import Attachment, Author, Copy, Post, Verdict
from app.models.post import EMOJI

REPORTED, ANY = "reported", "any"
STATES = ("waiting", "hold", "approve", "hide", "later", REPORTED)
LONGEST = {"q": 200, "source": 255, "domain": servers.LONGEST, "language": 35, "reason": 64}
_NUMBERS = ("session", "author", "cluster")
_MEDIA = ("", "with", "without")
_TERM = re.compile(r'(-?)(?:"([^"]+)"?|([^\s"]+))')
TERMS = 8


@dataclass(frozen=True, slots=True)
class Sieve:
    """All that is set must be so."""

    state: str = "waiting"
    source: str = ""  # an upstream
    session: int | None = None
    author: int | None = None
    domain: str = ""
    language: str = ""
    media: str = ""  # with, without
    reason: str = ""  # a key of reasons.py
    cluster: int | None = None
    q: str = ""  # words

    @property
    def newest_first(self) -> bool:
        """Who has waited longest comes first; of what was decided, the newest."""
        return self.state in ("approve", "hide")


KEYS = tuple(field.name for field in fields(Sieve))


def sieve(query: Mapping[str, Any]) -> Sieve:
    """Out of an address, or of a body's object. Raises BadInput, TooLong; knows nothing of other keys."""
    said = {key: str(query.get(key) or "").strip() for key in KEYS}
    for key, most in LONGEST.items():
        if len(said[key]) > most:
            raise TooLong(len(said[key]) - most, key)
    if said["state"] not in ("", ANY, *STATES):
        raise BadInput("There is no such queue.", "state")
    if said["media"] not in _MEDIA:
        raise BadInput("Pictures are asked for as with or without.", "media")
    session, author, cluster = (_number(key, said[key]) for key in _NUMBERS)
    return Sieve(
        said["state"] or "waiting", said["source"], session, author, said["domain"], said["language"], said["media"],
        said["reason"], cluster, said["q"],
    )  # fmt: skip


def clauses(event_id: int, asked: Sieve) -> list[ColumnElement[bool]]:
    """For queries of Post that join Author."""
    found = [Post.event_id == event_id, clause(Audience.DESK), in_state(event_id, asked.state)]
    found += [_from(event_id, asked.source)] if asked.source else []
    found += [] if asked.session is None else [Post.session_id == asked.session]
    found += [] if asked.author is None else [Post.author_id == asked.author]
    found += [servers.clause(asked.domain)] if asked.domain else []
    found += [_in_language(asked.language)] if asked.language else []
    found += [_with_media() if asked.media == "with" else ~_with_media()] if asked.media else []
    found += [Post.why == asked.reason] if asked.reason else []
    found += [] if asked.cluster is None else [of_cluster(asked.cluster)]
    return [*found, *said(asked.q)]


def said(q: str) -> list[ColumnElement[bool]]:
    """Every word or "phrase" is in the text, the cover, the name or the handle; -word is in none."""
    return [_said(without, word) for without, word in _words(q)]


def in_state(event_id: int, state: str) -> ColumnElement[bool]:
    """What waits is also a post that is shown and whose pictures wait."""
    if state == ANY:
        return Post.id > 0
    if state == REPORTED:
        return Post.id.in_(reports.open_posts(event_id))
    if state == "waiting":
        return or_(Post.verdict == Verdict.WAITING, pictures_wait())
    return Post.verdict == Verdict(state)


def pictures_wait() -> ColumnElement[bool]:
    return and_(Post.verdict == Verdict.APPROVE, Post.media_verdict == Verdict.WAITING)


def of_cluster(cluster: int) -> ColumnElement[bool]:
    """The oldest of them may have come before anybody knew that it is one."""
    return or_(Post.cluster_id == cluster, Post.id == cluster)


def _number(key: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10) or int(text) > MOST:
        raise BadInput("That number names nothing here.", key)
    return int(text)


def _from(event_id: int, upstream: str) -> ColumnElement[bool]:
    theirs = Copy.post_id == Post.id, Copy.event_id == event_id, Copy.upstream == upstream, Copy.gone_at.is_(None)
    return exists().where(*theirs)


def _in_language(language: str) -> ColumnElement[bool]:
    """German is German, also in Austria."""
    base, said = base_language(language), func.lower(Post.lang)
    return or_(*(said.startswith(f"{base}{mark}", autoescape=True) for mark in "-_"), said == base)


def _with_media() -> ColumnElement[bool]:
    return exists().where(Attachment.post_id == Post.id, Attachment.kind != EMOJI)


def _words(q: str) -> list[tuple[bool, str]]:
    """(whether it must not be there, word or phrase)."""
    return [(minus == "-", phrase or word) for minus, phrase, word in _TERM.findall(q)][:TERMS]


def _said(without: bool, word: str) -> ColumnElement[bool]:
    """Not by the words that readers search: of authors who did not agree to be found there are none."""
    where = Post.text, Post.content_warning, Author.name, Author.handle
    # SQLite folds a-z and nothing else.
    forms = [word] if word.isascii() else dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    found = or_(*(column.icontains(form, autoescape=True) for form in forms for column in where))
    return not_(found) if without else found
