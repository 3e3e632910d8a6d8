"""A glance at a frame's bytes: most of what is said has no tag at all, and need not be taken apart to see that.

Pure, and careful: it passes over only what cannot matter. Whatever looks unusual is read in full.
"""

from __future__ import annotations

from ingest.bluesky.gates import POSTGATES, THREADGATES
from ingest.bluesky.jetstream import Wire

OWN_SIGNS = {Wire.V2: 1, Wire.V1: 0}  # number signs in a frame's own words: its type is "…subscribeEvents#commit"
_WIDE, _SMALL, _SPELT_OUT = "＃".encode(), "﹟".encode(), b"\\u"  # a number sign too, or may be one
_COLLECTION = b'"collection":"'
_GATES = (POSTGATES.encode(), THREADGATES.encode())


def says_nothing_to_us(frame: bytes, own_signs: int) -> bool:
    """Whether this is something new that carries no tag in its words or beside them, and is no gate."""
    return (
        frame.count(b"#") == own_signs
        and b'"operation":"create"' in frame
        and (frame.isascii() or (_WIDE not in frame and _SMALL not in frame))
        and (b"\\" not in frame or _SPELT_OUT not in frame)  # one letter is looked for faster than two
        and b'"tags"' not in frame
        and not _is_gate(frame)
    )


def _is_gate(frame: bytes) -> bool:
    at = frame.find(_COLLECTION) + len(_COLLECTION)
    return at < len(_COLLECTION) or frame.startswith(_GATES, at)
