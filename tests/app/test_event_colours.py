"""An organiser's colours: what cannot be read is refused, what is offered can be; the grounds are the pages' own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.event import colours
from app.domain.event.oklch import at, contrast, lch, parts
from app.errors import BadInput

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
some_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_the_grounds_and_our_own_colours_are_those_of_the_tokens() -> None:
    css = TOKENS.read_text()
    by_theme = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", css))
    grounds = {name: f"{day}, {colours.NIGHT[name]}" for name, day in colours.DAY.items()}
    assert {name: by_theme[name] for name in grounds} == grounds
    assert (by_theme["line"], by_theme["now"]) == tuple(", ".join(pair) for pair in colours.OURS.values())


def test_contrast_is_wcag_s() -> None:
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48 and round(contrast("#0e5468", "#f8f2e6"), 1) == 7.6


@pytest.mark.parametrize("colour", ["#0e5468", "#a83a17", "#1b5e20", "#7a1f4b", "#000000"])
def test_what_can_be_read_by_day_is_worn_as_it_is(colour: str) -> None:
    colours.check(colour, "colour")
    worn = colours.worn(colour)
    assert worn.day == colour and worn.by_day >= 4.5 and worn.by_night >= 4.5


@pytest.mark.parametrize("colour", ["#ffd400", "#ffffff", "#00a651", "#7f8c8d", "#ff00ff", "#e30613"])
def test_what_cannot_is_refused_and_the_nearest_that_works_is_offered(colour: str) -> None:
    with pytest.raises(BadInput) as refused:
        colours.check(colour, "colour")
    better = str(refused.value.values["better"])
    colours.check(better, "colour")
    assert better in refused.value.sentence and refused.value.field == "colour"
    assert abs(lch(colour)[2] - lch(better)[2]) < 0.25 or lch(colour)[1] < 0.02  # still the same hue, where it has one


@given(some_colour)
def test_whatever_is_given_the_nearest_can_be_read_in_both_themes(colour: str) -> None:
    for theme in (colours.DAY, colours.NIGHT):
        assert colours.worst(colours.nearest(colour, theme), theme.values()) >= 4.5


@given(some_colour)
def test_a_colour_is_the_same_on_its_way_there_and_back(colour: str) -> None:
    assert all(abs(a - b) <= 1 for a, b in zip(parts(at(*lch(colour))), parts(colour), strict=True))


@given(some_colour, some_colour)
def test_words_in_the_stylesheet_can_be_read_on_every_ground_and_on_the_wash(line: str, now: str) -> None:
    line, now = (colours.nearest(one, colours.DAY) for one in (line, now))
    css = colours.theme_css(line, now)
    pairs = dict(re.findall(r"(--[\w-]+): light-dark\((#\w{6}, #\w{6})\)", css))
    for name in ("--event-line", "--link", "--event-now"):
        for colour, wash, theme in zip(
            pairs[name].split(", "), pairs["--now-wash"].split(", "), (colours.DAY, colours.NIGHT), strict=True
        ):  # fmt: skip
            assert min(contrast(colour, ground) for ground in theme.values()) >= 4.5
            assert name != "--event-now" or contrast(colour, wash) >= 4.5


@pytest.mark.parametrize(("typed", "colour"), [("#0E5468", "#0e5468"), (" 0e5468 ", "#0e5468"), ("#abc", "#aabbcc")])
def test_colours_are_read_as_people_write_them(typed: str, colour: str) -> None:
    assert colours.parse(typed, "colour") == colour


@given(st.text(max_size=40))
def test_what_is_no_colour_is_said_to_be_none(typed: str) -> None:
    try:
        assert re.fullmatch("#[0-9a-f]{6}", colours.parse(typed, "colour_2"))
    except BadInput as error:
        assert error.field == "colour_2"


def test_without_colours_the_stylesheet_changes_nothing() -> None:
    assert "--event" not in colours.theme_css("", "") and "--link" not in colours.theme_css("", "#a83a17")
