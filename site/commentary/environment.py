"""Settings of operators: variables of the environment, files with secrets, and one file with the rest.

`text` gives a value. It comes from the first of these that has it:
- the variable `NAME`
- the file that `NAME_FILE` names, or the systemd credential `NAME`
- the settings file, `commentary.env`: in the working folder, in the folder for data, or in /etc/commentary/
"""

import io
import os
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from dotenv.parser import parse_stream

FILE = "commentary.env"
SECRETS = ("DATABASE_URL", "EMAIL_URL", "REDIS_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS")
"""Settings that can have a file of their own."""
NAMES = (
    *("ALLOWED_HOSTS", "CONNECTIONS_PER_ADDRESS", "DATA_DIR", "DEBUG", "EVENTS_PER_DAY", "EVENTS_PER_HOUR"),
    *("FASTEST_POST", "HOST", "LANGUAGES", "LEGAL_LINKS", "MAIL_FROM", "PORT", "POSTS_PER_MINUTE"),
    *("POSTS_PER_NETWORK", "PUBLIC_URL", "REACTIONS_PER_MINUTE", "REACTIONS_PER_NETWORK", "SAME_TEXT_MINUTES"),
    *("SITE_NAME", "THEME_DIR", "TRUSTED_PROXIES", "WATCH_TEMPLATES", "WEB_CONCURRENCY"),
    *SECRETS,
    *(f"{name}_FILE" for name in SECRETS),
)
"""Every setting. The settings file may have no other."""
OTHERS = frozenset({"LANGUAGE"})
"""Variables that look like ours, and belong to the system."""
ALIKE = 0.84
"""Share of its letters that a name has in common with one of ours when it is taken for a misspelling of that."""
SHORT = 8
"""Letters below which only a name with the same letters is taken for one: many programs have a variable like `PORT`."""
MOST = 64 * 1024
"""Bytes of a file with a setting."""


def text(name: str, default: str = "") -> str:
    """Give a setting, or the default where nobody has set it.

    Raises `ImproperlyConfigured` if a file cannot be read, or if there is both a value and a file for it.
    """
    if name not in NAMES:
        raise KeyError(name)
    for place in (os.environ, _settings_file()):
        value, path = place.get(name, "").strip(), place.get(f"{name}_FILE", "").strip() if name in SECRETS else ""
        if value and path:
            raise ImproperlyConfigured(f"There are both {name} and {name}_FILE: set one of them.")
        if value or path:
            return value or _content(Path(path), f"{name}_FILE")
        if place is os.environ and (credential := _credential(name)):
            return credential
    return default


def data_dir() -> Path:
    """Give the folder for all that is written: `DATA_DIR`, or the one that systemd has made, or `var/`."""
    value = text("DATA_DIR") or os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if not value:
        return Path(__file__).resolve().parents[2] / "var"
    if not Path(value).is_absolute():
        raise ImproperlyConfigured(
            f"DATA_DIR={value!r} depends on the working folder: set an absolute path, such as "
            "DATA_DIR=/var/lib/commentary."
        )
    return Path(value)


def check_names() -> None:
    """Raise `ImproperlyConfigured` for a variable that must be a misspelling of ours, since it would do nothing."""
    for name in os.environ:
        if name not in NAMES and (meant := _meant(name)):
            raise ImproperlyConfigured(f"{name} is not a setting. Did you mean {meant}? Then set that one instead.")


def _meant(name: str) -> str:
    """Our setting that a name is a misspelling of; "" if it is none."""
    if name in OTHERS:
        return ""
    letters = {ours.replace("_", ""): ours for ours in NAMES}
    word = name.upper().replace("_", "").replace("-", "")
    close = get_close_matches(word, letters, 1, ALIKE if len(word) >= SHORT else 1.0)
    return letters[close[0]] if close else ""


@cache
def _settings_file() -> dict[str, str]:
    """The settings in the first `commentary.env` there is, each checked to be one of ours."""
    folders = [Path.cwd(), Path("/etc/commentary")]
    if data := os.environ.get("DATA_DIR", "").strip() or os.environ.get("STATE_DIRECTORY", "").partition(":")[0]:
        folders.insert(1, Path(data))
    path = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    return _read(path) if path else {}


def _read(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(_content(path, FILE))):
        name, where = binding.key, f"{path}, line {binding.original.line}"
        if binding.error or (name and binding.value is None):
            raise ImproperlyConfigured(f"{where} is not a setting: set one a line as NAME=value, such as PORT=8000.")
        if name and name not in NAMES:
            meant = _meant(name)
            advice = f"Did you mean {meant}?" if meant else "docs/operating.md lists those that you can set."
            raise ImproperlyConfigured(f"{where}: {name} is not a setting. {advice}")
        if name and binding.value:
            found[name] = binding.value
    return found


def _credential(name: str) -> str:
    """The secret that systemd hands over by `LoadCredential=NAME:…`; "" without one."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(folder, name)
    return _content(path, name) if folder and name in SECRETS and path.is_file() else ""


def _content(path: Path, name: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            value = file.read(MOST + 1).strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise ImproperlyConfigured(
            f"{name}: cannot read {path} ({reason}). Make it readable, or set another."
        ) from None
    if len(value) > MOST or not (value or name == FILE):
        wrong = "is too long" if value else "is empty"
        raise ImproperlyConfigured(f"{name}: {path} {wrong}. Put the value into it, or set another.")
    return value
