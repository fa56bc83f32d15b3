"""CSS selectors, parsed: as much of them as frames use. Anything else fails."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

_NAME = r"-?[A-Za-z_][\w-]*"
_COMBINATOR = re.compile(r"\s*([>~+])\s*|\s+")
_WITH_BRACKETS = re.compile(r":(has|not|is)(?=\()")
_SIMPLE = re.compile(rf"(\*|{_NAME})|#({_NAME})|\.({_NAME})|\[({_NAME})=(?:({_NAME})|([\"'])(.*?)\6)\]")


@dataclass
class Compound:
    """One step of a selector, and its connection with the step before it."""

    combinator: str
    tag: str = ""
    id: str = ""
    classes: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    has: "list[Steps]" = field(default_factory=list)
    unless: "list[Steps]" = field(default_factory=list)
    one_of: "list[Alternatives]" = field(default_factory=list)
    empty: bool = False
    focused: bool = False


Steps = tuple[Compound, ...]
Alternatives = tuple[Steps, ...]


@lru_cache(maxsize=4096)
def selector(text: str) -> Alternatives:
    """Parse a list of selectors into its alternatives."""
    alternatives, rest = _alternatives(text.strip())
    assert not rest, f"not a selector: {text}"
    return alternatives


def _alternatives(text: str) -> tuple[Alternatives, str]:
    """The list of selectors at the start of this text, and the rest: "", or from the bracket that ends the list."""
    alternatives, rest = [], text
    while rest and not rest.startswith(")"):
        steps: list[Compound] = []
        while rest and not rest.startswith((",", ")")):
            step, rest = _compound(rest)
            steps.append(step)
        alternatives.append(tuple(steps))
        rest = rest[1:].strip() if rest.startswith(",") else rest
    assert alternatives, f"not a selector: {text}"
    assert all(alternatives), f"not a selector: {text}"
    return tuple(alternatives), rest


def _compound(text: str) -> tuple[Compound, str]:
    """The step at the start of this text, and the rest."""
    step = Compound(" ")
    if found := _COMBINATOR.match(text):
        step.combinator = found[1] or " "
        text = text[found.end() :]
    start = text
    while (rest := _condition(step, text)) != text:
        text = rest
    assert text != start, f"not a selector: {start}"
    return step, text.rstrip()


def _condition(step: Compound, text: str) -> str:
    """Take one condition from this text into `step`. Returns the rest, or the same text where none follows."""
    if found := _WITH_BRACKETS.match(text):
        return _bracketed(step, found[1], text)
    if text.startswith(":empty"):
        step.empty = True
        return text.removeprefix(":empty")
    for name in (":focus-within", ":user-valid"):  # who has typed somewhere has had the focus there
        if text.startswith(name):
            step.focused = True
            return text.removeprefix(name)
    if found := _SIMPLE.match(text):
        tag, identity, css_class, attribute, bare, _, quoted = found.groups()
        step.tag = tag or step.tag
        step.id = identity or step.id
        if css_class:
            step.classes.add(css_class)
        if attribute:
            step.attributes.append((attribute, bare or quoted or ""))
        return text[found.end() :]
    return text


def _bracketed(step: Compound, name: str, text: str) -> str:
    """Take the condition :has(…), :not(…) or :is(…). Returns the text behind its bracket."""
    inner, rest = _alternatives(text.partition("(")[2])
    assert rest.startswith(")"), f"not a selector: {text}"
    if name == "is":
        step.one_of.append(inner)
    elif name == "not":
        step.unless.extend(inner)
    else:
        assert len(inner) == 1, f"not a selector: {text}"
        step.has.extend(inner)
    return rest[1:]
