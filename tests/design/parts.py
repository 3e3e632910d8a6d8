"""Posts for what can hang on one: answers, pictures, films, polls, quotes, cards, every segment, and every trick."""

from __future__ import annotations

from tests.design.making import RED, TAG, Post, picture, plain, text
from tests.design.people import CARD

POLL = {"choices": ["Warnemünde", "Szczecin", "Nowhere, it is busy"], "multiple": False}

PARTS: dict[str, Post] = {
    "an answer": plain(
        112,
        "11:49",
        "Repair table",
        "There is a chair with your name on it.",
        reply_to={"id": 103, "name": "A net mender"},
    ),
    "an answer to nobody named": plain(
        113, "11:50", "Krzysztof Wiśniewski", "Przyjdę popatrzeć.", lang="pl", reply_to={"id": 108, "name": ""}
    ),
    "changed, and over a bridge": plain(
        114, "11:51", "Yusuf Demir", "Çayır hareket ediyorsa neyi koruyoruz?", lang="tr", edited=True, bridged=True
    ),
    "two pictures, one missing": plain(
        115,
        "11:52",
        "Ineke de Vries",
        "Before and after.",
        media=[picture(focus="right", srcset=f"{RED} 480w, {RED} 960w"), picture(None, "A map of the quay")],
    ),
    "three pictures, no description": plain(116, "11:53", "Sari", "Three.", media=[picture(alt=None)] * 3),
    "four pictures, only pictures": plain(
        117, "11:54", "Olga", [], media=[picture(focus=f) for f in ("top", "left", "bottom", "")]
    ),
    "twelve pictures": plain(
        118,
        "11:55",
        "Elif",
        "All twelve maps from the children’s corner.",
        media=[picture(alt=f"Map {n}") for n in range(12)],
    ),
    "twenty pictures, all missing": plain(119, "11:56", "Anna", "Twenty.", media=[picture(None, None)] * 20),
    "a tall picture": plain(
        120,
        "11:57",
        "Linnéa Berg",
        "Ålgräs.",
        lang="sv",
        media=[picture("/pictures/eelgrass.svg", "Ålgräs i grönt ljus", width=400, height=640, focus="top")],
    ),
    "a film, a sound, a file": plain(
        121,
        "11:58",
        "Radio",
        "Listen.",
        media=[picture(kind="video"), picture(None, "Waves", kind="audio"), picture(None, None, kind="unknown")],
    ),
    "a moving picture": plain(122, "11:59", "Kim", "Wave.", media=[picture(kind="gifv", width=None, height=None)]),
    "pictures marked as sensitive": plain(
        137,
        "11:59",
        "Tom Adeyemi",
        "How we did it before the machine came.",
        sensitive=True,
        media=[picture("/pictures/marked.svg", "A pike, opened with a knife", srcset="/pictures/marked.svg 480w")] * 2,
    ),
    "one picture marked as sensitive, from right to left": plain(
        138, "12:00", "أميرة حدّاد", "هكذا كنّا نفعل.", lang="ar", dir="rtl", sensitive=True, media=[picture()]
    ),
    "nothing but a picture marked as sensitive": plain(139, "12:00", "Olga", [], sensitive=True, media=[picture()]),
    "marked as sensitive under a cover": plain(
        140, "12:00", "Olga", "x", sensitive=True, cover="Knives", media=[picture()], lang=None
    ),
    "marked as sensitive without pictures": plain(141, "12:00", "Olga", "Nothing to see.", sensitive=True),
    "a poll": plain(123, "12:00", "Ferry", "Where should the ferry stop next?", poll=POLL),
    "a poll of several choices under a cover": plain(
        124, "12:01", "Ferry", [], poll={**POLL, "multiple": True}, cover="Food"
    ),
    "a quote taken back": plain(
        125, "12:02", "Jonas", "Lost.", quote={"state": "gone", "name": "", "words": [], "url": None}
    ),
    "a quote of somebody elsewhere": plain(
        126,
        "12:03",
        "Jonas",
        "Look.",
        quote={"state": "accepted", "name": "", "words": text("Words."), "url": "https://far.example/1"},
    ),
    "a card without a title": plain(127, "12:04", "Jonas", [], card={**CARD, "title": "", "description": ""}),
    "a card nobody may follow": plain(128, "12:05", "Jonas", "x", card={**CARD, "url": "javascript:alert(1)"}),
    "every segment": plain(
        129,
        "12:06",
        "Dev",
        [
            {"t": "text", "text": "First "},
            {"t": "link", "text": "a page", "href": "https://a.example/?q=1&r=<2>"},
            {"t": "text", "text": " by "},
            {"t": "mention", "text": "@maud", "href": "https://kiel.example/@maud"},
            {"t": "break"},
            {"t": "emoji", "text": ":ferry:"},
            {"t": "emoji", "text": ":gull:", "src": "/pictures/gull.svg", "width": 96, "height": 64},
            {"t": "text", "text": " then "},
            {"t": "code", "text": "if a < b:\n    go()"},
            {"t": "break"},
            {"t": "break"},
            {"t": "quote", "parts": [*text("Said once.", "Said twice."), {"t": "break"}, TAG]},
            {"t": "text", "text": "and after"},
            {"t": "break"},
            {"t": "break"},
            {"t": "break"},
            TAG,
        ],
    ),
    "links that are no links": plain(
        130,
        "12:07",
        "Mal",
        [
            {"t": "link", "text": "one", "href": "javascript:alert(1)"},
            {"t": "hashtag", "text": "#two", "tag": "two"},
            {"t": "mention", "text": "@three", "href": "/harbour"},
            {"t": "link", "text": "four", "href": "HTTPS://b.example/"},
        ],
        author_url="data:text/html,x",
        original="ftp://x.example",
    ),
    "markup in every word": plain(
        131,
        "12:08",
        "<b>Bo & Co</b>",
        "<script>alert('x')</script> & \"quotes\"",
        handle="@a&b@<i>",
        cover="<u>cover</u>\nsecond line",
        reply_to={"id": 1, "name": "<i>"},
    ),
    "nothing at all": plain(132, "12:09", "Silence", []),
    "no language": plain(133, "12:10", "Somebody", "Hm.", lang=None),
    "breaks only": plain(134, "12:11", "Breaks", [{"t": "break"}, {"t": "break"}, {"t": "text", "text": "late start"}]),
    "of a session": plain(
        135,
        "12:12",
        "Linn",
        "So the ferry learned to read.",
        session={
            "id": 3,
            "title": "The <ferry>\nthat read",
            "url": "/harbour/sessions/3",
            "closed": False,
            "how": "tag",
        },
    ),
    "of a closed session, as room and time say": plain(
        136,
        "12:13",
        "Amal",
        "We were nine in one room.",
        reply_to={"id": 1, "name": "Bo"},
        session={"id": 4, "title": "حلقة استماع", "url": "/harbour/sessions/4", "closed": True, "how": "card"},
    ),
}
