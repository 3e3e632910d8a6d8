"""How Mastodon pages a timeline: by id, newest first. Pure.

`since_id` gives the newest page above the cutoff and may leave a hole; `min_id` gives the page right after it and
leaves none. `min_id` wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def page(ids: Iterable[str], query: Mapping[str, str]) -> list[str]:
    """`ids` in any order."""
    limit = _limit(query)
    newest_first = sorted(ids, key=int, reverse=True)
    if "max_id" in query:
        newest_first = [id for id in newest_first if int(id) < _id(query["max_id"])]
    if "min_id" in query:
        return [id for id in newest_first if int(id) > _id(query["min_id"])][-limit:]
    if "since_id" in query:
        newest_first = [id for id in newest_first if int(id) > _id(query["since_id"])]
    return newest_first[:limit]


def _limit(query: Mapping[str, str]) -> int:
    asked = query.get("limit", "20")
    return min(int(asked), 40) if asked.isdecimal() and int(asked) > 0 else 20


def link_header(url: str, query: Mapping[str, str], shown: Sequence[str]) -> dict[str, str]:
    """None on an empty page. As upstream, it forgets any[], all[], none[] and remote: do not follow it blindly."""
    if not shown:
        return {}
    kept = "".join(f"{name}={query[name]}&" for name in ("local", "limit", "only_media") if name in query)
    older, newer = f"{url}?{kept}max_id={shown[-1]}", f"{url}?{kept}min_id={shown[0]}"
    return {"Link": f'<{older}>; rel="next", <{newer}>; rel="prev"'}


def _id(text: str) -> int:
    """Rails reads the digits at the start and takes anything else for nought."""
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    return int(digits or 0)
