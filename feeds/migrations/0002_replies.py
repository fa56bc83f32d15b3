"""Entries say how many comments one can see on them."""

from django.db import migrations, models
from django.db.models import Count, OuterRef, Subquery


def count(apps, schema_editor):
    Entry, Comment = apps.get_model("feeds", "Entry"), apps.get_model("feeds", "Comment")
    visible = Comment.objects.filter(removed_at=None).order_by()
    number = visible.filter(entry=OuterRef("pk")).values("entry").annotate(number=Count("pk")).values("number")
    Entry.objects.filter(pk__in=visible.values("entry")).update(replies=Subquery(number))


class Migration(migrations.Migration):
    replaces = [("feeds", "0024_replies")]
    dependencies = [("feeds", "0001_squashed")]
    operations = [
        migrations.AddField(
            model_name="entry",
            name="replies",
            field=models.IntegerField(db_default=0, default=0, editable=False, help_text="visible comments on it"),
        ),
        migrations.RunPython(count, migrations.RunPython.noop, elidable=True),
    ]
