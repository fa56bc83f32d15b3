"""Capital letters make no difference in addresses, so none are kept.

Of two events whose addresses differ by them alone, the later one gets a number behind it.
"""

import itertools

from django.db import migrations
from django.db.models import F
from django.db.models.functions import Lower

import feeds.models.events


def write_small(apps, schema_editor):
    Event, FormerSlug = apps.get_model("feeds", "Event"), apps.get_model("feeds", "FormerSlug")
    former = FormerSlug.objects.annotate(small=Lower("slug")).exclude(slug=F("small"))
    for row in former.order_by("pk"):
        taken = FormerSlug.objects.filter(slug=row.small).exists() or Event.objects.filter(slug=row.small).exists()
        if taken:
            row.delete()
        else:
            FormerSlug.objects.filter(pk=row.pk).update(slug=row.small)
    for event in Event.objects.annotate(small=Lower("slug")).exclude(slug=F("small")).order_by("pk"):
        numbered = (f"{event.small[:50]}-{number}" for number in itertools.count(2))
        slug = next(
            slug
            for slug in itertools.chain([event.small], numbered)
            if slug not in {"new", "import"}
            and not Event.objects.filter(slug=slug).exists()
            and not FormerSlug.objects.filter(slug=slug).exclude(event=event.pk).exists()
        )
        Event.objects.filter(pk=event.pk).update(slug=slug)


class Migration(migrations.Migration):
    dependencies = [("feeds", "0017_unfinished")]

    operations = [
        migrations.RunPython(write_small, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="event",
            name="slug",
            field=feeds.models.events.AddressField(
                help_text="The last part of the event's address: letters, digits, “-”.",
                max_length=60,
                unique=True,
                validators=[feeds.models.events.validate_slug],
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="formerslug",
            name="slug",
            field=feeds.models.events.AddressField(max_length=60, unique=True),
        ),
    ]
