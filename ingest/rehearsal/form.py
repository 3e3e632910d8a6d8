"""The lines of the script that come through the web form, handed in as anybody's would be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from ingest import web
from ingest.rehearsal import media
from ingest.rehearsal.lines import Line
from ingest.rehearsal.script import Script
from ingest.rehearsal.world import World
from ingest.types import IncomingAttachment, IncomingPost

Say = Callable[[IncomingPost], Awaitable[None]]
Withdraw = Callable[[str], Awaitable[None]]
PageOf = Callable[[str], Awaitable[str | None]]  # a form post's uri to its public page in the house, once it has one


def token(id: str) -> str:
    """The same at every start, so that a line said again is the post that is already there."""
    return f"rehearsal-{id}"


def uri(script_id: str) -> str:
    return f"{web.URI}{token(script_id)}"


class FormDoor:
    """Without `say` the form's lines are passed over: tests of the networks alone need no house."""

    def __init__(
        self,
        script: Script,
        world: World,
        files: str,
        say: Say | None = None,
        withdraw: Withdraw | None = None,
        page_of: PageOf | None = None,
    ) -> None:
        self.links: dict[str, str] = {}  # pages of form posts, for posts elsewhere that link to them
        self._said_at: dict[str, datetime] = {}
        self._script, self._world, self._files = script, world, files
        self._say, self._withdraw, self._page_of = say, withdraw, page_of

    async def hand_in(self, line: Line, at: datetime) -> None:
        if line.act == "delete" and self._withdraw is not None:
            await self._withdraw(uri(line.target or ""))
        elif line.act in ("post", "edit") and self._say is not None:
            post = self._incoming(line, at)
            await self._say(post)
            await self._note_page(line.target or line.id, post.uri)

    async def _note_page(self, script_id: str, uri: str) -> None:
        if self._page_of is not None and (page := await self._page_of(uri)):
            self.links[script_id] = page

    def _incoming(self, line: Line, at: datetime) -> IncomingPost:
        first = self._script.posts[line.target or line.id]
        person = self._script.people[first.author]
        return web.incoming_post(
            token=token(first.id),
            author_key=token(person.id),
            text=line.text,
            posted_at=self._said_at.setdefault(first.id, at),
            name=person.display_name,
            lang=line.lang,
            content_warning=line.cw or "",
            question=first.question,
            in_room=person.in_room,
            card_code=self._script.card_code(first) if person.in_room else None,
            attachments=self._attachments(first.id, line),
            reply_to_uri=self._uri_of(first.reply_to),
            edited_at=at if line.act == "edit" else None,
        )

    def _uri_of(self, script_id: str | None) -> str | None:
        if script_id is None:
            return None
        post = self._world.posts.get(script_id)
        return post.uri if post else uri(script_id)

    def _attachments(self, script_id: str, line: Line) -> tuple[IncomingAttachment, ...]:
        def file(n: int, name: str) -> str:
            return f"{self._files}/system/media_attachments/files/{script_id}/{n}/{name}.jpg"

        return tuple(
            IncomingAttachment(
                kind="image",
                url=file(n, "original"),
                preview_url=file(n, "small"),
                alt=medium.alt,
                width=media.size(medium)[0],
                height=media.size(medium)[1],
                focus=medium.focal,
            )
            for n, medium in enumerate(line.media)
        )
