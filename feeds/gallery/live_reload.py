"""Live reload: saved templates and style sheets are on all open pages within a second, unless they are broken.

Only with WATCH_TEMPLATES=1, in a server of one process. All templates are compiled and checked against the contract. If
nothing is wrong, everybody gets them, and open pages reload themselves. Otherwise readers keep the last good version,
and the gallery and the log tell what is wrong and where.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar, cast

from django.conf import settings
from django.template import Engine, engines

from feeds import gallery
from feeds.gallery import contract
from feeds.gallery.contract.kept import Findings
from feeds.gallery.contract.wording import new_among
from feeds.gallery.known import Known, is_complete, look_at
from feeds.gallery.tried_sheets import take_sheets
from feeds.gallery.tried_templates import Templates, files, loaders, tried
from feeds.gallery.tried_theme import take_theme
from feeds.live.process import process
from serving import static

logger = logging.getLogger(__name__)

T = TypeVar("T")
Files = dict[str, tuple[int, int]]

EVERY, SETTLED = 0.1, 0.03
"""Seconds between two looks at the files, and seconds without a change after which a file is complete."""
IDLE = 1.0
"""Seconds after a change before all other templates are checked as well, which takes a few seconds."""
USERS = 8
"""Number of templates to try after a change to one without states of its own, such as base.html."""


class Watch:
    """The watcher of one process: it looks for saved files and takes them into use."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, "saved")
        self._looking = False
        """Whether somebody sees a gallery that does not list the problems of all templates yet."""
        self._look: Future[None] | None = None
        self.known = Known()
        self.reset()

    def reset(self) -> None:
        """Begins like a new process, once no thread looks at templates. Tests call it."""
        self._looking = False
        if self._look:
            self._look.result()
        self._broken_templates: list[str] = []
        self._broken_sheets: list[str] = []
        self._broken_theme: list[str] = []
        static.kept.clear()
        self._changed: set[str] = set()
        """Paths of templates saved since the last good version."""
        self.known.forget()
        self._checked, self._said = False, set[str]()
        """Whether all templates have been checked once; and the problems and hints that the log has named."""
        self._told: set[Callable[[bool], Awaitable[None]]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts watching on the event loop, if the settings say so."""
        if settings.WATCH_TEMPLATES and not self._task:
            self._task = asyncio.create_task(self._watch())

    @contextmanager
    def told(self, tell: Callable[[bool], Awaitable[None]]) -> Iterator[None]:
        """Calls `tell` in the block whenever the gallery has news, with True if pages have to reload."""
        self._told.add(tell)
        try:
            yield
        finally:
            self._told.discard(tell)

    def findings(self) -> Findings:
        """The findings so far: see `is_complete`.

        Checking all takes seconds, so no page waits for it. Where templates are watched they are checked anyway, and
        pages reload when that is done.
        """
        found = self.known.found()
        if not is_complete(found) and not self._looking:
            self._looking = True
            if not settings.WATCH_TEMPLATES:
                self._look = self._threads.submit(self._look_at_all)
        return found

    def _look_at_all(self) -> None:
        try:
            key, found = self.known.current()
            for name in gallery.templates():
                if self._looking and name not in found.problems:
                    found.problems[name] = look_at(name)
            if self._looking:
                self.known.complete(key, found)
        finally:
            self._looking = False

    async def _watch(self) -> None:
        seen = await self._run(look)
        await self._run(partial(self.take, set()))
        checking = asyncio.create_task(self._check_all())
        while True:
            await asyncio.sleep(EVERY)
            try:
                now = await self._run(look)
                if now == seen:
                    continue
                while now != (now := await self._run(look, after=SETTLED)):
                    pass
                checking.cancel()
                changed, seen = {path for path, _ in now.items() ^ seen.items()}, now
                await self._take(changed)
                checking = asyncio.create_task(self._check_all())
            except Exception:
                logger.exception("What was saved could not be looked at")

    async def _take(self, changed: set[str]) -> None:
        build, broken = settings.BUILD, self.broken
        await self._run(partial(self.take, changed))
        if changed_pages := build != settings.BUILD:
            await process.hub.reload_pages()
        if changed_pages or broken != self.broken:
            await self._tell(changed_pages)

    def take(self, changed: set[str]) -> None:
        """Takes the files on the disk into use, of which `changed` are new, unless something is wrong with them."""
        backend, before = cast(Templates, engines["django"]), self.broken
        templates = {path for path in changed if _is_template(path, backend.engine)}
        if templates or not changed:
            self._changed |= templates
            self._broken_templates = self._take_templates(backend)
        if changed - templates or not changed:
            self._broken_sheets, self._broken_theme = take_sheets(), take_theme(changed - templates)
        settings.BUILD = _build(backend.engine)
        for problem in self.broken:
            if problem not in before:
                logger.error("%s. Readers keep the last good version.", problem.removesuffix("."))
        if before and not self.broken:
            logger.info("All files are whole again.")

    @property
    def broken(self) -> list[str]:
        """Problems of the saved files, in sentences. While there are any, readers keep the last good version."""
        return [*self._broken_templates, *self._broken_sheets, *self._broken_theme]

    def _take_templates(self, backend: Templates) -> list[str]:
        """Takes the templates into use, unless something is wrong with them, which it returns."""
        engine = backend.read()
        if broken := _uncompiled(engine):
            return broken
        with tried(engine):
            found = {name: contract.problems(name, everywhere=False) for name in _affected(engine, self._changed)}
            stale = contract.unrefreshed()
        if broken := self._new(found) or new_among(stale, contract.unrefreshed):
            return broken
        backend.engine, self._changed = engine, set()
        Engine.get_default.cache_clear()  # type: ignore[attr-defined]
        self.known.found().problems.update(found)
        return []

    def _new(self, found: dict[str, list[str]]) -> list[str]:
        """The found problems that the templates in use do not have; those may have come with problems."""
        wrong: dict[str, None] = {}
        for name, said in found.items():
            wrong |= dict.fromkeys(new_among(said, partial(self.known.problems_of, name)))
        return list(wrong)

    async def _check_all(self) -> None:
        """Checks all templates, since a change may break others."""
        key, found = await self._run(self.known.current)
        if not is_complete(found):
            if self._checked:
                await asyncio.sleep(IDLE)
            for name in gallery.templates():
                if name not in found.problems:
                    found.problems[name] = await self._run(partial(look_at, name))
                    await asyncio.sleep(EVERY if self._checked else 0)  # let requests go first
            await self._run(partial(self.known.complete, key, found))
        self._checked = True
        said = set(chain(*found.problems.values(), found.hints or ()))
        for each in sorted(said - self._said):
            logger.warning("%s", each)
        if self._looking or said != self._said:
            self._looking = False
            self._said = said
            await self._tell(True)

    async def _tell(self, changed: bool) -> None:
        for tell in list(self._told):
            try:
                await tell(changed)
            except Exception as error:  # the page is gone
                logger.debug("A page could not be told: %s", error)

    async def _run(self, function: Callable[[], T], after: float = 0) -> T:
        await asyncio.sleep(after)
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)


watch = Watch()
"""The watcher of this process. The gallery is above `feeds.live.process`, which cannot know it."""


def look() -> Files:
    """All files that matter, with values that change whenever a file does."""
    found: Files = {}
    for folder in (*_engine().dirs, *_styles()):
        for path in files(folder):
            try:
                state = Path(path).stat()
            except FileNotFoundError:
                continue
            found[path] = state.st_mtime_ns, state.st_size
    return found


def _engine() -> Engine:
    return cast(Templates, engines["django"]).engine


def _styles() -> list[str | Path]:
    return [*settings.STATICFILES_DIRS, *([settings.THEME_DIR] if settings.THEME_DIR else [])]


def _is_template(path: str, engine: Engine) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in engine.dirs)


def _build(engine: Engine) -> str:
    """The value of `settings.BUILD` for the templates in use."""
    found = hashlib.sha256()
    for loader in loaders(engine):
        for _, text in sorted((loader.kept or {}).items()):
            found.update(text.encode())
    for path in sorted(path for folder in _styles() for path in files(folder) if not _is_template(path, engine)):
        found.update(static.content(Path(path)))
    return found.hexdigest()[:12]


def _names(engine: Engine, changed: set[str]) -> list[str]:
    """Names of the templates at these paths."""
    folders = [Path(folder).absolute() for folder in engine.dirs]
    paths = [(Path(path), folder) for path in changed for folder in folders]
    return sorted({path.relative_to(folder).as_posix() for path, folder in paths if path.is_relative_to(folder)})


def _uncompiled(engine: Engine) -> list[str]:
    """Templates that do not compile, in sentences with the lines of the files."""
    names = _names(engine, {path for loader in loaders(engine) for path in loader.kept or {}})
    failed = {name: error for name in names if (error := _error(engine, name))}
    with tried(engine):
        return [contract.uncompiled(name) or contract.in_words(name, error) for name, error in failed.items()]


def _error(engine: Engine, name: str) -> Exception | None:
    try:
        engine.get_template(name)
    except Exception as error:
        return error
    return None


def _affected(engine: Engine, changed: set[str]) -> list[str]:
    """Templates to check after these files have changed. One without states of its own, such as base.html, is checked
    in some that name it."""
    found: dict[str, None] = {}
    for name in _names(engine, changed):
        users = (each for each in gallery.templates() if f'"{name}"' in engine.get_template(each).source)
        found |= dict.fromkeys([name] if name in gallery.templates() else list(users)[:USERS])
    return list(found)
