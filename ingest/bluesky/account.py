"""The event's account while we read with it: one session, refreshed when it runs out, kept by the house.

Asks; knows nothing of what is asked.
"""

from __future__ import annotations

import asyncio
import math
import time
from typing import Any

import httpx
import orjson

from ingest.bluesky import session as sessions
from ingest.bluesky.session import NotSignedIn, Session
from ingest.http import OutboundError
from ingest.http.fetch import Answer, fetch
from ingest.types import House, SourceConfig

BRIEF = 60.0  # seconds to wait where a server says "too often" and not until when
LONGEST = 3600.0
_MAX_BYTES = 8_000_000
_RUN_OUT = ("ExpiredToken", "InvalidToken", "AuthMissing")


class NotNow(Exception):
    """It does not answer us now. `str()` is one plain sentence; `wait`: seconds, where it said how long."""

    def __init__(self, sentence: str, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


class Account:
    """Of the source whose event connected it."""

    def __init__(self, source: SourceConfig, house: House, client: httpx.AsyncClient) -> None:
        told = source.settings.get("account") or {}
        self._source, self._house, self._client = source, house, client
        self._identifier, self._service = str(told.get("identifier", "")), str(told.get("server", sessions.SERVICE))
        self._password = source.token or ""
        self._session: Session | None = None
        self._signing = asyncio.Lock()

    async def is_new(self) -> bool:
        """Whether nobody has read with it yet."""
        return await self._house.session(self._source.id) is None

    async def get(self, method: str, params: dict[str, str | list[str]]) -> dict[str, Any]:
        """What a method of the network answers. Raises NotNow, and NotSignedIn where only a person can help."""
        try:
            answer = await self._ask(method, params)
        except OutboundError as error:
            raise NotNow(str(error)) from error
        try:
            said = orjson.loads(answer.body) if answer.status == 200 else None
        except ValueError:
            said = None
        if isinstance(said, dict):
            return said
        raise NotNow(f"{answer.host} answered with error {answer.status}.", _wait(answer))

    async def _ask(self, method: str, params: dict[str, str | list[str]]) -> Answer:
        session = await self._signed_in()
        answer = await self._send(session, method, params)
        if answer.status in (400, 401) and sessions.problem(answer) in _RUN_OUT:
            answer = await self._send(await self._renewed(session), method, params)
        return answer

    async def _send(self, session: Session, method: str, params: dict[str, str | list[str]]) -> Answer:
        headers = {"authorization": f"Bearer {session.access}", "accept": "application/json"}
        url = f"{session.server}/xrpc/{method}"
        return await fetch(self._client, url, params=params, headers=headers, max_bytes=_MAX_BYTES)

    async def _signed_in(self) -> Session:
        async with self._signing:
            if self._session is None:
                self._session = sessions.read(await self._house.session(self._source.id)) or await self._sign_in()
            return self._session

    async def _renewed(self, old: Session) -> Session:
        """Once, whoever of us noticed first; with the password again where even the refreshing has run out."""
        async with self._signing:
            if self._session is not old and self._session is not None:
                return self._session
            try:
                self._session = await sessions.refreshed(self._client, old)
            except NotSignedIn:
                self._session = await self._sign_in()
            await self._house.keep_session(self._source.id, str(self._session))
            return self._session

    async def _sign_in(self) -> Session:
        try:
            session = await sessions.sign_in(self._client, self._service, self._identifier, self._password)
        except NotSignedIn as refusal:
            await self._house.keep_session(self._source.id, None, str(refusal))
            raise
        await self._house.keep_session(self._source.id, str(session))
        return session


def _wait(answer: Answer) -> float | None:
    """How long a server that was asked too often wants to be left alone."""
    if answer.status != 429:
        return None
    for name, since in (("retry-after", 0.0), ("ratelimit-reset", time.time())):
        try:
            seconds = float(answer.headers.get(name, "")) - since
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds > 0:
            return min(seconds, LONGEST)
    return BRIEF
