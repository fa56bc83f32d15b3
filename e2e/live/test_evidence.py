"""Evidence of a failed story: everything that it takes to find the cause."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from e2e.deployment import ROOT
from e2e.patience import HANGING

STORY = "e2e/stories/fails_on_purpose.py"
PEOPLE = ("1-paul", "2-mia")


def told(story: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """The story, told in a run of its own with these options."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "--deployment=one_process", *options, f"{STORY}::{story}"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=5 * HANGING,
        check=False,
    )


def test_a_story_that_passes_leaves_what_the_options_of_playwright_ask_for(tmp_path: Path) -> None:
    report, page = tmp_path / "report.xml", tmp_path / "report.html"
    options = ["--screenshot=on", "--tracing=on", "--video=on", f"--junitxml={report}", f"--html={page}"]
    done = told("test_a_story_that_passes", f"--output={tmp_path / 'kept'}", *options)
    assert done.returncode == 0, done.stdout
    (folder,) = (tmp_path / "kept").iterdir()
    kept = {f"{name}-{kind}" for name in PEOPLE for kind in ("tab-1.png", "tab-1-video.webp", "trace.zip")}
    assert {path.name for path in folder.iterdir()} == kept
    named = [each.get("value", "") for each in ElementTree.parse(report).iterfind(".//property[@name='evidence']")]
    assert {Path(path).name for path in named} == kept
    assert all(name in page.read_text() for name in kept)


def test_a_failed_story_is_told_again_and_leaves_a_folder_that_its_message_names_with_all_that_everybody_saw(
    tmp_path: Path,
) -> None:
    done = told("test_a_story_that_fails", f"--output={tmp_path / 'kept'}")
    assert done.returncode == 1, done.stdout
    named = re.search(r"^E +What everybody saw, asked for and heard is in (\S+)$", done.stdout, re.MULTILINE)
    assert named, done.stdout
    folder = Path(named[1])
    kinds = ("tab-1.png", "tab-1.html", "tab-1-video.webp", "trace.zip", "console.txt", "network.txt")
    expected = {f"{name}-{kind}" for name in PEOPLE for kind in kinds} | {"cursors.txt", "server.log", "README.txt"}
    assert {path.name for path in folder.iterdir()} == expected, (folder / "README.txt").read_text()
    assert folder.name.endswith("-again-2")  # the second try has it all; of the first there is what costs nothing
    first = folder.with_name(folder.name.removesuffix("-again-2"))
    assert {path.name for path in first.iterdir()} == {name for name in expected if not name.endswith(".webp")}
    assert "site-packages/playwright" not in done.stdout, "the inside of Playwright tells nothing"
    assert "Mia: console error: Something broke" in done.stdout
    paul, same, mia, unlike, *_, server = (folder / "cursors.txt").read_text().splitlines()
    assert (same.strip(), unlike.strip()) == ("equal to a fresh page", "--- shown")
    cursor = re.search(r"at (\w+-3), ", server)
    assert cursor, server
    for line, newest in ((paul, "Goal!"), (mia, "Gaol!")):
        assert f": at {cursor[1]}, live (“Live updates”), 3 entries, the first “{newest}”" in line
    network = (folder / "2-mia-network.txt").read_text()
    assert re.search(r"200 GET http://\S+/events/given-\S+/\n", network)
    assert re.search(r"received, \d+ characters: <hx-upsert .*Goal!", network)
    with zipfile.ZipFile(folder / "2-mia-trace.zip") as trace:
        assert "trace.trace" in trace.namelist()
    with Image.open(folder / "2-mia-tab-1-video.webp") as film:
        assert getattr(film, "n_frames", 1) > 1
    with Image.open(folder / "2-mia-tab-1.png") as picture:
        assert picture.width == 824  # a phone's, with two points for each pixel of the page
