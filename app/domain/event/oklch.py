"""Colours as eyes see them (OKLCH), and how bright they are (WCAG's luminance). Pure, and knows no colour of ours."""

from __future__ import annotations

import math

_STEPS = 24  # halvings: far finer than a step of eight bits
Triple = tuple[float, float, float]


def parts(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """WCAG's ratio, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Triple:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in parts(colour))
    )
    return red, green, blue


def lch(colour: str) -> Triple:
    """OKLCH: lightness as eyes see it, so that a hue stays itself when it gets darker."""
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return light, math.hypot(a, b), math.atan2(b, a)


def at(light: float, chroma: float, hue: float) -> str:
    """The nearest a screen can show: as colourful as it goes at this lightness."""
    low, high = 0.0, chroma
    if not _fits(_rgb(light, chroma, hue)):
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if _fits(_rgb(light, middle, hue)) else (low, middle)
    else:
        low = chroma
    return "#" + "".join(f"{round(255 * _companded(min(1.0, max(0.0, p)))):02x}" for p in _rgb(light, low, hue))


def _rgb(light: float, chroma: float, hue: float) -> Triple:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _fits(parts: Triple) -> bool:
    return all(-1e-6 <= part <= 1 + 1e-6 for part in parts)


def _companded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
