"""Posts as people write them: languages, directions, names, covers, networks."""

from __future__ import annotations

from tests.design.making import TAG, Post, picture, plain, text

CARD = {
    "url": "https://buecherfaehre.example/plan",
    "title": "Fahrplan der Bücherfähre",
    "description": "Alle Anlegestellen, jeden Dienstag.",
    "host": "buecherfaehre.example",
}
ARABIC = "المكتبة العائمة ليست مبنى، إنها موعد: كل ثلاثاء على الرصيف نفسه، ومن يأتي مرتين صار جارًا."
LONG_HANDLE = "@an.unreasonably.long.handle.that.never.ends@social.wissenschaftskommunikation.example"

PEOPLE: dict[str, Post] = {
    "plain words": plain(
        101,
        "11:19",
        "Linnéa Berg",
        "Ålgräset binder mer kol än skogen ovanför.",
        lang="sv",
        handle="@linnea@kust.example",
        author_url="https://kust.example/@linnea",
    ),
    "chinese, japanese, korean": plain(
        102,
        "11:24",
        "佐藤 美咲",
        [{"t": "text", "text": "子どもたちが自分で描いた港の地図を、船の本棚に貼っていたのが一番好きでした。"}, TAG],
        lang="ja",
        networks=["bluesky"],
        handle="misaki.example",
    ),
    "the event itself answers": plain(
        1041,
        "11:36",
        "Harbour Talks Rostock",
        "Thank you for asking. There is room at three, and a chair by the window.",
        networks=["form", "mastodon"],
        voice=True,
        original=None,
        reply_to={"id": 103, "name": "A net mender"},
    ),
    "a question from the form, a first post": plain(
        103,
        "11:31",
        "A net mender",
        "First time at a conference. I mend nets for a living. Is there room at three?",
        networks=["form"],
        original=None,
        question=True,
        first=True,
    ),
    "a cover over words and a picture": plain(
        104,
        "11:36",
        "Tom Adeyemi",
        "How we did it before the machine came.",
        networks=["bluesky"],
        handle="tom.example",
        cover="Fish being gutted, knives",
        media=[picture()],
    ),
    "right to left": plain(
        105,
        "11:39",
        "أميرة حدّاد",
        [{"t": "text", "text": ARABIC + " "}, TAG],
        lang="ar",
        dir="rtl",
        handle="@amira@rostock.example",
    ),
    "one picture with a focus": plain(
        106,
        "11:42",
        "Maud Okafor",
        "Nobody on the ferry library asks for a card. You give your name, you take a book, "
        "and next Tuesday you are somebody they expect.",
        handle="@maud@kiel.example",
        media=[picture(focus="bottom right", colour="#335577")],
    ),
    "seen on two networks, a quote and a card": plain(
        107,
        "11:44",
        "Jonas Petersen",
        "Meine Klasse fragt seit einem Jahr nach so einem Schiff.",
        lang="de",
        networks=["mastodon", "bluesky"],
        handle="@jonas@hro.example",
        card=CARD,
        quote={
            "state": "accepted",
            "name": "Maud Okafor",
            "words": text("…next Tuesday you are somebody they expect."),
            "url": "/harbour/posts/106",
        },
    ),
    "no name": plain(
        108,
        "11:45",
        "",
        "Gibt es die Folien auch für Leute, die schlecht sehen?",
        lang="de",
        networks=["form"],
        original=None,
        question=True,
    ),
    "a long handle and a word of 64 letters": plain(
        109,
        "11:46",
        "Ahoi",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter Ahoi!",
        lang="de",
        handle=LONG_HANDLE,
    ),
    "emoji joined of many": plain(
        110,
        "11:47",
        "Elif 👩🏽‍🔧🧵",
        "One family signed theirs 👨‍👩‍👧‍👦🏳️‍🌈⛴️🇺🇦",
        networks=["bluesky"],
        handle="elif.example",
        late=True,
    ),
    "hebrew with a latin tag, arrived late": plain(
        111,
        "11:48",
        "Noa 🌊 נועה",
        [{"t": "text", "text": "ראיתי את "}, TAG, {"t": "text", "text": " רק עכשיו, בשידור. תודה!"}],
        lang="he",
        dir="rtl",
        late=True,
    ),
}
