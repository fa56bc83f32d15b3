"""The attributes of htmx, as django-htmx ships it: their names, and what may stand in them.

A test compares the lists with the files of htmx.
"""

import re
from collections.abc import Callable, Iterator

from feeds.gallery.contract.wording import did_you_mean

NAMES = {
    *("action", "boost", "config", "confirm", "delete", "disable", "encoding", "get", "headers", "history-elt"),
    *("ignore", "include", "indicator", "method", "morph-skip", "morph-skip-children", "on", "patch", "post"),
    *("preserve", "push-url", "put", "replace-url", "select", "select-oob", "status", "swap", "swap-oob", "sync"),
    *("target", "trigger", "validate", "vals", "ws"),
}
"""Names of attributes, after “hx-” and before any “:”."""
SENDS = ("get", "post", "put", "patch", "delete", "action")
STYLES = {
    *("innerHTML", "outerHTML", "textContent", "outerSync", "innerMorph", "outerMorph", "beforebegin", "afterbegin"),
    *("beforeend", "afterend", "delete", "none", "before", "after", "prepend", "append", "upsert"),
}
"""Ways to swap."""
SWAP = {
    *("swap", "settle", "transition", "scroll", "scrollTarget", "show", "showTarget", "focusScroll", "strip"),
    *("swapEmpty", "target"),
}
UPSERT = {"key", "sort", "prepend"}
"""Modifiers of a swap; those of an upsert are in its extension."""
TRIGGER = {
    *("once", "changed", "delay", "throttle", "from", "target", "consume", "prevent", "stop", "halt", "capture"),
    *("passive", "root", "rootMargin", "threshold"),
}
"""Modifiers of a trigger."""
_EVENTS = {
    *("click", "change", "submit", "input", "focus", "blur", "focusin", "focusout", "keydown", "keyup", "load"),
    *("intersect", "revealed", "every", "toggle", "scroll", "search", "reset", "online", "offline", "pageshow"),
    *("pagehide", "hashchange", "mouseenter", "mouseleave", "dblclick", "pointerdown", "pointerup"),
}
_STRATEGY = re.compile(r"drop|abort|replace|queue( (first|last|all))?")
_LOOK = ("closest", "find", "findAll", "next", "previous", "global")
_PAIR = re.compile(
    r"""(?:"([^"]+)"|'([^']+)'|([^\s,:]+))(?:\s*:\s*(?:"([^"]*)"|'([^']*)'|<((?:[^/]|/(?!>))+)/>|([^\s,]+)))?(?=\s|,|$)"""
)
_BETWEEN = re.compile(r"""(?:[^,"'(\[]|"[^"]*"|'[^']*'|\([^)]*\)|\[[^\]]*\])+""")


def wrong_name(name: str) -> str:
    """The fault in the name of an attribute that begins with “hx-”; "" for none."""
    stem, _, rest = name.removeprefix("hx-").partition(":")
    if stem not in NAMES:
        known = did_you_mean(name.partition(":")[0], (f"hx-{each}" for each in NAMES))
        return f"htmx knows no attribute {name}.{known or ' Remove it.'}"
    first, *suffixes = rest.split(":") if rest else [""]
    if stem == "status":
        if not re.fullmatch(r"[1-5](\d\d|\dx|xx)", first):
            return f"{name} names no status. Write a number such as hx-status:404, or hx-status:4xx."
    elif stem == "ws":
        if first not in {"connect", "send"}:
            return f"htmx knows no attribute {name}. Write hx-ws:connect or hx-ws:send."
    elif stem != "on" and first:
        suffixes = [first, *suffixes]
    wrong = next((each for each in suffixes if stem != "on" and each not in {"inherited", "append"}), "")
    return f"htmx does not know :{wrong} in {name}. Write :inherited, or leave it out." if wrong else ""


def wrong_value(name: str, value: str) -> str:
    """The fault in the value of an attribute of htmx; "" for none."""
    stem = name.removeprefix("hx-").partition(":")[0]
    check = _CHECKS.get(stem)
    said = next(check(value), "") if check else ""
    return f"{name}=“{value}”: {said}" if said else ""


def _swap(value: str) -> Iterator[str]:
    style, _, rest = value.strip().partition(" ")
    if ":" in style:
        style, rest = "", value
    yield from _style(style) if style else ()
    yield from _modifiers(rest, SWAP | UPSERT)


def _style(style: str) -> Iterator[str]:
    if style not in STYLES:
        yield f"htmx does not know how to swap “{style}”.{did_you_mean(style, STYLES)}"


def _modifiers(text: str, known: set[str]) -> Iterator[str]:
    for name, value in _pairs(text):
        if name not in known:
            yield f"htmx does not know the modifier “{name}”.{did_you_mean(name, known)}"
        if name in {"delay", "throttle", "swap", "settle"} and not _is_time(value):
            yield f"“{value}” is not a length of time. Write it like 300ms or 2s."


def _trigger(value: str) -> Iterator[str]:
    for spec in _BETWEEN.findall(value):
        event, _, rest = spec.strip().partition(" ")
        if "[" in event:
            yield "pages forbid scripts, and so a condition in [ ]. Remove it."
        if event == "every":
            interval, _, rest = rest.strip().partition(" ")
            if not _is_time(interval):
                yield f"“{interval}” is not a length of time. Write it like every 2s."
        elif event not in _EVENTS and (near := did_you_mean(event, _EVENTS)):
            yield f"“{event}” is not an event.{near}"
        yield from _modifiers(rest, TRIGGER)


def _sync(value: str) -> Iterator[str]:
    strategy = value.rpartition(":")[2].strip()
    if (":" in value or " " not in value) and not _STRATEGY.fullmatch(strategy):
        yield "htmx does not know what to do then. Write drop, abort, replace, queue first, queue last or queue all."


def _status(value: str) -> Iterator[str]:
    for name, given in _pairs(value):
        if name not in {"swap", "target", "select", "push", "replace", "transition"}:
            yield f"htmx does not know “{name}” there. Write swap, target, select, push or replace."
        if name == "swap":
            yield from _style(given)


def _selector(value: str) -> Iterator[str]:
    first, _, rest = value.strip().partition(" ")
    if rest and re.fullmatch(r"[a-zA-Z]+", first) and first not in _LOOK and (near := did_you_mean(first, _LOOK)):
        yield f"htmx does not know “{first}”.{near}"
    for opening, closing in ("()", "[]"):
        if value.count(opening) != value.count(closing):
            yield f"as many {opening} as {closing} must be in it."
    if not value.strip():
        yield "it is empty. Write what it is for, or remove the attribute."


def _boost(value: str) -> Iterator[str]:
    if value not in {"true", "false"} and ":" not in value:
        yield "write true or false, or modifiers such as push:false."


def _encoding(value: str) -> Iterator[str]:
    if value != "multipart/form-data":
        yield "write multipart/form-data, or remove the attribute."


def _no_script(value: str) -> Iterator[str]:
    if value.startswith(("js:", "javascript:")):
        yield "pages forbid scripts. Write the values themselves."


_CHECKS: dict[str, Callable[[str], Iterator[str]]] = {
    **{"swap": _swap, "trigger": _trigger, "sync": _sync, "status": _status, "boost": _boost, "encoding": _encoding},
    **dict.fromkeys(("target", "include", "indicator", "disable", "select"), _selector),
    **dict.fromkeys(("vals", "headers", "config"), _no_script),
}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names and values as htmx reads them, such as `swap:none show:top`."""
    for quoted, single, bare, *values in _PAIR.findall(text):
        yield quoted or single or bare, next((value for value in values if value), "true")


def _is_time(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.]+(ms|s|m)?", text))
