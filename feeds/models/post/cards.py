"""Cards: what an entry carries beside its words, such as a poll. An entry carries one at most.

A kind of card is a model with a row for each entry that has one. It says itself how it is made from data and told as
data: so forms, drafts, exports and imports speak of all kinds alike. A change of a card is a change of its entry.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.utils.functional import cached_property

from feeds.models.event.history import sole
from feeds.values.words import search_key

if TYPE_CHECKING:
    from feeds.models.event.events import Event
    from feeds.models.event.hosts import Hosted
    from feeds.models.post.entries import Entry

CardData = dict[str, Any]
"""A card as forms, drafts and documents have it: JSON with its `kind`, and what this kind says."""

cards: "dict[str, type[Card]]" = {}
"""Model of each kind of card by the name of the kind: “poll”."""


class Card(models.Model):
    """Something that an entry carries. Its row belongs to the entry, and goes with it."""

    is_counted: ClassVar[bool] = False
    """Whether it has numbers that change as readers tap, which a frame replaces without the rest of the entry."""
    has_tools: ClassVar[bool] = False
    """Whether hosts can do something with it, in a template of its own."""

    entry = models.OneToOneField("feeds.Entry", models.CASCADE, primary_key=True, related_name="+")
    words = models.TextField(blank=True, help_text="everything that people wrote in it, for searches")

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        cards[cls.__name__.lower()] = cls

    def __str__(self) -> str:
        return f"{self.kind} of {self.entry_id}"

    @classmethod
    def made_of(cls, entry: "Entry", data: CardData) -> Self:
        """A card that is not saved yet, for an entry that may not be saved either."""
        raise NotImplementedError

    @classmethod
    def with_parts(cls) -> models.QuerySet[Self]:
        """Rows of this kind, with everything that pages show of them."""
        return cls._default_manager.all()

    @property
    def data(self) -> CardData:
        """The card as a document has it; `made_of` makes an equal one."""
        raise NotImplementedError

    @classmethod
    def words_in(cls, data: CardData) -> str:
        """Everything that people wrote in it."""
        raise NotImplementedError

    @classmethod
    def masked(cls, data: CardData, mask: Callable[[Mapping[str, str]], dict[str, str]]) -> CardData:
        """The same with the words of a visitor masked."""
        return data

    @property
    def kind(self) -> str:
        """Name of its kind: “poll”."""
        return type(self).__name__.lower()

    @property
    def template(self) -> str:
        """Partial that shows it."""
        return f"partials/cards/{self.kind}.html"

    @property
    def tools_template(self) -> str:
        """Partial with what hosts can do with it."""
        return f"partials/cards/{self.kind}_tools.html"

    def count(self) -> bool:
        """Count again what readers did; returns whether pages show other numbers now. Only inside `changing()`."""
        return False

    @classmethod
    def end_with(cls, event: "Event") -> None:
        """Do what the end of the event means for its cards. Only inside `changing()`, before the event is over."""

    @classmethod
    def keep_up(cls) -> None:
        """Do what is due now, in any event. At most one query if nothing is."""

    @classmethod
    def forget(cls, visitor: str, event: "Hosted") -> None:
        """Delete what this visitor did with cards of the event. Only inside `changing()`."""


class Carrier(models.Model):
    """A post that can carry a card. The row itself says of which kind, so that no query looks for cards in vain."""

    carries = models.CharField(max_length=10, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    @cached_property
    def card(self) -> Card | None:
        """The card, or None. Lists read those of all their entries at once, with `give`."""
        model = cards.get(self.carries)  # another version of Commentary may know more kinds
        return sole(model.with_parts().filter(pk=self.pk).select_related("entry__event")) if model else None

    def drop_card(self) -> None:
        """Delete the card with everything in it."""
        if model := cards.get(self.carries):
            model._default_manager.filter(pk=self.pk).delete()


def give(entries: "Collection[Entry]") -> None:
    """Set the `card` of each entry that carries one; one query for each kind among them, none without any."""
    for kind in {entry.carries for entry in entries} & cards.keys():
        on = {entry.pk: entry for entry in entries if entry.carries == kind}
        for card in cards[kind].with_parts().filter(pk__in=on):
            card.entry = on[card.pk]
            card.entry.card = card


def words_in(card: CardData | None) -> dict[str, str]:
    """The words in a card beside those of the post, by field; nothing without a card."""
    return {"card": cards[card["kind"]].words_in(card)} if card else {}


def masked(card: CardData | None, mask: Callable[[Mapping[str, str]], dict[str, str]]) -> CardData | None:
    """A visitor's card with its words masked; None without one."""
    return cards[card["kind"]].masked(card, mask) if card else None


def carrying(card: CardData | None) -> dict[str, str]:
    """Fields of an entry with this card, with their values; nothing without one."""
    return {"carries": card["kind"]} if card else {}


def made_of(entry: "Entry", data: CardData) -> Card:
    """The card on an entry, neither of which needs to be saved yet; the entry then has it as its `card`."""
    made = cards[data["kind"]].made_of(entry, data)
    words = cards[data["kind"]].words_in(data)
    made.words = f"{words}\n{search_key(words)}".strip()
    entry.carries, entry.card = made.kind, made
    return made


def attach(entry: "Entry", data: CardData | None) -> None:
    """Save a card on a saved entry; nothing without one. Only inside `changing()`."""
    if data:
        made_of(entry, data).save(force_insert=True)
        note_cards(entry.event)


def note_cards(event: "Event") -> None:
    """Note that the event has cards: most have none, and need not be searched for what readers did with them."""
    if not event.has_cards:
        type(event)._base_manager.filter(pk=event.pk).update(has_cards=True)


def taken_in(entries: "Sequence[Entry]") -> None:
    """Save the cards of entries with which an event was just filled."""
    carried = [entry for entry in entries if entry.carries and entry.card]
    for entry in carried:
        assert entry.card  # noqa: S101  (for the types)
        entry.card.entry = entry  # it has a key only now
        entry.card.save(force_insert=True)
    for entry in carried[:1]:
        note_cards(entry.event)


def end_all(event: "Event") -> None:
    """Do what the end of the event means for its cards. Only inside `changing()`, before the event is over."""
    for model in cards.values() if event.has_cards else ():
        model.end_with(event)


def keep_up() -> None:
    """Do what is due now with any card, such as closing a poll."""
    for model in cards.values():
        model.keep_up()


def forget(visitor: str, event: "Hosted") -> None:
    """Delete what this visitor did with the event's cards; nothing for "". Only inside `changing()`."""
    for model in cards.values() if visitor else ():
        model.forget(visitor, event)
