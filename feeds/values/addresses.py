"""Network addresses of requests: the client's address behind proxies, and the network it counts as."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from django.conf import settings
from django.http import HttpRequest

from serving.addresses import Address, behind_proxies, parse_address

__all__ = ["Address", "Network", "client_address", "network_of", "parse_address"]

Network = IPv4Network | IPv6Network

PREFIXES = {4: 24, 6: 64}
"""Leading bits that make a network. An IPv6 subscriber has at least a /64, and may use any address in it."""


def client_address(request: HttpRequest) -> Address | None:
    """The sender's address as the outermost of our proxies saw it; None if it cannot be told."""
    peer, forwarded = (request.META.get(name, "") for name in ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR"))
    return behind_proxies(peer, forwarded, settings.TRUSTED_PROXIES)


def network_of(address: Address) -> Network:
    """The network that counts as one sender: a /24 of IPv4, a /64 of IPv6."""
    return ip_network((address, PREFIXES[address.version]), strict=False)
