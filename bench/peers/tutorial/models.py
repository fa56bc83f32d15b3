from typing import ClassVar

from django.db import models


class Event(models.Model):
    head = models.PositiveBigIntegerField(default=0)
    objects: ClassVar = models.Manager["Event"]()

    def __str__(self) -> str:
        return str(self.pk)


class Entry(models.Model):
    event = models.ForeignKey(Event, models.CASCADE)
    name = models.CharField(max_length=60)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    objects: ClassVar = models.Manager["Entry"]()

    def __str__(self) -> str:
        return self.text

    def as_message(self) -> dict[str, object]:
        """The entry as a message for the channel layer, which carries plain values only."""
        return {"number": self.pk, "name": self.name, "text": self.text, "at": self.at.isoformat()}
