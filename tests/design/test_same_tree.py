"""A post drawn by the macro and by <strand-post> is the same tree, for every post we could think of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.design.browser import chromium, opened
from tests.design.drawing import STRINGS, environment, served
from tests.design.posts import CASES, Post

pytestmark = pytest.mark.browser

# Attributes in a fixed order, one node per line: two equal strings are two equal trees.
SERIALISE = """root => {
  const out = [];
  const walk = (node, depth) => {
    const pad = "  ".repeat(depth);
    if (node.nodeType === 3) { out.push(pad + JSON.stringify(node.data)); return; }
    const attributes = [...node.attributes].map(a => `${a.name}=${JSON.stringify(a.value)}`).sort().join(" ");
    out.push(`${pad}${node.namespaceURI.split("/").pop()}:${node.localName} ${attributes}`);
    for (const child of node.childNodes) walk(child, depth + 1);
  };
  walk(root, 0);
  return out.join("\\n");
}"""


def _page(posts: list[Post]) -> str:
    draw = environment().get_template("post.html").module.post  # type: ignore[attr-defined]
    articles = "\n".join(str(draw(post, STRINGS)) for post in posts)
    given = json.dumps(STRINGS).replace("<", "\\u003c")
    return (
        '<!doctype html><html lang="en" dir="ltr"><meta charset="utf-8"><title>x</title>'
        f'<main id="server">\n{articles}\n</main><main id="browser"></main>'
        f'<script type="application/json" id="strings">{given}</script>'
        '<script type="module" src="/static/test/js/post.js"></script></html>'
    )


async def _trees(posts: list[Post]) -> list[tuple[str, str]]:
    async with served({"/": _page(posts)}) as address, chromium() as browser:
        page, wrong = await opened(browser, address)
        await page.evaluate("customElements.whenDefined('strand-post')")
        await page.evaluate(
            """posts => { for (const post of posts) {
                 const element = document.createElement('strand-post');
                 element.post = post;
                 document.getElementById('browser').append(element); } }""",
            posts,
        )
        server: list[Any] = await page.eval_on_selector_all("#server > article", f"all => all.map({SERIALISE})")
        client: list[Any] = await page.eval_on_selector_all(
            "#browser > strand-post", f"all => all.map(one => ({SERIALISE})(one.firstElementChild))"
        )
        assert not wrong
        assert len(server) == len(client) == len(posts)
        return list(zip(server, client, strict=True))


async def test_the_macro_and_the_element_draw_the_same_tree() -> None:
    for name, (server, client) in zip(CASES, await _trees(list(CASES.values())), strict=True):
        assert server == client, name


def test_every_article_is_a_line_of_its_own() -> None:
    draw = environment().get_template("post.html").module.post  # type: ignore[attr-defined]
    for name, post in CASES.items():
        drawn = str(draw(post, STRINGS))
        assert drawn.startswith("<article ") and drawn.endswith("</article>") and "\n" not in drawn, name


def test_nothing_of_a_strangers_markup_survives() -> None:
    draw = environment().get_template("post.html").module.post  # type: ignore[attr-defined]
    for post in CASES.values():
        drawn = str(draw(post, STRINGS)).lower()
        assert "<script" not in drawn and "javascript:" not in drawn and "data:text" not in drawn
