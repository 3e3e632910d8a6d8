"""Posts that are hard to draw on a wall, beside those of all other tests: letters, lengths, threads."""

from __future__ import annotations

from tests.design.making import Post, picture, plain, text
from tests.design.people import CARD

TALK = {"id": 3, "title": "What the eelgrass knows", "url": "/harbour/sessions/3", "closed": False, "how": "tag"}
LONG_TALK = {
    **TALK,
    "title": "Fahrpläne für alle: offene Busdaten, wem sie gehören, und was aus ihnen in drei Jahren wurde",
}
WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz1"  # 64 letters
ZWJ = "👩‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈🧑‍🤝‍🧑👨‍👩‍👦🇩🇪🇵🇱👍🏿❤️‍🔥"
CJK = "港の図書館船は、火曜日ごとに同じ桟橋に着きます。二度来た人は、もう隣人です。" * 9
ARABIC = "المكتبة العائمة ليست مبنى، إنها موعد: كل ثلاثاء على الرصيف نفسه، ومن يأتي مرتين صار جارًا. " * 7
QUOTE = {"state": "accepted", "name": "Linnéa Berg", "words": text("Said once. " * 40), "url": "https://far.example/1"}
POLL = {"choices": [f"Stop {n}, at the old grain store" for n in range(1, 5)], "multiple": False}


def _post(n: int, name: str, words: object, **more: object) -> Post:
    return plain(800 + n, f"13:{n:02d}", name, words, **more)


HARD: dict[str, Post] = {
    "a word of 64 letters": _post(0, "Bo", f"{WORD} {WORD}"),
    "a name of 64 letters": _post(1, WORD, "Hello."),
    "emoji that are joined": _post(2, f"Familie {ZWJ}", f"{ZWJ} " * 60),
    "a long Japanese post": _post(3, "佐藤 美咲", CJK, lang="ja"),
    "a long Arabic post": _post(4, "أميرة حدّاد", ARABIC, lang="ar", dir="rtl"),
    "a long post without a space": _post(5, "Dev", "x" * 900),
    "a talk with a long name": _post(6, "Linn", "So the ferry learned to read.", session=LONG_TALK),
    "a talk, late, first": _post(7, "Linn", "I was on the ferry.", session=TALK, late=True, first=True, edited=True),
    "a long quote": _post(8, "Jonas", "Look at this, and say what you think of it.", quote=QUOTE),
    "a long poll": _post(9, "Ferry", "Where should the ferry stop next?", poll=POLL),
    "a card with much to say": _post(
        10, "Kim", "Read this.", card={**CARD, "title": "A page " * 30, "description": "About much. " * 60}
    ),
    "all at once": _post(
        11,
        "Everybody from the children’s corner",
        "All of it, and more than that. " * 12,
        session=LONG_TALK,
        quote=QUOTE,
        poll=POLL,
        card=CARD,
        late=True,
        reply_to={"id": 1, "name": WORD},
        media=[picture(alt="A map, drawn by many hands, of a harbour that is not there any more. " * 6)] * 20,
    ),
    "a picture with much said of it": _post(
        12, "Elif", "Here.", media=[picture(alt="Seen from the crane: " + "a boat, " * 60)]
    ),
    "lines": _post(13, "Poet", [s for n in range(14) for s in ({"t": "text", "text": f"line {n}"}, {"t": "break"})]),
    "a warning that does not end": _post(14, "Tom", "x", cover="Fish being gutted, knives, blood, and " * 5 + "rain"),
    "a film that never ends": _post(15, "Radio", "On and on.", media=[picture(kind="video", alt="A wave")]),
    "custom emoji": _post(
        16,
        "Ada",
        [
            {"t": "text", "text": "Ahoy "},
            {"t": "emoji", "text": ":ferry_boat_at_night:"},
            {"t": "text", "text": " all"},
        ],
    ),
}
for n in (1, 2, 3, 4, 5, 9, 20):
    HARD[f"{n} pictures"] = _post(
        30 + n,
        "Sari",
        f"All {n} of them.",
        media=[picture(f"/pictures/p{i}.svg", f"Map {i}", focus="top") for i in range(n)],
    )
THREAD = [
    _post(55, "Maud Okafor", "One. The ferry came in at nine."),
    _post(56, "Maud Okafor", "Two. Nobody asked for a card.", reply_to={"id": 855, "name": "Maud Okafor"}),
    _post(57, "Maud Okafor", "Three. On Tuesday it is back.", reply_to={"id": 856, "name": "Maud Okafor"}),
]
for part in THREAD:
    part["author"] = {**part["author"], "id": 855}
