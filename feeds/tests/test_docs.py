"""The documents say what is so: links lead somewhere, paths exist, and lists are those of the code."""

import ast
import re
import runpy
import tomllib
from functools import cache
from pathlib import Path

import polib
import pytest
from django.utils.text import slugify

from commentary import environment
from feeds.templatetags.commentary import register

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")] + sorted(ROOT.glob("docs/*.md"))
modules = runpy.run_path(str(ROOT / "docs" / "list_modules.py"))
names = runpy.run_path(str(ROOT / "docs" / "list_names.py"))
PATH = re.compile(r"\.?[\w-]+(/[\w.-]+)*/|[\w./-]+\.(md|py|html|css|toml|txt|svg|png|sql|yml|yaml)")
MADE_UP = {"my-theme/", "themes/match-day/", "logo.svg", "theme.toml", "locale/en/"}
LEFT_BY_A_STORY = re.compile(r"cursors\.txt|1-anna-[\w-]+\.\w+")


def by_name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def prose(document: Path) -> str:
    """The text without what is in fences."""
    return re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(document: Path) -> set[str]:
    """Ends of links to the headings of this document."""
    return {slugify(heading, allow_unicode=True) for heading in re.findall(r"^#+ (.*)$", prose(document), re.MULTILINE)}


@cache
def files() -> list[str]:
    """Paths of all files of the project, with a slash in front."""
    skipped = {".git", ".venv", "var", "__pycache__"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return [f"/{path}" + "/" * (ROOT / path).is_dir() for path in found if not skipped & set(path.parts)]


def is_there(path: str) -> bool:
    """Whether a file or folder has this path, or one that ends in it: documents leave out what is plain."""
    ignored = (ROOT / ".gitignore").read_text().split()
    made_up = path in MADE_UP or LEFT_BY_A_STORY.fullmatch(path)
    made_later = any(f"/{path}".startswith(folder) for folder in ignored if folder[0] == "/")
    return bool(made_up or made_later) or any(each.endswith(f"/{path}") for each in files())


@pytest.mark.parametrize("document", [each for each in DOCUMENTS if each.exists()], ids=by_name)
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)", prose(document))
    assert links or document.name not in {"README.md", "CONTRIBUTING.md"}
    for address, heading in links:
        target = (document.parent / address).resolve() if address else document
        assert target.exists(), f"{by_name(document)} links to {address}, which is not there"
        if heading:
            assert heading in anchors(target), f"{by_name(document)}: {address} has no heading #{heading}"


@pytest.mark.parametrize("document", [each for each in DOCUMENTS if each.exists()], ids=by_name)
def test_every_path_that_is_named_exists(document: Path) -> None:
    named = [each for each in re.findall(r"`([^`\n]+)`", prose(document)) if PATH.fullmatch(each)]
    missing = [path for path in named if path[0] != "/" and not is_there(path)]
    assert not missing, f"{by_name(document)} names what is not there: {missing}"


def test_a_path_that_does_not_exist_is_missed() -> None:
    assert is_there("feeds/live/hub.py")
    assert is_there("partials/entry/entry.html")
    assert not is_there("feeds/rooms.py")
    assert not is_there("feeds/design/")


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 130


def test_the_list_of_modules_is_that_of_the_code() -> None:
    written = modules["written"](modules["DOCUMENT"].read_text())
    assert written == modules["listed"](), "Run `make docs`, and commit docs/architecture.md."


def test_the_lists_of_filters_and_fields_are_those_of_the_code() -> None:
    written = names["written"](names["DOCUMENT"].read_text())
    assert written == names["listed"](register.filters), "Run `make docs`, and commit docs/designers.md."
    assert r"| `{{ name\|initial }}` | The letter or digit that stands for a name" in written


def test_every_module_says_what_it_is_for() -> None:
    silent = [line for line in modules["listed"]().splitlines() if re.fullmatch(r"\W*`[^`]+`\W*", line)]
    assert not silent, f"Give these a docstring: {silent}"


def test_the_settings_that_operators_are_told_of_are_those_that_there_are() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == {name for name in environment.NAMES if not name.endswith("_FILE")}


PROTOCOL = ROOT / "docs" / "protocol.md"


def test_every_element_of_the_protocol_is_in_a_template() -> None:
    templates = "".join(path.read_text() for path in ROOT.glob("templates/**/*.html"))
    named = {
        each for code in re.findall(r"`([^`\n]+)`", PROTOCOL.read_text()) for each in re.findall(r"#([a-z]+)", code)
    }
    assert {"cursor", "socket", "heartbeat"} <= named
    of_posts = {"entry", "comment", "final"}
    assert [each for each in sorted(named - of_posts) if not re.search(rf'(?:id="|#){each}\b', templates)] == []


@pytest.mark.parametrize(
    ("words", "constant", "value"),
    [
        ("at most 16 KiB", "MESSAGE_LIMIT", 16 * 1024),
        ("After 3 s without it", "GRACE", 3),
        ("more than 20 messages in 5 s, or more than 200", "MESSAGES", 20),
        ("more than 20 messages in 5 s, or more than 200", "TYPING", 200),
        ("at most 200 changes", "FRAME", 200),
        ("more than 500 changes behind", "RESET", 500),
        ("its last 64 epochs", "EPOCHS", 64),
        ("Every 15 s", "HEARTBEAT", 15),
        ("at most every 10 s", "APART", 10),
        ("| seconds between comparisons of all rooms with the database | 2 |", "TICK", 2),
        ("| seconds that such a reader has | 60 |", "PATIENCE", 60),
        ("acknowledges nothing | 90 |", "UNACKNOWLEDGED_SECONDS", 90),
        ("the first 25 entries", "FIRST", 25),
        ("may keep it\nfor 30 s", "KEPT_BY_CACHES", 30),
    ],
)
def test_numbers_of_the_protocol_are_those_of_the_code(words: str, constant: str, value: float) -> None:
    assert words in PROTOCOL.read_text()
    assert value in assigned(constant)


@cache
def constants() -> dict[str, set[float]]:
    """Numbers that modules of the product give to names in capitals, by name."""
    found: dict[str, set[float]] = {}
    for path in [*ROOT.glob("feeds/**/*.py"), *ROOT.glob("site/**/*.py")]:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign):
                names, values = parts(node.targets[0]), parts(node.value)
                for name, value in zip(names, values, strict=False):
                    if isinstance(name, ast.Name) and isinstance(number := evaluated(value), int | float):
                        found.setdefault(name.id, set()).add(number)
    return found


def parts(node: ast.expr) -> list[ast.expr]:
    """The parts between the commas."""
    return node.elts if isinstance(node, ast.Tuple) else [node]


def evaluated(node: ast.expr) -> object:
    """Value of an expression of numbers, such as 16 * 1024; None for anything else."""
    if any(not isinstance(each, ast.BinOp | ast.Constant | ast.operator) for each in ast.walk(node)):
        return None
    return eval(ast.unparse(node), {"__builtins__": {}})


def assigned(constant: str) -> set[float]:
    """Numbers that the code has under this name; modules may move, the name stays."""
    assert constant in constants(), f"{constant} has another name now: correct docs/protocol.md and this test"
    return constants()[constant]


def pinned(*tables: str) -> dict[str, str]:
    """Names and versions of the packages that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {"run": project["project"]["dependencies"], **project["dependency-groups"]}
    pairs = (each.split("==") for table in tables for each in asked[table])
    return {re.sub(r"\[.*", "", name).lower().replace(".", "-"): version for name, version in pairs}


def locked(name: str) -> dict[str, str]:
    """Names and versions of the packages in a lock file, each with its hashes."""
    found = re.findall(r"^([\w.-]+)==(\S+)[^\n]*\\\n +--hash", (ROOT / name).read_text(), re.MULTILINE)
    return dict(found)


def test_dependencies_say_why_they_are_here() -> None:
    cells = re.findall(r"^\| ([\w, .()-]+) \|", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE)
    named = {name.split()[0].lower().replace(".", "-") for cell in cells for name in cell.split(",")}
    assert named - {"package"} == set(pinned("run", "test", "mutants"))


def test_the_locks_have_every_dependency_in_its_version() -> None:
    assert pinned("run").items() <= locked("requirements.txt").items(), "Run `make lock`."
    assert pinned("test").items() <= locked("requirements-test.txt").items(), "Run `make lock`."


def test_both_locks_agree() -> None:
    run, test = locked("requirements.txt"), locked("requirements-test.txt")
    assert {name: (run[name], test[name]) for name in run.keys() & test.keys() if run[name] != test[name]} == {}


def test_the_changelog_has_the_version_and_its_day() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d", headings[1])


def test_words_of_the_interface_are_quoted_as_they_are() -> None:
    catalog = {entry.msgid for entry in polib.pofile(str(ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"))}
    text = re.sub(r"\*\*.*?\*\*", "", (ROOT / "docs" / "hosts.md").read_text(), flags=re.DOTALL)
    quoted = {" ".join(each.split()) for each in re.findall(r"(?<!\*)\*([^*\n]+(?:\n[^*\n]+)?)\*(?!\*)", text)}
    assert quoted - {"italics"} <= catalog
