"""A post as the wire says it: the small things that pages and screens rely on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.view import _srcset, direction, focus, order
from app.models import Media


def test_a_picture_names_its_files_from_the_smallest_to_the_largest() -> None:
    media = Media(id="ab", width=1600, widths=[960, 480])
    assert _srcset(media) == "/media-files/ab-480.webp 480w, /media-files/ab-960.webp 960w, /media-files/ab.webp 1600w"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Hallo", "ltr"), ("مرحبا", "rtl"), ("123 שלום", "rtl"), ("🌊", "ltr"), ("", "ltr"), ("日本", "ltr")],
)
def test_the_first_strong_letter_says_which_way_a_post_is_read(text: str, expected: str) -> None:
    assert direction(text) == expected


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [
        (None, None, ""),
        (0, 0, ""),
        (-0.9, 0.9, "top left"),
        (0.9, -0.9, "bottom right"),
        (0, 1, "top"),
        (1, 0, "right"),
    ],
)
def test_a_focal_point_is_one_of_nine_places(x: float | None, y: float | None, place: str) -> None:
    assert focus(x, y) == place


def test_places_compare_as_strings_by_moment_and_then_by_number() -> None:
    moment = datetime(2027, 6, 11, 9, tzinfo=UTC)
    places = [
        order(datetime(999, 1, 1, tzinfo=UTC), 1),
        order(moment, 9),
        order(moment, 10),
        order(moment + timedelta(microseconds=1), 1),
    ]
    assert places == sorted(places)
