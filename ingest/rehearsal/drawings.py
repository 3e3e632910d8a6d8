"""Stand-in pictures: a shore, a slide, a chart, a drawing on paper, a film's first frame. Each from a seed alone.

Pure: a kind, a size and a seed give the same picture every time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Size = tuple[int, int]

SAND, RAISED, EDGE = (248, 242, 230), (255, 251, 243), (221, 208, 184)
SEA, SEA_DEEP, SEA_EDGE = (211, 228, 231), (191, 215, 221), (157, 189, 198)
INK, LINE, DUSK, SUN = (22, 38, 44), (14, 84, 104), (168, 58, 23), (236, 148, 104)
NIGHT, FAR = (12, 38, 49), (43, 85, 99)

# sky above, sky at the horizon, water far, water near, land
_HOURS: tuple[tuple[Colour, Colour, Colour, Colour, Colour], ...] = (
    (SEA, RAISED, SEA_EDGE, (88, 140, 152), (120, 128, 104)),
    (SEA_DEEP, SAND, (128, 172, 182), LINE, (104, 112, 92)),
    ((232, 190, 160), (250, 226, 198), (190, 160, 150), (84, 96, 116), (74, 66, 66)),
    (FAR, SUN, (110, 110, 122), NIGHT, (24, 30, 36)),
)


def draw(kind: str, size: Size, seed: int) -> Image.Image:
    """Drawn at twice the size and brought down: that is what makes edges calm."""
    width, height = size
    big = _DRAWN[kind]((width * 2, height * 2), Random(seed))  # noqa: S311 - a picture, not a secret
    return big.resize(size, Image.Resampling.BOX)


def disc(size: int, seed: int) -> Image.Image:
    """Somebody's picture: a sun over water, in colours of their own."""
    chance = Random(seed)  # noqa: S311 - a picture, not a secret
    big = _gradient((size * 2, size * 2), chance.choice((SEA, SEA_DEEP, SAND, FAR)), chance.choice((RAISED, SUN, EDGE)))
    pen, y = ImageDraw.Draw(big), size * (0.9 + chance.random() * 0.4)
    r = size * (0.35 + chance.random() * 0.3)
    pen.ellipse((size - r, y - r, size + r, y + r), fill=chance.choice((SUN, DUSK, RAISED)))
    pen.rectangle((0, size * 1.3, size * 2, size * 2), fill=chance.choice((LINE, NIGHT, SEA_EDGE)))
    return big.resize((size, size), Image.Resampling.BOX)


def _shore(size: Size, chance: Random) -> Image.Image:
    width, height = size
    above, low, far, near, land = chance.choice(_HOURS)
    horizon = int(height * (0.38 + chance.random() * 0.2))
    picture = Image.new("RGB", size)
    picture.paste(_gradient((width, horizon), above, low), (0, 0))
    picture.paste(_gradient((width, height - horizon), far, near), (0, horizon))
    pen = ImageDraw.Draw(picture)
    _sun(pen, chance, width, horizon, low)
    _coast(pen, chance, width, horizon, land)
    _ripples(pen, chance, size, horizon, far)
    _boat(pen, chance, width, horizon, land)
    _reeds(pen, chance, size, land)
    return picture


def _sun(pen: ImageDraw.ImageDraw, chance: Random, width: int, horizon: int, glow: Colour) -> None:
    x, r = width * (0.2 + chance.random() * 0.6), width * (0.03 + chance.random() * 0.03)
    y = horizon - r * (0.2 + chance.random() * 3)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=_mix(glow, SUN, 0.6))
    for step in range(7):  # its path on the water
        half = r * (1.2 - step * 0.13) * (0.7 + chance.random() * 0.5)
        top = horizon + r * (0.25 + step * 0.45)
        pen.rounded_rectangle((x - half, top, x + half, top + r * 0.14), r * 0.07, fill=_mix(glow, SUN, 0.35))


def _coast(pen: ImageDraw.ImageDraw, chance: Random, width: int, horizon: int, land: Colour) -> None:
    start, rise = chance.random() * 0.5, horizon * (0.05 + chance.random() * 0.12)
    phase = chance.random() * 6
    hills = [
        (
            x,
            horizon
            - rise * max(0.0, math.sin((x / width - start) * math.pi)) * (0.8 + 0.2 * math.sin(phase + x / width * 9)),
        )
        for x in range(int(width * start), width + 8, 8)
    ]
    pen.polygon([(width * start, horizon), *hills, (width, horizon)], fill=land)


def _ripples(pen: ImageDraw.ImageDraw, chance: Random, size: Size, horizon: int, light: Colour) -> None:
    width, height = size
    for _ in range(60):
        depth = chance.random() ** 1.6
        y, half = horizon + depth * (height - horizon), width * (0.01 + depth * 0.06)
        x = chance.random() * width
        pen.rounded_rectangle((x - half, y, x + half, y + 2 + depth * 6), 3, fill=_mix(light, RAISED, 0.25))


def _boat(pen: ImageDraw.ImageDraw, chance: Random, width: int, horizon: int, land: Colour) -> None:
    for _ in range(chance.randint(1, 3)):
        x, s = width * (0.1 + chance.random() * 0.8), width * (0.02 + chance.random() * 0.03)
        y = horizon + s * 0.4
        pen.polygon([(x - s, y), (x + s, y), (x + s * 0.7, y + s * 0.35), (x - s * 0.7, y + s * 0.35)], fill=land)
        pen.polygon([(x, y - s * 2.2), (x + s * 0.85, y - s * 0.15), (x, y - s * 0.15)], fill=RAISED)
        pen.polygon([(x - s * 0.08, y - s * 1.8), (x - s * 0.08, y - s * 0.15), (x - s * 0.6, y - s * 0.15)], fill=EDGE)


def _reeds(pen: ImageDraw.ImageDraw, chance: Random, size: Size, land: Colour) -> None:
    width, height = size
    left = chance.random() < 0.5
    for _ in range(chance.randint(18, 40)):
        x = width * abs((0 if left else 1) - chance.random() ** 2 * 0.5)
        top, lean = height * (0.62 + chance.random() * 0.3), (chance.random() - 0.5) * width * 0.05
        pen.line(
            [(x, height), (x + lean * 0.4, (height + top) / 2), (x + lean, top)], fill=land, width=max(3, width // 420)
        )


def _slide(size: Size, chance: Random) -> Image.Image:
    width, height = size
    picture = Image.new("RGB", size, RAISED)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width * 0.035, height), fill=LINE)
    _words(pen, chance, (width * 0.09, height * 0.12), width * 0.6, height * 0.07, 1, INK)
    if chance.random() < 0.5:
        _curve(pen, chance, (width * 0.09, height * 0.34, width * 0.92, height * 0.86), lines=chance.randint(2, 5))
    else:
        _words(pen, chance, (width * 0.09, height * 0.36), width * 0.36, height * 0.035, 5, LINE)
        _net(pen, chance, (width * 0.55, height * 0.3, width * 0.93, height * 0.88))
    return picture


def _chart(size: Size, chance: Random) -> Image.Image:
    width, height = size
    picture = Image.new("RGB", size, SAND)
    pen = ImageDraw.Draw(picture)
    _words(pen, chance, (width * 0.08, height * 0.08), width * 0.5, height * 0.05, 1, INK)
    box = (width * 0.08, height * 0.22, width * 0.94, height * 0.88)
    if chance.random() < 0.5:
        _bars(pen, chance, box)
    else:
        _curve(pen, chance, box, lines=chance.randint(4, 9))
    return picture


def _drawing(size: Size, chance: Random) -> Image.Image:
    width, height = size
    picture = _gradient(size, RAISED, SAND)
    pen = ImageDraw.Draw(picture)
    _net(pen, chance, (width * 0.14, height * 0.14, width * 0.86, height * 0.72))
    points = [
        (width * (0.08 + 0.84 * n / 60), height * (0.83 + 0.03 * math.sin(n / 4 + chance.random() * 0.4)))
        for n in range(61)
    ]
    pen.line(points, fill=DUSK, width=width // 160, joint="curve")
    for x, y in points[8::13]:
        r = width * 0.014
        pen.ellipse((x - r, y - r, x + r, y + r), fill=RAISED, outline=DUSK, width=width // 260)
    return picture


def _film(size: Size, chance: Random) -> Image.Image:
    """The first frame: the shore, before the light is up. Whoever shows it says that it is a film."""
    return Image.blend(_shore(size, chance), Image.new("RGB", size, NIGHT), 0.35)


def _bars(pen: ImageDraw.ImageDraw, chance: Random, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    count = chance.randint(6, 12)
    step, marked = (right - left) / count, chance.randrange(count)
    for n in range(count):
        x, tall = left + n * step, (bottom - top) * (0.15 + chance.random() * 0.85)
        fill = DUSK if n == marked else LINE if n % 2 else FAR
        pen.rounded_rectangle((x + step * 0.15, bottom - tall, x + step * 0.85, bottom), step * 0.08, fill=fill)
    pen.line([(left, bottom), (right, bottom)], fill=INK, width=6)


def _curve(pen: ImageDraw.ImageDraw, chance: Random, box: tuple[float, float, float, float], *, lines: int) -> None:
    left, top, right, bottom = box
    for n in range(lines):
        level, points = chance.random(), []
        for step in range(41):
            level = min(1.0, max(0.0, level + (chance.random() - 0.5) * 0.22))
            points.append((left + (right - left) * step / 40, bottom - (bottom - top) * level))
        last = n == lines - 1
        pen.line(points, fill=DUSK if last else SEA_EDGE, width=14 if last else 7, joint="curve")
    pen.line([(left, top), (left, bottom), (right, bottom)], fill=INK, width=6)


def _net(pen: ImageDraw.ImageDraw, chance: Random, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    knots = [(left + chance.random() * (right - left), top + chance.random() * (bottom - top)) for _ in range(11)]
    for n, knot in enumerate(knots):
        for other in sorted(knots[:n], key=lambda at: math.dist(at, knot))[:2]:
            pen.line([knot, other], fill=LINE, width=max(5, int((right - left) / 190)))
    for n, (x, y) in enumerate(knots):
        r = (right - left) * (0.015 + chance.random() * 0.02)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=SUN if n % 4 == 0 else SEA, outline=LINE, width=6)


def _words(
    pen: ImageDraw.ImageDraw,
    chance: Random,
    at: tuple[float, float],
    width: float,
    tall: float,
    lines: int,
    ink: Colour,
) -> None:
    """Lines that look like writing from the back row and say nothing."""
    x, y = at
    for n in range(lines):
        end = x + width * (0.55 + chance.random() * 0.45)
        pen.rounded_rectangle((x, y + n * tall * 2.3, end, y + n * tall * 2.3 + tall), tall * 0.3, fill=ink)


def _gradient(size: Size, above: Colour, below: Colour) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, below), Image.new("RGB", size, above), mask)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


_DRAWN: dict[str, Callable[[Size, Random], Image.Image]] = {
    "photo": _shore,
    "slide": _slide,
    "chart": _chart,
    "drawing": _drawing,
    "video": _film,
}
