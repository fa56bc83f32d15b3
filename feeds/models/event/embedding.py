"""Embedding of an event in pages of other sites: the sites that may show it."""

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SITES_MAX = 20
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SITE = re.compile(rf"(?:https?://)?(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?", re.ASCII)


class Embedding(models.TextChoices):
    """Choice of the sites that may show an event in a frame of their own."""

    NOBODY = "", gettext_lazy("No other site")
    SITES = "sites", gettext_lazy("These sites")
    EVERYBODY = "everybody", gettext_lazy("Every site")


def site_of(line: str) -> str:
    """A site as a policy names it: “https://club.example”. Raises `ValidationError` for anything else."""
    written = line.strip().lower().removesuffix("/")
    if not _SITE.fullmatch(written):
        said = _("“%(line)s” is not the address of a site. Write it without a path, such as https://club.example.")
        raise ValidationError(said, params={"line": line[:100]})
    return written if "://" in written else f"https://{written}"


def validate_sites(text: str) -> None:
    """Raises `ValidationError` unless each line is a site, and there are at most `SITES_MAX`."""
    sites = [site_of(line) for line in text.splitlines() if line.strip()]
    if len(sites) > SITES_MAX:
        raise ValidationError(
            _("These are %(number)s sites. Enter at most %(most)s."), params={"number": len(sites), "most": SITES_MAX}
        )


def embeddings() -> "list[tuple[str, StrPromise]]":
    """Choices for the field of an event, which has this function so that other words need no migration."""
    return [(each.value, each.label) for each in Embedding]


class Embedded(models.Model):
    """Fields of an event that say which sites may embed it."""

    embedding = models.CharField(
        gettext_lazy("embedding"), max_length=10, choices=embeddings, blank=True, default="", db_default=""
    )
    embedding_sites = models.TextField(
        gettext_lazy("sites that may embed it"),
        max_length=2000,
        blank=True,
        default="",
        db_default="",
        validators=[validate_sites],
        help_text=gettext_lazy("One per line, such as https://club.example."),
    )

    class Meta:
        abstract = True

    @property
    def framed_by(self) -> list[str]:
        """Sites that may show the event in a frame, as a Content-Security-Policy names them."""
        if self.embedding == Embedding.EVERYBODY:
            return ["*"]
        return self.embedding_sites.split() if self.embedding == Embedding.SITES else []
