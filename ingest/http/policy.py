"""Where we may go: hosts, ports and schemes, and the addresses a name stands for right now.

Decides and resolves. Opens nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address

from ingest.http.addresses import is_public
from ingest.http.errors import Refused, Unreachable

_PORTS = (80, 443)
_SECURE = ("https", "wss")
_PLAIN = ("http", "ws")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order to try them. The one place that asks the name system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def canonical(host: str) -> str:
    """One spelling per host: lower case, no brackets, no final dot, the short form of an IPv6 address."""
    host = host.strip().lower().removeprefix("[").removesuffix("]").rstrip(".")
    try:
        return str(ip_address(host))
    except ValueError:
        return host


def _entry(text: str) -> tuple[str, int | None]:
    """ "host", "host:port", "[v6]:port" or a bare v6 address."""
    text = text.strip()
    host, colon, port = text.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.endswith("]")):
        return canonical(host), int(port)
    return canonical(text), None


@dataclass(frozen=True, slots=True)
class Policy:
    """`private` names the only places that may have private addresses, other ports and no TLS."""

    private: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def of(cls, allow_private: Collection[str]) -> Policy:
        return cls(frozenset(_entry(text) for text in allow_private if text.strip()))

    def allows(self, host: str, port: int) -> bool:
        host = canonical(host)
        return (host, None) in self.private or (host, port) in self.private

    def check(self, scheme: str, host: str, port: int) -> None:
        """Raise Refused unless a request of this shape may be made at all."""
        where = f"{scheme}://{host}:{port}" if host else "this address"
        if not host or scheme not in _SECURE + _PLAIN:
            raise Refused(where, "only http and https addresses can be opened")
        if self.allows(host, port):
            return
        if scheme in _PLAIN:
            raise Refused(where, "the connection would not be encrypted")
        self.check_port(host, port)

    def check_port(self, host: str, port: int) -> None:
        if port not in _PORTS and not self.allows(host, port):
            raise Refused(f"{host}:{port}", "only the ports 80 and 443 are open")

    def addresses(self, host: str, port: int) -> list[str]:
        """Resolve once and check every answer: one bad address refuses the name, or a race could pick it later."""
        self.check_port(host, port)
        try:
            found = resolve(canonical(host), port)
        except (OSError, UnicodeError) as error:
            raise Unreachable(host, "its name is not known") from error
        if not found:
            raise Unreachable(host, "its name has no address")
        if not self.allows(host, port):
            for address in found:
                if not is_public(address):
                    raise Refused(f"{host} ({address})" if address != host else host)
        return found
