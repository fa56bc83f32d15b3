"""List of layers and modules in docs/architecture.md, made from pyproject.toml and the modules' docstrings.

`make docs` writes it. `feeds/tests/test_docs.py` fails when the document and the code differ.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- made by `make docs`: do not edit -->\n", "<!-- until here -->"
NOT_LISTED = {"tests", "migrations"}


def written(document: str) -> str:
    """The list that a text of the document has, between its two comments."""
    return document.partition(BEGIN)[2].partition(END)[0]


def listed() -> str:
    """The list as it should be: `feeds` in the order of its layers, then the two packages in site/."""
    layers = [name.strip() for layer in _layers() for name in layer.split("|")]
    packages = [f"feeds/{name}" for name in layers if name not in NOT_LISTED] + ["site/commentary", "site/serving"]
    return "\n".join(_section(package) for package in packages)


def _layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract["type"] == "layers")


def _section(name: str) -> str:
    """A package with its modules, or a module that is a layer by itself."""
    folder = ROOT / name
    if not folder.is_dir():
        return f"**`{name}.py`** {_first_sentence(ROOT / f'{name}.py')}\n"
    heading = f"**`{name}/`** {_first_sentence(folder / '__init__.py')}\n\n"
    return heading + "".join(f"- {line}\n" for line in _modules(folder))


def _modules(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.py")):
        if path.name != "__init__.py":
            yield f"`{path.relative_to(folder).as_posix()}` {_first_sentence(path)}"


def _first_sentence(path: Path) -> str:
    """First sentence of a module's docstring; of a command without one, its `help`."""
    tree = ast.parse(path.read_text())
    said = ast.get_docstring(tree) or _help(tree)
    paragraph = " ".join(said.partition("\n\n")[0].split())
    return re.split(r"(?<=\.) (?=[A-Z])", paragraph)[0]


def _help(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "help":
            return str(ast.literal_eval(node.value))
    return ""


def main() -> None:
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(before + BEGIN + listed() + END + rest.partition(END)[2])


if __name__ == "__main__":
    main()
