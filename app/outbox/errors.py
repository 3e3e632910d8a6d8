"""What can go wrong when we act on another server, each in one sentence for whoever asked."""

from __future__ import annotations

from typing import ClassVar

from app.errors import N_, BadInput


class Trouble(BadInput):
    """`about`: the field of the form that somebody may have to change."""

    words: ClassVar[str]
    about: ClassVar[str] = "server"

    def __init__(self, host: str) -> None:
        super().__init__(self.words, self.about, host=host)


class NotReached(Trouble):
    words = N_("{host} cannot be reached just now, or is no address we may open.")


class NotMastodon(Trouble):
    words = N_("{host} did not answer as a Mastodon server does.")


class AskedTooOften(Trouble):
    words = N_("{host} asks us to wait. Try again in a quarter of an hour.")


class CodeRefused(Trouble):
    words = N_("{host} did not take back what it gave us. Begin again.")


class TokenRefused(Trouble):
    words = N_("{host} does not know this access token. Connect again, or make a new one.")
    about = "token"


class MayNot(Trouble):
    words = N_("{host} does not let our account do this. Connect again, so that it is asked for what is needed.")
    about = "token"


class Unfound(Trouble):
    words = N_("{host} found no post at this address. Copy the address of the post's own page.")
    about = "address"


class NothingToAnswer(Trouble):
    words = N_("{host} does not find this post any more, so it cannot be answered there.")
    about = "address"
