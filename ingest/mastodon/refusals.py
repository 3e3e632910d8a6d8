"""What a server's answer means when a live stream was asked for and did not open. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ingest.mastodon.errors import ApiError, Denied, Failing, NoStream, RateLimited
from ingest.mastodon.limits import wait_after


def refusal(host: str, status: int, headers: Mapping[str, str], what: str) -> ApiError:
    """`what`: the kind of stream it does not have, if that is what it says."""
    if status in (401, 403, 422):
        return Denied(
            f"{host} refused our access token for its live stream ({status}): make one that may read:statuses"
        )
    if status == 429:
        return RateLimited(host, wait_after(headers, datetime.now(UTC)))
    if status >= 500:
        return Failing(host, status)
    return NoStream(f"{host} offers no {what}")
