"""Invented pictures, drawn when asked for: good ones of every kind, and what strangers call pictures."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

SEA, SAND, DUSK = (14, 84, 104), (232, 220, 196), (160, 70, 60)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><title>Sign in</title><p>Welcome to the conference wifi"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def shore(size: tuple[int, int] = (80, 60), above: Any = SEA, below: Any = SAND, mode: str = "RGB") -> Image.Image:
    """Two fields of colour, so that up and down can be told apart."""
    picture = Image.new("RGB", size, below)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0], size[1] // 2 - 1), fill=above)
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(*args: Any, **more: Any) -> bytes:
    return saved(shore(*args, **more), "JPEG", quality=95)


def jpeg_from_a_phone(orientation: int = 1) -> bytes:
    """With the place it was taken at, the camera's number and a comment."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Pharos Camera Works"
    exif.get_ifd(0x8825).update({1: "N", 2: (54.0, 19.0, 12.0), 3: "E", 4: (10.0, 8.0, 30.0)})
    return saved(shore(), "JPEG", quality=95, exif=exif, comment=b"serial 4711", xmp=b"<x:xmpmeta>Inka</x:xmpmeta>")


def animated_gif() -> bytes:
    frames = [shore(above=colour) for colour in (SEA, DUSK, SAND)]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)


def sixteen_bit_png(grey: int) -> bytes:
    return saved(Image.new("I;16", (40, 30), grey), "PNG")


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that promises very many pixels."""
    rows = zlib.compress(bytes(1000))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def noise(size: tuple[int, int] = (400, 300)) -> bytes:
    """Bigger than a pipe's buffer."""
    return saved(Image.effect_noise(size, 90).convert("RGB"), "PNG")
