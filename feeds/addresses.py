"""Where a request comes from: the client's address behind proxies, and the network it counts as."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PREFIXES = {4: 24, 6: 64}
"""Leading bits that make a network. An IPv6 subscriber has at least a /64, and may take another address each time."""


def client_address(request: HttpRequest) -> Address | None:
    """Who sent this request, as the outermost of our proxies saw it; None where nobody can tell.

    Each proxy adds at the right of X-Forwarded-For whom it heard from, so what a client wrote there itself is
    left of what the TRUSTED_PROXIES proxies have added. Where the header is too short or makes no sense, the peer
    counts: whoever that is cannot be denied.
    """
    peer = parse_address(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", settings.TRUSTED_PROXIES)
    if not settings.TRUSTED_PROXIES or len(hops) < settings.TRUSTED_PROXIES:
        return peer
    return parse_address(hops[-settings.TRUSTED_PROXIES]) or peer


def parse_address(text: str) -> Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`; IPv4 in IPv6 is IPv4."""
    text = re.sub(r"^\[(.*)\](:[0-9]+)?$|^([0-9.]+):[0-9]+$", r"\1\3", text.strip())
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of(address: Address) -> Network:
    """The network that counts as one sender: a /24 of IPv4, a /64 of IPv6."""
    return ip_network((address, PREFIXES[address.version]), strict=False)
