"""`make audit`: what Lighthouse says of the pages people see most, on a phone and a desktop. It wants full scores."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from e2e.deployment import ROOT, Deployment

VERSION = "12.8.2"
HERE = ROOT / "var" / "lighthouse"
PAGES = ("/", "/events/petrel-7/", "/events/derby/", "/events/petrel-7/wall/", "/sign-in/")
FULL_SCORES = ("accessibility", "best-practices", "seo")
FLAGS = "--headless --no-sandbox --disable-gpu"


def program() -> str:
    """Path of Lighthouse. Exits with the missing part where it cannot be installed."""
    if (found := HERE / "node_modules" / ".bin" / "lighthouse").exists():
        return str(found)
    if not shutil.which("npm"):
        sys.exit("Lighthouse needs Node.js 18 or newer with npm, which are not here: apt install nodejs npm")
    HERE.mkdir(parents=True, exist_ok=True)
    install = ["npm", "install", "--prefix", str(HERE), "--no-audit", "--no-fund", "--silent", f"lighthouse@{VERSION}"]
    if subprocess.run(install, check=False).returncode:
        sys.exit("npm could not install Lighthouse: is there a network, or a registry in ~/.npmrc?")
    return str(found)


def report(lighthouse: str, url: str, screen: str) -> bool:
    """Print the scores of a page and what costs some; returns whether they are full."""
    categories = ",".join((*FULL_SCORES, "performance"))
    command = [
        lighthouse,
        url,
        "--quiet",
        "--output=json",
        f"--chrome-flags={FLAGS}",
        f"--only-categories={categories}",
    ]
    if screen == "desktop":
        command.append("--preset=desktop")
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    run = partial(subprocess.run, command, env=environment, stdout=subprocess.PIPE, timeout=180)
    done = run(check=False)
    if done.returncode:  # on a busy machine it misses the start of a page now and then, and asks to be run again
        done = run(check=True)
    found = json.loads(done.stdout)
    scores = {name: round(100 * found["categories"][name]["score"]) for name in (*FULL_SCORES, "performance")}
    print(f"{url} {screen}: " + ", ".join(f"{name} {score}" for name, score in scores.items()))
    for name in FULL_SCORES:
        for reference in found["categories"][name]["auditRefs"]:
            audit = found["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                print(f"  {audit['title']}: {json.dumps(audit.get('details', {}).get('items', []))[:300]}")
    return all(scores[name] == 100 for name in FULL_SCORES)


def main() -> None:
    lighthouse = program()
    with tempfile.TemporaryDirectory() as folder:
        deployment = Deployment(Path(folder))
        deployment.manage("prepare")
        deployment.start_all()
        try:
            full = [
                report(lighthouse, deployment.url + page, screen) for page in PAGES for screen in ("phone", "desktop")
            ]
        finally:
            deployment.end_all()
    sys.exit(0 if all(full) else 1)


if __name__ == "__main__":
    main()
