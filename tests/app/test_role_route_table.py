"""docs/roles.md says of every route who may use it. The application is asked again, with real sign-ins."""

from __future__ import annotations

import difflib
import re

import pytest

from tools import roles
from tools.role_house import WHO
from tools.roles import FILE, routes

ROW = re.compile(r"\| `(\w+) ([^`]+)`(?: \((draft)\))? \| ([\d |]+) \|")
OF_ONESELF = {"/desk", "/desk/me", "/desk/me/password", "/desk/me/revoke"}  # whoever is signed in


def rows() -> dict[tuple[str, str, str], dict[str, int]]:
    """(method, path, "draft" or ""): who is answered what."""
    return {
        (found[1], found[2], found[3] or ""): dict(zip(WHO, map(int, found[4].split(" | ")), strict=True))
        for found in ROW.finditer(FILE.read_text())
    }


DESK = {key: told for key, told in rows().items() if key[1].startswith("/desk")}


@pytest.mark.timeout(600)
async def test_role_route_table_is_what_the_application_answers() -> None:
    kept, told = FILE.read_text().splitlines(), (await roles.table()).splitlines()
    changed = [line for line in difflib.unified_diff(kept, told, lineterm="", n=0) if line[:3] not in ("---", "+++")]
    assert not changed, "run `make roles`, and look at who may do more now:\n" + "\n".join(changed)


def test_role_route_table_has_every_route_there_is() -> None:
    there = {(route.method, route.path) for route in routes()}
    assert {key[:2] for key in rows()} == there, "run `make roles`"
    assert len(there) > 100


def test_role_route_table_has_nothing_broken() -> None:
    assert [key for key, told in rows().items() if max(told.values()) >= 500] == []


def test_role_route_table_lets_nobody_to_a_desk_who_is_not_signed_in_or_only_a_screen() -> None:
    for key, told in DESK.items():
        assert told["nobody"] == 401, f"{key}: a body in tools/role_house.py must get as far as asking who somebody is"
        assert told["screen"] == 403 or key[1] in OF_ONESELF, key


def test_role_route_table_keeps_organisers_of_one_event_out_of_every_other() -> None:
    for key, told in rows().items():
        if "{slug}" in key[1]:
            assert told["elsewhere"] == told["nobody"] or (told["nobody"], told["elsewhere"]) == (401, 403), key


def test_role_route_table_gives_each_role_at_least_what_the_one_below_has() -> None:
    for key, told in DESK.items():
        may = [told[who] not in (401, 403) for who in ("reporter", "moderator", "organiser")]
        assert may == sorted(may), key


def test_role_route_table_keeps_reporters_to_first_voices_and_moderators_out_of_the_organisers_house() -> None:
    of_reporters = {key[1] for key, told in DESK.items() if told["reporter"] not in (401, 403)}
    assert of_reporters - OF_ONESELF == {
        "/desk/{slug}/voices", "/desk/{slug}/voices.json", "/desk/{slug}/voices/again", "/desk/{slug}/voices/excuse",
    }  # fmt: skip
    closed = (
        "settings",
        "rules",
        "people",
        "sources",
        "schedule",
        "cards",
        "audit",
        "connect",
        "disconnect",
        "sponsors",
    )
    for key, told in DESK.items():
        if key[1].startswith(tuple(f"/desk/{{slug}}/{word}" for word in closed)):
            assert told["moderator"] == 403, key


def test_role_route_table_lets_moderators_run_the_screens_and_organisers_alone_make_and_place_them() -> None:
    run = {key[:2] for key, told in DESK.items() if "/screens" in key[1] and told["moderator"] not in (401, 403)}
    one = "/desk/{slug}/screens/{which}"
    assert run == {
        ("GET", "/desk/{slug}/screens"), ("GET", "/desk/{slug}/screens.json"), ("GET", one),
        *(("POST", f"{one}/{word}") for word in ("mode", "programme", "says", "quiet", "pause")),
    }  # fmt: skip


def test_role_route_table_shows_a_screen_the_walls_of_a_draft_and_nothing_else_of_it() -> None:
    seen = {
        (key[0], key[1]) for key, told in rows().items() if key[2] and told["nobody"] == 404 and told["screen"] == 200
    }
    assert seen == {
        ("GET", "/{slug}/wall"), ("GET", "/{slug}/qr.svg"),
        *(("GET", f"/{{slug}}/wall/{what}.json") for what in ("screen", "posts", "airtime", "card", "people")),
        ("GET", "/{slug}/questions.json"), ("GET", "/{slug}/questions/qr.svg"), ("GET", "/{slug}/sessions.json"),
        ("GET", "/{slug}/theme.css"),
        ("SOCKET", "/{slug}/live?audience=public"), ("SOCKET", "/{slug}/live?audience=reviewed"),
    }  # fmt: skip
