"""Every error we raise on purpose, each with its HTTP status and a sentence a person understands.

StrandError            500
├── Misconfigured      the command line: exit 2
│   ├── SchemaTooOld / SchemaTooNew
├── BadInput           400, with the field
│   └── TooLong        by how many letters
├── NotAllowed         403
│   └── SignInNeeded   401
├── NotFound           404
│   └── Withdrawn      410
├── Conflict           409
│   └── Collision      somebody else decided otherwise: who, what, how long ago
└── TooFast            429, with seconds to wait
"""

from __future__ import annotations

from collections.abc import Callable


class StrandError(Exception):
    status = 500

    def __init__(self, template: str, **values: object) -> None:
        """`template` is the sentence, in English, with {names} for `values`: what a catalogue can translate."""
        self.template, self.values = template, values
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        return self.told(str)

    def told(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language of the gettext given."""
        return gettext(self.template).format(**self.values) if self.values else gettext(self.template)


class Misconfigured(StrandError):
    """The installation cannot run like this. Commands print the sentence and exit 2."""


class BadInput(StrandError):
    status = 400

    def __init__(self, template: str, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class TooLong(BadInput):
    def __init__(self, over: int, field: str) -> None:
        """`over`: by how many letters."""
        one = N_("That is too long by one letter. Shorten it a little.")
        many = N_("That is too long by {n} letters. Shorten it a little.")
        super().__init__(one if over == 1 else many, field, n=over)


class NotAllowed(StrandError):
    status = 403


class SignInNeeded(NotAllowed):
    status = 401


class NotFound(StrandError):
    status = 404


class Withdrawn(NotFound):
    status = 410


class Conflict(StrandError):
    status = 409


class Collision(Conflict):
    def __init__(self, template: str, by: str, verdict: str, part: str, seconds: int) -> None:
        """`template` says who did what, with {by} and {ago}."""
        self.by, self.verdict, self.part, self.seconds = by, verdict, part, seconds
        super().__init__(template, by=by)

    def told(self, gettext: Callable[[str], str]) -> str:
        return gettext(self.template).format(by=self.by, ago=_ago(self.seconds, gettext))


class TooFast(StrandError):
    status = 429

    def __init__(self, template: str, wait: float) -> None:
        super().__init__(template)
        self.wait = wait


def _ago(seconds: int, gettext: Callable[[str], str]) -> str:
    for most, size, told in (
        (120, 1, N_("{n} s ago")),
        (7_200, 60, N_("{n} min ago")),
    ):
        if seconds < most:
            return gettext(told).format(n=seconds // size)
    return gettext(N_("{n} h ago")).format(n=seconds // 3_600)


def N_(sentence: str) -> str:
    """Marks a sentence for the catalogues where it is kept before it is said."""
    return sentence
