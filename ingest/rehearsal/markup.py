"""Plain text as the HTML a Mastodon server hands out: paragraphs, hashtags, mentions, shortened links. Pure."""

from __future__ import annotations

import re
from html import escape

from ingest.rehearsal.world import Post

_TOKEN = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]|[#＃]\w+|@[\w.-]+@[\w.-]*\w|\n+")


def content(post: Post, quoted: str | None = None) -> str:
    """`quoted`: the address of a quoted post, for the fallback line that servers put before the words."""
    lead = f'<p class="quote-inline">RE: {link(quoted)}</p>' if quoted else ""
    return f"{lead}<p>{_inline(post)}</p>"


def paragraphs(texts: tuple[str, ...], host: str) -> str:
    """A profile's note; hashtags in it are links, as #nobot is."""

    def linked(text: str) -> str:
        return re.sub(r"#(\w+)", lambda found: hashtag(found[1], host), escape(text, quote=False))

    return "".join(f"<p>{linked(text)}</p>" for text in texts)


def hashtag(name: str, host: str) -> str:
    return f'<a href="https://{host}/tags/{name}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'


def link(url: str) -> str:
    scheme, rest = url.split("//", 1)
    head, tail = rest[:30], rest[30:]
    cut = "ellipsis" if tail else ""
    shown = f'<span class="invisible">{scheme}//</span><span class="{cut}">{escape(head)}</span>'
    rest_of_it = f'<span class="invisible">{escape(tail)}</span>'
    rules = 'target="_blank" rel="nofollow noopener" translate="no"'
    return f'<a href="{escape(url)}" {rules}>{shown}{rest_of_it}</a>'


def _inline(post: Post) -> str:
    out, position = [], 0
    for found in _TOKEN.finditer(post.text):
        out += [escape(post.text[position : found.start()]), _token(found[0], post)]
        position = found.end()
    return "".join([*out, escape(post.text[position:])])


def _token(token: str, post: Post) -> str:
    if token[0] == "\n":
        return "</p><p>" if len(token) > 1 else "<br>"
    if token[0] in "#＃":
        return hashtag(token[1:], post.account.host) if token[1:] in post.tags else escape(token)
    if token[0] == "@":
        account = next((a for a in post.mentions if a.handle == token[1:]), None)
        return _mention(account.url, account.user) if account else escape(token)
    return link(token)


def _mention(url: str, user: str) -> str:
    return (
        f'<span class="h-card" translate="no"><a href="{escape(url)}" class="u-url mention">'
        f"@<span>{escape(user)}</span></a></span>"
    )
