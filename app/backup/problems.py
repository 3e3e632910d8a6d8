"""What can be wrong with a backup or with the place it is to go to: each is one sentence, and the command's exit 2."""

from __future__ import annotations

from app.errors import StrandError


class Unusable(StrandError):
    """The file is not one that can be restored. Nothing was touched."""


class Refused(StrandError):
    """The file may be good; here and now it is not restored, or not written. Nothing was touched."""


class Occupied(Refused):
    """There is a house already, and nobody has said that it may be replaced."""
