"""Walls in the modes that show pictures, names, and one voice in a stream, with what can go wrong on each."""

from __future__ import annotations

import json
from typing import Any

from tests.design.making import Post, picture, plain
from tests.design.walls import wall_page

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
DESCRIBED = (
    "A wide quay at dusk: three cranes against a red sky, a ferry with its lights on, and in front of it, very small, "
    "a row of people who hand books from one to the next, as far as the picture goes. " * 4
)


def _shot(n: int, shape: tuple[int, int], alt: str | None, **more: Any) -> dict[str, Any]:
    return picture(f"/pictures/shot-{n}.svg", alt, width=shape[0], height=shape[1], colour="#335566", **more)


PICTURES: list[Post] = [
    plain(
        701,
        "09:10",
        "Maud Okafor",
        "The ferry.",
        media=[_shot(1, (1600, 900), "The library ferry at dusk", focus="left")],
    ),
    plain(
        702,
        "09:20",
        "佐藤 美咲",
        "地図",
        lang="ja",
        media=[_shot(2, (800, 1200), "子どもたちが自分で描いた港の地図。船の本棚に貼ってある。")],
    ),
    plain(
        703,
        "09:30",
        "أميرة حدّاد",
        "صورة",
        lang="ar",
        dir="rtl",
        media=[_shot(3, (1200, 1200), "أطفال يقرؤون على الرصيف تحت ضوء المصباح الأخير")],
    ),
    plain(704, "09:40", LONG, "x", media=[_shot(4, (1500, 1000), None)]),
    plain(
        705,
        "09:50",
        "Elif",
        "Twenty.",
        media=[_shot(20 + n, (1500, 1000), f"Map {n}" if n else DESCRIBED) for n in range(20)],
    ),
    plain(
        706,
        "10:00",
        "Tom",
        "A panorama.",
        networks=["form"],
        media=[_shot(6, (4000, 500), "The whole harbour"), _shot(7, (400, 2400), f"A mast. {DESCRIBED}")],
    ),
    plain(707, "10:10", "Radio", "A film.", media=[_shot(8, (1280, 720), "A wave comes in", kind="video")]),
]
MARKED = plain(708, "10:20", "Olga", "Marked.", sensitive=True, media=[picture("/pictures/marked.svg", "A knife")])
COVERED = plain(709, "10:30", "Olga", "Covered.", cover="Knives", media=[picture("/pictures/covered.svg", "A fish")])

FIRST_NAMES = (
    "Maud",
    "Inka",
    "Bo",
    "Linnéa",
    "Krzysztof",
    "Amira",
    "Yusuf",
    "Noor",
    "Elif",
    "Tom",
    "A net mender",
    "佐藤 美咲",
    "أميرة حدّاد",
)
LAST_NAMES = (
    "Okafor",
    "Peters",
    "Lind",
    "Berg",
    "Wiśniewski",
    "Haddad",
    "Demir",
    "van der Meer-Oosterhout",
    "",
    "Adeyemi",
)


def person(n: int) -> dict[str, Any]:
    first, last = FIRST_NAMES[n % len(FIRST_NAMES)], LAST_NAMES[(n * 7) % len(LAST_NAMES)]
    name = LONG if n == 17 else "👩‍👩‍👧‍👦 Die Kinder vom Kai" if n == 23 else f"{first} {last} {n}".strip()
    minutes = 9 * 60 + n
    time = f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    return {
        "key": f"a{n}",
        "name": name,
        "dir": "rtl" if first.startswith("أ") else "ltr",
        "post": 10_000 + n,
        "at": f"2026-06-12T{time}:00Z",
        "time": time,
        "day": "2026-06-12",
    }


def told_people(many: int, seq: int = 1) -> bytes:
    people = [person(n) for n in range(many)]
    return json.dumps({"epoch": "a", "seq": seq, "people": people, "nameless": True}).encode()


def shown_pages(**told: Any) -> dict[str, str]:
    """Our modes by day, by night and in strong contrast: /wall/gallery/dark …"""
    return {
        f"/wall/{mode}/{theme}": wall_page(mode=mode, look={"theme": theme}, **told)
        for mode in ("gallery", "people", "overlay", "strand")
        for theme in ("dark", "light", "contrast")
    }
