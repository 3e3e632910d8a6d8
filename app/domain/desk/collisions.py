"""Two people decide on one post: what somebody else said of it since one looked is not overruled unawares."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.desk.standing import Aim, last_act
from app.errors import N_, Collision
from app.models import Account, Decision, Part, Post, Verdict

_POST = {
    Verdict.APPROVE: N_("{by} showed this {ago}."),
    Verdict.HOLD: N_("{by} held this {ago}."),
    Verdict.HIDE: N_("{by} hid this {ago}."),
    Verdict.LATER: N_("{by} put this by {ago}."),
}
_MEDIA = {
    Verdict.APPROVE: N_("{by} showed its pictures {ago}."),
    Verdict.HOLD: N_("{by} held its pictures back {ago}."),
    Verdict.HIDE: N_("{by} hid its pictures {ago}."),
    Verdict.LATER: N_("{by} put its pictures by {ago}."),
}
_OTHERWISE = N_("{by} decided otherwise {ago}.")


async def check(db: AsyncSession, post: Post, aim: Aim, stand: int | None, by: Account, now: datetime) -> None:
    """Raises Collision where the newest act on this post is another person's, came after `stand`, and is not what is
    aimed at. Without `stand` the later word counts."""
    if stand is None or stand == post.stand:
        return
    newest = select(Decision).where(Decision.post_id == post.id).order_by(Decision.id.desc()).limit(2)
    theirs = (await db.scalars(newest)).all()[::-1]
    if not theirs or theirs[-1].account_id in (None, by.id) or theirs[-1].undoes_id is not None:
        return
    act = last_act(theirs)
    if _differs(post, act, theirs[-1], aim):
        other = await db.get_one(Account, act.account_id)
        sentences = _MEDIA if act.part is Part.MEDIA else _POST
        seconds = max(0, int((now - act.created_at).total_seconds()))
        raise Collision(sentences.get(act.verdict, _OTHERWISE), other.name, act.verdict.value, act.part.value, seconds)


def _differs(post: Post, act: Decision, last: Decision, aim: Aim) -> bool:
    """Only of what both spoke of: whoever hides a post does not contradict somebody who held its pictures back."""
    of_words = act.part is Part.POST
    of_media = last.part is Part.MEDIA or act.verdict is Verdict.APPROVE
    words = of_words and aim.verdict is not None and aim.verdict is not post.verdict
    return words or (of_media and aim.media is not None and aim.media is not post.media_verdict)
