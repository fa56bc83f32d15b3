"""Network addresses: parsing them, finding a client's behind proxies, and the key for counting its connections."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address


def parse_address(text: str) -> Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`; None if malformed. IPv4 in
    IPv6 becomes IPv4."""
    text = re.sub(r"^\[(.*)\](:[0-9]+)?$|^([0-9.]+):[0-9]+$", r"\1\3", text.strip())
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def behind_proxies(peer: str, forwarded: str, proxies: int) -> Address | None:
    """The client's address as the outermost of `proxies` trusted proxies saw it; None if it cannot be told.

    Each proxy appends the sender's address at the right of X-Forwarded-For. So anything that a client wrote there
    itself is left of what the trusted ones appended. If the header is too short or malformed, the peer's address
    counts, which cannot be forged.
    """
    hops = forwarded.rsplit(",", proxies)
    if not proxies or len(hops) < proxies:
        return parse_address(peer)
    return parse_address(hops[-proxies]) or parse_address(peer)


@lru_cache(4096)
def key_of(text: str) -> str:
    """The key for counting an address's connections: an IPv4 address, or the /64 of an IPv6 one.

    An IPv6 subscriber has at least a /64, and may use any address in it.
    """
    address = parse_address(text)
    return address.packed[:8].hex() if isinstance(address, IPv6Address) else str(address or text)
