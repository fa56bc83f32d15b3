"""Evidence of a failed story: everything that it takes to find the cause."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from PIL import Image

from e2e.deployment import ROOT
from e2e.patience import HANGING

STORY = "e2e/stories/fails_on_purpose.py"


def test_a_failed_story_is_told_again_and_leaves_a_folder_that_its_message_names_with_all_that_everybody_saw() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", STORY],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
        | {"DEPLOYMENT": "one_process", "BROWSER": "chromium"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=5 * HANGING,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    named = re.search(r"^E +What everybody saw, asked for and heard is in (\S+)$", done.stdout, re.MULTILINE)
    assert named, done.stdout
    folder = Path(named[1])
    people = ("1-paul", "2-mia")
    kinds = ("tab-1.png", "tab-1.html", "tab-1-video.webp", "trace.zip", "console.txt", "network.txt")
    expected = {f"{who}-{kind}" for who in people for kind in kinds} | {"cursors.txt", "server.log", "README.txt"}
    assert {path.name for path in folder.iterdir()} == expected, (folder / "README.txt").read_text()
    assert folder.name.endswith("-again-2")  # the second try has it all; of the first there is what costs nothing
    first = folder.with_name(folder.name.removesuffix("-again-2"))
    assert {path.name for path in first.iterdir()} == {name for name in expected if not name.endswith(".webp")}
    paul, mia, server = (folder / "cursors.txt").read_text().splitlines()
    cursor = re.search(r"at (\w+-3), ", server)
    assert cursor, server
    for line in (paul, mia):
        assert f": at {cursor[1]}, live (“Live updates”), 3 entries, the first “Goal!”" in line
    network = (folder / "2-mia-network.txt").read_text()
    assert re.search(r"200 GET http://\S+/events/given-\S+/\n", network)
    assert re.search(r"received, \d+ characters: <hx-upsert .*Goal!", network)
    with zipfile.ZipFile(folder / "2-mia-trace.zip") as trace:
        assert "trace.trace" in trace.namelist()
    with Image.open(folder / "2-mia-tab-1-video.webp") as film:
        assert getattr(film, "n_frames", 1) > 1
    with Image.open(folder / "2-mia-tab-1.png") as picture:
        assert picture.width == 824  # a phone's, with two points for each pixel of the page
