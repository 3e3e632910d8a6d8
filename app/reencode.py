"""The process that opens strangers' pictures: `python -m app.reencode`, a picture in, a clean small WebP out.

Whatever a picture does to the decoders, it does here: little memory and time, no files, no secrets. Nobody imports it
but its tests; encoder.py starts it. Each request is a length (4 bytes) and a picture; each answer a line of JSON and,
where that has a "size", so many bytes, and then the "smaller" ones: [width, bytes] each.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import struct
import sys
import warnings
from typing import Any, BinaryIO

from PIL import AvifImagePlugin, Image, ImageCms, ImageOps, JpegImagePlugin

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
LONGEST_SIDE = 1600
WIDTHS = (960, 480)  # for a desk and a phone, where the picture is wider
MAX_PIXELS = 24_000_000
MAX_PIXELS_OF_A_PHOTO = 120_000_000  # a JPEG, which is read at a fraction of its size
MEMORY = 1 << 30
SECONDS = 5  # of computing, for one picture
NOT_A_PICTURE = "This is not a picture of a kind we show, or it is damaged."
TOO_MANY_PIXELS = f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels."


def main() -> None:
    confine()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.read(4):
        (length,) = struct.unpack(">I", head)
        serve(requests.read(length), answers)
        answers.flush()


def confine() -> None:
    """Give up what decoding needs not, for good."""
    os.nice(10)  # pages and sockets come first
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    with contextlib.suppress(ValueError, OSError):  # macOS knows this limit and refuses it
        _limit(resource.RLIMIT_AS, MEMORY)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # every thread takes address space
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS_OF_A_PHOTO
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def serve(body: bytes, answers: BinaryIO) -> None:
    allow(SECONDS)
    try:
        about, picture = reencode(body)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        about, picture = {"refused": TOO_MANY_PIXELS}, b""
    except MemoryError:
        raise  # the next picture gets a fresh process
    except Exception:  # decoders raise whatever they like at bytes they do not like
        about, picture = {"refused": NOT_A_PICTURE}, b""
    answers.write(json.dumps(about).encode() + b"\n" + picture)


def allow(seconds: int) -> None:
    """The kernel ends this process when it has computed for so much longer."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def reencode(body: bytes) -> tuple[dict[str, Any], bytes]:
    """What is to be seen in the picture, and nothing else of it: no metadata, no second frame, no trailing bytes."""
    with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
        if not isinstance(opened, JpegImagePlugin.JpegImageFile) and opened.width * opened.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        opened.draft(None, _fitted(opened.size))  # JPEG can be read at a fraction of its size
        upright = ImageOps.exif_transpose(opened)
    picture = _in_plain_colours(upright)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture.info.clear()  # or the colour profile and XMP would be written again
    about: dict[str, Any] = {"width": picture.width, "height": picture.height, "colour": _average(picture)}
    files = [_webp(picture)]
    about["size"], about["smaller"] = len(files[0]), []
    for width in (w for w in WIDTHS if w < picture.width):
        height = max(1, round(picture.height * width / picture.width))
        files.append(_webp(picture.resize((width, height), Image.Resampling.LANCZOS)))
        about["smaller"].append([width, len(files[-1])])
    return about, b"".join(files)


def _webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, LONGEST_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shines through, in the colours a browser assumes."""
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError):  # a broken profile: the colours are a little off
            theirs, usual = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, theirs, usual, outputMode="RGB")
            picture = converted or picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _average(picture: Image.Image) -> str:
    dot = picture.resize((1, 1), Image.Resampling.BOX).convert("RGB")
    return "#" + dot.tobytes().hex()


def _limit(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, value))


if __name__ == "__main__":
    main()
