"""The words and marks of posts, kept beside them, and asked. The only file with a store's own SQL for that.

What they are is findable.py's, the same for both stores: the stores only compare. Who may see what was found is asked
of the posts themselves, every time.

SQLite's rows are numbered by the second in which a post was said, and then by its own number: so the newest of very
many are found without looking at the others. PostgreSQL plans that by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from app.domain.strand import findable
from app.domain.strand.query import Term
from app.models import Author, Post

LOADED = (joinedload(Post.author), selectinload(Post.every_attachment), selectinload(Post.copies))
CHUNK = 500

_FOUND = table("post_search", column("rowid", BigInteger), column("post_id"), column("marks"), column("words"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BITS = 30  # of the post's number
_FAR = 1 << 32  # seconds
_NOTE = -(1 << 62) - 1  # the row that says: words of what is gone are still in the file

_KEEP_SQLITE = text("INSERT INTO post_search (rowid, marks, words) VALUES (:place, :marks, :words)")
_NOTE_DOWN = text("INSERT OR REPLACE INTO post_search (rowid, marks, words) VALUES (:place, 'note', '')")
_FORGET_SQLITE = text(
    "DELETE FROM post_search WHERE rowid IN (SELECT rowid FROM post_search WHERE post_search MATCH :marks)"
)
_KEEP_POSTGRES = text(
    "INSERT INTO post_search (post_id, marks, words)"
    " VALUES (:id, CAST(CAST(:marks AS text) AS tsvector), CAST(CAST(:words AS text) AS tsvector))"
    " ON CONFLICT (post_id) DO UPDATE SET marks = excluded.marks, words = excluded.words"
)
_FORGET_POSTGRES = text("DELETE FROM post_search WHERE post_id = ANY(:ids)")


async def index(db: AsyncSession, posts: Collection[Post], new: bool = False) -> None:
    """Keep what these can be found by. `new`: they never were here. Needs LOADED."""
    if not new:
        await forget(db, [post.id for post in posts])
    standing = [post for post in posts if post.gone_at is None]
    if not standing:
        return
    if _is_sqlite(db):
        await db.execute(_KEEP_SQLITE, [_row(post) for post in standing])
    else:
        await db.execute(_KEEP_POSTGRES, [_vectors(post) for post in standing])


async def renew(db: AsyncSession, ids: Sequence[int], new: bool = False) -> None:
    """The same for posts that are not at hand, or changed."""
    for start in range(0, len(ids), CHUNK):
        wanted = select(Post).where(Post.id.in_(ids[start : start + CHUNK])).options(*LOADED)
        fresh = await db.scalars(wanted.execution_options(populate_existing=True))
        await index(db, fresh.unique().all(), new)


async def rebuild(db: AsyncSession, event_id: int) -> int:
    """Everything of one event anew: after an upgrade, a restore. Returns how many posts."""
    await forget_event(db, event_id)
    ids = (await db.scalars(select(Post.id).where(Post.event_id == event_id, Post.gone_at.is_(None)))).all()
    await renew(db, ids, new=True)
    return len(ids)


async def fill(db: AsyncSession) -> None:
    """Everything there is, where nothing is kept yet."""
    if await db.scalar(select(literal(1)).select_from(_FOUND).limit(1)) is None:
        ids = (await db.scalars(select(Post.id).where(Post.gone_at.is_(None)))).all()
        await renew(db, ids, new=True)


async def forget(db: AsyncSession, ids: Sequence[int]) -> None:
    """Nothing of these is found any more."""
    if not _is_sqlite(db):
        await db.execute(_FORGET_POSTGRES, {"ids": list(ids)})
        return
    for start in range(0, len(ids), CHUNK):
        await _forget_marked(db, [findable.post_mark(post_id) for post_id in ids[start : start + CHUNK]])


async def forget_event(db: AsyncSession, event_id: int) -> None:
    """Before an event's posts are erased: SQLite's table knows of no other."""
    if _is_sqlite(db):
        await _forget_marked(db, [findable.event_mark(event_id)])
    else:
        inside = select(Post.id).where(Post.event_id == event_id)
        await db.execute(_FOUND.delete().where(_FOUND.c.post_id.in_(inside)))


async def tidy(db: AsyncSession) -> bool:
    """The words of what is gone leave SQLite's file, which keeps them until it sorts anew. True where it had some."""
    if not _is_sqlite(db):
        return False  # PostgreSQL's autovacuum sees to its own
    if await db.scalar(select(_FOUND.c.rowid).where(_FOUND.c.rowid == _NOTE)) is None:
        return False
    await db.execute(_FOUND.delete().where(_FOUND.c.rowid == _NOTE))
    # Said as a SELECT, so that it goes to the thread: it takes some 4 seconds for a million posts.
    await db.execute(text("INSERT INTO post_search (post_search) SELECT 'optimize'"))
    return True


async def match(
    db: AsyncSession, event_id: int, terms: Sequence[Term], marks: Sequence[str],
    clauses: Sequence[ColumnElement[bool]], limit: int, start: datetime | None = None, forward: bool = False,
) -> list[int]:  # fmt: skip
    """Ids of the posts that have all of this: the last ones, or from `start` on backward or forward, the nearest first.

    `clauses` may ask of Post and Author, and say which of those in the very second of `start` are meant.
    """
    wanted = [Post.event_id == event_id, *clauses]
    if _is_sqlite(db):
        query = _in_sqlite(_expression([findable.event_mark(event_id), *marks], terms), wanted, limit, start, forward)
    else:
        query = _in_postgres(marks, terms, wanted)
    here = (Post.posted_at, Post.id) if forward else (Post.posted_at.desc(), Post.id.desc())
    return list(await db.scalars(query.order_by(*here).limit(limit)))


def _in_sqlite(
    expression: str, wanted: Sequence[ColumnElement[bool]], limit: int, start: datetime | None, forward: bool
) -> Select[int]:
    """The nearest rows, and all that was said in the same second as the last of them: their order is exact outside."""
    place, mask = _FOUND.c.rowid, (1 << _BITS) - 1
    found = _FOUND.join(Post, Post.id == place.op("&")(mask)).join(Author, Author.id == Post.author_id)
    matching = [literal_column("post_search", Boolean).op("MATCH")(expression), *wanted]
    if start is not None:
        matching.append(place >= _key(start, 0) if forward else place <= _key(start, mask))
    near = select(place.label("place")).select_from(found).where(*matching)
    near_rows = near.order_by(place.asc() if forward else place.desc()).limit(limit).subquery()
    if forward:
        within = place <= select(func.max(near_rows.c.place).op("|")(mask)).scalar_subquery()
    else:
        within = place >= select(func.min(near_rows.c.place).op("&")(~mask)).scalar_subquery()
    return select(Post.id).select_from(found).where(*matching, within)


def _in_postgres(marks: Sequence[str], terms: Sequence[Term], wanted: Sequence[ColumnElement[bool]]) -> Select[int]:
    matching = list(wanted)
    if marks:
        matching.append(_FOUND.c.marks.op("@@")(_tsquery(" & ".join(map(_quoted, marks)))))
    if terms:
        matching.append(_FOUND.c.words.op("@@")(_tsquery(" & ".join(map(_term_postgres, terms)))))
    return select(Post.id).join(Author, Author.id == Post.author_id).join(_FOUND, _FOUND.c.post_id == Post.id).where(
        *matching
    )  # fmt: skip


def _expression(marks: Sequence[str], terms: Sequence[Term]) -> str:
    """In FTS5's language. Marks and words have no character that means anything there."""
    wanted = [f'marks : "{mark}"' for mark in marks]
    wanted += [f"words : {_term_sqlite(term)}" for term in terms if not term.without]
    return " NOT ".join([" AND ".join(wanted), *(f"words : {_term_sqlite(term)}" for term in terms if term.without)])


def _term_sqlite(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.begins else ""}'


def _term_postgres(term: Term) -> str:
    *first, last = map(_quoted, term.words)
    phrase = " <-> ".join([*first, f"{last}:*" if term.begins else last])
    return f"!({phrase})" if term.without else f"({phrase})"


def _quoted(word: str) -> str:
    return f"'{word}'"


def _tsquery(said: str) -> ColumnElement[Any]:
    """Within the statement, and not beside it: PostgreSQL plans a rare word otherwise than a common one."""
    return cast(bindparam(None, said, String, literal_execute=True), TSQUERY)


def _row(post: Post) -> dict[str, Any]:
    marks, words = findable.marks_of(post), findable.words_of(post)
    return {"place": _key(post.posted_at, post.id), "marks": " ".join(marks), "words": " ".join(words)}


def _vectors(post: Post) -> dict[str, Any]:
    """As PostgreSQL writes its vectors: each word with where it stands."""
    marks = " ".join(map(_quoted, findable.marks_of(post)))
    words = " ".join(f"{_quoted(word)}:{at}" for at, word in enumerate(findable.words_of(post), 1))
    return {"id": post.id, "marks": marks, "words": words}


async def _forget_marked(db: AsyncSession, marks: Sequence[str]) -> None:
    expression = "marks : (" + " OR ".join(f'"{mark}"' for mark in marks) + ")"
    await db.execute(_FORGET_SQLITE, {"marks": expression})
    await db.execute(_NOTE_DOWN, {"place": _NOTE})


def _key(moment: datetime, post_id: int) -> int:
    second = (moment - _EPOCH) // timedelta(seconds=1)
    return (max(-_FAR, min(second, _FAR - 1)) << _BITS) | post_id


def _is_sqlite(db: AsyncSession) -> bool:
    return db.get_bind().dialect.name == "sqlite"
