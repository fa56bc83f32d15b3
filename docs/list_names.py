"""Lists of filters and fields for templates in docs/designers.md, made from the code and from our own templates.

`make docs` writes them. `feeds/tests/test_docs.py` fails when the document and the code differ.
"""

import inspect
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "designers.md"
BEGIN, END = "<!-- names, made by `make docs`: do not edit -->\n", "<!-- until here -->"
NAMED = {"event": ("event",), "post, entry or comment": ("post", "entry", "comment"), "site": ("site",)}
"""Names that templates give to what they show, by the row of the list."""


def written(document: str) -> str:
    """The lists that a text of the document has, between its two comments."""
    return document.partition(BEGIN)[2].partition(END)[0]


def listed(filters: dict[str, Callable[..., Any]]) -> str:
    """The lists as they should be: what each filter does, and the fields that our templates show."""
    rows = "".join(f"| `{_use(name, each)}` | {_first_sentence(each)} |\n" for name, each in sorted(filters.items()))
    return f"| filter | what it gives |\n|---|---|\n{rows}\n| of | fields |\n|---|---|\n{_fields()}"


def _use(name: str, function: Callable[..., Any]) -> str:
    """The use of a filter in a template, with the names of its parameters."""
    given, *more = inspect.signature(function).parameters
    return f"{{{{ {given}|{name}{''.join(f':{each}' for each in more)} }}}}".replace("|", "\\|")


def _first_sentence(function: Callable[..., Any]) -> str:
    paragraph = " ".join((function.__doc__ or "").partition("\n\n")[0].split())
    return re.split(r"(?<=\.) (?=[A-Z])", paragraph)[0]


def _fields() -> str:
    texts = "".join(path.read_text() for path in sorted(ROOT.glob("templates/**/*.html")))
    code = re.sub(r"\"[^\"]*\"|'[^']*'", "", " ".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", texts)))
    rows = []
    for shown, names in NAMED.items():
        found = {each for name in names for each in re.findall(rf"(?<![\w.]){name}\.([a-z]\w*)", code)}
        rows.append(f"| {shown} | {', '.join(f'`{each}`' for each in sorted(found))} |\n")
    return "".join(rows)


def main() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentary.settings")
    import django  # noqa: PLC0415  (after the path is set)

    django.setup()
    from feeds.templatetags.commentary import register  # noqa: PLC0415  (after the set-up)

    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(before + BEGIN + listed(register.filters) + END + rest.partition(END)[2])


if __name__ == "__main__":
    main()
