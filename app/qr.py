"""A QR code as a picture: black on white with its own margin, readable from the back row whatever the theme."""

from __future__ import annotations

import io

import segno


def qr_svg(address: str, scale: int = 8) -> bytes:
    picture = io.BytesIO()
    segno.make(address, micro=False, error="m").save(
        picture, kind="svg", border=3, dark="#000", light="#fff", scale=scale, xmldecl=False, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    return picture.getvalue()
