"""Start of the application: its checks, and wake-ups after each change."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core import checks

from commentary import private


class FeedsConfig(AppConfig):
    """The app of events, posts and everything about them."""

    name = "feeds"

    def ready(self) -> None:
        """Lets every committed change wake the readers of its event."""
        from feeds.live.process import wake_rooms  # noqa: PLC0415  (models come first)
        from feeds.models.event.history import changed  # noqa: PLC0415

        changed.connect(wake_rooms)


@checks.register(checks.Tags.templates)
def templates_keep_the_contract(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[checks.CheckMessage]:
    """System check: the problems that the designers' contract finds in templates."""
    from feeds.gallery import contract  # noqa: PLC0415  (only the check needs it and the samples)

    return contract.check()


@checks.register(checks.Tags.files)
def theme_file_makes_sense(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[checks.CheckMessage]:
    """System check: the problems of a theme's `theme.toml`. No server starts with one: legal links may be missing."""
    from feeds.gallery.contract import theme_file  # noqa: PLC0415  (as above)

    return [checks.Error(said, id="commentary.E003") for said in theme_file.problems()]


@checks.register(checks.Tags.security)
def files_are_private(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[checks.CheckMessage]:
    """System check: warns of data files that other users of this machine can read.

    They are from before files were made for their user alone, or somebody has opened them.
    """
    found = [str(path) for path in private.exposed()]
    if not found:
        return []
    said = f"Others on this machine can read what visitors posted, or the key to their cookies: {', '.join(found)}."
    return [checks.Warning(said, hint=f"chmod go-rwx {' '.join(found)}", id="commentary.W001")]
