"""POST /desk/{event}/bulk: one verdict for many posts. The page asks again until there is no rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field

from app.desk.asking import Here, at_the_desk
from app.desk.queue import BulkId, check
from app.domain.desk import bulk as bulks
from app.domain.desk.bulk import Chosen, Wish
from app.domain.desk.sieve import sieve
from app.domain.view import MOST
from app.errors import BadInput
from app.models import Part, Verdict

router = APIRouter(include_in_schema=False)

Number = Annotated[int, Field(ge=1, le=MOST)]
WAYS = ("posts", "author", "domain", "cluster", "from", "filter")


class Named(BaseModel):
    model_config = ConfigDict(extra="ignore")
    post: Number
    version: Annotated[str, Field(max_length=128)]


class Many(BaseModel):
    """What the desk's script sends: a verdict, and one way to say of which posts."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    verdict: Verdict
    part: Part = Part.POST
    media: Verdict | None = None
    over: bool = False
    bulk: BulkId | None = None  # the act that goes on
    state: Annotated[str, Field(max_length=16)] = ""
    posts: Annotated[list[Named], Field(min_length=1, max_length=bulks.MOST)] | None = None
    author: Number | None = None
    domain: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    cluster: Number | None = None
    since: Annotated[datetime | None, Field(alias="from")] = None
    to: datetime | None = None
    filter: Annotated[dict[str, str | int | None], Field(max_length=20)] | None = None

    def chosen(self) -> Chosen:
        """Raises BadInput."""
        ways = [self.posts, self.author, self.domain, self.cluster, self.since or self.to, self.filter]
        if sum(way is not None for way in ways) != 1:
            raise BadInput("Say in one way which posts: by name, author, server, likeness, time or filter.", "posts")
        if self.posts is not None:
            return Chosen([(one.post, one.version) for one in self.posts])
        one: dict[str, Any] = {"author": self.author, "domain": self.domain, "cluster": self.cluster}
        asked = {key: value for key, value in one.items() if value is not None} | (self.filter or {})
        asked |= {"state": self.state} if self.state else {}
        return Chosen((), sieve(asked), _moment(self.since), _moment(self.to))


@router.post("/desk/{slug}/bulk")
async def bulk(request: Request, state: Here, slug: str, many: Annotated[Many, Body()]) -> dict[str, Any]:
    """→ {bulk, decided, left, rest}: at most 200 posts at a time."""
    account, event = await at_the_desk(request, slug)
    check(many.verdict, many.part, many.media)
    chosen, wish = many.chosen(), Wish(many.verdict, many.part, many.media, many.over)
    async with state.database.transaction() as db:
        done = await bulks.decide(db, event, chosen, wish, account, state.clock(), many.bulk or "")
    return {"bulk": done.bulk, "decided": done.decided, "left": done.left, "rest": done.rest}


def _moment(at: datetime | None) -> datetime | None:
    """A moment without a time zone is UTC."""
    if at is None:
        return None
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise BadInput("There is no such moment.", "from") from None
