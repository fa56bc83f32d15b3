"""Cards in forms for entries: the fields of each kind, as data, and cards of documents from outside."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from feeds.models import Event
from feeds.models.post.cards import CardData

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

fields_of: "dict[str, CardFields]" = {}
"""Fields of each kind of card by the name of the kind."""


class CardFields:
    """Fields of one kind of card; every subclass is one kind."""

    kind: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    """Names of its fields in a form."""
    is_drafted: ClassVar[bool] = True
    """Whether drafts can keep such a card."""
    label: "StrPromise"
    """Words on the button that adds it."""
    legend: "StrPromise"
    """Words above its fields."""
    without: "StrPromise"
    """Words on the button that takes it away again."""

    def __init_subclass__(cls) -> None:
        fields_of[cls.kind] = cls()

    @property
    def template(self) -> str:
        """Partial with the fields."""
        return f"partials/cards/{self.kind}_fields.html"

    def is_for(self, event: Event, *, host: bool) -> bool:
        """Whether a host, or else a visitor, may add such a card now."""
        return host

    def fields(self, event: Event) -> dict[str, forms.Field]:
        """The fields by name, for a new card in this event."""
        raise NotImplementedError

    def require(self, form: forms.BaseForm) -> None:
        """Add an error to a form in which nothing was entered."""

    def digest(self, data: CardData) -> str:
        """Text that differs for other cards, by which a repeated form is recognised."""
        return repr(data)

    def data_in(self, form: forms.BaseForm) -> CardData:
        """The card in a valid form."""
        raise NotImplementedError

    def as_typed(self, data: CardData) -> dict[str, object]:
        """The fields as a person would fill them in for this card."""
        raise NotImplementedError

    def read(self, part: dict[str, Any]) -> CardData:
        """The card of a document from outside. Raises `ValidationError` with the mistakes in it."""
        raise NotImplementedError


def kinds_for(event: Event, *, host: bool) -> list[CardFields]:
    """Kinds of cards that a host, or else a visitor, may add in this event now."""
    return [each for each in fields_of.values() if each.is_for(event, host=host)]


def all_names() -> tuple[str, ...]:
    """Names of the fields of all kinds, and of the one that says the kind."""
    return ("card", *(name for each in fields_of.values() for name in each.names))


def as_typed(card: CardData | None) -> dict[str, object]:
    """A card as the fields of a composer; nothing without one."""
    return {"card": card["kind"]} | fields_of[card["kind"]].as_typed(card) if card else {}


class CardField(forms.Field):
    """A card of a document."""

    def clean(self, value: object) -> CardData | None:
        """The card as data, or None without one. Raises `ValidationError` for an unknown kind and for mistakes."""
        if not value:
            return None
        kind = value.get("kind") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(kind, str) or kind not in fields_of:
            raise ValidationError(_("Its “kind” must be one of: %(kinds)s."), params={"kinds": ", ".join(fields_of)})
        return fields_of[kind].read(value)
