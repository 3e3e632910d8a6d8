"""Which addresses are public."""

from __future__ import annotations

import pytest

from ingest.http import Guard, OutboundError, Refused, fetch
from ingest.http import policy as policies
from ingest.http.addresses import is_public

NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",  # metadata of most clouds
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # compatible
    "::127.0.0.1",
    "::10.0.0.1",
    "::ffff:127.0.0.1",  # mapped
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",  # translated
    "64:ff9b::7f00:1",  # NAT64
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.1.2.3",
    "64:ff9b:1::7f00:1",  # NAT64, the local prefix
    "64:ff9b:1::808:808",
    "100::1",
    "2001::7f00:1",  # Teredo
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4
    "2002:a00:1::1",
    "2002:808:808::1",
    "2a00:1450::5efe:a00:1",  # ISATAP
    "2a00:1450::200:5efe:7f00:1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # metadata again
    "fdff::1",
    "fe80::1",
    "fe80::1%eth0",
    "fe80::1%2",
    "2a00:1450:4001::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "not an address",
    "",
]

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "99.255.255.255",
    "100.63.255.255",
    "100.128.0.1",
    "126.255.255.255",
    "128.0.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "192.167.255.255",
    "198.17.255.255",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:82a::200e",
    "2001:4860:4860::8888",
    "2003::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_the_internet_cannot_reach_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_that_anybody_can_reach_is_public(address: str) -> None:
    assert is_public(address)


def _always(address: str):  # type: ignore[no-untyped-def]
    return lambda host, port: [address]


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_a_name_that_stands_for_such_an_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "resolve", _always(address))
    async with Guard().client() as client:
        with pytest.raises(Refused, match="not a public address"):
            await fetch(client, "https://wall.example/")


@pytest.mark.parametrize(
    "host",
    [
        "0x7f000001",
        "2130706433",
        "127.1",
        "0177.0.0.1",
        "localhost",
        "localhost.",
        "[::1]",
        "[::ffff:7f00:1]",
        "0",
        "[::]",
    ],
)
async def test_no_way_of_writing_the_loopback_gets_through(host: str) -> None:
    guard = Guard()
    async with guard.client() as client:
        with pytest.raises(OutboundError):
            await fetch(client, f"https://{host}/")
    with pytest.raises(OutboundError):
        await guard.socket(host, 443)
