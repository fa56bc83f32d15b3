"""Admission of connections, counted by address."""

import logging

import pytest

from serving.addresses import key_of
from serving.admission import FOR_FILES, FOR_PAGES, Admission, readers_for


class Connection:
    def __init__(self, spare=0):
        self.spare, self.ended = spare, False

    def make_way(self):
        self.ended = True
        self.spare = 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("nonsense", "nonsense", True),
        ("", "nonsense", False),
    ],
)
def test_an_address_counts_by_itself_and_of_ipv6_the_network_of_a_subscriber(one, other, same):
    assert (key_of(one) == key_of(other)) is same


def test_an_address_has_so_many_connections_and_a_part_of_them_is_for_pages():
    admission, pages = Admission(per_address=10), [Connection() for _ in range(10)]
    assert all(admission.enters("a", page) for page in pages)
    assert not admission.enters("a", Connection())
    assert admission.enters("b", Connection())
    became = [admission.becomes_socket("a", page, 0) for page in pages]
    assert became == [True] * 8 + [False] * 2
    admission.socket_leaves("a")
    assert admission.becomes_socket("a", pages[8], 0)


def test_the_least_needed_connection_makes_way():
    admission = Admission(per_address=3)
    answered, begun, unused = Connection(0), Connection(1), Connection(2)
    for page in (answered, begun, unused):
        assert admission.enters("a", page)
    for gone in (unused, begun):
        assert admission.enters("a", Connection(0))
        assert gone.ended
        admission.leaves("a", gone)
    assert not admission.enters("a", Connection())
    assert not answered.ended


def test_nothing_is_remembered_of_who_has_left():
    admission = Admission(per_address=10)
    for number in range(100):
        page = Connection()
        admission.enters(str(number), page)
        if number % 2:
            admission.becomes_socket(str(number), page, 0)
            admission.socket_leaves(str(number))
        else:
            admission.leaves(str(number), page)
    admission.leaves("nobody", Connection())
    admission.socket_leaves(None)
    assert admission.guests == {}


def test_without_limits_everybody_gets_in():
    admission = Admission()
    pages = [Connection() for _ in range(100)]
    assert all(admission.enters("a", page) and admission.becomes_socket("a", page, 10**6) for page in pages)
    assert admission.has_room(10**6, pages)


def test_sockets_leave_descriptors_to_pages_and_pages_to_files(caplog):
    admission = Admission(descriptors=1000)
    for_sockets, for_pages = 1000 - FOR_PAGES - FOR_FILES, 1000 - FOR_FILES
    assert admission.becomes_socket("a", Connection(), for_sockets - 1)
    assert admission.has_room(for_pages - 1, [])
    with caplog.at_level(logging.WARNING):
        assert not admission.becomes_socket("a", Connection(), for_sockets)
        assert not admission.has_room(for_pages, [Connection(0)])
        assert not admission.has_room(for_pages, [])
    assert [record.message.startswith("All 1000 descriptors") for record in caplog.records] == [True]
    unused = [Connection(2) for _ in range(5)]
    assert admission.has_room(for_pages + 2, unused)
    assert [page.ended for page in unused] == [True] * 3 + [False] * 2, "as many as there are too many"


def test_an_operator_is_told_a_round_number_of_readers():
    assert readers_for(0) == readers_for(40) == 0
    assert 700 <= readers_for(1024) <= 890
    assert readers_for(1024, processes=3) == pytest.approx(3 * readers_for(1024), rel=0.1)
