"""Posts that arrive hours late take their place far below the newest, where no stream tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


async def test_mastodon_c3_a_post_that_arrives_six_hours_late_beneath_hundreds_is_found(
    mastodon: FakeMastodon,
) -> None:
    for n in range(0, 800, 2):
        mastodon.say(n, f"n{n}", created_at=hours_ago(8 - n / 100))
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await mastodon.until_streaming()
        await house.until(lambda: len(house.posts) == 400)
        mastodon.say(101, "late", created_at=hours_ago(6.5))  # more than 300 below the newest, and on no stream
        await house.until(lambda: len(house.posts) == 401)
    assert "late" in words(house)
    assert next(post for post in house.history if "late" in str(post.segments)).backfilled


async def test_what_lies_more_than_a_day_back_is_not_gone_through_for_ever(mastodon: FakeMastodon) -> None:
    for n in range(600):
        mastodon.say(n, f"n{n}", created_at=hours_ago(3 if n > 550 else 50))
    house = ListHouse([mastodon.source()])
    async with reading(house):
        await mastodon.until(lambda: str(116 * 10**15) in mastodon.pages("max_id"))  # the past ends here
        mastodon.server.asked.clear()
        mastodon.say(601, "now")
        await mastodon.until(lambda: len(mastodon.server.asked) > 60)
    oldest = min(mastodon.pages("max_id"))
    assert int(oldest) - 116 * 10**15 > 400  # the newest pages and one that is too old, not all fifteen
