"""The name of somebody's own server, out of whatever they typed. Pure, and strict: it becomes part of a link."""

from __future__ import annotations

import re

from app.errors import BadInput

LONGEST = 253  # letters of a host's name
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])")

_WHO = re.compile(r"[\w.-]{0,100}")  # before the @, if anything


def server_name(text: str) -> str:
    """ "social.example" for that, for https://social.example/@kim and for @kim@social.example. Raises BadInput."""
    word = text.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")[0]
    who, _, host = word.removeprefix("@").rpartition("@")
    host = host.rstrip(".") if _WHO.fullmatch(who) else ""
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        host = ""
    if len(host) > LONGEST or not _HOST.fullmatch(host):
        raise BadInput("{server} is no server's address. It looks like social.example.", "server", server=text[:100])
    return host
