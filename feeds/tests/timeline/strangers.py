"""Browsers that send hostile headers and cookies, and emptying what a process keeps for others."""

from contextlib import contextmanager

from django.conf import settings
from django.test import Client
from django.urls import get_script_prefix, set_script_prefix

from feeds.access.visitors import COOKIE
from feeds.outlets import linked_data, syndication
from feeds.timeline import cache
from feeds.views.pages import ORDER_COOKIE

KEEPERS = (cache.pages, cache.kept_frames, cache.lists, linked_data.updates, syndication.kept)
"""Everything rendered that is kept for the next request."""
HOSTILE = {
    "another host": {"headers": {"Host": "127.0.0.1"}},
    "forwarded": {
        "headers": {
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Port": "1",
            "X-Forwarded-Prefix": "/evil",
            "X-Forwarded-For": "192.0.2.7",
            "Forwarded": "host=evil.example;proto=https",
            "X-Original-URL": "/evil/",
            "X-Rewrite-URL": "/evil/",
        }
    },
    "script name": {
        "headers": {"X-Script-Name": "/evil", "Daphne-Root-Path": "http://evil.example"},
        "prefix": "http://evil.example/",
    },
    "language": {"headers": {"Accept-Language": "de"}},
    "odd language": {"headers": {"Accept-Language": "zz-evil;q=1, *"}},
    "language chosen": {"cookies": {settings.LANGUAGE_COOKIE_NAME: "de"}},
    "cookies": {
        "cookies": {
            ORDER_COOKIE: "evil",
            COOKIE: "evil",
            settings.CSRF_COOKIE_NAME: "e" * 32,
            settings.LANGUAGE_COOKIE_NAME: "evil",
            "evil": "evil",
        }
    },
    "order chosen": {"cookies": {ORDER_COOKIE: "oldest"}},
    "referer": {"headers": {"Referer": "http://evil.example/", "Origin": "http://evil.example", "User-Agent": "evil"}},
    "conditional": {"headers": {"If-None-Match": "evil", "Range": "bytes=0-3", "Cache-Control": "no-cache"}},
}


@contextmanager
def somebody(how):
    """A browser without cookies, but for what is hostile in it."""
    client, prefix = Client(headers=how.get("headers", {})), get_script_prefix()
    for name, value in how.get("cookies", {}).items():
        client.cookies[name] = value
    set_script_prefix(how.get("prefix", "/"))
    try:
        yield client
    finally:
        set_script_prefix(prefix)


def forget():
    for each in KEEPERS:
        each.clear()
