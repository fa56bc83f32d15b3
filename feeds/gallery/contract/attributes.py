"""Attributes that browsers ignore or pages forbid, and those that htmx does not know."""

import re
from collections.abc import Iterator

from feeds.gallery.contract import htmx
from feeds.gallery.contract.elements import Element, Fault

ELSEWHERE = re.compile(r"\s*(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)")
_LOADS = {"src", "srcset", "poster", "data", "background"}
_SENDS = {"action", "formaction", *(f"hx-{name}" for name in htmx.SENDS)}
_HANDLER = re.compile(r"on[a-z]+")
_FORBIDDEN = {"object", "embed", "video", "audio", "applet"}


def faults(element: Element) -> Iterator[Fault]:
    """Faults of the attributes of an element."""
    for said in (*_of_element(element), *_of_attributes(element)):
        yield Fault(element.start, said)


def _of_element(element: Element) -> Iterator[str]:
    tag, given = element.tag, element.attributes
    if tag == "img" and "alt" not in given:
        yield 'the <img> has no alt. Add alt="…", what it shows, or alt="" if it only decorates.'
    if tag == "style":
        yield "pages forbid <style>. Put its rules into theme.css."
    if tag == "script" and "src" not in given and "json" not in given.get("type", ""):
        yield "pages forbid scripts in the page. Remove it."
    if tag == "iframe" and "preview" not in element.classes():
        yield "pages forbid <iframe>, but for the preview on the page to share an event. Remove it."
    if tag in _FORBIDDEN:
        yield f"pages forbid <{tag}>. Remove it, or link to what it shows."
    named = given.get("rel") in {"canonical", "alternate"}  # which browsers do not load
    if tag == "link" and not named and ELSEWHERE.match(given.get("href", "")):
        yield _elsewhere("href", given["href"])
    if tag in {"a", "area"} and given.get("href", "").strip().lower().startswith("javascript:"):
        yield "pages forbid scripts in a link. Give it an address."


def _of_attributes(element: Element) -> Iterator[str]:
    for name, value in element.attributes.items():
        if name == "style":
            yield f"pages forbid style=“{value}”. Give it a class, and put the rule into theme.css."
        elif _HANDLER.fullmatch(name) or name.startswith("hx-on"):
            yield f"pages forbid scripts, and so {name}. Remove it; hx-trigger can say when something is asked for."
        elif name in _LOADS and any(ELSEWHERE.match(part) for part in value.split(",")):
            yield _elsewhere(name, value)
        elif name in _SENDS and ELSEWHERE.match(value):
            yield f"{name}=“{value}” leads to another server, which pages forbid. Use {{% url %}}."
        elif name.startswith("hx-") and (said := htmx.wrong_name(name) or htmx.wrong_value(name, value)):
            yield said


def _elsewhere(name: str, value: str) -> str:
    cure = "Put the file into the theme's folder, and write {% static 'its-name' %}."
    return f"{name}=“{value[:80]}” is on another server, and pages forbid to load that. {cure}"
