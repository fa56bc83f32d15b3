"""The state of a post is one field. No code asks the columns that told it together once."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from feeds.models import Entry, PostState

ROOT = Path(__file__).parents[4]
PLACE = "feeds/models/post/states.py"
"""The one file that may ask these columns."""
COLUMNS = {"removed_at", "hold_reason", "text"}
"""Columns of which others may use the value, but not ask whether there is one."""
QUERIES = {"filter", "exclude", "get", "Q", "When"}
AS_VALUES = ("gt", "gte", "lt", "lte", "contains", "icontains", "startswith")
IN_SQL = re.compile(r"\b(removed_at|hold_reason) (?:IS|=|<>|!=) ")
IN_TEMPLATES = re.compile(r"\b(?:post|entry|comment|each)\.(\w+)\b(?![|.])")


def places(source: str) -> Iterator[tuple[int, str]]:
    """Lines of a module that ask one of the columns for a state, each with the column."""
    for node in ast.walk(ast.parse(source)):
        found = [(each.lineno, each.attr) for each in conditions(node) if isinstance(each, ast.Attribute)]
        found += conditions_of_a_query(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [(node.lineno, name) for name in IN_SQL.findall(node.value)]
        yield from ((line, name) for line, name in found if name in COLUMNS)


def conditions(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions that this node asks for nothing but whether they are true, or equal to something."""
    match node:
        case ast.BoolOp():
            yield from node.values
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.If() | ast.IfExp() | ast.While() | ast.Assert():
            yield node.test
        case ast.comprehension():
            yield from node.ifs
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot()]):
            yield from (node.left, *node.comparators)
        case ast.Call(func=ast.Name(id="bool" | "any" | "all"), args=[ast.GeneratorExp(elt=asked) | asked]):
            yield asked
        case ast.Lambda():
            yield node.body


def conditions_of_a_query(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines and columns that a query compares with nothing: `removed_at=None`, `text=""`, `removed_at__isnull=True`."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        asked = [(each.arg or "", each.value) for each in node.keywords if called in QUERIES]
    elif isinstance(node, ast.Dict):
        parts = [(last_part(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        asked = [(name, value) for name, value in parts if "removed_at" in name]  # others are empty in new rows
    else:
        return
    for name, value in asked:
        *path, lookup = ["", *name.split("__")]
        is_nothing = isinstance(value, ast.Constant) and value.value in {None, ""}
        column = path[-1] if lookup in {"isnull", "exact"} else lookup
        if lookup not in AS_VALUES and (is_nothing or lookup == "isnull"):
            yield value.lineno, column


def last_part(key: ast.expr | None) -> str:
    """The name that a key of a dictionary ends with, for `f"{parent}__removed_at"` as well."""
    last = key.values[-1] if isinstance(key, ast.JoinedStr) else key
    return str(last.value) if isinstance(last, ast.Constant) else ""


def places_in_a_template(source: str) -> Iterator[tuple[int, str]]:
    """The same for a template."""
    for number, line in enumerate(source.splitlines(), 1):
        for condition in re.findall(r"{% *(?:el)?if ([^%]*)%}", line):
            yield from ((number, name) for name in IN_TEMPLATES.findall(condition) if name in COLUMNS)


def askers() -> Iterator[str]:
    """Everything that asks a column for the state of a post where the state itself can be asked."""
    modules = [*(ROOT / "feeds").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    found = [(path, places) for path in modules if not {"migrations", "tests"} & {*path.parts}]
    found += [(path, places_in_a_template) for path in (ROOT / "templates").rglob("*.*")]
    for path, ask in sorted(found):
        name = path.relative_to(ROOT).as_posix()
        for line, column in ask(path.read_text()):
            if name != PLACE:
                yield f"{name}:{line} asks {column}"


def test_nothing_but_the_state_is_asked_for_the_state_of_a_post():
    assert [*askers()] == [], "ask post.state, post.is_shown or a queryset's name instead"


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("if post.removed_at: pass", "removed_at"),
        ("shown = [post for post in posts if not post.removed_at]", "removed_at"),
        ("is_shown = post.removed_at is None", "removed_at"),
        ("gone = bool(post.removed_at)", "removed_at"),
        ("gone = any(post.removed_at for post in posts)", "removed_at"),
        ("erased = not post.is_shown and post.text == ''", "text"),
        ("may = post.text and not post.is_held", "text"),
        ("was_held = post.hold_reason or post.is_held", "hold_reason"),
        ("Entry.objects.filter(removed_at=None)", "removed_at"),
        ("Entry.objects.exclude(removed_at__isnull=True)", "removed_at"),
        ("Comment.objects.filter(entry__removed_at=None)", "removed_at"),
        ("Comment.objects.filter(**{f'{parent}__removed_at': None})", "removed_at"),
        ("posts.exclude(text='')", "text"),
        ("cursor.execute('SELECT 1 FROM feeds_entry WHERE removed_at IS NULL')", "removed_at"),
    ],
)
def test_whoever_asks_a_column_instead_is_found(source, column):
    assert [*places(source)] == [(1, column)]


def test_a_column_may_be_used_as_what_it_is():
    source = dedent(
        """
        times = {"removed_at": _time(post.removed_at)}
        posts.filter(removed_at__gt=since).order_by("-removed_at")
        said = post.hold_reason if post.state == PostState.WAITING else ""
        posts.filter(text=text)
        """
    )
    assert [*places(source)] == []
    assert [*places_in_a_template('{% if post.text|length > 80 %}{{ post.removed_at|date:"c" }}{% endif %}')] == []
    found = [*places_in_a_template("{% if a %}\n{% elif post.removed_at and b %}{% endif %}")]
    assert found == [(2, "removed_at")]


@pytest.mark.parametrize("kind", ["entry", "comment"])
def test_a_post_goes_from_state_to_state_and_keeps_the_time_at_which_it_left_the_page(event, olga, kind):
    entry = event.publish("Olga", "Welcome", user=olga)
    add = {"entry": event.publish, "comment": entry.comment}[kind]
    post = add("Rita", "Hello", visitor="r" * 32, hold="Every post waits in this event.")
    steps = [
        (lambda: None, "waiting"),
        (lambda: post.reject(by=olga), "rejected"),
        (lambda: post.hold_again(by=olga), "waiting"),
        (lambda: post.approve(by=olga), "shown"),
        (lambda: post.retract(by=olga), "removed"),
        (lambda: post.restore(by=olga), "shown"),
        (lambda: event.remove_all_by(post, by=olga), "removed"),
        (lambda: post.retract(by=olga, erase=True), "erased"),
    ]
    removed_at = None
    for step, state in steps:
        step()
        post.refresh_from_db()
        assert post.state == state
        assert bool(post.removed_at) is (state != "shown")
        if removed_at and post.removed_at:
            assert post.removed_at == removed_at
        removed_at = post.removed_at


@pytest.mark.parametrize("state", PostState)
def test_the_database_refuses_a_state_without_its_time(event, state):
    post = event.publish("Rita", "Hello")
    wrong = None if state != PostState.SHOWN else timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=post.pk).update(state=state, removed_at=wrong)
    Entry.objects.filter(pk=post.pk).update(**state.fields(timezone.now()))
