"""What is gone from far beneath the newest is seen from the lists themselves, without asking for each post."""

from __future__ import annotations

from ingest.mastodon.rounds import Stretch
from tests.ingest.house import ListHouse
from tests.ingest.mastodon.conftest import reading, words
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.ingest.mastodon.test_beneath import hours_ago


def test_a_stretch_lacks_what_lies_between_its_ends_and_is_not_in_it() -> None:
    stretch = Stretch((3, "900"), (3, "500"), {"500", "700"}, 0.0)
    assert [id for id in ("400", "500", "600", "700", "899", "900", "1000") if stretch.lacks(id)] == ["600", "899"]


async def test_a_deletion_and_a_lost_tag_beneath_hundreds_are_found_in_few_requests(mastodon: FakeMastodon) -> None:
    ids = [mastodon.say(n, f"n{n}", created_at=hours_ago(4 - n / 200)) for n in range(700)]
    house = ListHouse([mastodon.source(token=TOKEN)])
    async with reading(house):
        await mastodon.until_streaming()
        await house.until(lambda: len(house.posts) == 700)
        mastodon.delete(ids[7])
        mastodon.edit(ids[9], "n9 no more", ())
        mastodon.server.asked.clear()
        await house.until(lambda: "n7" not in words(house) and "n9 no more" in words(house))
    alone = [path for path in mastodon.asked if "/statuses/" in path]
    assert len(alone) < 400, "not each of them by itself"
