"""Network addresses: reading them, finding a client's behind proxies, and the key under which its connections count."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address


def parse_address(text: str) -> Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`; IPv4 in IPv6 is IPv4."""
    text = re.sub(r"^\[(.*)\](:[0-9]+)?$|^([0-9.]+):[0-9]+$", r"\1\3", text.strip())
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def behind_proxies(peer: str, forwarded: str, proxies: int) -> Address | None:
    """The client's address as the outermost of `proxies` trusted proxies saw it; None where nobody can tell.

    Each proxy adds at the right of X-Forwarded-For whom it heard from, so what a client wrote there itself is
    left of what the trusted ones have added. Where the header is too short or makes no sense, the peer
    counts: whoever that is cannot be denied.
    """
    hops = forwarded.rsplit(",", proxies)
    if not proxies or len(hops) < proxies:
        return parse_address(peer)
    return parse_address(hops[-proxies]) or parse_address(peer)


@lru_cache(4096)
def key_of(text: str) -> str:
    """The name under which connections from an address are counted: an IPv4 address, or a /64 of IPv6.

    An IPv6 subscriber has at least a /64, and may take another address in it each time.
    """
    address = parse_address(text)
    return address.packed[:8].hex() if isinstance(address, IPv6Address) else str(address or text)
