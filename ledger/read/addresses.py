"""Which network addresses may be asked: public ones, whatever name, number or redirect leads to them."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

NAT64 = IPv6Network("64:ff9b::/96")
COMPATIBLE = IPv6Network("::/96")
"""Networks of IPv6 whose last 32 bits are an IPv4 address, and reach it."""
SPECIAL = ("100::/64", "64:ff9b:1::/48", "fec0::/10", "192.0.0.0/24", "192.88.99.0/24")
DISCARDED = tuple(ip_network(network) for network in SPECIAL)
"""Networks that are not public, whatever a version of Python says of them."""


def resolved(host: str, port: int) -> Sequence[str]:
    """The network addresses of a host, as the system resolves it; raises OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if wrapped is None and (address in NAT64 or (address in COMPATIBLE and int(address) > 1)):
        wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
    return wrapped or address


def is_public(address: str) -> bool:
    """Whether a network address is one of the public internet: not private, loopback, link-local or reserved.

    >>> [is_public(address) for address in ("93.184.216.34", "10.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254")]
    [True, False, False, False, False]
    """
    try:
        inner = _inner(ip_address(address))
    except ValueError:
        return False
    if any(inner in network for network in DISCARDED) or (isinstance(inner, IPv6Address) and inner.scope_id):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


__all__ = ["is_public", "resolved"]
