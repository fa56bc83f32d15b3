"""Pictures: up to four on an entry. What is served is made again from the pixels alone; nothing else of a file is.

An entry appears at once, with a box of the right size for each picture. A thread makes the renditions, one picture at a
time in all processes, and each is shown by the next change of the entry. The bytes are in the database, so that a
backup is one thing and erasing the entry erases them.
"""

import base64
import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Semaphore
from typing import TYPE_CHECKING, Any, Self

from django.db import DatabaseError, connections, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from feeds.models.event.history import Gone, sole
from feeds.models.post.cards import Card, CardData
from feeds.values import renditions
from feeds.values.renditions import Rendition, Unreadable

if TYPE_CHECKING:
    from feeds.models.post.entries import Entry

logger = logging.getLogger(__name__)

PICTURES_MAX, ALT_MAX = 4, 300
"""Pictures of an entry, and characters of the description of one."""
LEASE = timedelta(seconds=2 * renditions.SECONDS)
"""Time after which another process makes a picture that one has begun with."""

_aside = ThreadPoolExecutor(1, "pictures")
_may_wait = Semaphore(1)


class Pictures(Card):
    """The pictures of an entry, in order."""

    fresh: list[dict[str, Any]] = []
    """Data of pictures that are not saved yet."""

    @classmethod
    def made_of(cls, entry: "Entry", data: CardData) -> Self:
        """Pictures with the bytes of their files, which were checked when they came in."""
        made = cls(entry=entry)
        made.fresh = data["pictures"]
        return made

    def save(self, *arguments: Any, **options: Any) -> None:
        """Saves the pictures as well, and has their renditions made after the transaction."""
        super().save(*arguments, **options)
        about = [{name: each[name] for name in ("alt", "width", "height", "content")} for each in self.fresh]
        Picture.objects.bulk_create(
            Picture(card=self, place=place, digest=digest_of(each["content"]), **each)
            for place, each in enumerate(about)
        )
        transaction.on_commit(make_aside)

    @classmethod
    def with_parts(cls) -> "models.QuerySet[Self]":
        """Rows with their pictures, without the bytes."""
        shown = Picture.objects.defer("content").order_by("place")
        return super().with_parts().prefetch_related(models.Prefetch("pictures", queryset=shown))

    @property
    def data(self) -> CardData:
        """The pictures with the largest rendition of each as base64. One that cannot be read is left out."""
        return {"kind": self.kind, "pictures": [each.data for each in self.pictures.order_by("place") if each.file]}

    @classmethod
    def words_in(cls, data: CardData) -> str:
        """The descriptions."""
        return "\n".join(each["alt"] for each in data["pictures"] if each["alt"])

    @property
    def shown(self) -> "list[Picture]":
        """The pictures, as pages show them."""
        return list(self.pictures.all())

    @classmethod
    def keep_up(cls) -> None:
        """Make pictures that a process has left when it ended."""
        if Picture.objects.filter(state=Picture.State.WAITING).exists():
            make_aside()


def digest_of(content: bytes) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a file, for the addresses of its renditions."""
    return hashlib.sha256(content).hexdigest()[:16]


class Picture(models.Model):
    """One picture of an entry: its description and size, and until its renditions are made, the bytes of the file."""

    class State(models.TextChoices):
        """Whether the renditions are there."""

        WAITING = "waiting"
        MADE = "made"
        FAILED = "failed"

    card = models.ForeignKey(Pictures, models.CASCADE, related_name="pictures")
    place = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=ALT_MAX, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=16, db_index=True)
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    begun_at = models.DateTimeField(null=True, help_text="time at which a process has begun to make the renditions")

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(state="waiting"), name="picture_waiting")]

    def __str__(self) -> str:
        return f"{self.digest} of {self.card_id}"

    @property
    def is_made(self) -> bool:
        """Whether the renditions are there."""
        return self.state == self.State.MADE

    @property
    def is_coming(self) -> bool:
        """Whether the renditions will be there soon."""
        return self.state == self.State.WAITING

    @property
    def widths(self) -> list[int]:
        """Widths of its renditions."""
        return sorted({min(width, self.width) for width in renditions.SIZES})

    def address(self, form: str, width: int) -> str:
        """Address of a rendition."""
        return reverse("picture", args=[self.card.entry.event.slug, self.digest, width, form])

    @property
    def page(self) -> str:
        """Address of the page that shows it alone."""
        return reverse("picture-page", args=[self.card.entry.event.slug, self.digest])

    def sources(self, form: str) -> str:
        """Its renditions in this form, for `srcset`."""
        return ", ".join(f"{self.address(form, width)} {width}w" for width in self.widths)

    @cached_property
    def avif(self) -> str:
        """Its renditions as AVIF, for `srcset`."""
        return self.sources("avif")

    @cached_property
    def webp(self) -> str:
        """Its renditions as WebP, for `srcset`."""
        return self.sources("webp")

    @cached_property
    def smallest(self) -> str:
        """Address of the smallest rendition, for browsers that know no others."""
        return self.address("webp", self.widths[0])

    @property
    def file(self) -> bytes:
        """The largest rendition as WebP, or the file that it will be made of; empty if that cannot be read."""
        found = PictureFile.objects.filter(picture=self.pk, form="webp").order_by("-width").first()
        return bytes(found.content if found else self.content or b"")

    @property
    def data(self) -> dict[str, Any]:
        """The picture as a document has it."""
        return {"alt": self.alt, "file": base64.b64encode(self.file).decode()}

    def finish(self, made: list[Rendition]) -> None:
        """Store the renditions, or none if the file cannot be read, and show that. Quietly if the picture is gone."""
        with self.card.entry._changing() as (event, row):
            state = self.State.MADE if made else self.State.FAILED
            if not Picture.objects.filter(pk=self.pk).update(state=state, content=None, begun_at=None):
                return
            PictureFile.objects.bulk_create(PictureFile(picture=self, **each._asdict()) for each in made)
            if row.is_shown:
                row._stamp(event)


class PictureFile(models.Model):
    """A rendition of a picture."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="files", db_index=False)
    form = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["picture", "form", "width"], name="picture_file")]

    def __str__(self) -> str:
        return f"{self.picture_id}-{self.width}.{self.form}"


def make_aside() -> None:
    """Have the renditions of all waiting pictures made in a thread. One pending run is enough for all requests."""
    if _may_wait.acquire(blocking=False):
        _aside.submit(_make_at_last)


def _make_at_last() -> None:
    _may_wait.release()
    try:
        while make_next():
            pass
    except DatabaseError as error:  # it is away; the tick begins again
        logger.warning("Pictures cannot be made now: %s", error)
    finally:
        connections.close_all()


def make_next() -> bool:
    """Make the renditions of the picture that waits longest, unless a process makes one; returns whether it did."""
    now = timezone.now()
    waiting = Picture.objects.filter(state=Picture.State.WAITING)
    with transaction.atomic():
        if waiting.filter(begun_at__gt=now - LEASE).exists():
            return False
        picture = sole(waiting.filter(pk=waiting.order_by("pk").values("pk")[:1]).select_related("card__entry__event"))
        if picture is None:
            return False
        begun = models.Q(begun_at=None) | models.Q(begun_at__lte=now - LEASE)
        if not waiting.filter(begun, pk=picture.pk).update(begun_at=now):
            return False
    made: list[Rendition] = []
    try:
        made = renditions.made_of(bytes(picture.content or b""))
    except Unreadable as error:
        logger.warning("A picture of entry %s cannot be read: %s", picture.card_id, error)
    try:
        picture.finish(made)
    except Gone:
        logger.info("Entry %s was deleted before its picture was made.", picture.card_id)
    return True
