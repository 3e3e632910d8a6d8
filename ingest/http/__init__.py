"""The only way out to the network: one guard that opens clients, sockets and sessions, and refuses what is not public.

Owns where we may connect, for how long and how much we read. Knows no network's protocol and keeps no answers.
"""

from ingest.http.errors import Garbled, OutboundError, Refused, TooBig, TooSlow, Unreachable
from ingest.http.fetch import Answer, fetch, stream
from ingest.http.guard import Guard

__all__ = [
    "Answer",
    "Garbled",
    "Guard",
    "OutboundError",
    "Refused",
    "TooBig",
    "TooSlow",
    "Unreachable",
    "fetch",
    "stream",
]
