"""The files in deploy/: the unit starts what there is, and systemd itself understands it where it is installed."""

import re
import shutil
import subprocess
import sys

import pytest
from django.core.management import get_commands

from feeds.tests.commentary.test_settings import ROOT

UNIT = ROOT / "deploy" / "commentary.service"


def test_the_unit_runs_commands_that_there_are_and_keeps_everything_where_the_settings_look():
    lines = dict(re.findall(r"^(\w+)=(.+)$", UNIT.read_text(), re.MULTILINE))
    commands = [re.search(r"manage\.py (\w+)$", lines[name])[1] for name in ("ExecStartPre", "ExecStart")]
    assert commands == ["setup", "serve"]
    assert set(commands) <= set(get_commands())
    assert (lines["DynamicUser"], lines["StateDirectory"]) == ("yes", "commentary")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_no_mistake_in_the_unit(tmp_path):
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text().replace("/opt/commentary/.venv/bin/python", sys.executable))
    command = ["systemd-analyze", "verify", "--man=no", str(here)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert UNIT.name not in done.stderr
    assert done.returncode == 0
