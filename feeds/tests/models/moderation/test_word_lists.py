"""Lists of blocked words and networks: checked line by line."""

import re

import pytest
from django.core.exceptions import ValidationError

from feeds.tests.helpers import FORM, fetch


def wrong(response):
    return re.findall(r'<p class="error" id="[^"]*">(.*?)</p>', response.content.decode())


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        (
            "blocked_words",
            "\n\nfine\n.",
            "Line 4, “.”, has no letter, digit or symbol. Remove it.",
        ),
        ("blocked_words", "a\n\u200b.\u200b", None),
        ("blocked_words", "w" * 61, f"Line 1, “{'w' * 20}…”, is longer than 60 characters. Shorten it."),
        (
            "blocked_networks",
            "\n203.0.113.0/24\n203.0.113.300",
            "Line 3, “203.0.113.300”, is not a network. Write one such as 203.0.113.0/24 or 2001:db8::/32.",
        ),
        (
            "blocked_networks",
            "10.0.0.0/8 192.0.2.0/24",
            "Line 1, “10.0.0.0/8 192.0.2.0/24”, is not a network. Write one such as 203.0.113.0/24 or 2001:db8::/32.",
        ),
        (
            "blocked_networks",
            "<b>",
            "Line 1, “&lt;b&gt;”, is not a network. Write one such as 203.0.113.0/24 or 2001:db8::/32.",
        ),
        (
            "blocked_networks",
            "::/0",
            "Line 1, “::/0”, would block everybody. To close posting, choose “Closed” above.",
        ),
    ],
)
def test_a_list_with_a_bad_line_is_refused_and_the_line_named(event, as_hugo, field, value, error):
    response = as_hugo.post("/events/match/settings/", FORM | {"slug": "match", field: value})
    assert response.status_code == 422
    assert len(wrong(response)) == 1
    assert error is None or wrong(response) == [error]
    assert value.strip().splitlines()[-1].replace("<b>", "&lt;b&gt;") in response.content.decode()
    event.refresh_from_db()
    assert (event.blocked_words, event.blocked_networks, event.title) == ("", "", "Match")


def test_lists_are_kept_one_a_line(event, as_hugo):
    lists = {
        "blocked_words": " Spam \r\n\r\ncheap watches\r\nSpam\r\n🍆",
        "blocked_networks": "203.0.113.7/24\r\n 2001:db8::/32\r\n198.51.100.7\r\n203.0.113.0/24",
    }
    assert as_hugo.post("/events/match/settings/", FORM | {"slug": "match"} | lists).status_code == 302
    event.refresh_from_db()
    assert event.blocked_words == "Spam\ncheap watches\n🍆"
    assert event.blocked_networks == "203.0.113.0/24\n2001:db8::/32\n198.51.100.7/32"
    page = fetch(as_hugo, "/events/match/settings/")
    assert "<h2>Moderation</h2>" in page
    assert "cheap watches\n🍆</textarea>" in page


def test_the_admin_checks_the_lists_too(event):
    for field in ("blocked_words", "blocked_networks"):
        setattr(event, field, "fine\n%")
        with pytest.raises(ValidationError, match="Line ") as refused:
            event.full_clean()
        assert list(refused.value.message_dict) == [field]
        setattr(event, field, "")


def test_lists_are_nobodys_business_but_the_hosts(event, paul, as_sam):
    event.configure(blocked_words="secretword", blocked_networks="203.0.113.0/24")
    for client in (paul, as_sam):
        for path in ("", "settings/", "changes/?after=e1-0"):
            found = client.get(f"/events/match/{path}").content.decode()
            assert ("secretword" in found, "203.0.113" in found) == (False, False)
