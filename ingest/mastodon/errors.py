"""Answers of a Mastodon API that are no answers, each with a sentence an organiser understands."""

from __future__ import annotations


class ApiError(Exception):
    """The server was reached and did not give what we asked for."""


class Denied(ApiError):
    """Asking again changes nothing: a person has to."""


class RateLimited(ApiError):
    def __init__(self, host: str, wait: float) -> None:
        super().__init__(f"{host} asks us to wait {wait:.0f} seconds before we read on.")
        self.wait = wait


class Failing(ApiError):
    def __init__(self, host: str, status: int) -> None:
        super().__init__(f"{host} has trouble at the moment (it answers {status}).")


class NoStream(ApiError):
    """This server has no live stream of a hashtag that we can read."""


class NoSuchStream(NoStream):
    """It was asked on an open connection, and said no: asking again changes nothing."""
