"""Faults to choose from, as cosmic-ray makes them, and a sample of them."""

import ast
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

TRIES = 20
"""Operators that are asked at a place before it is given up: where most of them change nothing that matters."""

BROKEN = "core/ExceptionReplacer"
"""It fails at `except (A, B.c)`, and puts in a name that the module does not have."""


@dataclass(frozen=True)
class Fault:
    path: str
    """Of the module, within the repository."""
    line: int
    text: str
    """The module with the fault in it."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def sample(root: Path, paths: Iterable[str], count: int, seed: int) -> list[Fault]:
    """Choose `count` places in these modules, the same ones for the same seed, and one fault for each.

    Each place counts once, however many operators there are for it: cosmic-ray has eleven for one `+`.
    """
    chance = random.Random(seed)
    places = [(path, place) for path in paths for place in _places((root / path).read_text())]
    chance.shuffle(places)
    found: list[Fault] = []
    for path, (start, variants) in places:
        if len(found) == count:
            break
        source = (root / path).read_text()
        chance.shuffle(variants)
        for operator, occurrence in variants[:TRIES]:
            text = mutate_code(source, operator, occurrence)
            if text is not None and _means_something_else(source, text):
                found.append(Fault(path, start[0], text))
                break
    return found


def _places(source: str) -> Iterator[tuple[tuple[int, int], list[tuple[object, int]]]]:
    """Places by line and column, each with the operators that change it and their count of occurrences until there."""
    nodes = list(ast_nodes(get_ast(source)))
    places: dict[tuple[int, int], list[tuple[object, int]]] = {}
    for name in sorted(cosmic_ray.plugins.operator_names()):
        kind = cosmic_ray.plugins.get_operator(name)
        if name == BROKEN or kind.arguments():
            continue
        operator = kind()
        starts = (start for node in nodes for start, _ in operator.mutation_positions(node))
        for occurrence, start in enumerate(starts):
            places.setdefault(start, []).append((operator, occurrence))
    yield from sorted(places.items(), key=lambda place: place[0])


def _means_something_else(source: str, text: str) -> bool:
    """Whether a fault can be compiled, and changes more than what only guards against careless callers."""
    try:
        return _unguarded(source) != _unguarded(text)
    except SyntaxError:
        return False


def _unguarded(source: str) -> str:
    """The code without notes of types, frozen classes, and the signs `*` and `/` between parameters."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
            node.defaults = [*node.defaults, *filter(None, node.kw_defaults)]
            node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        if isinstance(node, ast.Call):
            node.keywords = [each for each in node.keywords if each.arg not in {"frozen", "slots"}]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)
