"""The one Jinja environment, and the languages: for desk, display and mail. Draws; decides and fetches nothing."""

from __future__ import annotations

import gettext
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from babel.core import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("en", "de")
LANGUAGE = "strand-lang"  # the cookie of somebody who chose
LANGUAGES = (("en", "English"), ("de", "Deutsch"))  # each by its own name
Strings = Callable[[Callable[[str], str]], dict[str, str]]
_LONGEST_HEADER = 1_000
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_SAFE_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class Catalogue(gettext.NullTranslations):
    """One language, read from its .po file: no compiled catalogue to forget."""

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.locale = locale
        path = ROOT / "app" / "locale" / locale / "LC_MESSAGES" / "strand.po"
        self._one: dict[str, str] = {}
        self._many: dict[tuple[str, int], str] = {}
        self._plural = gettext.c2py("n != 1")
        if path.exists():
            self._read(path)

    def _read(self, path: Path) -> None:
        with path.open("rb") as file:
            catalogue = read_po(file, self.locale)
        self._plural = gettext.c2py(catalogue.plural_expr)
        for message in catalogue:
            if isinstance(message.id, tuple):
                for form, text in enumerate(message.string or ()):
                    self._many[message.id[0], form] = text
            elif message.id and message.string and not message.fuzzy:
                self._one[str(message.id)] = str(message.string)

    def gettext(self, message: str) -> str:
        return self._one.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._many.get((msgid1, self._plural(n))) or (msgid1 if n == 1 else msgid2)


class Pages:
    """Renders templates. `build` is in every static address, so that those can be kept for ever."""

    def __init__(self, strings: Strings) -> None:
        """`strings` gives the words scripts say; main.py hands it over, since it belongs to the templates."""
        self.build = _build(ROOT / "static")
        self.catalogues = {locale: Catalogue(locale) for locale in LOCALES}
        self._strings = {locale: strings(self.catalogues[locale].gettext) for locale in LOCALES}
        self._environments = {locale: self._environment(locale) for locale in LOCALES}

    def _environment(self, locale: str) -> Environment:
        folders = [ROOT / "display" / "templates", ROOT / "app" / "desk" / "templates"]
        environment = Environment(
            loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        )  # fmt: skip
        environment.install_gettext_translations(self.catalogues[locale], newstyle=True)  # type: ignore[attr-defined]
        environment.globals |= {"static": self.static, "locale": locale, "locales": LOCALES}
        environment.filters |= {"json": script_json, "long_day": lambda day: long_day(day, locale)}
        return environment

    def static(self, path: str) -> str:
        return f"/static/{self.build}/{path}"

    def strings(self, locale: str) -> dict[str, str]:
        return self._strings[locale]

    def gettext(self, locale: str, sentence: str) -> str:
        return self.catalogues[locale].gettext(sentence)

    def text(self, template: str, locale: str, **values: Any) -> str:
        return self._environments[locale].get_template(template).render(values)

    def page(
        self, template: str, locale: str, status: int = 200, headers: Mapping[str, str] | None = None, /, **values: Any
    ) -> HTMLResponse:
        text = self.text(template, locale, **values)
        return HTMLResponse(text, status, _saying_origin(text) | dict(headers or {}))


def _saying_origin(page: str) -> dict[str, str]:
    """Older browsers send a form from a page without referrers as from nowhere, which looks forged (security.py). Pages
    that say of themselves that their address is to be kept, do."""
    sends = 'method="post"' in page and '<meta name="referrer"' not in page
    return {"referrer-policy": "same-origin"} if sends else {}


def locale_of(connection: HTTPConnection) -> str:
    """The reader's language: asked for in the address, chosen before, or as their browser prefers."""
    for chosen in (connection.query_params.get("lang"), connection.cookies.get(LANGUAGE)):
        if chosen in LOCALES:
            return chosen
    return _preferred(connection.headers.get("accept-language", ""))


def _preferred(header: str) -> str:
    """The language of ours that comes first in an Accept-Language, or English. Any header may be sent: none fails."""
    asked = [_ranked(part) for part in header[:_LONGEST_HEADER].lower().split(",")]
    by_weight = sorted((one for one in asked if one[1] > 0), key=lambda one: -one[1])  # equal ones stay in their order
    return next((language for language, _ in by_weight if language in LOCALES), LOCALES[0])


def _ranked(part: str) -> tuple[str, float]:
    """("de", 0.8) of "de-at;q=0.8"; a weight that is none counts as nothing."""
    tag, *parameters = (word.strip() for word in part.split(";"))
    weights = [p[2:].strip() for p in parameters if p.startswith("q=")]
    language = re.split("[-_]", tag, maxsplit=1)[0]
    if not weights:
        return language, 1.0
    return language, float(weights[0]) if _WEIGHT.fullmatch(weights[0]) else 0.0


def script_json(value: Any) -> Markup:
    """Data for a <script type="application/json">: no character in it can end the element."""
    return Markup(orjson.dumps(value).decode().translate(_SAFE_IN_SCRIPT))  # noqa: S704  escaped just above


def calendar(locale: str) -> Locale:
    """How days are written: in English as the British do, the day before the month."""
    return Locale.parse("en_GB" if locale == "en" else locale)


def long_day(day: str, locale: str) -> str:
    """ "11 June 2027" for 2027-06-11."""
    return str(format_date(date.fromisoformat(day), "long", calendar(locale)))


def _build(folder: Path) -> str:
    """A word that changes whenever a static file does."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
