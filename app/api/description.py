"""The API's description: /api/v1/openapi.json, and /docs, our own page of it (the stock one loads from elsewhere)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response

from app.api import events, people, posts, sessions
from app.api.asking import Here
from app.pages import LANGUAGES, locale_of

router = APIRouter(include_in_schema=False)
ABOUT = (
    "What the pages of an event show, for programs: nothing more, and nothing else. No key is needed. "
    "Posts are in the order in which they were said; nothing is ranked and nobody is counted. "
    "What is hidden or deleted is gone from here at the same moment: keep no copy for longer than you must. "
    "Every answer has an `ETag`; with it in `If-None-Match` what did not change is not sent again."
)


@cache
def described() -> dict[str, Any]:
    routes = [route for module in (events, posts, sessions, people) for route in module.router.routes]
    return get_openapi(title="Strand", version="1", description=ABOUT, routes=routes)


@router.get("/api/v1/openapi.json")
async def document() -> Response:
    return JSONResponse(described(), headers={"access-control-allow-origin": "*"})


@router.get("/docs")
async def page(request: Request, state: Here) -> Response:
    told = described()
    return state.pages.page(
        "api.html", locale_of(request), 200, {"cache-control": "no-cache"}, about=told["info"]["description"],
        ways=list(ways(told)), shapes=list(shapes(told)), languages=LANGUAGES,
    )  # fmt: skip


def ways(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each address with what it takes and gives."""
    for path, methods in told["paths"].items():
        for method, way in methods.items():
            good = way["responses"]["200"]["content"]["application/json"]["schema"]
            yield {
                "id": way["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": way["summary"],
                "about": way.get("description", ""),
                "parameters": [_parameter(p) for p in way.get("parameters", [])],
                "gives": _kind(good),
                "problems": {code: r["description"] for code, r in way["responses"].items() if int(code) >= 400},
            }


def _parameter(told: dict[str, Any]) -> dict[str, Any]:
    return {"name": told["name"], "in": told["in"], "kind": _kind(told["schema"]), "about": told.get("description", "")}


def shapes(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, shape in sorted(told["components"]["schemas"].items()):
        fields = [
            {"name": key, "kind": _kind(value), "about": value.get("description", "")}
            for key, value in shape.get("properties", {}).items()
        ]
        yield {"name": name, "fields": fields}


def _kind(schema: dict[str, Any]) -> str:
    """A kind of value in a few words: "string", "list of Post", "Author or null"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return " or ".join(f'"{value}"' for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("type", "anything"))
