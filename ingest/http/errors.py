"""What can go wrong on the way out, each with a sentence an organiser understands."""

from __future__ import annotations


class OutboundError(Exception):
    """Something we asked of the outside world did not come about. `str()` is one plain sentence."""


class Refused(OutboundError):
    """We did not connect: the address is one that nobody outside should make us open."""

    def __init__(self, address: str, why: str = "it is not a public address") -> None:
        super().__init__(f"Strand does not connect to {address}: {why}.")
        self.address = address


class Unreachable(OutboundError):
    def __init__(self, host: str, why: str = "no connection") -> None:
        super().__init__(f"{host} cannot be reached: {why}.")
        self.host = host


class TooSlow(OutboundError):
    def __init__(self, host: str, seconds: float | None = None) -> None:
        super().__init__(f"{host} did not answer in time" + (f" ({seconds:g} seconds)." if seconds else "."))
        self.host = host


class TooBig(OutboundError):
    def __init__(self, host: str, limit: int) -> None:
        super().__init__(f"{host} sent more than the {limit:,} bytes we accept.")
        self.host = host


class Garbled(OutboundError):
    """An answer came, but not in the form it should have."""

    def __init__(self, host: str, why: str = "the answer is not JSON") -> None:
        super().__init__(f"{host} answered in a form we cannot read: {why}.")
        self.host = host
