"""Posts say when they were put at the top, and what was erased before is erased for good."""

from django.db import migrations, models
from django.db.models import F

ERASED = {
    "name": "",
    "held": "",
    "hold_reason": "",
    "visitor": "",
    "network": "",
    "submission": None,
    "user": None,
}
AT_ONCE = 500


def erase_what_is_left(apps, schema_editor):
    """Removal by a post's author left in the row whose it was, and why it once waited, which may quote a word of it."""
    Act = apps.get_model("feeds", "Act")
    for kind in ("entry", "comment"):
        posts = apps.get_model("feeds", kind).objects.filter(text="").exclude(removed_at=None)
        keys = list(posts.values_list("pk", flat=True))
        posts.update(**ERASED)
        for first in range(0, len(keys), AT_ONCE):
            ids = [f"{kind}-{key}" for key in keys[first : first + AT_ONCE]]
            Act.objects.filter(post__in=ids).update(about="an erased post", details={})


def suppose_moved(apps, schema_editor):
    """Which of those that waited were put at the top nobody wrote down; to think so of all is safe."""
    for kind in ("entry", "comment"):
        apps.get_model("feeds", kind).objects.filter(hold_reason__gt="").update(moved=F("position"))


class Migration(migrations.Migration):
    dependencies = [("feeds", "0018_capitals_in_addresses")]
    operations = [
        migrations.AddField(
            model_name=kind,
            name="moved",
            field=models.PositiveBigIntegerField(
                default=0,
                editable=False,
                help_text="number of the change that put it at the top; 0: it is where it was made",
            ),
        )
        for kind in ("entry", "comment")
    ] + [
        migrations.AlterField(
            model_name=kind,
            name="position",
            field=models.PositiveBigIntegerField(
                help_text="sorts the page: number at creation, or of the change that put it at the top"
            ),
        )
        for kind in ("entry", "comment")
    ] + [
        migrations.RemoveField("event", "redrawn"),
        migrations.RunPython(erase_what_is_left, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(suppose_moved, migrations.RunPython.noop, elidable=True),
    ]
