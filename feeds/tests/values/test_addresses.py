"""The address of a request: behind proxies, and with made-up headers."""

from ipaddress import ip_address

import pytest
from django.test import RequestFactory

from feeds.values.addresses import client_address, network_of


def address(peer, forwarded=None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    found = client_address(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))
    return found and str(found)


@pytest.mark.parametrize("forwarded", [None, "", "198.51.100.9", "198.51.100.9, 127.0.0.1"])
def test_without_proxies_the_peer_is_the_client_whatever_a_header_says(settings, forwarded):
    settings.TRUSTED_PROXIES = 0
    assert address("192.0.2.1", forwarded) == "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        (1, "203.0.113.5,203.0.113.6,198.51.100.9", "198.51.100.9"),
        (2, "203.0.113.5, 198.51.100.9, 192.0.2.77", "198.51.100.9"),
        (3, "203.0.113.5, 198.51.100.9, 192.0.2.77, 192.0.2.78", "198.51.100.9"),
        (1, "2001:db8::9", "2001:db8::9"),
        (1, "[2001:db8::9]:4711", "2001:db8::9"),
        (1, "198.51.100.9:4711", "198.51.100.9"),
        (1, "::ffff:198.51.100.9", "198.51.100.9"),
        (1, "fe80::9%eth0", "fe80::9"),
    ],
)
def test_trusted_hops_are_counted_from_the_right(settings, proxies, forwarded, client):
    settings.TRUSTED_PROXIES = proxies
    assert address("192.0.2.1", forwarded) == client
    assert address("", forwarded) == client, "a Unix socket has no address"


@pytest.mark.parametrize(
    ("proxies", "forwarded"),
    [
        (1, None),
        (1, ""),
        (1, ","),
        (1, "198.51.100.9,"),
        (1, "198.51.100.9, unknown"),
        (1, "198.51.100.9, 300.1.1.1"),
        (1, "198.51.100.9, 1.2.3.4:"),
        (1, "198.51.100.9, [::1"),
        (1, "198.51.100.9, <script>"),
        (1, "198.51.100.9, 3232235777"),
        (2, "198.51.100.9"),
        (9, "198.51.100.9, 203.0.113.5"),
    ],
)
def test_a_header_that_makes_no_sense_or_is_too_short_leaves_the_peer(settings, proxies, forwarded):
    settings.TRUSTED_PROXIES = proxies
    assert address("192.0.2.1", forwarded) == "192.0.2.1"
    assert address("", forwarded) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_a_network_is_a_24_or_a_64(one, other, same):
    assert (network_of(ip_address(one)) == network_of(ip_address(other))) is same
