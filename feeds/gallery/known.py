"""Known findings about the files as they are now. Those about earlier versions are forgotten."""

from django.conf import settings
from django.utils import translation

from feeds import gallery
from feeds.gallery import contract
from feeds.gallery.contract import kept
from feeds.gallery.contract.kept import Findings


class Known:
    """Knowledge of one process about the files, so far. It begins with what an earlier check has kept."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begins like a new process."""
        self._now: tuple[str, Findings] = "", Findings()

    def found(self) -> Findings:
        """The findings so far."""
        return self.current()[1]

    def problems_of(self, template: str) -> list[str]:
        """The problems of a template in use, found once for each version of the files."""
        key, found = self.current()
        if template in found.problems:
            return found.problems[template]
        said = look_at(template)
        if key == kept.key_of_files():
            found.problems[template] = said
        return said

    def complete(self, key: str, found: Findings) -> None:
        """Keeps findings about all templates for other processes, unless a file has changed since `key` was made."""
        with translation.override(settings.LANGUAGE_CODE):
            contract.look_beside(found)
        if key == kept.key_of_files():
            kept.keep(key, found)
        elif self._now[0] == key:
            self.forget()

    def current(self) -> tuple[str, Findings]:
        """The key of the files as they are, and the findings so far."""
        key, now = kept.key_of_files(), self._now
        if key != now[0]:
            self._now = now = key, kept.recall(key) or Findings()
        return now


def look_at(template: str) -> list[str]:
    """The problems of a template, in the words of one language, whoever looks."""
    with translation.override(settings.LANGUAGE_CODE):
        return contract.problems(template, everywhere=False)


def is_complete(found: Findings) -> bool:
    """Whether all templates have been looked at, and everything beside them."""
    return found.wrong is not None and found.problems.keys() >= set(gallery.templates())
