"""Fields for the sites that may embed an event, and for how they want it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms.branding import AccentField
from feeds.forms.fields import one_a_line
from feeds.models.event.embedding import Embedding, embeddings, site_of, validate_sites

SIZES = (1, 3, 5, 10, 15, 25)
"""Numbers of entries with which an embedded event can begin: few, since the pages of each are kept."""
SCHEMES = ("light", "dark")


class EmbeddingForm(forms.ModelForm):
    """The sites, as a part of the form for an event's settings."""

    embedding = forms.ChoiceField(
        label=gettext_lazy("May be embedded by"),
        help_text=gettext_lazy("Entries, comments and updates, in a frame on another site. Nobody can post there."),
        choices=embeddings,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the three.")},
    )

    def clean_embedding_sites(self) -> str:
        """The sites, one a line, each as a policy names it."""
        validate_sites(self.cleaned_data["embedding_sites"])
        return one_a_line(
            "\n".join(site_of(line) for line in one_a_line(self.cleaned_data["embedding_sites"]).split("\n") if line)
        )

    def clean(self) -> dict[str, Any]:
        """Adds an error if a host chose to name sites, and named none."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("embedding") == Embedding.SITES and cleaned.get("embedding_sites") == "":
            self.add_error("embedding_sites", _("Enter at least one site, or choose another answer above."))
        return cleaned


@dataclass(frozen=True)
class Frame:
    """Wishes of a site for an event: the number of entries, light or dark, and a colour; "" for the usual."""

    entries: int = 10
    scheme: str = ""
    accent: str = ""

    @classmethod
    def parse(cls, data: Mapping[str, str]) -> Self:
        """Wishes in a query string. Missing or unknown values get their defaults; a number the next size."""
        asked, scheme, accent = data.get("entries", ""), data.get("theme", ""), data.get("accent", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else cls.entries
        size = next((each for each in SIZES if each >= number), SIZES[-1])
        try:
            colour = AccentField(required=False, max_length=7).clean(accent)
        except forms.ValidationError:
            colour = ""
        return cls(size, scheme if scheme in SCHEMES else "", colour)
