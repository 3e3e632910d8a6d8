"""Lines of lists: how people, servers, links and words are written down, compared, and read from files."""

from __future__ import annotations

import pytest

from app.domain.rules import importing, named
from app.domain.rules.lists import Row, made_ready
from app.errors import BadInput
from app.models.listed import Kind, Side
from ingest.carried import IncomingAttachment, IncomingCard, IncomingPoll
from ingest.text.segments import Segment
from ingest.types import Network
from tests.factories import a_post, an_author

KIM = an_author("Kim")  # @kim@kueste.example


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        (Kind.AUTHOR, " @Kim@Kueste.example ", "kim@kueste.example"),
        (Kind.AUTHOR, "acct:kim@kueste.example", "kim@kueste.example"),
        (Kind.AUTHOR, "https://kueste.example/@kim", "kim@kueste.example"),
        (Kind.AUTHOR, "https://kueste.example/users/Kim/", "kim@kueste.example"),
        (Kind.AUTHOR, "https://other.example/@kim@kueste.example", "kim@kueste.example"),
        (Kind.AUTHOR, "https://bsky.app/profile/kim.example", "kim.example"),
        (Kind.AUTHOR, "did:plc:kim", "did:plc:kim"),
        (Kind.DOMAIN, "*.Bad.Example", "bad.example"),
        (Kind.DOMAIN, "https://www.bad.example/about", "bad.example"),
        (Kind.DOMAIN, "@bücher.example", "xn--bcher-kva.example"),
        (Kind.LINK, "HTTPS://T.example/Offer/", "t.example/offer"),
        (Kind.WORD, "  Blödmann* ", "blodmann*"),
    ],
)
def test_one_thing_is_one_line_however_it_is_written(kind: Kind, typed: str, key: str) -> None:
    assert named.key_of(kind, typed)[1] == key


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.AUTHOR, "kim"),
        (Kind.AUTHOR, ""),
        (Kind.AUTHOR, "https://kueste.example/"),
        (Kind.AUTHOR, "a b@c.example"),
        (Kind.DOMAIN, "localhost"),
        (Kind.DOMAIN, "bad example"),
        (Kind.DOMAIN, "ex*mple.com"),
        (Kind.DOMAIN, "a" * 301),
        (Kind.LINK, "/offer"),
        (Kind.LINK, "http://[::1"),
        (Kind.WORD, "***"),
        (Kind.WORD, "\u200b"),
        (Kind.WORD, "x" * 301),
    ],
)
def test_what_is_none_is_said_in_one_sentence(kind: Kind, typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        named.key_of(kind, typed)
    assert refused.value.sentence.endswith(".") and len(refused.value.sentence) < 200


def ready(kind: Kind, *typed: str, side: Side = Side.BLOCK):  # type: ignore[no-untyped-def]
    return made_ready(Row(side, kind, *named.key_of(kind, one)) for one in typed)


@pytest.mark.parametrize(
    "line", ["@kim@kueste.example", "https://kueste.example/users/kim", "https://kueste.example/@Kim"]
)
def test_somebody_blocked_is_known_by_each_of_their_addresses(line: str) -> None:
    hits = ready(Kind.AUTHOR, line).hits(a_post("fine", KIM))
    assert [hit.key for hit in hits] == ["blocked_author"]
    assert ready(Kind.AUTHOR, line).hits(a_post("fine", an_author("Kimberly"))) == ()


@pytest.mark.parametrize(
    ("line", "held"),
    [("kueste.example", True), ("example", True), ("ueste.example", False), ("a.kueste.example", False)],
)
def test_a_server_stands_for_all_below_it_and_nothing_beside(line: str, held: bool) -> None:
    lists = made_ready([Row(Side.BLOCK, Kind.DOMAIN, line, line)])
    assert bool(lists.hits(a_post("fine", KIM))) is held


def test_a_bluesky_handle_is_below_where_it_was_given_and_the_form_is_nowhere() -> None:
    lists = ready(Kind.DOMAIN, "sky.example")
    assert lists.hits(a_post("fine", an_author("Kim", Network.BLUESKY)))[0].detail == "sky.example"
    assert (
        made_ready([Row(Side.BLOCK, Kind.DOMAIN, "form", "form")]).hits(a_post("f", an_author("Kim", Network.FORM)))
        == ()
    )


@pytest.mark.parametrize(
    ("address", "held"),
    [
        ("https://spam.example/offer", True),
        ("http://www.SPAM.example/offer/7?x=1", True),
        ("spam.example/offers", False),
        ("https://spam.example/", False),
        ("https://notspam.example/offer", False),
        ("https://a.spam.example/offer?y", True),
    ],
)
def test_a_link_holds_from_its_beginning_on(address: str, held: bool) -> None:
    link: Segment = {"t": "link", "text": "look", "href": address}
    lists = ready(Kind.LINK, "spam.example/offer")
    assert bool(lists.hits(a_post("", KIM, segments=(link,)))) is held
    if "://" in address:
        assert bool(lists.hits(a_post(f"see {address}, now", KIM))) is held  # typed as words


def test_a_link_in_a_card_counts_and_those_of_tags_and_people_do_not() -> None:
    lists = ready(Kind.LINK, "kueste.example")
    tag: Segment = {"t": "hashtag", "text": "#HarbourTalks", "href": "https://kueste.example/tags/harbourtalks"}
    assert lists.hits(a_post("", KIM, segments=(tag,))) == ()
    assert lists.hits(a_post("look", KIM, card=IncomingCard("https://kueste.example/x", "Title")))


def test_words_are_looked_for_in_all_that_can_be_read() -> None:
    lists = ready(Kind.WORD, "scam*")
    link: Segment = {"t": "link", "text": "look", "href": "https://x.example/%73cam"}
    for post in (
        a_post("s c a m", KIM),
        a_post("fine", an_author("Scammer")),
        a_post("fine", KIM, content_warning="scam"),
        a_post("f", KIM, attachments=(IncomingAttachment("image", "https://x.example/1", alt="a SCAM"),)),
        a_post("f", KIM, poll=IncomingPoll(("yes", "scam"))),
        a_post("", KIM, segments=(link,)),
        a_post("f", KIM, card=IncomingCard("https://x.example/", "ѕcаm")),
        a_post("f", KIM, tags=frozenset({"scamalert"})),
    ):
        assert [(hit.key, hit.detail) for hit in lists.hits(post)] == [("blocked_word", "scam*")]
    assert lists.hits(a_post("scan", KIM)) == ()


def test_whoever_is_blocked_by_name_is_not_trusted_for_their_server() -> None:
    rows = [Row(Side.TRUST, Kind.DOMAIN, "kueste.example", "kueste.example")]
    assert made_ready(rows).trusts(KIM) and not made_ready(rows).trusts(an_author("Kim", Network.BLUESKY))
    assert not made_ready([*rows, Row(Side.BLOCK, Kind.AUTHOR, "@kim", "kim@kueste.example")]).trusts(KIM)


MASTODON = """#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
bad.example,suspend,true,true,"spam, and worse",false
loud.example,silence,false,false,,false
seen.example,noop,false,false,,false
h*dden.example,suspend,true,true,,true
bad.example,suspend,true,true,,false
"""


def test_a_file_is_one_a_line_or_mastodon_s_own_table() -> None:
    found = importing.understood(Kind.DOMAIN, MASTODON)
    assert list(found.lines) == ["bad.example", "loud.example"]
    assert (found.found, found.left, found.left_out) == (3, ["h*dden.example"], 1)
    people = importing.understood(Kind.AUTHOR, "Account address,Show boosts\n@kim@kueste.example,true\n")
    assert list(people.lines) == ["kim@kueste.example"]
    plain = importing.understood(
        Kind.WORD, "\ufeff# English\r\n\r\nScam*\nscam*\n#tag\nеасу money\n***\n".lstrip("\ufeff")
    )
    assert list(plain.lines.values()) == ["Scam*", "#tag", "еасу money"] and plain.left == ["***"]


def test_files_of_every_make_are_read_and_others_are_refused() -> None:
    for made in (
        "Blödmann\n".encode(),
        "\ufeffBlödmann".encode(),
        "Blödmann".encode("latin-1"),
        "Blödmann".encode("utf-16"),
    ):
        assert list(importing.understood(Kind.WORD, importing.decoded(made)).lines) == ["blodmann"]
    for bad in (b"\x89PNG\0\0", b"x" * (importing.MOST_BYTES + 1)):
        with pytest.raises(BadInput):
            importing.decoded(bad)
    with pytest.raises(BadInput):
        importing.understood(Kind.WORD, "a\n" * (importing.MOST_LINES + 1))
