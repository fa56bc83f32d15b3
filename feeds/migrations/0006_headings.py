"""Headings of entries: a headline, a minute, and a time to show."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0005_status_line")]
    operations = [
        migrations.AddField(
            "entry", "headline", models.CharField("headline", max_length=120, blank=True, default="", db_default="")
        ),
        migrations.AddField("entry", "minute", models.CharField("minute", max_length=8, blank=True, default="", db_default="")),
        migrations.AddField(
            "entry", "happened_at", models.DateTimeField("happened at", null=True, blank=True, editable=False)
        ),
    ]
