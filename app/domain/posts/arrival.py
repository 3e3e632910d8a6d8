"""One post comes into one event: which post is it, is it wanted, is it new, changed, or another copy.

Owns identity and versions. The verdict is rules.py's; the entry is the caller's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import moderation
from app.domain.control import reports
from app.domain.posts import answers, emoji, marks, versions
from app.domain.posts.facts import facts
from app.domain.posts.known import Known
from app.domain.posts.newcomers import Newcomers
from app.domain.rules import judge
from app.models import Attachment, Author, Copy, Event, Post, Verdict
from app.models.author import Standing
from ingest.text import tags
from ingest.text.segments import plain
from ingest.types import IncomingPost, Network

LATE = timedelta(minutes=10)


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"  # something a reader could notice
    SAME = "same"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Arrival:
    outcome: Outcome
    post: Post | None = None
    reason: str = ""  # why it was skipped, in words an organiser can read
    orphans: str | None = None  # a key that earlier answers may have waited for


def skip_reason(incoming: IncomingPost, event: Event) -> str | None:
    """Why a post nobody here knows is not taken."""
    if not event.collects:
        return "its event is over"
    if not incoming.public:
        return "not public"
    if incoming.author.nobot:
        return "its author asks not to be collected (#nobot)"
    if incoming.author.limited:
        return "its author is limited or suspended on their server"
    if not belongs(incoming, event):
        return "without the event's tag"
    return None


def belongs(incoming: IncomingPost, event: Event) -> bool:
    """The form needs no tag: whoever writes there writes to the event."""
    return incoming.address.network is Network.FORM or tags.matches(
        incoming.tags, frozenset(tags.normalise(t) for t in event.matching_tags)
    )


async def arrive(
    db: AsyncSession, event: Event, known: Known, new: Newcomers, author: Author, incoming: IncomingPost, upstream: str,
    now: datetime,
) -> Arrival:  # fmt: skip
    """Take one post in. `author` is the row of incoming.author; `new` gains it where nobody here had it before."""
    copy = known.copies.get(incoming.address)
    post = copy.post if copy else _find(known, incoming)
    if post is None:
        if reason := skip_reason(incoming, event):
            return Arrival(Outcome.SKIPPED, reason=reason)
        if author.standing is Standing.DELETED:  # a stream is told again from before their account was deleted
            return Arrival(Outcome.SKIPPED, reason="its author's account is deleted")
        return _create(event, known, new, author, incoming, upstream, now)
    if post.gone_at is not None:
        return Arrival(Outcome.SAME)  # gone stays gone: a replay must not bring it back, not even for a moment
    if any(c.crosspost and c.uri == incoming.uri for c in post.copies):
        return _second_saying(db, event, known, post, copy, incoming, upstream)
    if copy is not None and versions.is_replay(copy, incoming):
        return Arrival(Outcome.SAME)
    adopting = post.bridged and incoming.bridge_of is None and incoming.uri != post.uri
    changed = adopting or copy is None
    if versions.speaks(post, incoming):
        changed |= _set_moment(post, "unpublic_at", not incoming.public, now)
        if not versions.is_outdated(post, incoming):
            changed |= _set_moment(post, "untagged_at", not belongs(incoming, event), now)
    changed |= answers.find(known, post, incoming)
    if adopting:
        post.uri, post.author, post.network, post.bridged = incoming.uri, author, incoming.address.network, False
        post.posted_at = min(incoming.posted_at, now)
    applies = adopting or versions.applies(post, copy, incoming)
    new_names = adopting or copy is None  # answers may have waited for one of them
    if copy is None:
        copy = _add_copy(db, event, post, incoming, upstream)
    _note(copy, incoming)
    if applies:
        _apply(db, event, known, post, author, incoming, now)
        changed = True
    known.learn(post)
    return Arrival(Outcome.CHANGED if changed else Outcome.SAME, post, orphans=incoming.uri if new_names else None)


def _second_saying(
    db: AsyncSession, event: Event, known: Known, post: Post, copy: Copy | None, incoming: IncomingPost, upstream: str
) -> Arrival:
    """The author's other posting of the same: it lends its mark, and has no say in words, tags or verdicts."""
    new = copy is None
    copy = copy or _add_copy(db, event, post, incoming, upstream)
    copy.crosspost = True
    _note(copy, incoming)
    known.learn(post)
    return Arrival(Outcome.CHANGED if new else Outcome.SAME, post)


def _find(known: Known, incoming: IncomingPost) -> Post | None:
    """The post this is another copy of. A bridge's copy names its original; an original finds who stood in for it."""
    keys = (incoming.bridge_of,) if incoming.bridge_of else (incoming.uri, incoming.url)
    for key in (*keys, incoming.uri):
        if key and (post := known.posts.get(key)):
            return post
    return None


def _create(
    event: Event, known: Known, new: Newcomers, author: Author, incoming: IncomingPost, upstream: str, now: datetime
) -> Arrival:
    posted_at = min(incoming.posted_at, now)
    post = Post(
        event_id=event.id, uri=incoming.uri, author=author, network=incoming.address.network,
        posted_at=posted_at, received_at=now, late=_is_late(known, posted_at, now),
        first=incoming.author.uri not in known.spoke, bridged=incoming.bridge_of is not None,
        question=incoming.question, in_room=incoming.in_room, card_code=incoming.card_code, every_attachment=[],
        quote_policy=incoming.quote_policy, withheld_at=now if incoming.author.uri in known.bars.withheld else None,
    )  # fmt: skip
    post.reply_key = answers.key(incoming)
    parent = known.posts.get(post.reply_key or "")
    post.reply_to = parent if parent is None or parent.gone_at is None else None
    _write(known, post, incoming)
    given = facts(known, author, incoming, now)
    ruling = judge(event, given, now, known.standing.options)
    post.every_attachment += emoji.wanted(post) if ruling.emoji else []
    post.verdict, post.why, post.due_at, post.stand = ruling.verdict, ruling.why, ruling.due_at, 1
    post.media_verdict, post.trust, post.fired = ruling.media, given.step, [hit.kept() for hit in ruling.fired]
    post.shown_at = now if ruling.verdict is Verdict.APPROVE else None
    new.add(post, _copy(event, incoming, upstream))
    known.welcome(post, incoming)
    return Arrival(Outcome.NEW, post, orphans=incoming.uri)


def _is_late(known: Known, posted_at: datetime, now: datetime) -> bool:
    """Long on its way, and what was said after it is already here. Catching up in order makes nothing late."""
    return now - posted_at > LATE and known.newest is not None and known.newest > posted_at


def _apply(
    db: AsyncSession, event: Event, known: Known, post: Post, author: Author, incoming: IncomingPost, now: datetime
) -> None:
    """A new version: judged by the event's rules like a new post, unless a person would see no difference."""
    pictures, marked = [_picture(a) for a in post.attachments], post.sensitive
    before = post.text, post.content_warning
    _write(known, post, incoming)
    same_pictures = pictures == [_picture(a) for a in post.attachments]
    uncovered = marked and not post.sensitive
    if before == (post.text, post.content_warning) and same_pictures and not uncovered:
        return
    given = replace(
        facts(known, author, incoming, now, again=True), changed=True, previous=post.verdict, media=post.media_verdict,
        by_person=post.decided_by is not None or post.why == reports.WHY,  # an edit must not be the way round either
        same_pictures=same_pictures and not uncovered,
    )  # fmt: skip
    ruling = judge(event, given, now, known.standing.options)
    if given.media is not Verdict.APPROVE and not given.pictures:
        post.every_attachment = []  # emoji that were kept back with pictures do not pass for want of them
    post.every_attachment += emoji.wanted(post) if ruling.emoji else []
    by = post.decided_by if ruling.verdict is Verdict.HIDE else None
    moderation.record(db, post, ruling.verdict, by, ruling.why, now, due_at=ruling.due_at, media=ruling.media)
    post.trust, post.fired = given.step, [hit.kept() for hit in ruling.fired]


def _picture(attachment: Attachment) -> tuple[Any, ...]:
    return attachment.kind, attachment.remote_url, attachment.alt


def _write(known: Known, post: Post, incoming: IncomingPost) -> None:
    """Map field by field: nothing of a stranger's reaches a column that is not named here."""
    post.version, post.url, post.edited_at = incoming.version, incoming.url, incoming.edited_at
    post.segments = [dict(s) for s in incoming.segments]
    post.text, post.lang, post.content_warning = plain(incoming.segments), incoming.lang, incoming.content_warning
    post.sensitive, post.tags = incoming.sensitive, sorted(incoming.tags)
    post.labels = marks.carried(post, incoming.labels)
    post.mentions, post.question = list(incoming.mentions), post.question or incoming.question
    post.card = asdict(incoming.card) if incoming.card else None
    post.poll = {"choices": list(incoming.poll.choices), "multiple": incoming.poll.multiple} if incoming.poll else None
    post.quote = marks.as_quote(known, incoming.quote)
    kept = {(a.remote_url, a.preview_url): a for a in post.attachments}
    pictures = [_attachment(i, a, kept) for i, a in enumerate(incoming.attachments)]
    post.every_attachment = [*pictures, *emoji.kept(post)]


def _attachment(position: int, incoming: Any, kept: dict[tuple[str | None, str | None], Attachment]) -> Attachment:
    """A picture that stayed keeps the copy we made of it."""
    attachment = kept.pop((incoming.url, incoming.preview_url), None) or Attachment(tries=0)
    attachment.position, attachment.kind, attachment.alt = position, incoming.kind, incoming.alt
    attachment.remote_url, attachment.preview_url = incoming.url, incoming.preview_url
    attachment.width, attachment.height, attachment.duration = incoming.width, incoming.height, incoming.duration
    attachment.focus_x, attachment.focus_y = incoming.focus or (None, None)
    return attachment


def _add_copy(db: AsyncSession, event: Event, post: Post, incoming: IncomingPost, upstream: str) -> Copy:
    copy = Copy(**_copy(event, incoming, upstream), post=post)
    db.add(copy)
    return copy


def _copy(event: Event, incoming: IncomingPost, upstream: str) -> dict[str, Any]:
    return {
        "event_id": event.id, "network": incoming.address.network, "server": incoming.address.server,
        "local_id": incoming.address.local_id, "uri": incoming.uri, "url": incoming.url,
        "author_uri": incoming.author.uri, "upstream": upstream, "bridge_of": incoming.bridge_of,
        "version": incoming.version, "rev": incoming.rev,
    }  # fmt: skip


def _note(copy: Copy, incoming: IncomingPost) -> None:
    """What this server says now. An older revision is a replay and is not noted."""
    if not versions.is_replay(copy, incoming):
        copy.version, copy.rev, copy.url, copy.gone_at = incoming.version, incoming.rev, incoming.url, None
        if incoming.quote_policy and copy.bridge_of is None:
            copy.post.quote_policy = incoming.quote_policy  # a wish can change while the words stay


def _set_moment(post: Post, field: str, on: bool, now: datetime) -> bool:
    """Set or clear one of the moments that take a post out of sight. True where that changed something."""
    if bool(getattr(post, field)) is on:
        return False
    setattr(post, field, now if on else None)
    return True
