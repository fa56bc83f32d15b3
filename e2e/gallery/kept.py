"""Pictures to compare with: of the last commit, or of the one that BASE names, taken by this machine's browser.

None are in the repository. They would be megabytes with each change of a token, grow stale, and fit one browser only.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from e2e.cast import chromium
from e2e.deployment import ROOT
from e2e.gallery import studio
from e2e.gallery.studio import SCHEMES, Sight

BASE = os.environ.get("BASE") or "HEAD"
PICTURES = ROOT / "var" / "pictures"
FONTS = Path("/usr/share/fonts")


class Kept:
    """The pictures of one commit in one theme. Those that were taken before are in var/pictures/."""

    def __init__(self, theme: str) -> None:
        commit = _git("rev-parse", "--short=12", f"{BASE}^{{commit}}")
        self.base = f"{BASE} ({commit})" if commit != BASE else commit
        self._folder = PICTURES / f"{commit}-{_browser()}"
        self.source, self._theme = self._folder / "source", theme or "our-own"
        if not self.source.exists():
            self._unpack(commit)
        (self._folder / self._theme).mkdir(exist_ok=True)

    def has(self, sight: Sight) -> bool:
        """Whether they were taken before."""
        return all(self._path(sight, scheme).exists() for scheme in SCHEMES)

    def pictures(self, sight: Sight) -> dict[str, bytes]:
        """The pictures by their names; none if that commit does not have this state."""
        paths = [path for path in (self._path(sight, scheme) for scheme in SCHEMES) if path.stat().st_size]
        return {path.name: path.read_bytes() for path in paths}

    def take(self, sight: Sight, photograph: Callable[[Sight], dict[str, bytes]]) -> None:
        """Keeps its pictures. An empty file says that there is none."""
        found = photograph(sight)
        for path in (self._path(sight, scheme) for scheme in SCHEMES):
            path.write_bytes(found.get(path.name, b""))

    def _path(self, sight: Sight, scheme: str) -> Path:
        return self._folder / self._theme / sight.name(scheme)

    def _unpack(self, commit: str) -> None:
        """Puts the sources of the commit into var/pictures/, instead of those of another one. Two may do so at once."""
        for old in PICTURES.glob("*"):
            if not old.name.startswith(self._folder.name):
                shutil.rmtree(old, ignore_errors=True)
        made = self._folder.with_suffix(f".{os.getpid()}")
        made.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x"], cwd=made, input=archive, check=True)
        self._folder.mkdir(exist_ok=True)
        try:
            made.rename(self.source)
        except OSError:  # another process was faster
            shutil.rmtree(made)


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"make gallery compares with a commit of this repository: {done.stderr.strip()}"
    return done.stdout.strip()


def _browser() -> str:
    """A word that is another one with another browser, other fonts, or another way to take pictures."""
    version = subprocess.run([chromium(), "--version"], capture_output=True, check=True).stdout
    fonts = "\n".join(sorted(str(path) for path in FONTS.rglob("*"))).encode()
    parts = [version, fonts, Path(studio.__file__).read_bytes()]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:8]
