"""Which IP addresses are public. Pure; resolves nothing.

`ipaddress.is_global` calls the loopback public when it hides in NAT64, 6to4 or compatible form, so the table is ours.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and every cloud's metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Everything global in IPv6 is here; loopback, link-local, unique-local, site-local, multicast, mapped, compatible
# and the local NAT64 prefix (64:ff9b:1::/48, whose inner address cannot be told) lie outside.
_GLOBAL_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address, serves nobody any more
        "3fff::/20",
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(address: str) -> bool:
    """Whether this literal address is one that anybody on the internet could reach."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if "%" in address:
        return False  # a zone belongs to a link, not to the internet
    return _public_v4(ip) if isinstance(ip, IPv4Address) else _public_v6(ip)


def _public_v4(ip: IPv4Address) -> bool:
    return not any(ip in block for block in _NOT_PUBLIC_V4)


def _public_v6(ip: IPv6Address) -> bool:
    if ip in _MAPPED or ip in _NAT64:
        return _public_v4(IPv4Address(int(ip) & 0xFFFFFFFF))
    if ip not in _GLOBAL_V6 or any(ip in block for block in _NOT_PUBLIC_V6):
        return False
    return (int(ip) >> 32) & 0xFFFFFFFF not in _ISATAP
