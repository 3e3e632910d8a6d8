"""Every error we raise on purpose, each with its HTTP status and a sentence a person understands.

StrandError            500
├── Misconfigured      the command line: exit 2
│   ├── SchemaTooOld / SchemaTooNew
├── BadInput           400, with the field
├── NotAllowed         403
│   └── SignInNeeded   401
├── NotFound           404
│   └── Withdrawn      410
├── Conflict           409
└── TooFast            429, with seconds to wait
"""

from __future__ import annotations


class StrandError(Exception):
    status = 500

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Misconfigured(StrandError):
    """The installation cannot run like this. Commands print the sentence and exit 2."""


class BadInput(StrandError):
    status = 400

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


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


class TooFast(StrandError):
    status = 429

    def __init__(self, sentence: str, wait: float) -> None:
        super().__init__(sentence)
        self.wait = wait
