"""The same guard for `requests`, which libraries that block bring with them. Runs in threads."""

from __future__ import annotations

import ssl
import time
from http.cookiejar import DefaultCookiePolicy
from socket import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ingest.http.connect import blocking_socket
from ingest.http.errors import TooBig, TooSlow
from ingest.http.fetch import MAX_REDIRECTS
from ingest.http.policy import Policy

_MAX_BYTES = 8_000_000


class _Adapter(HTTPAdapter):
    def __init__(self, policy: Policy, tls: ssl.SSLContext, timeout: float) -> None:
        self._policy = policy
        self._tls = tls
        self._timeout = timeout
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._tls)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pool_class(HTTPConnectionPool, HTTPConnection, self._policy, self._timeout),
            "https": _pool_class(HTTPSConnectionPool, HTTPSConnection, self._policy, self._timeout),
        }

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Every redirect comes through here too, so each hop is checked."""
        parts = urlsplit(request.url or "")
        host = parts.hostname or ""
        self._policy.check(parts.scheme, host, parts.port or (443 if parts.scheme == "https" else 80))
        until = time.monotonic() + self._timeout
        response = super().send(request, **{**kwargs, "timeout": self._timeout, "stream": True, "proxies": {}})
        response._content = _read(response, host, until, self._timeout)
        response._content_consumed = True
        return response


def _read(response: requests.Response, host: str, until: float, timeout: float) -> bytes:
    out = bytearray()
    for part in response.raw.stream(16_384, decode_content=True):
        out += part
        if len(out) > _MAX_BYTES:
            response.close()
            raise TooBig(host, _MAX_BYTES)
        if time.monotonic() > until:
            response.close()
            raise TooSlow(host, timeout)
    return bytes(out)


def _pool_class(pool: type, connection: type[HTTPConnection], policy: Policy, timeout: float) -> type:
    def new_conn(self: HTTPConnection) -> socket:
        return blocking_socket(policy, self.host, self.port, timeout)

    guarded = type(f"Guarded{connection.__name__}", (connection,), {"_new_conn": new_conn})
    return type(f"Guarded{pool.__name__}", (pool,), {"ConnectionCls": guarded})


def guarded_session(policy: Policy, user_agent: str, tls: ssl.SSLContext, timeout: float) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = MAX_REDIRECTS
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = user_agent
    session.adapters.clear()
    session.mount("https://", _Adapter(policy, tls, timeout))
    session.mount("http://", _Adapter(policy, tls, timeout))
    return session
