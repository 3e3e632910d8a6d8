"""Where we may go."""

from __future__ import annotations

import pytest

from ingest.http import Refused, Unreachable
from ingest.http import policy as policies
from ingest.http.policy import Policy, canonical


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    monkeypatch.setattr(policies, "resolve", lambda host, port: list(addresses))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Wall.Example", "wall.example"),
        ("wall.example.", "wall.example"),
        ("[::1]", "::1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        (" 127.0.0.1 ", "127.0.0.1"),
    ],
)
def test_a_host_has_one_spelling(written: str, meant: str) -> None:
    assert canonical(written) == meant


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1", 8001, True),
        ("127.0.0.1:8001", "127.0.0.1", 8001, True),
        ("127.0.0.1:8001", "127.0.0.1", 8002, False),
        ("127.0.0.1:8001", "localhost", 8001, False),
        ("[::1]:8001", "::1", 8001, True),
        ("[::1]:8001", "::1", 8002, False),
        ("::1", "::1", 1, True),
        ("Intra.Example:8080", "intra.example", 8080, True),
        ("intra.example", "sub.intra.example", 443, False),
        ("", "intra.example", 443, False),
    ],
)
def test_only_a_named_place_may_be_private(entry: str, host: str, port: int, allowed: bool) -> None:
    assert Policy.of([entry]).allows(host, port) is allowed


@pytest.mark.parametrize("scheme", ["file", "gopher", "ftp", "data", "javascript", ""])
def test_only_http_is_spoken(scheme: str) -> None:
    with pytest.raises(Refused, match="only http and https"):
        Policy.of(["wall.example"]).check(scheme, "wall.example", 443)


@pytest.mark.parametrize("scheme", ["http", "ws"])
def test_nothing_goes_in_the_clear_but_to_a_named_place(scheme: str) -> None:
    with pytest.raises(Refused, match="not be encrypted"):
        Policy().check(scheme, "wall.example", 80)
    Policy.of(["wall.example:80"]).check(scheme, "wall.example", 80)


@pytest.mark.parametrize("port", [22, 25, 3306, 5432, 6379, 8443])
def test_other_ports_are_closed(port: int) -> None:
    with pytest.raises(Refused, match="only the ports 80 and 443"):
        Policy().check("https", "wall.example", port)


def test_one_bad_address_among_good_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "1.1.1.1", "10.0.0.1")
    with pytest.raises(Refused, match=r"wall.example \(10.0.0.1\)"):
        Policy().addresses("wall.example", 443)


def test_a_name_without_an_address_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch)
    with pytest.raises(Unreachable, match="no address"):
        Policy().addresses("wall.example", 443)


def test_an_unknown_name_is_unreachable_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(policies, "resolve", unknown)
    with pytest.raises(Unreachable) as caught:
        Policy().addresses("wall.example", 443)
    assert str(caught.value) == "wall.example cannot be reached: its name is not known."


def test_a_label_too_long_for_the_name_system_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        Policy().addresses("a" * 70 + ".example", 443)
