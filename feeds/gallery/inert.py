"""Inert HTML: a state of the gallery looks as it does for readers, and nothing in it leads to real data."""

import re

from feeds.gallery.tried_templates import TAG

NOWHERE = "#nowhere"
"""Address of whatever would lead elsewhere: links stay links, and stay on the page."""
ALLOWED = ("#", "/static/", "/accent/", "/design/")
"""Beginnings of the addresses that states may have: parts of the page, files, and the gallery itself."""
_TAG = re.compile(f"<{TAG}")
_ADDRESS = re.compile(
    r"""\s(?P<name>href|src|srcset|action|formaction|poster|data|ping|content|hx-(?:get|post|put|patch|delete|action)
            |hx-ws:connect|hx-sse:connect|hx-push-url|hx-replace-url)\s*=\s*(?P<value>"[^"]*"|'[^']*')""",
    re.VERBOSE,
)


def inert(html: str) -> str:
    """The same HTML without addresses of real data. What a browser would load by itself has no address at all."""
    return _TAG.sub(lambda tag: _ADDRESS.sub(lambda each: _instead(tag[0], each), tag[0]), html)


def _instead(tag: str, address: re.Match[str]) -> str:
    name, value = address["name"], address["value"][1:-1].strip()
    if name == "content":
        return "" if "http-equiv" in tag else address[0]
    if value.startswith(ALLOWED) or (name.startswith("hx-") and value in {"true", "false", ""}):
        return address[0]
    loads = tag.startswith("<link") or name in {"src", "srcset", "poster", "data", "ping"}
    return "" if loads else f' {name}="{NOWHERE}"'
