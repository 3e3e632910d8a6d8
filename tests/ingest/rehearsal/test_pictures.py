"""The stand-in pictures."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from ingest.rehearsal import drawings, media
from ingest.rehearsal.lines import Medium
from ingest.rehearsal.pictures import Gallery
from ingest.rehearsal.script import conference

KINDS = ("slide", "photo", "chart", "drawing", "video")


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_picture_every_time_and_another_seed_another(kind: str) -> None:
    once, again, other = (drawings.draw(kind, (320, 240), seed).tobytes() for seed in (7, 7, 8))
    assert once == again
    assert once != other


async def test_every_medium_of_the_script_has_a_small_file_of_the_size_it_tells() -> None:
    script = conference()
    gallery = Gallery(script)
    first_of_a_size: dict[tuple[str, int, int], tuple[str, int, Medium]] = {}
    for line in script.posts.values():
        for n, medium in enumerate(line.media):
            first_of_a_size.setdefault((medium.kind, medium.width, medium.height), (line.id, n, medium))
    assert {kind for kind, _, _ in first_of_a_size} == set(KINDS)
    for post, n, medium in first_of_a_size.values():
        drawn = await gallery.picture(post, n)
        assert drawn is not None and len(drawn) < 200_000
        assert Image.open(BytesIO(drawn)).size == media.size(medium)
        assert max(media.size(medium)) <= media.LONGEST_SIDE


async def test_what_is_not_in_the_script_is_not_drawn() -> None:
    gallery = Gallery(conference())
    assert await gallery.picture("p001", 0) is None
    assert await gallery.blob("bafkreix") is None


def test_faces_differ() -> None:
    assert drawings.disc(64, 1).tobytes() != drawings.disc(64, 2).tobytes()
