"""What somebody wrote into our own form, as an IncomingPost like any other. Pure; checks no limits and no consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ingest.text import clean, plain, tags
from ingest.text.segments import digest
from ingest.types import Address, IncomingAttachment, IncomingAuthor, IncomingPost, Network

URI = "strand:form/"
AUTHOR_URI = "strand:form/author/"


def incoming_post(
    *,
    token: str,
    author_key: str,
    text: str,
    posted_at: datetime,
    name: str = "",
    lang: str | None = None,
    content_warning: str = "",
    question: bool = False,
    in_room: bool | None = None,
    card_code: str | None = None,
    attachments: Sequence[IncomingAttachment] = (),
    reply_to_uri: str | None = None,
    edited_at: datetime | None = None,
) -> IncomingPost:
    """`token` names the post for ever: the same token with other words is an edit. `author_key` names who wrote it."""
    words = plain.segments(text)
    warning = clean.line(content_warning, 500)
    return IncomingPost(
        uri=URI + token,
        address=Address(Network.FORM, "", token),
        author=IncomingAuthor(AUTHOR_URI + author_key, Network.FORM, clean.line(name)),
        posted_at=posted_at,
        segments=words,
        version=digest(words, warning, [(a.url, a.alt) for a in attachments]),
        edited_at=edited_at,
        lang=lang,
        content_warning=warning,
        sensitive=bool(warning),
        tags=tags.in_text(text),
        attachments=tuple(attachments),
        reply_to_uri=reply_to_uri,
        question=question,
        in_room=in_room,
        card_code=card_code,
    )
