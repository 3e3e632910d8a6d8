"""Writes the script of a seeded world, in the form of the rehearsal's data: people, and everything they will do.

`moves.jsonl` is added: accounts on Bluesky that are closed and opened (t, person, status).
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.world.cast import LIMITED, ON_BOTH, UNKNOWN, WISHING, Row, bridged_handle, cast, moving

TAG = "WorldTag"
OTHER = "WorldTag2026"  # another event's
EDITED, DELETED, BRIDGED, BOOSTED, ANSWERS, ELSEWHERE, LATE = 0.10, 0.10, 0.04, 0.03, 0.15, 0.05, 0.03
_TEXT = (
    "anchor barge canal delta eel ferry gull harbour island jetty keel lantern mast net oar pier quay rope sail tide "
    "under vessel wharf yard zenith amber beacon crane dune estuary fog gravel heron inlet journey kelp ledger mole "
    "naut ocean paddle quiet reed shore timber urchin voyage wave & <3 über żagiel 波 🌊 north south east west slack"
)
_WORDS = _TEXT.split()


class Generator:
    def __init__(self, seed: int, posts: int, seconds: float) -> None:
        self._chance = random.Random(seed)
        self._posts, self._seconds = posts, seconds
        self._people = {row["id"]: row for row in cast()}
        self._moves = moving(self._chance, seconds)
        self._lines: list[Row] = []
        self._number = 0

    def write(self, folder: Path) -> Path:
        self._everything()
        self._lines.sort(key=lambda line: line["t"])
        event = {"event": {"slug": "world", "title": "A world", "tag": TAG, "tags": [TAG]}, "rooms": [], "sessions": []}
        moves = [{"t": t, "person": who, "status": status} for who, many in self._moves.items() for t, status in many]
        _dump(folder / "event.json", [event])
        _dump(folder / "people.jsonl", list(self._people.values()))
        _dump(folder / "script.jsonl", self._lines)
        _dump(folder / "moves.jsonl", sorted(moves, key=lambda move: move["t"]))
        _dump(folder / "truth.json", [{"never_shown": [], "limited": LIMITED, "lines": len(self._lines)}])
        return folder

    def _everything(self) -> None:
        said: list[Row] = []
        crossposters = [f"x{n}" for n in range(ON_BOTH)]
        talkers = [id for id in self._people if id not in crossposters]
        pairs = self._posts // 100  # of posts said twice
        bridged = int(self._posts * BRIDGED)
        times = sorted(self._chance.uniform(0, 0.85) * self._seconds for _ in range(self._posts - 2 * pairs - bridged))
        for t in times:
            said.append(self._said(self._chance.choice(talkers), t, said))
        changing = [line for line in said if line["author"] not in self._moves]
        self._chance.shuffle(changing)
        copied = [line for line in changing if self._can_be_bridged(line)][:bridged]
        copies = {line["id"]: self._bridge(line) for line in copied}
        edited = changing[: int(self._posts * EDITED)]
        deleted = changing[-int(self._posts * DELETED) // 2 :] + edited[: int(self._posts * DELETED / 2)]
        for line in edited:
            self._edit(line, copies.get(line["id"]))
        for line in deleted:
            self._delete(line, copies.get(line["id"]))
        for line in self._chance.sample(said, int(self._posts * BOOSTED)):
            self._boost(line)
        for _ in range(pairs):
            self._say_twice(self._chance.choice(crossposters))
        for line in copied[:5]:  # a copy may go while the original stays
            if line not in deleted and self._people[line["author"]]["server"] != UNKNOWN:
                self._delete(copies[line["id"]], None)

    def _said(self, author: str, t: float, before: list[Row]) -> Row:
        person = self._people[author]
        line = self._post(author, person["handle"], person["network"], self._here(author, t))
        if self._chance.random() < ANSWERS and before:
            self._answer(line, self._chance.choice(before[-40:]))
        if self._chance.random() < ELSEWHERE:
            line["tags"], line["text"], line["matches"] = [OTHER], line["text"].replace(TAG, OTHER), False
        if self._chance.random() < LATE:
            line["created_offset"] = -line["t"] - self._chance.choice((900, 3 * 3600, 7 * 3600))
        elif self._chance.random() < 0.005:
            line["created_offset"] = 1800.0  # a clock that runs ahead
        return line

    def _answer(self, line: Row, parent: Row) -> None:
        if parent["network"] == line["network"]:
            line["reply_to"], line["kind"] = parent["id"], "reply"

    def _edit(self, line: Row, copy: Row | None) -> None:
        """Another wording, the tag added or taken away, a picture or its description. A bridge follows."""
        how = self._chance.choices(("words", "adds", "removes", "media", "twice"), (50, 15, 12, 15, 8))[0]
        after = self._after(line["t"])
        if how == "adds":
            tag_of = f"#{TAG}" if line["matches"] else f"#{OTHER}"
            line["text"], line["tags"], line["matches"] = line["text"].replace(f" {tag_of}", ""), [], False
            if copy:
                copy["text"], copy["tags"], copy["matches"] = line["text"], [], False
        tags = [] if how == "removes" else [TAG]
        media = [self._medium()] if how == "media" else line["media"]
        self._change(line, copy, after, tags, media, how)
        if how == "twice":
            self._change(line, copy, self._after(after), [TAG], media, "words")

    def _change(self, line: Row, copy: Row | None, t: float, tags: list[str], media: list[Row], how: str) -> None:
        number = self._next()
        text = self._text(number, tags)
        for n, target in enumerate(filter(None, (line, copy))):
            t = max(t, target["t"] + 0.2) + 0.2 * n
            self._act("edit", target, t, f"e{number if n == 0 else self._next()}", text=text, lang="en", tags=tags,
                      matches=bool(tags), media=media, cw=None, kind=how)  # fmt: skip
            target["last"] = t

    def _delete(self, line: Row, copy: Row | None) -> None:
        t = max(self._after(line["last"]), copy["last"] + 0.1 if copy else 0.0)
        for n, target in enumerate(filter(None, (line, copy))):
            t = max(t, target["last"] + 0.2) + 0.2 * n
            self._act("delete", target, t, f"d{self._next()}", kind="by_author", after_s=t - target["t"])

    def _boost(self, line: Row) -> None:
        same = [p for p in self._people.values() if p["network"] == line["network"] and p["id"] not in self._moves]
        who = self._chance.choice(same)
        boost = {"t": line["t"] + 0.3, "act": "boost", "id": f"b{self._next()}", "author": who["id"]}
        self._lines.append(boost | {"network": line["network"], "target": line["id"], "kind": "boost", "expect": ""})

    def _can_be_bridged(self, line: Row) -> bool:
        person = self._people[line["author"]]
        return (
            line["author"] not in self._moves and line["author"] not in WISHING and line["matches"]
            and not line["reply_to"] and not line["created_offset"]
            and person["server"] in ("sky.example", UNKNOWN, "anker.example", "boje.example", "fern.example")
        )  # fmt: skip

    def _bridge(self, line: Row) -> Row:
        person = self._people[line["author"]]
        network = "mastodon" if line["network"] == "bluesky" else "bluesky"
        copy = self._post(line["author"], bridged_handle(person), network, line["t"] + self._chance.uniform(0.2, 2))
        original = {"original_network": line["network"], "original_handle": line["handle"], "original_address": ""}
        copy |= {"copy_of": line["id"], "bridge": original, "text": line["text"], "kind": "bridge_copy"}
        return copy

    def _say_twice(self, author: str) -> None:
        """The author's own cross-post. Both go, or neither."""
        person = self._people[author]
        first = self._post(author, person["handle"], "mastodon", self._chance.uniform(0, 0.8) * self._seconds)
        second = self._post(author, person["also"][0]["handle"], "bluesky", first["t"] + self._chance.uniform(0.5, 2))
        second |= {"text": first["text"], "copy_of": first["id"], "kind": "crosspost"}
        if self._chance.random() < 0.2:
            first["last"] = second["t"]
            self._delete(first, second)

    def _post(self, author: str, handle: str, network: str, t: float) -> Row:
        number = self._next()
        media = [self._medium()] if self._chance.random() < 0.02 else []
        line: Row = {
            "t": t, "act": "post", "id": f"p{number}", "author": author, "handle": handle, "network": network,
            "text": self._text(number, [TAG]), "lang": "en", "reply_to": None, "tags": [TAG], "matches": True,
            "media": media, "cw": None, "kind": "note", "created_offset": 0, "expect": "", "last": t,
        }  # fmt: skip
        self._lines.append(line)
        return line

    def _act(self, act: str, target: Row, t: float, id: str, **more: object) -> None:
        said = {"t": t, "act": act, "id": id, "author": target["author"], "network": target["network"]}
        self._lines.append(said | {"target": target["id"], "expect": ""} | more)

    def _after(self, t: float) -> float:
        """Most think again at once, some much later."""
        wait = self._chance.choice((0.3, 1.0, 5.0, 15.0, self._seconds / 2)) * self._chance.uniform(0.7, 1.3)
        return max(t + 0.25, min(t + wait, 0.95 * self._seconds))

    def _here(self, author: str, t: float) -> float:
        """A moment at which their account is open."""
        moves = self._moves.get(author)
        if moves is None or t < moves[0][0] - 0.5:
            return t
        if len(moves) == 1:
            return self._chance.uniform(0, moves[0][0] - 0.5)
        return max(t, moves[1][0] + 0.5)

    def _text(self, number: int, tags: list[str]) -> str:
        words = self._chance.sample(_WORDS, self._chance.randint(6, 10))
        return " ".join([*words, f"n{number}", *(f"#{tag}" for tag in tags)])

    def _medium(self) -> Row:
        seed = self._chance.randrange(10_000)
        alt = self._chance.choice((None, f"A drawing of a quay, number {seed}"))
        focal = {"x": 0.0, "y": 0.0}
        return {"kind": "drawing", "width": 64, "height": 48, "alt": alt, "focal": focal, "seed": seed}

    def _next(self) -> int:
        self._number += 1
        return self._number


def _dump(path: Path, rows: list[Row]) -> None:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
