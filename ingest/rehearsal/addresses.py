"""Addresses and versions the invented networks give out, all worked out from the script and a moment, none by chance.

Pure. The same line at the same moment has the same uri, local id, rkey and cid in every run.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"  # the alphabet of TIDs, in the order of its values
_RAW, _DAG_CBOR = 0x55, 0x71  # multicodec: what a cid names


def number(script_id: str) -> int:
    """p123 is 123."""
    return int(script_id.lstrip("abcdefghijklmnopqrstuvwxyz"))


def did(handle: str) -> str:
    return f"did:plc:{_base32(hashlib.sha256(handle.encode()).digest())[:24]}"


def tid(at: datetime, clock: int) -> str:
    """A timestamp identifier: microseconds, then ten bits of "clock". We put the number of the script's line there,
    so that an address tells which line made it without a table that a restart would lose."""
    value = (microseconds(at) << 10) | (clock & 0x3FF)
    return "".join(_SORTABLE[(value >> shift) & 31] for shift in range(60, -1, -5))


def number_of(rkey: str) -> int:
    """The clock part of a TID: which line it was."""
    value = 0
    for letter in rkey:
        value = (value << 5) | max(_SORTABLE.find(letter), 0)
    return value & 0x3FF


@lru_cache(maxsize=65_536)  # asked for every post at every request
def snowflake(created: datetime, host: str, script_id: str) -> str:
    """A Mastodon server's own id of a post: made from the *author's* time, so a late arrival sorts below seen ids."""
    tail = (int.from_bytes(hashlib.sha256(host.encode()).digest()[:2]) + number(script_id)) & 0xFFFF
    return str((microseconds(created) // 1000 << 16) | tail)


def account_number(handle: str) -> str:
    """A Mastodon server's own id of an account."""
    return str(109 * 10**15 + int.from_bytes(hashlib.sha256(handle.encode()).digest()[:6]))


def record_cid(record: Any) -> str:
    """Well-formed, and different for every version. Hashed as JSON, not DAG-CBOR: nobody can check that here."""
    return _cid(_DAG_CBOR, orjson.dumps(record, option=orjson.OPT_SORT_KEYS))


def blob_cid(name: str) -> str:
    """A blob's cid by its name: pictures are drawn only when somebody asks for them."""
    return _cid(_RAW, name.encode())


def microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def _cid(codec: int, content: bytes) -> str:
    return "b" + _base32(bytes((1, codec, 0x12, 32)) + hashlib.sha256(content).digest())


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
