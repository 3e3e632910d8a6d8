"""Cleaning of single strings from strangers: characters that break stores, screens or reading order; links; lengths.

Pure. Decides nothing about whether a post is wanted.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

MAX_TEXT = 8_000  # characters of a post that are kept
MAX_NAME = 200
MAX_ALT = 1_500
MAX_URL = 2_000

# Bidirectional overrides can turn a whole page around; isolates come from <bdi>, not from strangers.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_CONTROL = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF])
_DROP = _BIDI | _CONTROL
_SURROGATE = re.compile("[\ud800-\udfff]")
# Tag characters are drawn by nothing and can carry a hidden text; only the flags of regions are made of them.
_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0000-\U000e007f]")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\U0001d159")  # letters and symbols by name, drawn as nothing
_MAX_MARKS = 4  # combining marks a base letter may carry; more is zalgo


def scrub(text: str) -> str:
    """The same words without lone surrogates, controls, bidi overrides, hidden tags and piles of marks; NFC."""
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROP))
    return text if text.isascii() else _limit_marks(_TAGS.sub(r"\1", text))


def is_visible(text: str) -> bool:
    """Whether a person sees anything of it: one letter, number, symbol or sign, beyond spaces and lone marks."""
    return any(unicodedata.category(c)[0] in "LNSP" and c not in _BLANK for c in scrub(text))


def _limit_marks(text: str) -> str:
    out: list[str] = []
    marks = 0
    for c in text:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= _MAX_MARKS:
            out.append(c)
    return "".join(out)


def line(text: object, limit: int = MAX_NAME) -> str:
    """A single line: names, titles, handles. What is no string, or shows nothing, is no line."""
    if not isinstance(text, str):
        return ""
    cleaned = " ".join(scrub(text[: limit * 4]).split())[:limit]
    return cleaned if is_visible(cleaned) else ""


def alt(text: object) -> str | None:
    """A picture's description, or None where the author gave none."""
    return (line(text, MAX_ALT) or None) if isinstance(text, str) else None


def href(url: object) -> str | None:
    """The address if it is http or https with a host and no trick in it, else None."""
    if (
        not isinstance(url, str)
        or len(url) > MAX_URL
        or any(c.isspace() or c == "\\" for c in url)
        or scrub(url) != url
    ):
        return None
    try:
        parts = urlsplit(url)
        port_ok = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or not port_ok:
        return None
    return None if "@" in parts.netloc else url


_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")


def link_text(text: str, href: str) -> str:
    """What a person reads of a link. Where the words show another host than it leads to, the real one stands behind."""
    host = (urlsplit(href).hostname or "").removeprefix("www.")
    if not text:
        return _short(href)
    shown = _DOMAIN.findall(text[:MAX_URL].lower())
    honest = not shown or _leads_to(shown[0], host, cut=text.lower().endswith(shown[0] + "…"))
    return text if honest else f"{text} ({host})"


def _leads_to(shown: str, host: str, *, cut: bool) -> bool:
    shown = shown.removeprefix("www.")
    try:
        names = {shown, shown.encode("idna").decode()}
    except UnicodeError:
        names = {shown}
    # A long link's words may be cut in the middle of the host.
    return any(host == name or host.endswith("." + name) or (cut and host.startswith(name)) for name in names)


def _short(href: str) -> str:
    rest = href.partition("://")[2].removeprefix("www.").rstrip("/")
    return rest if len(rest) <= 40 else rest[:40] + "…"
