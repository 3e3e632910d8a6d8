"""The strand without a script: paging, order, filters, search, times; nonsense; what search engines may keep."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import event as sql
from sqlalchemy import update

from app.models import Event, EventState
from ingest.types import IncomingAttachment, IncomingAuthorChange, Network
from tests.conftest import NOW
from tests.display.conftest import visitor
from tests.display.strand_house import hrefs, link, robots, said, say, words
from tests.factories import an_author
from tests.server import Running

OPEN = an_author("Inka Peters", indexable=True)
SHY = an_author("Bo Shy", indexable=False)
SKY = an_author("Leyla", Network.BLUESKY)


@pytest.fixture
async def reader(served: Running, harbour: Event) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(served) as web:
        yield web


async def a_long_strand(served: Running, n: int = 130) -> None:
    await say(served, *(words(f"n{i:03}", minutes=n - i) for i in range(n)))


async def test_every_post_is_reached_by_paging_once_and_in_order(served: Running, reader: httpx.AsyncClient) -> None:
    await a_long_strand(served)
    for order, turn in (("oldest", "Earlier posts"), ("newest", "Earlier posts")):
        page = await reader.get(f"/harbour?order={order}")
        found: list[str] = []
        while True:
            here = said(page)
            found = [*here, *found] if order == "oldest" else [*found, *here]
            if turn not in page.text:
                break
            page = await reader.get(link(page, turn))
        wanted = [f"n{i:03}" for i in range(130)]
        assert found == (wanted if order == "oldest" else wanted[::-1])
        back = await reader.get(link(page, "Later posts"))
        assert "n050" in said(back) and "order=" + order in str(back.url)


def main(page: httpx.Response) -> str:
    return page.text.partition("<main")[2].partition("</main>")[0]


async def test_an_erased_event_does_not_say_that_nobody_has_spoken_yet(
    served: Running, reader: httpx.AsyncClient
) -> None:
    pages = ("/harbour", "/harbour?before=20270611T090000.000000-0000000001", "/harbour/people")
    for page in pages:
        assert "obody" in main(await reader.get(page))
    async with served.database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.ARCHIVED, erased_at=NOW))
    for page in pages:
        answer = await reader.get(page)
        assert "obody" not in main(answer) and "will be tied" not in main(answer), page
        assert "was erased on" in answer.text


async def test_from_the_beginning_and_back_to_the_newest_no_link_leads_to_an_empty_page(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await a_long_strand(served)
    start = await reader.get(link(await reader.get("/harbour"), "From the beginning"))
    assert said(start)[0] == "n000" and "Earlier posts" not in start.text and "This is the newest" not in start.text
    end = await reader.get(link(await reader.get(link(start, "Later posts")), "Later posts"))
    assert said(end)[-1] == "n129" and "Later posts" not in end.text and "This is the newest" in end.text


async def test_a_post_hidden_by_a_label_does_not_end_the_paging(served: Running, reader: httpx.AsyncClient) -> None:
    await a_long_strand(served, 60)
    await say(served, words("veiled", minutes=30, author=an_author("Cas", labels=("!hide",))))
    page = await reader.get("/harbour")
    assert "veiled" not in page.text and len(said(page)) == 50
    assert said(await reader.get(link(page, "Earlier posts"))) == [f"n{i:03}" for i in range(10)]


async def test_filters_narrow_the_strand_stay_through_paging_and_are_taken_away_one_by_one(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await say(served, *(words(f"q{i:03}", minutes=200 - i, question=True, lang="de", author=OPEN) for i in range(60)))
    await say(served, *(words(f"x{i:03}", minutes=200 - i, lang="en", author=SKY) for i in range(60)))
    page = await reader.get("/harbour?questions=yes&language=de&order=newest")
    assert said(page)[0] == "q059" and len(said(page)) == 50 and "Part of the strand" in page.text
    assert said(await reader.get(link(page, "Earlier posts"))) == [f"q{i:03}" for i in range(9, -1, -1)]
    without = await reader.get(link(page, "German"))
    assert "language" not in str(without.url.query) and b"questions=yes" in without.url.query
    assert "x059" in said(await reader.get(link(page, "Show everything")))
    assert said(await reader.get("/harbour?network=bluesky"))[-1] == "x059"
    assert said(await reader.get("/harbour?tag=%23harbourtalks&network=mastodon"))[-1] == "q059"
    assert {"?lang=de&language=de&questions=yes&order=newest"} <= set(hrefs(page))  # choosing German keeps them


async def test_only_posts_with_pictures(served: Running, reader: httpx.AsyncClient) -> None:
    picture = IncomingAttachment("image", "https://kueste.example/1.png", alt="A quay")
    await say(served, words("plain"), words("seen", attachments=(picture,)))
    assert said(await reader.get("/harbour?pictures=yes")) == ["seen"]


async def test_search_finds_who_agreed_and_says_that_others_stand_on_the_strand(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await say(served, words("seagrass here", author=OPEN), words("seagrass there", author=SHY))
    page = await reader.get("/harbour?q=SEAGRASS")
    assert page.status_code == 200 and page.text.count("<article") == 1
    assert "do not want to be searched" in page.text and 'value="SEAGRASS"' in page.text
    assert (await reader.get("/harbour")).text.count("<article") == 2
    empty = await reader.get("/harbour?q=nowhere")
    assert empty.status_code == 200 and "Nothing here fits that." in empty.text


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("day=2027-06-11&hour=10", "at10"),  # the event's own time: 08:00 in UTC
        ("day=2027-06-11", "at09"),
        ("day=2027-06-11&hour=10&order=newest", "at10"),
        ("day=2027-06-10&order=newest", "before"),
    ],
)
async def test_a_day_and_an_hour_are_gone_to_by_a_plain_form(
    served: Running, reader: httpx.AsyncClient, query: str, first: str
) -> None:
    hours = {"before": 24, "at09": 1.5, "at10": 0.5}
    await say(served, *(words(text, minutes=60 * hours[text]) for text in hours))
    page = await reader.get(f"/harbour?{query}")
    assert page.status_code == 200 and said(page)[0] == first


async def test_a_time_after_everything_and_a_place_before_everything_are_said_plainly(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await say(served, words("only"))
    late = await reader.get("/harbour?day=2030-01-01")
    assert late.status_code == 200 and "Nothing has been said since then." in late.text
    early = await reader.get("/harbour?before=19700101T000000.000000-1")
    assert early.status_code == 404 and "nobody had said anything" in early.text


@pytest.mark.parametrize(
    "query",
    [
        "before=x", "after=%F0%9F%A6%91", "day=tomorrow", "day=2027-02-30", "day=0001-01-01", "day=2027-06-11&hour=77",
        "network=usenet", "session=x", "author=-1", "talk=9e9", "q=" + "w" * 500, "session=" + "9" * 400,
    ],
)  # fmt: skip
async def test_nonsense_gets_one_sentence_the_right_status_and_keeps_what_was_typed(
    served: Running, reader: httpx.AsyncClient, query: str
) -> None:
    await say(served, words("still here"))
    page = await reader.get(f"/harbour?{query}")
    assert page.status_code == 400 and page.text.count('role="alert"') == 1 and not robots(page)[0]
    if query.startswith("q="):
        assert "w" * 500 in page.text


@pytest.mark.parametrize(
    "query", ["tag=%00x", "language=" + "x" * 900, "tag=" + "a" * 900, "q=%22(*)%20OR%20-", "order=up"]
)
async def test_what_is_odd_but_harmless_simply_works(reader: httpx.AsyncClient, harbour: Event, query: str) -> None:
    assert (await reader.get(f"/harbour?{query}")).status_code in (200, 400)
    assert (await reader.get("/harbour?talk=77")).status_code == 404


async def test_a_page_costs_as_many_statements_however_much_was_said(
    served: Running, reader: httpx.AsyncClient
) -> None:
    count = [0]

    def counting(*_: object) -> None:
        count[0] += 1

    engines = [e.sync_engine for e in vars(served.database).values() if hasattr(e, "sync_engine")]
    assert engines, "the test counts nothing"
    for engine in engines:
        sql.listen(engine, "before_cursor_execute", counting)

    async def cost(path: str) -> int:
        """The least of several: the hub asks in between whether there is something new."""
        seen = []
        for _ in range(4):
            count[0] = 0
            assert (await reader.get(path)).status_code == 200
            seen.append(count[0])
        return min(seen)

    for path in ("/harbour?after=start", "/harbour?language=de&after=start", "/harbour?q=n"):
        costs = []
        for n in (3, 60, 200):
            await say(served, *(words(f"n{n}i{i}", minutes=900 - i, lang="de", author=OPEN) for i in range(n)))
            costs.append(await cost(path))
        assert costs[0] > 3 and max(costs[1:]) - min(costs[1:]) == 0 and max(costs) < 40, (path, costs)


async def test_a_page_that_shows_whoever_did_not_agree_is_kept_by_no_search_engine(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await say(served, words("mine", author=OPEN), words("ours", author=SKY))
    assert robots(await reader.get("/harbour")) == (True, True)
    for path in ("/harbour?q=mine", "/harbour?questions=yes", "/harbour?before=x"):
        assert robots(await reader.get(path)) == (False, False), path
    await say(served, words("shy", author=SHY))
    assert robots(await reader.get("/harbour")) == (False, False)


async def test_an_author_who_changes_their_mind_changes_the_page_also_for_who_has_it(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await say(served, words("mine", author=OPEN))
    etag = (await reader.get("/harbour")).headers["etag"]
    assert (await reader.get("/harbour", headers={"if-none-match": etag})).status_code == 304
    await say(served, IncomingAuthorChange(OPEN.uri, author=replace(OPEN, indexable=False)))
    again = await reader.get("/harbour", headers={"if-none-match": etag})
    assert again.status_code == 200 and robots(again) == (False, False)


async def test_a_rehearsal_is_kept_by_no_search_engine(served: Running, reader: httpx.AsyncClient) -> None:
    async with served.database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.REHEARSAL))
    assert robots(await reader.get("/harbour")) == (False, False)


async def test_an_event_that_is_over_asks_nobody_to_answer(served: Running, reader: httpx.AsyncClient) -> None:
    await say(served, words("mine"))
    assert "data-over" not in (await reader.get("/harbour")).text
    async with served.database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.ARCHIVED))
    page = (await reader.get("/harbour")).text
    assert "data-over" in page and "The next post will be tied here" not in page


async def test_one_address_for_one_page(served: Running, reader: httpx.AsyncClient) -> None:
    await a_long_strand(served, 60)
    place = link(await reader.get("/harbour"), "Earlier posts").partition("?")[2]
    for query, canonical in (("", ""), ("?order=newest&lang=de", ""), (f"?{place}&order=newest", f"?{place}")):
        page = await reader.get(f"/harbour{query}")
        assert f'<link rel="canonical" href="{served.base}/harbour{canonical}">' in page.text
    for kind in ("atom+xml", "feed+json"):
        assert f'<link rel="alternate" type="application/{kind}" href="/harbour/feed.' in page.text


async def test_every_way_out_of_the_strand_leads_somewhere(served: Running, reader: httpx.AsyncClient) -> None:
    await say(served, words("mine", author=OPEN))
    for path in ("/harbour", "/harbour/posts/1", "/harbour/posts/1/act"):
        inside = {href.partition("#")[0] for href in hrefs(await reader.get(path)) if href.startswith("/")}
        for href in sorted(inside - {""}):
            assert (await reader.get(href)).status_code in (200, 303), href


async def test_a_talk_s_page_is_kept_by_search_engines_like_the_strand_and_the_door_is_open_to_them(
    served: Running, reader: httpx.AsyncClient
) -> None:
    assert robots(await reader.get("/")) == (True, True) == robots(await reader.get("/harbour/sessions"))
