"""Which pictures we want a copy of, which post got one, which nobody needs any more. Owns the rows of Media.

The files belong to shelf.py, fetching to jobs/pictures.py: these are verbs on an open transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.domain.audience import Audience, clause
from app.models import Attachment, Author, Event, EventState, Media, Post, Source, Sponsor, Verdict
from app.models.post import EMOJI
from ingest.types import Network

TRIES = 3
UPLOAD = "upload:"  # the address of a picture that came with a form: there is nowhere to fetch it from
_STILL = ("video", "gifv")  # of what moves we keep the poster
_URL = case(
    (Attachment.kind == "image", func.coalesce(Attachment.remote_url, Attachment.preview_url)),
    (Attachment.kind.in_(_STILL), Attachment.preview_url),
    (Attachment.kind == EMOJI, Attachment.remote_url),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    attachment_id: int
    post_id: int
    event_id: int
    url: str
    tries: int
    emoji: bool = False


def _needed() -> ColumnElement[bool]:
    """Somebody may still look at it. Moderators see what waits, so pictures come before the verdict."""
    return and_(clause(Audience.DESK), Post.verdict != Verdict.HIDE, Post.media_verdict != Verdict.HIDE)


def _open() -> ColumnElement[bool]:
    """Anybody may look at it: with what is shown; or on the receipt of what was never shown yet, whose holder alone
    knows its address beside the desk."""
    mine = and_(Post.network == Network.FORM, Post.shown_at.is_(None), _needed())
    return and_(Post.media_verdict == Verdict.APPROVE, or_(clause(Audience.PUBLIC), mine))


async def wanted(db: AsyncSession, limit: int) -> Sequence[Wanted]:
    """Pictures without a copy that may be fetched, those of the newest posts first; after them emoji."""
    missing = (Attachment.media_id.is_(None), Attachment.failed.is_(None), _URL.is_not(None), not_(_uploaded()))
    columns = select(Attachment.id, Post.id, Post.event_id, _URL, Attachment.tries, Attachment.kind == EMOJI)
    query = columns.join(Post, Post.id == Attachment.post_id).join(Post.author).where(_needed(), *missing)
    newest = Attachment.kind == EMOJI, Post.posted_at.desc(), Post.id.desc(), Attachment.position
    return [Wanted(*row) for row in await db.execute(query.order_by(*newest).limit(limit))]


async def fetched_before(db: AsyncSession, item: Wanted) -> Media | None:
    """The copy of an emoji that another post said too. A hall says the same few all day: their server is asked once."""
    same = select(Media).join(Attachment, Attachment.media_id == Media.id).where(Attachment.kind == EMOJI)
    return (await db.scalars(same.where(Attachment.remote_url == item.url).limit(1))).first()


async def attach(db: AsyncSession, item: Wanted, media: Media, now: datetime) -> bool:
    """Give the picture its copy, unless its post left while we fetched. Says whether `media` is in the store.

    An emoji is given it in every post of the event that says it.
    """
    await log.lock(db, [item.event_id])
    query = select(Attachment).join(Post, Post.id == Attachment.post_id).join(Post.author)
    attachments = (await db.scalars(query.where(_of(item), Post.event_id == item.event_id, _needed()))).all()
    stored = await db.get(Media, media.id)
    if not attachments:
        return stored is not None
    if stored is None:
        db.add(media)
        await db.flush()
    for attachment in attachments:
        attachment.media_id = media.id
    await db.flush()
    await log.append_posts(db, item.event_id, sorted({one.post_id for one in attachments}), now)
    return True


def _of(item: Wanted) -> ColumnElement[bool]:
    """The one that is wanted; an emoji wherever it is said, as its address is asked once."""
    if not item.emoji:
        return Attachment.id == item.attachment_id
    return and_(Attachment.kind == EMOJI, Attachment.remote_url == item.url, Attachment.media_id.is_(None))


async def hang(db: AsyncSession, post: Post, uploads: Collection[Media]) -> None:
    """Give a post from the form its pictures, whose files are on the shelf. Part of the act that takes the post."""
    given = {UPLOAD + media.id: media for media in uploads}
    mine = select(Attachment).where(Attachment.post_id == post.id, Attachment.remote_url.in_(given))
    for attachment in await db.scalars(mine.order_by(Attachment.position)):
        media = given[attachment.remote_url or ""]
        attachment.media = await db.get(Media, media.id) or media
        await db.flush()


async def may_serve(db: AsyncSession, media_id: str) -> bool:
    """Whether anybody may look at a post with this picture, or it is the logo of an event or of a sponsor."""
    logos = select(Event.id).where(Event.logo_id == media_id).limit(1)
    sponsors = select(Sponsor.id).where(Sponsor.media_id == media_id).limit(1)
    if await db.scalar(select(or_(logos.exists(), sponsors.exists()))):
        return True
    seen = select(Attachment.id).join(Post, Post.id == Attachment.post_id).join(Author, Author.id == Post.author_id)
    return await db.scalar(seen.where(Attachment.media_id == media_id, _open()).limit(1)) is not None


async def desks(db: AsyncSession, media_id: str) -> Sequence[Event]:
    """At whose desks it is looked at, though nobody else may."""
    posts = select(Post.event_id).join(Attachment, Attachment.post_id == Post.id)
    theirs = posts.join(Author, Author.id == Post.author_id).where(Attachment.media_id == media_id, _needed())
    return (await db.scalars(select(Event).where(Event.id.in_(theirs)))).all()


async def note_failure(db: AsyncSession, item: Wanted, sentence: str, final: bool) -> None:
    """One more try failed. `final`: no further try would help."""
    tries = item.tries + 1
    given_up = sentence[:200] if final or tries >= TRIES else None
    mine = update(Attachment).where(_of(item), Attachment.media_id.is_(None))
    await db.execute(mine.values(tries=tries, failed=given_up))


async def unneeded(db: AsyncSession) -> bool:
    """Whether `release` or `discard` has anything to do. Takes no lock, so it can be asked often."""
    return bool(await db.scalar(select(or_(_unseen().exists(), select(Media.id).where(~held()).exists()))))


async def release(db: AsyncSession, now: datetime, limit: int = 500) -> int:
    """Take the copies from posts that were hidden or left. Should one come back, its pictures are fetched anew.

    What came with a form cannot be: while its post is hidden it stays, and is served to nobody (`may_serve`).
    """
    event_ids = (await db.scalars(_unseen().with_only_columns(Post.event_id).distinct())).all()
    await log.lock(db, event_ids)
    rows = (await db.execute(_unseen().order_by(Attachment.id).limit(limit))).all()
    ours = update(Attachment).where(Attachment.id.in_([row.id for row in rows]))
    await db.execute(ours.values(media_id=None, tries=0))
    for event_id in sorted({row.event_id for row in rows}):
        await log.append_posts(db, event_id, [row.post_id for row in rows if row.event_id == event_id], now)
    return len(rows)


async def discard(db: AsyncSession) -> None:
    """Forget the media that nobody holds. Their files may go once this has committed."""
    await db.execute(delete(Media).where(~held()))


async def files(db: AsyncSession) -> set[str]:
    """The names of the files that must be there. No other may stay."""
    return {name for media in await db.scalars(select(Media)) for name in media.files}


async def room_taken(db: AsyncSession) -> int:
    """The bytes of all copies."""
    return (await db.execute(select(func.coalesce(func.sum(Media.size), 0)))).scalar_one()


async def local_hosts(db: AsyncSession, event_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The places on this machine that rehearsals may read, by event. Nobody else has any."""
    query = select(Source.event_id, Source.settings).join(Event, Event.id == Source.event_id).order_by(Source.id)
    found: dict[int, tuple[str, ...]] = {}
    for event_id, settings in await db.execute(
        query.where(Event.state == EventState.REHEARSAL, Event.id.in_(event_ids))
    ):
        found[event_id] = tuple(dict.fromkeys((*found.get(event_id, ()), *settings.get("local", ()))))
    return found


def _unseen() -> Select[int, int, int]:
    """Attachments that hold a copy although nobody may see their post."""
    columns = select(Attachment.id, Attachment.post_id, Post.event_id).join(Post, Post.id == Attachment.post_id)
    held = (Attachment.media_id.is_not(None), not_(_uploaded()))
    return columns.join(Author, Author.id == Post.author_id).where(*held, not_(_needed()))


def _uploaded() -> ColumnElement[bool]:
    return func.coalesce(Attachment.remote_url, "").like(f"{UPLOAD}%")


def held() -> ColumnElement[bool]:
    """Somebody needs it: a post, an event whose logo it is, one of its sponsors."""
    logo = or_(exists().where(Event.logo_id == Media.id), exists().where(Sponsor.media_id == Media.id))
    return or_(exists().where(Attachment.media_id == Media.id), logo)
