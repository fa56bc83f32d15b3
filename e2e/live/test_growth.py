"""The bounds on what pages cost hold on PostgreSQL as well, by the plans of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.deployment import ROOT
from e2e.servers import postgres


@pytest.mark.timeout(900)
def test_no_page_reads_or_sorts_a_growing_table_on_postgresql(tmp_path: Path) -> None:
    with postgres(tmp_path) as url:
        settings = os.environ | {"DATABASE_URL": url, "SECRET_KEY": "only-for-tests-" * 3}
        tests = ["-m", "pytest", "-n", "0", "--timeout", "800", "feeds/tests/test_growth.py"]
        done = subprocess.run(
            [sys.executable, *tests], cwd=ROOT, env=settings, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout[-8000:]
