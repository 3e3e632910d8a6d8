"""Replying on a Mastodon server as the event's own account, by Mastodon.py: to one post, once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from app.domain.event.replies import Carried, Errand
from app.outbox import errors, mastodon
from ingest.http import Guard


async def reply(guard: Guard, errand: Errand) -> Carried:
    """Raises Trouble. After a try whose end nobody heard, what is there already is taken for ours."""
    try:
        local_id = errand.local_id or await mastodon.local_id(guard, errand.server, errand.token, errand.uri)
    except errors.Unfound as error:
        raise errors.NothingToAnswer(urlsplit(errand.server).netloc) from error
    return await mastodon.in_thread(errand.server, lambda: _answer(guard, errand, local_id))


def _answer(guard: Guard, errand: Errand, local_id: str) -> Carried:
    from mastodon import MastodonNotFoundError

    client = mastodon.client(guard, errand.server, errand.token)
    try:
        there = _said_before(client, local_id) if errand.tried else None
        status = there or client.status_post(
            f"@{errand.handle} {errand.words}", in_reply_to_id=local_id, visibility="public",
            language=_language(errand.lang), idempotency_key=errand.key,
        )  # fmt: skip
    except MastodonNotFoundError as error:
        raise errors.NothingToAnswer(urlsplit(errand.server).netloc) from error
    return _carried(status)


def _said_before(client: Any, local_id: str) -> Any:
    """Servers remember for an hour what they were told twice. We try for longer."""
    me = str(client.account_verify_credentials().id)
    answers = client.status_context(local_id).descendants
    ours = (s for s in answers if str(s.account.id) == me and str(s.in_reply_to_id) == local_id)
    return next(ours, None)


def _carried(status: Any) -> Carried:
    account = status.account
    uri, url = str(status.uri), str(status.url) if status.get("url") else None
    return Carried(str(status.id), uri, url, str(account.get("uri") or account.get("url") or ""))


def _language(lang: str | None) -> str | None:
    """As Mastodon takes it: the language alone, without a country or a script."""
    word = (lang or "").partition("-")[0].lower()
    return word if len(word) == 2 and word.isascii() and word.isalpha() else None


def told(error: errors.Trouble) -> tuple[str, str]:
    """The sentence for the desk, with {host}, and the host."""
    return error.words, str(error.values["host"])
