"""An organiser's two colours: whether they can be read, the nearest that can, and how they look by night. Pure.

One colour is given, for the day. No colour can be read on the day's sand and on the night's alike, so by night its
nearest relative that can be stands in for it: the same hue, lighter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.event.oklch import at, contrast, lch, parts
from app.errors import BadInput

ENOUGH = 4.5  # WCAG 2.2, 1.4.3: words in ordinary size
# What words and lines stand on, as static/css/tokens.css has it; a test holds that both are the same.
DAY = {"sand": "#f8f2e6", "sand-raised": "#fffbf3", "sea": "#d3e4e7", "sea-shallow": "#e2edec"}
NIGHT = {"sand": "#1a1714", "sand-raised": "#26211c", "sea": "#0c2631", "sea-shallow": "#13343f"}
OURS = {"colour": ("#0e5468", "#ecc98f"), "colour_2": ("#a83a17", "#ff9f78")}  # where none is given: day, night
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_STEPS = 24  # halvings of a lightness


@dataclass(frozen=True, slots=True)
class Worn:
    """A colour as the pages wear it, and how well it can be read where it is read worst."""

    day: str
    night: str
    by_day: float
    by_night: float


def parse(typed: str, field: str) -> str:
    """ "#rrggbb", in small letters. Raises BadInput."""
    found = _HEX.fullmatch(typed.strip())
    if found is None:
        raise BadInput("{given} is no colour. #0e5468 is one.", field, given=typed.strip()[:40])
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def check(colour: str, field: str) -> None:
    """Raises BadInput, with the nearest colour that works as `better`, where words in it could not be read by day."""
    reads = worst(colour, [*DAY.values(), _wash(colour, DAY)])
    if reads < ENOUGH:
        raise BadInput(
            "Words in {given} could not be read by day: {reads} : 1 where it is worst, and {enough} : 1 is needed."
            " {better} is the nearest that works.",
            field, given=colour, reads=round(reads, 1), enough=ENOUGH, better=nearest(colour, DAY),
        )  # fmt: skip


def worn(colour: str) -> Worn:
    night = nearest(colour, NIGHT)
    return Worn(colour, night, worst(colour, DAY.values()), worst(night, NIGHT.values()))


def theme_css(line: str, now: str, where: str = ":root") -> str:
    """A stylesheet. Empty colours are ours, which the tokens have already."""
    rules: list[tuple[str, str, str]] = []
    if line:
        both = worn(line)
        rules += [(name, both.day, both.night) for name in ("--event-line", "--link")]
    if now:
        both = worn(now)
        rules.append(("--event-now", both.day, both.night))
        rules.append(("--now-wash", _wash(both.day, DAY), _wash(both.night, NIGHT)))
    plain = " ".join(f"{name}: {day};" for name, day, _ in rules)
    by_theme = " ".join(f"{name}: light-dark({day}, {night});" for name, day, night in rules)
    return (
        "/* The organiser's colours, checked for contrast. High contrast and paper overrule them. */\n"
        f"@layer tokens {{\n  {where} {{ {plain} }}\n"
        f"  @supports (color: light-dark(#000, #fff)) {{ {where} {{ {by_theme} }} }}\n}}\n"
    )


def worst(colour: str, grounds: Iterable[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def nearest(colour: str, theme: dict[str, str]) -> str:
    """The colour itself where it can be read in this theme; else its hue, only as dark or light as it must be."""
    if _reads(colour, theme):
        return colour
    light, chroma, hue = lch(colour)
    end = 0.0 if theme is DAY else 1.0
    near, far = light, end
    for _ in range(_STEPS):
        middle = (near + far) / 2
        near, far = (near, middle) if _reads(at(middle, chroma, hue), theme) else (middle, far)
    return at(far, chroma, hue)


def _reads(colour: str, theme: dict[str, str]) -> bool:
    return worst(colour, [*theme.values(), _wash(colour, theme)]) >= ENOUGH


def _wash(colour: str, theme: dict[str, str]) -> str:
    """A breath of the colour on raised sand."""
    share = 0.09 if theme is DAY else 0.12
    mixed = [a * share + b * (1 - share) for a, b in zip(parts(colour), parts(theme["sand-raised"]), strict=True)]
    return "#" + "".join(f"{round(part):02x}" for part in mixed)
