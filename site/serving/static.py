"""Static files, compressed once and kept in memory, under names with a digest of their contents.

Nothing is collected or written at start. A page asks for `site.1f2e3d4c5b6a.css`, which browsers keep for ever; after
an upgrade it asks for another name. In DEBUG files are read at each request and sent as they are.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders, utils
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware
from servestatic.responders import StaticFile

from serving.codings import chosen, of_file

HASHED = re.compile(r"(?P<stem>.+)\.(?P<digest>[0-9a-f]{12})(?P<suffix>\.[a-z]+)")
COMPRESSIBLE = (".css", ".js", ".svg", ".html", ".txt")
PRIVATE = ["templates", "locale", ".*", "*.html", "*.toml", "*.md"]
"""Files of a theme that are not served."""
OURS = ["states.css", "hidden.css", "lists.css"]
"""Files that a theme does not replace: they decide what readers can do."""
FOR_EVER = "max-age=31536000, public, immutable"


STYLE_SHEET = ".css"
IMPORT = re.compile(rb'@import url\("(?P<name>[^"]+)"\)(?: layer\((?P<layer>[\w-]+)\))?;')
HTMX = "django_htmx/htmx-4.min.js"
EXTENSIONS = ("django_htmx/ext/hx-ws-4.min.js", "django_htmx/ext/hx-upsert-4.min.js")
"""Extensions of htmx, which come with it in this order."""
PACKER = ThreadPoolExecutor(1, "static")
"""One thread, which compresses each file once; for a tenth of a second, which sockets do not wait for."""


kept: dict[str, bytes] = {}
"""Contents of style sheets by their paths, where those on the disk are on trial: see live reload."""


@lru_cache(maxsize=1024)
def _digest(name: str) -> str:
    found = finders.find(name)
    return hashlib.sha256(whole(Path(found))).hexdigest()[:12] if found else ""


def whole(path: Path) -> bytes:
    """The contents of a file with those that belong to it, so that a page asks for one style sheet and one script."""
    whole = content(path)
    if path.as_posix().endswith(HTMX):
        return b"\n".join([whole, *(content(Path(str(finders.find(name)))) for name in EXTENSIONS)])
    return IMPORT.sub(_imported, whole) if path.suffix == STYLE_SHEET else whole


def content(path: Path) -> bytes:
    """The contents of a file as readers get it, without what it imports."""
    return kept[str(path)] if str(path) in kept else path.read_bytes()


def _imported(match: re.Match[bytes]) -> bytes:
    """The contents of an import. An unknown name stays as it is, for the browser to report."""
    found = finders.find(match["name"].decode())
    if not found:
        return match[0]
    content = whole(Path(found))
    return b"@layer %b {\n%b}\n" % (match["layer"], content) if match["layer"] else content


class ThemeFinder(finders.FileSystemFinder):
    """Finds the files in the theme's folder, except templates and hidden ones."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.locations = [("", str(settings.THEME_DIR))] if settings.THEME_DIR else []
        self.storages = {root: FileSystemStorage(location=root) for _, root in self.locations}

    def check(self, **kwargs: object) -> list[CheckMessage]:
        """No checks: the settings have checked the folder."""
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        """All files of the theme that are served."""
        return super().list([*(ignore_patterns or ()), *PRIVATE, *OURS])

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        """The path of a file of the theme; None if it is not served."""
        return None if _is_private(path) or path in OURS else super().find_location(root, path, prefix)


def _is_private(path: str) -> bool:
    return any(utils.matches_patterns(part, PRIVATE) for part in path.split("/"))


class HashedNames(StaticFilesStorage):
    """The storage behind `{% static %}`."""

    def url(self, name: str | None) -> str:
        """The address of a file, with its digest unless files may change."""
        plain, digest = super().url(name), "" if settings.SERVESTATIC_AUTOREFRESH or not name else _digest(name)
        stem, dot, suffix = plain.rpartition(".")
        return f"{stem}.{digest}{dot}{suffix}" if digest and dot else plain


class StaticFiles(ServeStaticMiddleware):
    """Answers for static files, under their own names and under those with a digest."""

    made: list["StaticFiles"] = []

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.made.append(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if kept and (answer := self._on_trial(request)):
            return answer
        if self.autorefresh and request.path_info == self.static_prefix + HTMX:
            return HttpResponse(whole(Path(str(finders.find(HTMX)))), content_type="text/javascript")
        if self.autorefresh or not request.path_info.startswith(self.static_prefix):
            return await super().__call__(request)
        plain, digest = request.path_info, ""
        if plain not in self.files and (hashed := HASHED.fullmatch(plain)):
            plain, digest = hashed["stem"] + hashed["suffix"], hashed["digest"]
        found: StaticFile | None = self.files.get(plain)
        if found is None and digest and settings.WATCH_TEMPLATES:  # a page already refers to a file that was just saved
            self.add_files_from_finders()
            found = self.files.get(plain)
        if found is None:
            return await super().__call__(request)
        response = await self._compressed(found, request) or await self.aserve(found, request)
        response["Vary"] = "Accept-Encoding"
        if digest:
            # While servers are upgraded one by one, a page may ask for the digest of another version.
            current = digest == _digest(plain.removeprefix(self.static_prefix))
            response["Cache-Control"] = FOR_EVER if current else "no-cache"
        return response

    def _on_trial(self, request: HttpRequest) -> HttpResponse | None:
        """A style sheet that is kept, under whatever name; None for other files."""
        if not request.path_info.startswith(self.static_prefix) or not request.path_info.endswith(STYLE_SHEET):
            return None
        name = request.path_info.removeprefix(self.static_prefix)
        if hashed := HASHED.fullmatch(name):
            name = hashed["stem"] + hashed["suffix"]
        path = finders.find(name)
        if not path or path not in kept:
            return None
        return HttpResponse(whole(Path(path)), content_type="text/css", headers={"Cache-Control": "no-cache"})

    def candidate_paths_for_url(self, url: str) -> Iterator[str]:
        """In DEBUG, the paths that may be meant. There files are searched at each request, and not only with the
        finders."""
        return iter(()) if _is_private(url) else super().candidate_paths_for_url(url)

    async def _compressed(self, found: StaticFile, request: HttpRequest) -> HttpResponse | None:
        """The whole file, compressed, if the browser accepts that and does not have it yet; else None.

        htmx is whole in any case, since no page asks for its extensions.
        """
        path, headers = found.get_path_and_headers({})
        asked = request.META
        plainly = request.method != "GET" or "HTTP_RANGE" in asked or not path.endswith(COMPRESSIBLE)
        coding = chosen(asked.get("HTTP_ACCEPT_ENCODING", ""))
        if plainly or not (coding or path.endswith(HTMX)):
            return None
        if path.endswith((STYLE_SHEET, HTMX)):  # its date and tag say nothing of the files that come with it
            headers = [(name, value) for name, value in headers if name not in {"ETag", "Last-Modified"}]
        elif found.is_not_modified(asked):
            return None
        packed = await asyncio.wrap_future(_packed(path, coding))
        response = HttpResponse(packed, headers={name: value for name, value in headers if value is not None})
        if coding:
            response["Content-Encoding"] = coding
        response["Content-Length"] = str(len(response.content))
        return response


@lru_cache(maxsize=256)
def _packed(path: str, coding: str) -> Future[bytes]:
    return PACKER.submit(_pack, Path(path), coding)


def _pack(path: Path, coding: str) -> bytes:
    content = whole(path)
    return of_file(_short(content) if path.suffix == STYLE_SHEET else content, coding)


def _short(sheet: bytes) -> bytes:
    """A style sheet without comments and needless spaces, which are a fifth of ours."""
    sheet = re.sub(rb"\s+", b" ", re.sub(rb"/\*.*?\*/", b"", sheet, flags=re.S))
    sheet = re.sub(rb"\s*([{};])\s*", rb"\1", sheet)
    return re.sub(rb"([;{][\w-]+): ", rb"\1:", sheet).replace(b";}", b"}")


def reload_files() -> None:
    """Reads changed files again: see live reload."""
    for each in StaticFiles.made:
        each.add_files_from_finders()
    _packed.cache_clear()
    _digest.cache_clear()
