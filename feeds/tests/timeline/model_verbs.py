"""Verbs of the models that change an event: a history has a step for each."""

import inspect
import sys
from types import CodeType

from feeds import models


def names_in(code: CodeType) -> set[str]:
    inner = [names_in(each) for each in code.co_consts if isinstance(each, CodeType)]
    return set(code.co_names).union(*inner)


ABSTRACT = {"Protected": "Event", "Hosted": "Event", "Composing": "Event", "TakesPosts": "Event"}
ABSTRACT |= {"Life": "Event", "History": "Event"}
PARTS = {
    *("Entry.count", "Event.set_pinned", "Event.take_note_of", "Event.take_number", "Traces.erase"),
    *("Event.step_back", "Event.welcome", "Post.wait_again", "Event.end_lockdown"),
}
"""Functions that verbs call under the event's lock."""
BEGINNINGS = {"Event.take_in"}
"""Verbs from before the first page."""
INDIRECT = {"Act.undo", "Entry.publish_counts", "Event.review"}
"""Verbs that find what to call in a table or in a module, or call what queries have under the same name."""


def verbs() -> set[str]:
    """Public functions of the models that take a number of the event, themselves or by another one."""
    modules = [module for name, module in sys.modules.items() if name.startswith(models.__name__)]
    classes = {each for module in modules for _, each in inspect.getmembers(module, inspect.isclass)}
    functions = {
        f"{owner.__name__}.{name}": names_in(inspect.unwrap(function).__code__)
        for owner in classes
        if owner.__module__.startswith("feeds.models")
        for name, function in vars(owner).items()
        if inspect.isfunction(function)
    }
    taking = {"take_number", "change_together"}
    while more := {name.split(".")[1] for name, used in functions.items() if used & taking} - taking - {"count"}:
        taking |= more
    found = {name for name, used in functions.items() if used & taking and not name.split(".")[1].startswith("_")}
    found = {".".join([ABSTRACT.get(owner, owner), verb]) for owner, verb in (name.split(".") for name in found)}
    return (found | INDIRECT) - PARTS - BEGINNINGS
