"""Who may make us do something, and what every answer says to browsers: held for every route there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app import logs, main
from app.database import Database
from app.main import create_app
from app.models import Base
from app.security import HEADERS
from app.settings import Settings
from display import strand
from tests.app.at_home import OURS, SECRET, House

SAFE = {"GET", "HEAD", "OPTIONS"}
ROUTES = [(m, r.path) for module in main.ROUTERS for r in module.router.routes for m in sorted(r.methods)]  # type: ignore[attr-defined]
UNSAFE = [(method, path) for method, path in ROUTES if method not in SAFE]
VALUES = {"slug": "harbour", "name": "x", "token": "t" * 43, "receipt": "r" * 32}


def address(path: str) -> str:
    """An address of this route. A stream would go on for ever: its refusal is an answer too."""
    asked = re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: VALUES.get(found[1], "1"), path)
    return f"{asked}?seq=none" if asked.endswith(".sse") else asked


async def everything(database: Database) -> list[tuple[str, int]]:
    """How many rows there are of everything: a request that did nothing changes none of it."""
    async with database.reading() as db:
        return [
            (t.name, await db.scalar(select(func.count()).select_from(t)) or 0) for t in Base.metadata.sorted_tables
        ]


def test_there_are_routes_to_hold_this_for() -> None:
    app = create_app(Settings(secret_key="k", data_dir=Path("/nonexistent"), database_url="sqlite:///none"))
    included = [r for r in app.routes if type(r).__name__ == "_IncludedRouter"]
    assert len(included) == len(main.ROUTERS), "a router is wired that these tests do not walk"
    assert len(UNSAFE) > 8


FORGERIES = {
    "another site's page": {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    "a neighbour on our domain": {"sec-fetch-site": "same-site", "origin": "http://other.wall.example"},
    "cross-site, whatever the origin says": {"sec-fetch-site": "cross-site", "origin": OURS},
    "an unknown word of the browser": {"sec-fetch-site": "perhaps"},
    "an older browser with a foreign origin": {"origin": "https://evil.example"},
    "a sandboxed frame": {"origin": "null"},
    "a name that only begins like ours": {"origin": OURS + ".evil.example"},
    "another port of our host": {"origin": OURS + ":8000"},
    "no headers but a cookie": {},
}


@pytest.mark.parametrize("who", FORGERIES)
async def test_a_forged_request_does_nothing_on_any_route(at_home: House, who: str) -> None:
    before = await everything(at_home.database)
    async with await at_home.organiser(headers=FORGERIES[who]) as kim:
        before = await everything(at_home.database)
        for method, path in UNSAFE:
            for body in ({"data": {"text": "x"}}, {"json": {"post": 1}}, {"content": b"x"}):
                answer = await kim.request(method, address(path), **body)  # type: ignore[arg-type]
                assert answer.status_code == 403, f"{method} {path}"
    assert await everything(at_home.database) == before


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": OURS}])
async def test_our_own_page_is_believed(at_home: House, headers: dict[str, str]) -> None:
    async with await at_home.organiser(headers=headers) as kim:
        assert (await kim.post("/desk/harbour/freeze", json={"on": True})).json() == {"frozen": True}


@pytest.mark.parametrize("by_proxy", [False, True])
async def test_over_https_a_page_of_our_name_over_http_is_not_ours(at_home: House, by_proxy: bool) -> None:
    """Anybody on the way could have written it."""
    at_home.app.state.strand.settings.public_url = "https://wall.example" if by_proxy else ""
    base = OURS if by_proxy else "https://wall.example"
    async with await at_home.organiser(base, headers={"origin": "http://wall.example"}) as kim:
        assert (await kim.post("/desk/harbour/freeze", json={"on": True})).status_code == 403


async def test_the_address_people_type_is_ours_also_behind_a_proxy(at_home: House) -> None:
    at_home.app.state.strand.settings.public_url = "https://wall.example"
    async with await at_home.organiser(headers={"host": "10.0.0.7:8000", "origin": "https://wall.example"}) as kim:
        assert (await kim.post("/desk/harbour/freeze", json={"on": True})).status_code == 200


@pytest.mark.parametrize("path", sorted({path for method, path in ROUTES if method == "GET"} | {"/no/such/page"}))
async def test_every_page_and_every_error_says_what_a_browser_may_do_with_it(at_home: House, path: str) -> None:
    async with await at_home.organiser() as kim, at_home.visitor() as nobody:
        for who in (kim, nobody):
            for accept in ("text/html", "application/json"):
                _protected(await who.get(address(path), headers={"accept": accept}), path)
                _protected(await who.get(address(path).replace("harbour", "nowhere")), path)
        _protected(await kim.request("DELETE", address(path), headers={"sec-fetch-site": "same-origin"}), path)


async def test_an_error_of_ours_says_it_too(at_home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret of ours")

    monkeypatch.setattr(strand.reading, "page", breaks)
    async with at_home.visitor() as visitor:
        answer = await visitor.get("/harbour")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        _protected(answer, "a broken page")
        _protected(await visitor.post("/sign-in", headers={"origin": "null"}), "a refusal")


def test_what_is_logged_of_an_error_holds_no_variable_of_ours() -> None:
    try:
        secret = SECRET
        raise RuntimeError(f"broken by {len(secret)}")
    except RuntimeError as error:
        told: Any = {"event": "request.broke", "exc_info": error}
    logs.configure("info")
    try:
        for processor in structlog.get_config()["processors"]:
            told = processor(None, "error", told)
    finally:
        structlog.reset_defaults()
    assert "broken by 17" in told
    assert SECRET not in told


async def test_what_is_logged_of_a_query_holds_nothing_anybody_wrote(database: Database) -> None:
    with pytest.raises(SQLAlchemyError) as raised:
        async with database.transaction() as db:
            await db.execute(text("SELECT * FROM no_such_table WHERE a = :a"), {"a": SECRET})
    assert SECRET not in str(raised.value)


def _protected(answer: httpx.Response, what: str) -> None:
    for name, value in HEADERS.items():
        if name == "content-security-policy":
            assert answer.headers[name].startswith("default-src 'none'"), what
        elif name == "referrer-policy":  # older browsers say no origin with a form without it
            assert answer.headers[name] == ("same-origin" if 'method="post"' in answer.text else value), what
        elif name == "x-strand":  # static/js/wall/worker.js tells by it what is ours
            assert answer.headers[name] in ("wall", value), what
        else:
            assert answer.headers[name] == value, what


def test_the_policy_lets_nothing_in_from_anywhere_else() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in HEADERS["content-security-policy"].split(";"))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("require-trusted-types-for") == "'script'"
    assert rules.pop("trusted-types") == "strand-worker"
    assert rules.pop("img-src") == "'self' data:"
    assert set(rules.values()) <= {"'self'", "'none'"}
    assert {"base-uri", "frame-ancestors", "form-action", "script-src", "style-src", "connect-src"} <= set(rules)


@pytest.mark.parametrize(
    "host", ["", " ", "wall.example/evil", "wall.example\\evil", "me@wall.example", "wall.example?x", "wall.example#x",
             "wall.example\tx", "a b", "x" * 256],
)  # fmt: skip
async def test_a_host_that_is_none_is_refused(at_home: House, host: str) -> None:
    async with at_home.visitor(headers={"host": host}) as visitor:
        answer = await visitor.get("/harbour")
    assert answer.status_code == 400
    _protected(answer, host)


@pytest.mark.parametrize("path", ["/harbour?x=%00", "/%00", "/harbour%00", "/harbour/posts/%00"])
async def test_an_address_with_a_nul_in_it_is_refused(at_home: House, path: str) -> None:
    async with at_home.visitor() as visitor:
        assert (await visitor.get(path)).status_code in (400, 404)


async def test_a_get_of_anything_changes_nothing(at_home: House) -> None:
    async with await at_home.organiser() as kim:
        before = await everything(at_home.database)
        for method, path in ROUTES:
            if method == "GET":
                await kim.get(address(path))
    assert await everything(at_home.database) == before
