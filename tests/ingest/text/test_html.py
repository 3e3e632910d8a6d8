"""Strangers' HTML becomes segments: what a reader sees, and nothing that can do anything."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text import clean
from ingest.text.html import segments
from ingest.text.segments import Segment, plain

EMOJIS = {"blobcat": "https://files.example/blobcat.png", "bad": "javascript:alert(1)"}


def text(words: str) -> Segment:
    return {"t": "text", "text": words}


def read(html: str, **options: bool) -> list[Segment]:
    return list(segments(html, EMOJIS, **options))


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>a</p>", "a"),
        ("<p>a<br>b</p><p>c</p>", "a\nb\n\nc"),
        ("<p>a<br/><br/><br/>b</p>", "a\n\nb"),
        ("<p></p><p><br></p><p>a</p><p></p>", "a"),
        ("  <p>  a \n b  </p>  ", "a b"),
        ("a <b>b</b> <i>c</i>d", "a b cd"),
        ("a<b> b</b>", "a b"),
        ("<p>a </p> <p> b</p>", "a\n\nb"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\nb\nc"),
        ("<ul><li>one</li><li>two</li></ul>", "• one\n• two"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ('<ol start="9"><li>one</li><li>two</li></ol>', "9. one\n10. two"),
        ('<ol start="-1"><li>one</li></ol>', "1. one"),
        ("<p>a</p><ul><li>b<ul><li>c</li></ul></li></ul><p>d</p>", "a\n\n• b\n• c\n\nd"),
        ("<li>alone</li>", "• alone"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        ("<ruby>漢<rt>kan</rt></ruby>", "漢(kan)"),
        ("&lt;script&gt; &amp;amp; &#128075; &nbsp;x", "<script> &amp; 👋 \N{NO-BREAK SPACE}x"),
        ("a<!-- hidden -->b", "ab"),
        ("unclosed <p>a <b>b", "unclosed\n\na b"),
        ("</p></div>a</b>", "a"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("日本語のテキスト", "日本語のテキスト"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("👩‍👩‍👧 🏳️‍🌈", "👩‍👩‍👧 🏳️‍🌈"),
    ],
)
def test_words_read_as_in_a_browser(html: str, lines: str) -> None:
    assert plain(read(html)) == lines


def test_a_mention_a_hashtag_and_a_shortened_link_are_told_by_their_classes() -> None:
    html = (
        '<p><span class="h-card" translate="no"><a href="https://r.example/@bob" class="u-url mention">@<span>bob'
        '</span></a></span> <a href="https://w.example/tags/Küste" class="mention hashtag">#<span>Küste</span></a> '
        '<a href="https://example.org/very/long"><span class="invisible">https://</span><span class="ellipsis">'
        'example.org/very</span><span class="invisible">/long</span></a></p>'
    )
    assert read(html) == [
        {"t": "mention", "text": "@bob", "href": "https://r.example/@bob"},
        text(" "),
        {"t": "hashtag", "text": "#Küste", "tag": "küste", "href": "https://w.example/tags/Küste"},
        text(" "),
        {"t": "link", "text": "example.org/very…", "href": "https://example.org/very/long"},
    ]


def test_an_emoji_stands_only_where_there_is_a_picture_of_it() -> None:
    assert read("<p>:blobcat: :bad: :unknown:</p>") == [
        {"t": "emoji", "text": ":blobcat:", "src": EMOJIS["blobcat"]},
        text(" :bad: :unknown:"),
    ]


def test_an_emoji_code_inside_code_or_a_link_stays_words() -> None:
    code, _, link = read('<code>:blobcat:</code> <a href="https://e.example">:blobcat:</a>')
    assert (code, link["t"], link.get("text")) == ({"t": "code", "text": ":blobcat:"}, "link", ":blobcat:")


def test_emoji_and_links_have_a_limit() -> None:
    assert sum(s["t"] == "emoji" for s in read(":blobcat: " * 500)) == 100
    assert sum(s["t"] == "link" for s in read('<a href="https://e.example">x</a> ' * 500)) == 50


def test_code_is_verbatim() -> None:
    assert read("<p>run <code>a  b</code></p>") == [text("run "), {"t": "code", "text": "a  b"}]
    assert read("<pre><code>def f():\n    return 1\n</code></pre>") == [{"t": "code", "text": "def f():\n    return 1"}]
    assert read("<pre>a<br>b</pre>") == [{"t": "code", "text": "a\nb"}]
    assert read("<code> </code>") == []


def test_a_quotation_is_one_level_deep() -> None:
    html = "<p>He said</p><blockquote><p>a</p><blockquote>b</blockquote></blockquote><p>yes</p>"
    assert read(html) == [
        text("He said"),
        {"t": "quote", "parts": [text("a"), {"t": "break"}, {"t": "break"}, text("b")]},
        text("yes"),
    ]


def test_an_empty_quotation_is_none() -> None:
    made = read("a<blockquote><p> </p></blockquote>b")
    assert [s["t"] for s in made] == ["text", "break", "break", "text"]


def test_the_fallback_of_a_quote_is_dropped_where_the_quote_is_shown() -> None:
    html = '<p class="quote-inline">RE: <a href="https://w.example/1">https://w.example/1</a></p><p>This!</p>'
    assert plain(read(html, quoted=True)) == "This!"
    assert plain(read(html)) == "RE: https://w.example/1\n\nThis!"


@pytest.mark.parametrize(
    ("href", "shown", "reads"),
    [
        ("https://bank.example/login", "bank.example/login", "bank.example/login"),
        ("https://www.bank.example/", "bank.example", "bank.example"),
        ("https://login.bank.example/", "bank.example", "bank.example"),
        ("https://evil.example/", "https://bank.example/login", "https://bank.example/login (evil.example)"),
        ("https://bank.example.evil.example/", "bank.example/login", "bank.example/login (bank.example.evil.example)"),
        ("https://evilbank.example/", "bank.example", "bank.example (evilbank.example)"),
        ("https://evil.example/", "press here", "press here"),
        ("https://evil.example/a/very/long/path/that/goes/on/and/on", "", "evil.example/a/very/long/path/that/goes/…"),
        ("https://xn--bcher-kva.example/", "bücher.example", "bücher.example"),
        ("https://a-really-very-long-host.example/", "a-really-very-lon…", "a-really-very-lon…"),
        ("https://nodejs.org/", "Node.js", "Node.js (nodejs.org)"),
    ],
)
def test_a_link_whose_words_show_another_place_tells_the_real_one(href: str, shown: str, reads: str) -> None:
    assert read(f'<a href="{href}">{shown}</a>') == [{"t": "link", "text": reads, "href": href}]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        " javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "blob:https://x.example/1",
        "file:///etc/passwd",
        "//evil.example/",
        "/relative",
        "\\\\evil.example",
        "https:evil.example",
        "http:\\\\evil.example",
        "https://user:pass@evil.example/",
        "https://evil.example\n.good.example/",
        "https://[bad/",
        "https://evil.example:99999/",
        "https://" + "a" * 8_000,
        "mailto:a@b.example",
        "",
    ],
)
def test_only_web_addresses_with_a_host_become_links(href: str) -> None:
    assert [s["t"] for s in read(f'<p><a href="{href}">press</a></p>')] == ["text"]


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt/x>alert(1)</script >",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://evil.example'</style>",
    "<template><img src=x onerror=alert(1)></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<form action=https://evil.example><button>x</button></form>",
    "<base href=https://evil.example><a href=/x>x</a>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<a href='https://e.example' onclick=alert(1) style=position:fixed>x</a>",
    "<p style='background:url(https://evil.example)' id=wall class='evil'>x</p>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!--><script>alert(1)</script>-->",
    "<xmp><script>alert(1)</script></xmp>",
    "<object data=x></object><embed src=x><video src=x onerror=alert(1)>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_could_act_is_left(html: str) -> None:
    made = read(f"<p>before</p>{html}<p>after</p>")
    assert {key for segment in made for key in segment} <= {"t", "text", "href", "tag", "src", "parts"}
    assert all(clean.href(s["href"]) for s in made if "href" in s)
    assert plain(made).startswith("before")


@pytest.mark.parametrize("html", [None, 3, b"<p>x</p>", [], {}])
def test_what_is_no_text_is_no_words(html: object) -> None:
    assert segments(html) == ()


def test_bidi_overrides_controls_and_surrogates_are_gone_however_they_are_written() -> None:
    made = plain(read("a\u202eb\x00c\ud800d &#x202e;e&#0;f&#xd800;g \u2066h"))
    assert not set(made) & set("\u202e\x00\u2066\ud800")
    assert made.startswith("abc\N{REPLACEMENT CHARACTER}d")


def test_piles_of_marks_are_cut_down() -> None:
    assert len(plain(read("Z" + "\u0301" * 300))) <= 6


def test_long_words_are_cut_with_a_sign() -> None:
    made = read("<p>" + "word " * 5_000 + "</p>")
    assert len(plain(made)) <= clean.MAX_TEXT + 1
    assert plain(made).endswith("…")


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 200_000,
        "<blockquote>" * 200_000 + "x",
        '<a href="https://e.example">' * 100_000,
        "<ul><li>" * 100_000,
        "<" * 200_000,
        "&" * 200_000,
        ":blobcat" * 50_000,
        "<p>" + "a." * 100_000,
        '<a href="https://e.example">' + "a." * 100_000,
        "\u0301" * 200_000,
        "<pre>" + "<br>" * 100_000,
    ],
)
def test_no_amount_of_anything_takes_long(html: str) -> None:
    begun = time.perf_counter()
    segments(html, EMOJIS)
    assert time.perf_counter() - begun < 0.6


FRAGMENTS = st.sampled_from(
    [
        *[
            "<p>",
            "</p>",
            "<br>",
            "<b>",
            "</b>",
            "<blockquote>",
            "</blockquote>",
            "<ul>",
            "<li>",
            "</ul>",
            "<pre>",
            "</pre>",
        ],
        *["<code>", "</code>", '<a href="https://e.example/">', "</a>", '<span class="invisible">', "</span>", "<ol>"],
        *['<span class="ellipsis">', '<a href="https://e.example/t" class="hashtag">', ":blobcat:", "#tag", " ", "\n"],
        *[
            "word",
            "&amp;",
            "&#x202e;",
            "<ruby>",
            "<rt>",
            "<rp>",
            "</ruby>",
            "</rt>",
            "</rp>",
            "<script>",
            "</script>",
            "<",
        ],
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40).map("".join) | st.text(max_size=200))
def test_any_markup_gives_tidy_segments(html: str) -> None:
    made = read(html)
    for before, after in pairwise(made):
        assert not (before["t"] == after["t"] == "text")
    for segment in made:
        assert segment["t"] in ("break", "quote") or segment.get("text")
        assert segment["t"] != "quote" or segment.get("parts")
    assert not made or "break" not in (made[0]["t"], made[-1]["t"])
    assert all([s["t"] for s in made[i : i + 3]] != ["break"] * 3 for i in range(len(made)))
