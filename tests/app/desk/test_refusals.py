"""A Mastodon server that does not want us, or is none: one clear sentence, and nothing that was typed is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.app.outbox.fediverse import Fediverse
from tests.app.test_connections import CONNECT, Desk, desk

__all__ = ["desk"]

REFUSALS = {
    "forbids apps": JSONResponse({"error": "This action is not allowed"}, 403),
    "finds fault with us": JSONResponse({"error": "Validation failed: Redirect URI must be an absolute URI."}, 422),
    "is overrun": JSONResponse({"error": "Too many requests"}, 429),
    "is broken": PlainTextResponse("<h1>502 Bad Gateway</h1>", 502),
    "speaks something else": PlainTextResponse("hello"),
}


@pytest.mark.parametrize("how", REFUSALS)
async def test_a_mastodon_server_that_refuses_the_app_is_one_sentence(
    desk: Desk, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Fediverse, form: dict[str, str]) -> Response:
        return REFUSALS[how]

    monkeypatch.setattr(Fediverse, "_app", refuse)
    async with desk.somebody() as kim:
        answer = await kim.post(CONNECT, data={"server": desk.far.base})
    told = re.findall(r'<p class="notice" role="alert"[^>]*>(.*?)</p>', answer.text, re.S)
    assert 400 <= answer.status_code < 500 and len(told) == 1, answer.text[:300]
    sentence = unescape(told[0])
    assert 10 < len(sentence) < 250 and "Traceback" not in sentence and "<" not in sentence
    assert f'value="{desk.far.base}"' in answer.text  # what was typed is still there
    assert await desk.connections() == [] and await desk.sources() == []


@pytest.mark.parametrize("server", ["", "nonsense", "http://[::1", "127.0.0.1:1", "x" * 700])
async def test_a_server_that_is_none_or_does_not_answer_is_one_sentence(desk: Desk, server: str) -> None:
    async with desk.somebody() as kim:
        answer = await kim.post(CONNECT, data={"server": server})
    assert 400 <= answer.status_code < 500, answer.status_code
