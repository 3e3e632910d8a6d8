"""Strangers' pictures are opened in a process of their own, and only what is to be seen in them comes back."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image, ImageCms, features

from app import encoder as encoder_module
from app import reencode
from app.encoder import Encoder, NotUsable, Overworked, Picture
from tests.app.jobs import drawings
from tests.app.jobs.drawings import DUSK, SAND, SEA, jpeg, saved, shore


@pytest.fixture
async def encoder() -> AsyncIterator[Encoder]:
    encoder = Encoder()
    yield encoder
    await encoder.close()


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.body))


def close(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 12 for a, b in zip(one[:3], other[:3], strict=True))


def process_of(encoder: Encoder) -> asyncio.subprocess.Process:
    assert encoder._process is not None
    return encoder._process


async def test_what_a_phone_hides_in_a_picture_is_gone(encoder: Encoder) -> None:
    body = drawings.jpeg_from_a_phone()
    assert b"Pharos" in body and Image.open(io.BytesIO(body)).getexif().get_ifd(0x8825)
    picture = await encoder.encode(body)
    assert not opened(picture).getexif()
    assert not set(opened(picture).info) & {"exif", "xmp", "icc_profile", "comment"}
    assert not any(word in picture.body for word in (b"Pharos", b"4711", b"Inka", b"EXIF", b"XMP"))


async def test_a_wide_picture_comes_in_three_sizes_and_a_small_one_in_one(encoder: Encoder) -> None:
    wide = await encoder.encode(jpeg((2_000, 1_000)))
    sizes = [Image.open(io.BytesIO(body)).size for _, body in wide.smaller]
    assert ((wide.width, wide.height), sizes) == ((1_600, 800), [(960, 480), (480, 240)])
    assert wide.size == len(wide.body) + sum(len(body) for _, body in wide.smaller)
    assert (await encoder.encode(jpeg((400, 300)))).smaller == ()


@pytest.mark.parametrize("orientation", [3, 6, 8])
async def test_a_picture_taken_sideways_stands_upright(encoder: Encoder, orientation: int) -> None:
    picture = await encoder.encode(drawings.jpeg_from_a_phone(orientation))
    image = opened(picture).convert("RGB")
    assert (picture.width, picture.height) == image.size == ((80, 60) if orientation == 3 else (60, 80))
    sea = {3: (40, 55), 6: (55, 40), 8: (5, 40)}[orientation]
    assert close(image.getpixel(sea), SEA)  # type: ignore[arg-type]


async def test_of_an_animation_the_first_picture_is_kept(encoder: Encoder) -> None:
    image = opened(await encoder.encode(drawings.animated_gif()))
    assert getattr(image, "n_frames", 1) == 1
    assert close(image.convert("RGB").getpixel((40, 10)), SEA)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
async def test_every_kind_of_picture_that_is_read_looks_the_same_afterwards(encoder: Encoder, kind: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow reads no AVIF")
    picture = await encoder.encode(saved(shore(), kind))
    image = opened(picture)
    assert (image.format, image.mode, image.size) == ("WEBP", "RGB", (80, 60))
    assert close(image.getpixel((40, 10)), SEA) and close(image.getpixel((40, 50)), SAND)  # type: ignore[arg-type]


async def test_print_colours_and_sixteen_bits_become_what_a_browser_shows(encoder: Encoder) -> None:
    assert close(opened(await encoder.encode(jpeg(mode="CMYK"))).getpixel((40, 10)), SEA)  # type: ignore[arg-type]
    grey = opened(await encoder.encode(drawings.sixteen_bit_png(40_000))).getpixel((5, 5))
    assert close(grey, (156, 156, 156))  # type: ignore[arg-type]


async def test_a_colour_profile_is_applied_and_a_broken_one_is_ignored(encoder: Encoder) -> None:
    lab_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab_like, b"no profile at all"):
        image = opened(await encoder.encode(saved(shore(), "PNG", icc_profile=profile)))
        assert close(image.getpixel((40, 10)), SEA)  # type: ignore[arg-type]


async def test_what_shines_through_still_does(encoder: Encoder) -> None:
    clear = shore(mode="RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 0), (0, 0, 20, 20))
    for body in (saved(clear, "PNG"), saved(clear, "GIF")):
        image = opened(await encoder.encode(body))
        assert image.mode == "RGBA" and image.getpixel((10, 10))[3] < 10 and image.getpixel((60, 50))[3] > 245  # type: ignore[index]


async def test_a_large_picture_becomes_one_for_a_screen_and_a_small_one_stays(encoder: Encoder) -> None:
    large = await encoder.encode(jpeg((4000, 3000)))
    tall = await encoder.encode(saved(shore((10, 4000)), "PNG"))
    small = await encoder.encode(jpeg((40, 30)))
    assert [(p.width, p.height) for p in (large, tall, small)] == [(1600, 1200), (4, 1600), (40, 30)]


async def test_its_average_colour_stands_in_for_it(encoder: Encoder) -> None:
    assert (await encoder.encode(saved(Image.new("RGB", (50, 50), DUSK), "PNG"))).colour == "#a0463c"


async def test_the_same_picture_gets_the_same_name(encoder: Encoder) -> None:
    assert (await encoder.encode(jpeg())).id == (await encoder.encode(jpeg())).id
    assert (await encoder.encode(jpeg())).id != (await encoder.encode(jpeg(above=DUSK))).id


@pytest.mark.parametrize(
    "body",
    [drawings.SVG, drawings.HTML, drawings.PDF, b"", jpeg()[:-400], jpeg()[:20], saved(shore(), "BMP"), bytes(9000)],
    ids=["SVG", "HTML", "PDF", "nothing", "cut off", "a head only", "BMP", "zeros"],
)
async def test_what_is_no_whole_picture_is_refused(encoder: Encoder, body: bytes) -> None:
    with pytest.raises(NotUsable, match="not a picture of a kind we show, or it is damaged"):
        await encoder.encode(body)
    assert (await encoder.encode(jpeg())).width == 80


@pytest.mark.parametrize("size", [(5001, 5000), (12_000, 12_000), (20_000, 20_000)])
async def test_a_pixel_bomb_is_refused(encoder: Encoder, size: tuple[int, int]) -> None:
    with pytest.raises(NotUsable, match="more than 24 million pixels"):
        await encoder.encode(drawings.bomb(*size))


async def test_a_photo_of_fifty_million_pixels_is_read_at_a_fraction_of_its_size(encoder: Encoder) -> None:
    photo = await encoder.encode(jpeg((8160, 6120)))
    assert (photo.width, photo.height) == (1600, 1200)


async def test_what_hides_behind_a_picture_is_not_kept(encoder: Encoder) -> None:
    picture = await encoder.encode(jpeg() + b"<script>alert('behind')</script>")
    assert b"script" not in picture.body


async def test_many_pictures_cost_one_process(encoder: Encoder) -> None:
    pictures = await asyncio.gather(*(encoder.encode(jpeg((20 + i, 20))) for i in range(30)))
    assert [p.width for p in pictures] == list(range(20, 50))
    pid = process_of(encoder).pid
    await encoder.encode(jpeg())
    assert process_of(encoder).pid == pid


async def test_a_process_that_dies_over_a_picture_fails_only_that_picture(encoder: Encoder) -> None:
    await encoder.encode(jpeg())
    process = process_of(encoder)
    os.kill(process.pid, signal.SIGSTOP)
    unlucky = asyncio.create_task(encoder.encode(drawings.noise()))
    lucky = asyncio.create_task(encoder.encode(jpeg((33, 20))))
    await asyncio.sleep(0.05)
    assert not unlucky.done()
    process.kill()
    with pytest.raises(Overworked, match="too much time or memory"):
        await unlucky
    assert (await lucky).width == 33


async def test_a_process_that_died_between_two_pictures_is_replaced_unseen(encoder: Encoder) -> None:
    await encoder.encode(jpeg())
    process = process_of(encoder)
    process.kill()
    await process.wait()
    assert (await encoder.encode(jpeg())).width == 80


async def test_a_process_that_hangs_is_ended(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    await encoder.encode(jpeg())
    process = process_of(encoder)
    os.kill(process.pid, signal.SIGSTOP)
    monkeypatch.setattr(encoder_module, "SECONDS", 0.1)
    with pytest.raises(Overworked):
        await encoder.encode(jpeg())
    assert process.returncode == -signal.SIGKILL


async def test_who_stops_waiting_leaves_no_answer_for_the_next(encoder: Encoder) -> None:
    await encoder.encode(jpeg())
    given_up = asyncio.create_task(encoder.encode(jpeg((70, 20))))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    assert (await encoder.encode(jpeg((50, 20)))).width == 50


@pytest.mark.parametrize(
    "answer",
    [
        b"[]\n",
        b"no json\n",
        b'{"size": -1, "width": 1, "height": 1, "colour": "#000000"}\n',
        b'{"size": 99999999, "width": 1, "height": 1, "colour": "#000000"}\n',
        b'{"size": 12, "width": 1, "height": 1, "colour": "#000000"}\nRIFF____HTML',
        b'{"size": 12, "width": 1, "height": 1, "colour": "red;}"}\nRIFF____WEBP',
        b'{"size": 12, "width": 0, "height": 1, "colour": "#000000"}\nRIFF____WEBP',
        b'{"size": 12, "width": 1, "height": 1, "colour": "#000000"}\nRIFF____WEBP',
        b'{"size": 12, "width": 2, "height": 1, "colour": "#000000", "smaller": [[2, 12]]}\nRIFF____WEBPRIFF____WEBP',
        b'{"size": 12, "width": 2, "height": 1, "colour": "#000000", "smaller": [[1, 12]]}\nRIFF____WEBPRIFF____HTML',
        b"x" * 200_000,
    ],
)
async def test_a_process_that_was_taken_over_is_not_believed(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: bytes
) -> None:
    (tmp_path / "lie").write_bytes(answer)
    liar = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import sys; sys.stdin.buffer.read(4); sys.stdout.write(open('lie').read())",
        cwd=tmp_path, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    monkeypatch.setattr(encoder, "_process", liar)
    with pytest.raises(Overworked):
        await encoder.encode(jpeg())


async def test_the_process_knows_no_secret_of_ours(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRAND_SECRET_KEY", "canary")
    await encoder.encode(jpeg())
    assert b"canary" not in Path(f"/proc/{process_of(encoder).pid}/environ").read_bytes()


async def test_the_process_ends_when_we_do(encoder: Encoder) -> None:
    await encoder.encode(jpeg())
    process = process_of(encoder)
    assert process.stdin is not None
    process.stdin.close()  # as the kernel does it for a server that was killed
    assert await asyncio.wait_for(process.wait(), 10) == 0


def confined(script: str) -> subprocess.CompletedProcess[bytes]:
    root = Path(reencode.__file__).parents[1]
    run = [sys.executable, "-c", "from app import reencode; reencode.confine()\n" + script]
    return subprocess.run(run, cwd=root, capture_output=True, timeout=30, check=False)


def test_the_kernel_ends_endless_computing() -> None:
    assert confined("reencode.allow(0)\nwhile True: pass").returncode == -signal.SIGXCPU


def test_more_than_a_gigabyte_is_not_to_be_had() -> None:
    assert b"MemoryError" in confined("bytearray(1100 << 20)").stderr
    assert confined("bytearray(600 << 20)").returncode == 0


def test_no_file_can_be_written_there(tmp_path: Path) -> None:
    run = confined(f"open({str(tmp_path / 'x')!r}, 'w', buffering=1).write('x\\n')")
    assert b"File too large" in run.stderr and (tmp_path / "x").read_bytes() == b""
