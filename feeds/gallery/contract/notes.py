"""Notes of names: what came of each name that a template looked up, in all states in which it was rendered."""

from collections.abc import Iterator

from django.template import Template
from django.template.base import FilterExpression, Variable, VariableDoesNotExist
from django.template.context import BaseContext

from feeds.gallery.contract.parts import nodes


class Noted(Variable):
    """A name in a template that notes whether there was such a thing."""

    def __init__(self, of: Variable, line: int) -> None:
        for slot in ("var", "literal", "lookups", "translate", "message_context"):
            setattr(self, slot, getattr(of, slot))
        self.line = line
        self.names: tuple[str, ...] = tuple(of.lookups or ())
        self.found = False
        """Whether it had a value in some state."""
        self.lacking: tuple[str, object] | None = None
        """The part of it that was missing, and what it was looked for in: None stands for the context."""

    def _resolve_lookup(self, context: BaseContext) -> object:
        try:
            value = super()._resolve_lookup(context)  # type: ignore[misc]
        except VariableDoesNotExist as error:
            params: tuple[object, ...] = error.params
            self._note(str(params[0]), params[1])
            raise
        self.found = True
        return value

    def _note(self, name: str, within: object) -> None:
        if isinstance(within, BaseContext):
            self.lacking = name, None
        elif within is None or within == "" or (isinstance(within, dict) and "counter0" not in within):
            self.found = True  # nothing to look in, or anything may be in it
        else:
            self.lacking = name, within


def take_notes(template: Template) -> None:
    """Lets every name in a compiled template take notes, once."""
    for expression, line in nodes(template.nodelist, FilterExpression):
        if isinstance(expression.var, Variable) and not isinstance(expression.var, Noted):
            expression.var = Noted(expression.var, line)
        for _, arguments in expression.filters:
            for at, (is_name, argument) in enumerate(arguments):
                if is_name and not isinstance(argument, Noted):
                    arguments[at] = is_name, Noted(argument, line)


def noted(template: Template) -> Iterator[Noted]:
    """All names in a template that `take_notes` has seen."""
    return (name for name, _ in nodes(template.nodelist, Noted) if name.names)
