"""Posts by hand, in the wire's shape, for everything that looks at how a post is drawn: good content and bad.

`plain()` fills what a case does not speak of. Names of cases say what they are about.
"""

from __future__ import annotations

from typing import Any

Post = dict[str, Any]
RED = "/pictures/quay.svg"
TAG = {"t": "hashtag", "text": "#HarbourTalks", "tag": "harbourtalks", "href": "https://kiel.example/tags/HarbourTalks"}


def text(*parts: str) -> list[dict[str, str]]:
    """Paragraphs as segments."""
    out: list[dict[str, str]] = []
    for part in parts:
        out += ([{"t": "break"}, {"t": "break"}] if out else []) + [{"t": "text", "text": part}]
    return out


def picture(src: str | None = RED, alt: str | None = "The library ferry at dusk", **more: Any) -> dict[str, Any]:
    """One attachment."""
    blank = {"kind": "image", "width": 600, "height": 400, "focus": "", "colour": None}
    return {**blank, "src": src, "alt": alt, **more}


def plain(id: int, time: str, name: str, words: Any, **more: Any) -> Post:
    """A post with nothing special, but for what is given."""
    author = {"id": id, "name": name, "handle": more.pop("handle", ""), "url": more.pop("author_url", None)}
    post: Post = {
        "id": id,
        "order": f"20260612T{time.replace(':', '')}00-{id:06d}",
        "at": f"2026-06-12T{int(time[:2]) - 2:02d}{time[2:]}:00Z",
        "time": time,
        "day": "2026-06-12",
        "author": author,
        "networks": ["mastodon"],
        "url": f"/harbour/posts/{id}",
        "original": f"https://kiel.example/@maud/{id}",
        "lang": "en",
        "dir": "ltr",
        "words": text(words) if isinstance(words, str) else words,
        "cover": None,
        "media": [],
        "card": None,
        "poll": None,
        "quote": None,
        "reply_to": None,
        **dict.fromkeys(("question", "first", "late", "edited", "bridged"), False),
    }
    return {**post, **more}


CARD = {
    "url": "https://buecherfaehre.example/plan",
    "title": "Fahrplan der Bücherfähre",
    "description": "Alle Anlegestellen, jeden Dienstag.",
    "host": "buecherfaehre.example",
}
POLL = {"choices": ["Warnemünde", "Szczecin", "Nowhere, it is busy"], "multiple": False}
ARABIC = "المكتبة العائمة ليست مبنى، إنها موعد: كل ثلاثاء على الرصيف نفسه، ومن يأتي مرتين صار جارًا."
LONG_HANDLE = "@an.unreasonably.long.handle.that.never.ends@social.wissenschaftskommunikation.example"

CASES: dict[str, Post] = {
    "plain words": plain(101, "11:19", "Linnéa Berg", "Ålgräset binder mer kol än skogen ovanför.", lang="sv",
                         handle="@linnea@kust.example", author_url="https://kust.example/@linnea"),
    "chinese, japanese, korean": plain(102, "11:24", "佐藤 美咲", [
        {"t": "text", "text": "子どもたちが自分で描いた港の地図を、船の本棚に貼っていたのが一番好きでした。"}, TAG],
        lang="ja", networks=["bluesky"], handle="misaki.example"),
    "a question from the form, a first post": plain(
        103, "11:31", "A net mender", "First time at a conference. I mend nets for a living. Is there room at the repair table at three?",
        networks=["form"], original=None, question=True, first=True),
    "a cover over words and a picture": plain(104, "11:36", "Tom Adeyemi", "How we did it before the machine came.",
                                              networks=["bluesky"], handle="tom.example", cover="Fish being gutted, knives",
                                              media=[picture()]),
    "right to left": plain(105, "11:39", "أميرة حدّاد", [{"t": "text", "text": ARABIC + " "}, TAG], lang="ar", dir="rtl",
                           handle="@amira@rostock.example"),
    "one picture with a focus": plain(106, "11:42", "Maud Okafor", (
        "Nobody on the ferry library asks for a card. You give your name, you take a book, and next Tuesday you are somebody they expect."),
        handle="@maud@kiel.example", media=[picture(focus="bottom right", colour="#335577")]),
    "seen on two networks, a quote and a card": plain(
        107, "11:44", "Jonas Petersen", "Meine Klasse fragt seit einem Jahr nach so einem Schiff.", lang="de",
        networks=["mastodon", "bluesky"], handle="@jonas@hro.example", card=CARD,
        quote={"state": "accepted", "name": "Maud Okafor", "words": text("…next Tuesday you are somebody they expect."),
               "url": "/harbour/posts/106"}),
    "no name": plain(108, "11:45", "", "Gibt es die Folien auch für Leute, die schlecht sehen?", lang="de", networks=["form"],
                     original=None, question=True),
    "a long handle and a word of 64 letters": plain(
        109, "11:46", "Ahoi", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter Ahoi!", lang="de", handle=LONG_HANDLE),
    "emoji joined of many": plain(110, "11:47", "Elif 👩🏽‍🔧🧵", "One family signed theirs 👨‍👩‍👧‍👦🏳️‍🌈⛴️🇺🇦", networks=["bluesky"],
                                  handle="elif.example", late=True),
    "hebrew with a latin tag, arrived late": plain(111, "11:48", "Noa 🌊 נועה", [
        {"t": "text", "text": "ראיתי את "}, TAG, {"t": "text", "text": " רק עכשיו, בשידור. תודה!"}], lang="he", dir="rtl", late=True),
    "an answer": plain(112, "11:49", "Repair table", "There is a chair with your name on it.", reply_to={"id": 103, "name": "A net mender"}),
    "an answer to nobody named": plain(113, "11:50", "Krzysztof Wiśniewski", "Przyjdę popatrzeć.", lang="pl",
                                       reply_to={"id": 108, "name": ""}),
    "changed, and over a bridge": plain(114, "11:51", "Yusuf Demir", "Çayır hareket ediyorsa neyi koruyoruz?", lang="tr", edited=True,
                                        bridged=True),
    "two pictures, one missing": plain(115, "11:52", "Ineke de Vries", "Before and after.", media=[
        picture(focus="right"), picture(None, "A map of the quay")]),
    "three pictures, no description": plain(116, "11:53", "Sari", "Three.", media=[picture(alt=None)] * 3),
    "four pictures, only pictures": plain(117, "11:54", "Olga", [], media=[picture(focus=f) for f in ("top", "left", "bottom", "")]),
    "twelve pictures": plain(118, "11:55", "Elif", "All twelve maps from the children’s corner.",
                             media=[picture(alt=f"Map {n}") for n in range(12)]),
    "twenty pictures, all missing": plain(119, "11:56", "Anna", "Twenty.", media=[picture(None, None)] * 20),
    "a tall picture": plain(120, "11:57", "Linnéa Berg", "Ålgräs.", lang="sv", media=[
        picture("/pictures/eelgrass.svg", "Ålgräs i grönt ljus", width=400, height=640, focus="top")]),
    "a film, a sound, a file": plain(121, "11:58", "Radio", "Listen.", media=[
        picture(kind="video"), picture(None, "Waves", kind="audio"), picture(None, None, kind="unknown")]),
    "a moving picture": plain(122, "11:59", "Kim", "Wave.", media=[picture(kind="gifv", width=None, height=None)]),
    "a poll": plain(123, "12:00", "Ferry", "Where should the ferry stop next?", poll=POLL),
    "a poll of several choices under a cover": plain(124, "12:01", "Ferry", [], poll={**POLL, "multiple": True}, cover="Food"),
    "a quote taken back": plain(125, "12:02", "Jonas", "Lost.", quote={"state": "gone", "name": "", "words": [], "url": None}),
    "a quote of somebody elsewhere": plain(126, "12:03", "Jonas", "Look.", quote={
        "state": "accepted", "name": "", "words": text("Words."), "url": "https://far.example/1"}),
    "a card without a title": plain(127, "12:04", "Jonas", [], card={**CARD, "title": "", "description": ""}),
    "a card nobody may follow": plain(128, "12:05", "Jonas", "x", card={**CARD, "url": "javascript:alert(1)"}),
    "every segment": plain(129, "12:06", "Dev", [
        {"t": "text", "text": "First "}, {"t": "link", "text": "a page", "href": "https://a.example/?q=1&r=<2>"},
        {"t": "text", "text": " by "}, {"t": "mention", "text": "@maud", "href": "https://kiel.example/@maud"},
        {"t": "break"}, {"t": "emoji", "text": ":ferry:"}, {"t": "text", "text": " then "}, {"t": "code", "text": "if a < b:\n    go()"},
        {"t": "break"}, {"t": "break"}, {"t": "quote", "parts": [*text("Said once.", "Said twice."), {"t": "break"}, TAG]},
        {"t": "text", "text": "and after"}, {"t": "break"}, {"t": "break"}, {"t": "break"}, TAG]),
    "links that are no links": plain(130, "12:07", "Mal", [
        {"t": "link", "text": "one", "href": "javascript:alert(1)"}, {"t": "hashtag", "text": "#two", "tag": "two"},
        {"t": "mention", "text": "@three", "href": "/harbour"}, {"t": "link", "text": "four", "href": "HTTPS://b.example/"}],
        author_url="data:text/html,x", original="ftp://x.example"),
    "markup in every word": plain(131, "12:08", "<b>Bo & Co</b>", "<script>alert('x')</script> & \"quotes\"", handle="@a&b@<i>",
                                  cover="<u>cover</u>\nsecond line", reply_to={"id": 1, "name": "<i>"}),
    "nothing at all": plain(132, "12:09", "Silence", []),
    "no language": plain(133, "12:10", "Somebody", "Hm.", lang=None),
    "breaks only": plain(134, "12:11", "Breaks", [{"t": "break"}, {"t": "break"}, {"t": "text", "text": "late start"}]),
}
POSTS: list[Post] = list(CASES.values())

EVENT: dict[str, Any] = {
    "slug": "harbour", "title": "Harbour Talks Rostock", "subtitle": "12 and 13 June, Stadthafen", "tags": ["HarbourTalks", "HafenReden"],
    "rehearsal": True, "frozen": False, "blank": False, "state": "open", "languages": ["en", "de"], "time_zone": "Europe/Berlin",
    "policy": "",
}
