"""Equal voices as /{event}/numbers tells them: time on screens beside posts, how soon first posts were seen. Pure."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from app.domain.numbers.airtime import Airtime, Firsts
from app.pages import Catalogue
from display.numbers_told import FEW, Row, bars, duration, few, share


def equal(airtime: Airtime, catalogue: Catalogue, locale: str) -> Row | None:
    """What numbers.html needs of it; None where no screen has shown anything."""
    if not airtime.screens:
        return None
    _ = catalogue.gettext
    others = _("other screens")
    pair = [(_("time on the screens"), airtime.of_time), (_("posts of the same people"), airtime.of_posts)]
    rows = [{"name": name, "n": _unequal(n, locale), "bars": share(round(n * 100), 100)} for name, n in pair]
    screens = [(name or others, _minutes(seconds, locale)) for name, seconds in airtime.screens.items()]
    return {
        "pair": rows if airtime.people >= FEW else [],
        "sentence": _evenly(airtime, _),
        "firsts": _soon(airtime.firsts, _, locale),
        "screens": sorted(screens, key=lambda one: (one[0] == others, one[0])),
    }


def _evenly(airtime: Airtime, _: Any) -> str:
    if airtime.people < FEW:
        return str(_("Fewer than three people spoke: too few to compare."))
    apart = round(airtime.of_time, 2) - round(airtime.of_posts, 2)
    if apart < 0:
        return str(_("Time on the screens was shared more evenly than posts: who says little is seen, too."))
    if apart > 0:
        return str(_("Time on the screens was shared less evenly than posts. It should be the other way round."))
    return str(_("Time on the screens was shared as evenly as posts."))


def _soon(firsts: Firsts, _: Any, locale: str) -> Row | None:
    total = firsts.soon + firsts.later + firsts.not_yet
    if not total:
        return None
    parts = [("shown", firsts.soon), ("waiting", firsts.later), ("rest", firsts.not_yet)]
    names = {"shown": _("within ten minutes"), "waiting": _("later"), "rest": _("not yet")}
    share = format_percent(firsts.soon * 100 // total / 100, locale=locale) if total >= FEW else ""
    return {
        "share": share,
        "longest": duration(None if firsts.longest is None else round(firsts.longest), _, locale),
        "bars": bars(parts, total),
        "rows": [(key, names[key], few(n, _, locale)) for key, n in parts if n],
    }


def _unequal(n: float, locale: str) -> str:
    return str(format_decimal(round(n, 2), "0.00", locale=locale))


def _minutes(seconds: float, locale: str) -> str:
    return str(format_unit(max(1, round(seconds / 60)), "minute", locale=locale))
